"""Periods of the same persons: what hangs together is counted as one in every error.

A member of staff appears in many months. His months resemble each other, so that as many
of them say less than months of different persons would.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, Integers
from analysis.text import message

METHOD = Method(
    name=message("Errors clustered by person"),
    citation=(
        "Liang, K.-Y., Zeger, S. L. (1986). Longitudinal data analysis using generalized linear "
        "models. Biometrika 73, 13-22; Cameron, A. C., Gelbach, J. B., Miller, D. L. (2008). "
        "Bootstrap-based improvements for inference with clustered errors. Review of Economics "
        "and Statistics 90, 414-427."
    ),
    assumptions=(
        message("Different persons are independent; what one does in several months is not."),
    ),
)

FEWEST = 20
"""Persons below which the spread between them is not known well enough."""


def number_persons(persons: npt.ArrayLike | None, units: int) -> Integers:
    """Give each unit's person as a number from 0; without persons each unit is one.

    Examples
    --------
    >>> number_persons(["b", "a", "b"], 3)
    array([1, 0, 1])
    """
    if persons is None:
        return np.arange(units, dtype=np.int64)
    found: Any = np.unique(np.asarray(persons), return_inverse=True)[1]
    return np.asarray(found, dtype=np.int64)


def persons_problem(persons: npt.ArrayLike | None, units: int) -> Problem | None:
    """Say that there are not as many persons as units, or too few different ones."""
    if persons is None:
        return None
    given = np.asarray(persons)
    if given.shape != (units,):
        return Problem(
            what="units and persons differ in length",
            found=f"{units} and {given.size}",
            needed="one person per unit",
            next_step="Take both from the same table.",
        )
    distinct = int(np.unique(given).size)
    if distinct >= FEWEST:
        return None
    return Problem(
        what="too few clusters: persons behind the units",
        found=str(distinct),
        needed=f"at least {FEWEST}",
        next_step="Widen the scope, or describe the units without a claim beyond them.",
    )


def spread_of_sum(contributions: Floats, persons: Integers, *, exact: bool = False) -> float:
    """Variance of a sum of contributions that vary together within a person.

    Parameters
    ----------
    contributions : array of float, shape (n,)
        With mean zero over persons.
    persons : array of int, shape (n,)
    exact : bool
        Whether each contribution is of one unit and known without a correction for few.

    Notes
    -----
    Source: Liang and Zeger (1986), with the factor for few clusters.

    Examples
    --------
    >>> spread_of_sum(np.array([1.0, 1.0, -2.0, 1.0]), np.array([0, 0, 1, 2]), exact=True)
    9.0
    """
    sums = np.bincount(persons, weights=contributions)
    number = int(np.count_nonzero(np.bincount(persons)))
    factor = 1.0 if exact else number / max(number - 1, 1)
    return float(sums @ sums) * factor


def draw_persons(rng: np.random.Generator, persons: Integers, draws: int) -> npt.NDArray[np.int64]:
    """Draw as many persons as there are, with replacement: how often each, shape (draws, g).

    Examples
    --------
    >>> draw_persons(np.random.default_rng(1), np.array([0, 0, 1]), 2).sum(axis=1)
    array([2, 2])
    """
    number = int(persons.max()) + 1
    return np.asarray(rng.multinomial(number, np.full(number, 1 / number), draws))
