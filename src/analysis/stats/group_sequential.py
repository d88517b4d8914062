"""How large a difference must be when the result is looked at more than once."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, confidence_problem, refuse
from analysis.text import message

Spending = Literal["obrien-fleming", "pocock"]

METHODS = MappingProxyType(
    {
        "obrien-fleming": Method(
            name=message("Group-sequential bounds of O'Brien-Fleming type"),
            citation=(
                "Lan, K. K. G., DeMets, D. L. (1983). Discrete sequential boundaries for "
                "clinical trials. Biometrika 70, 659-663; Jennison, C., Turnbull, B. W. (2000). "
                "Group Sequential Methods (repeated confidence intervals)."
            ),
            assumptions=(
                message("Every look at the result is counted, with the share of data it had."),
                message("New customers join as data grow, under the same conditions."),
            ),
        ),
        "pocock": Method(
            name=message("Group-sequential bounds of Pocock type"),
            citation=(
                "Lan, K. K. G., DeMets, D. L. (1983). Discrete sequential boundaries for "
                "clinical trials. Biometrika 70, 659-663; Pocock, S. J. (1977). Biometrika 64, "
                "191-199."
            ),
            assumptions=(
                message("Every look at the result is counted, with the share of data it had."),
                message("New customers join as data grow, under the same conditions."),
            ),
        ),
    }
)

_NODES = 300
_FAR = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SequentialBounds:
    """What a value over its standard error must exceed at each look.

    Attributes
    ----------
    information : tuple of float, length k
        Fraction of the planned data at each look, rising.
    bounds : tuple of float, length k
        For the absolute value of the z statistic.
    spent : tuple of float, length k
        Two-sided level used up until and with each look.
    confidence : float
        Joint coverage over all looks, a fraction.
    """

    information: tuple[float, ...]
    bounds: tuple[float, ...]
    spent: tuple[float, ...]
    confidence: float


def sequential_bounds(
    information: Sequence[float],
    *,
    spending: Spending = "obrien-fleming",
    confidence: float = 0.95,
) -> SequentialBounds:
    """Compute the bounds for looks at given fractions of the planned data.

    Parameters
    ----------
    information : sequence of float, length k
        Fraction of the planned data at each look, rising, above 0 and at most 1.
    spending : {'obrien-fleming', 'pocock'}
        Hardly any chance of an early stop, or the same readiness at every look.
    confidence : float
        One minus the two-sided level over all looks, a fraction.

    Returns
    -------
    SequentialBounds

    Raises
    ------
    EstimationError
        If there is no look, or the fractions do not rise within 0 and 1.

    Notes
    -----
    Source: Lan and DeMets (1983), two symmetric bounds that each spend half of the level;
    the crossing probabilities are integrated numerically look by look (Armitage,
    McPherson, Rowe 1969).

    Examples
    --------
    >>> [round(bound, 3) for bound in sequential_bounds([0.2, 0.4, 0.6, 0.8, 1.0]).bounds]
    [4.877, 3.357, 2.68, 2.29, 2.031]
    """
    refuse([confidence_problem(confidence), _looks_problem(information)])
    level = (1 - confidence) / 2
    spend = _SPENDING[spending]
    spent = [spend(share, level) for share in information]
    bounds: list[float] = []
    # density of the score process sqrt(t) Z among those not stopped, at weighted nodes
    nodes, mass = np.zeros(1), np.ones(1)
    points, weights = np.polynomial.legendre.leggauss(_NODES)
    before, used = 0.0, 0.0
    for share, goal in zip(information, spent, strict=True):
        step = math.sqrt(share - before)
        bound = _solve_bound(nodes, mass, step, share, goal - used)
        bounds.append(bound)
        limit = min(bound, _FAR) * math.sqrt(share)
        new = points * limit
        density = norm.pdf((new[:, None] - nodes[None, :]) / step) / step
        nodes, mass = new, (density @ mass) * weights * limit
        before, used = share, goal
    return SequentialBounds(
        information=tuple(float(share) for share in information),
        bounds=tuple(bounds),
        spent=tuple(2 * goal for goal in spent),
        confidence=confidence,
    )


def repeated_interval(
    value: float, standard_error: float, *, look: int, bounds: SequentialBounds
) -> Estimate:
    """Give the interval of an estimate at one of several looks.

    Parameters
    ----------
    value, standard_error : float
        At this look, in the unit of the outcome.
    look : int
        Position of the look, from 1.
    bounds : SequentialBounds

    Returns
    -------
    Estimate
        The intervals of all looks cover the truth together.

    Raises
    ------
    EstimationError
        If there is no such look, or the standard error is negative.

    Notes
    -----
    Source: Jennison and Turnbull (1989). Interim analyses: the repeated confidence interval
    approach. JRSS B 51, 305-361.

    Examples
    --------
    >>> early = repeated_interval(2.0, 1.0, look=1, bounds=sequential_bounds([0.5, 1.0]))
    >>> early.excludes(0)
    False
    """
    if not 1 <= look <= len(bounds.bounds) or standard_error < 0:
        refuse(
            [
                Problem(
                    what="no such look at the result",
                    found=f"look {look} of {len(bounds.bounds)}, error {standard_error:g}",
                    needed="a planned look and a standard error of at least 0",
                    next_step="Count looks from 1, or compute bounds that include this look.",
                )
            ]
        )
    margin = bounds.bounds[look - 1] * standard_error
    return bracket(value, value - margin, value + margin, bounds.confidence)


def _spend_obrien_fleming(share: float, level: float) -> float:
    return float(2 * norm.sf(norm.isf(level / 2) / math.sqrt(share)))


def _spend_pocock(share: float, level: float) -> float:
    return level * math.log(1 + (math.e - 1) * share)


_SPENDING: MappingProxyType[str, Callable[[float, float], float]] = MappingProxyType(
    {"obrien-fleming": _spend_obrien_fleming, "pocock": _spend_pocock}
)


def _solve_bound(nodes: Floats, mass: Floats, step: float, share: float, goal: float) -> float:
    """Find the bound that so much of what is left exceeds on one side."""
    scale = math.sqrt(share)

    def excess(bound: float) -> float:
        return float(mass @ norm.sf((bound * scale - nodes) / step)) - goal

    # in logarithms of level: a look with next to nothing to spend stays unreachable
    if excess(_FAR * 4) > 0 or goal <= 1e-300:
        return math.inf
    return float(brentq(excess, -1.0, _FAR * 4, xtol=1e-10))


def _looks_problem(information: Sequence[float]) -> Problem | None:
    shares = [0.0, *information]
    rising = all(later > earlier for earlier, later in itertools.pairwise(shares))
    if len(information) > 0 and rising and shares[-1] <= 1 + 1e-12:
        return None
    return Problem(
        what="the looks are no rising fractions of the planned data",
        found=", ".join(f"{share:g}" for share in information) or "none",
        needed="fractions above 0 and at most 1, each larger than the one before",
        next_step="Divide the customers seen at each look by those planned.",
    )
