"""How far a survey's result may be off, by drawing its sampling units again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, Integers, refuse
from analysis.text import message

METHOD = Method(
    name=message("Rescaled bootstrap of a survey"),
    citation=(
        "Rao, J. N. K., Wu, C. F. J. (1988). Resampling inference with complex survey data. "
        "JASA 83, 231-241."
    ),
    assumptions=(
        message("Sampling units were drawn independently of each other within a stratum."),
        message("Weights are taken as they are; they are not raked again in each draw."),
    ),
)

MINIMUM_DRAWS = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampling:
    """By how much each sampling unit counts in each draw.

    Attributes
    ----------
    unit : ndarray of int, shape (n,)
        The sampling unit of each row.
    factors : ndarray, shape (draws, n_units)
        To multiply the weights of a unit's rows with.
    """

    unit: Integers
    factors: Floats

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.factors)

    def weights(self, weights: Floats) -> Floats:
        """Give the rows' weights in each draw, shape (draws, n)."""
        drawn: Floats = self.factors[:, self.unit] * weights
        return drawn

    def of_rows(self, rows: npt.NDArray[np.bool_] | Integers) -> Resampling:
        """Give the same draws for some of the rows."""
        return Resampling(unit=self.unit[rows], factors=self.factors)

    def sums(self, values: Floats) -> Floats:
        """Sum weighted values of the rows in each draw.

        Parameters
        ----------
        values : ndarray, shape (n, ...)
            Already multiplied with the weights.

        Returns
        -------
        ndarray, shape (draws, ...)
        """
        flat = values.reshape(len(values), -1)
        totals = np.empty((self.factors.shape[1], flat.shape[1]))
        for column in range(flat.shape[1]):
            totals[:, column] = np.bincount(
                self.unit, weights=flat[:, column], minlength=len(totals)
            )
        return np.asarray(self.factors @ totals).reshape(self.draws, *values.shape[1:])


def resample_units(
    n: int,
    *,
    rng: np.random.Generator,
    draws: int,
    clusters: npt.ArrayLike | None = None,
    strata: npt.ArrayLike | None = None,
) -> Resampling:
    """Draw the sampling units again, one fewer than there are in each stratum.

    Parameters
    ----------
    n : int
        Rows.
    rng : numpy.random.Generator
    draws : int
        At least 100.
    clusters : array_like, shape (n,), optional
        First-stage units; by default each row is one.
    strata : array_like, shape (n,), optional
        Strata of one unit are put together, so that their units vary too.

    Returns
    -------
    Resampling

    Raises
    ------
    EstimationError
        If there is one sampling unit only, or draws are too few.

    Notes
    -----
    Source: Rao, Wu (1988) with one unit fewer per stratum, so that factors are never
    negative and the variance of a total is the usual one.

    Examples
    --------
    >>> drawn = resample_units(4, rng=np.random.default_rng(1), draws=100)
    >>> drawn.factors.shape
    (100, 4)
    """
    unit = np.arange(n) if clusters is None else _codes(clusters)
    n_units = int(unit.max()) + 1 if n else 0
    refuse(
        [
            None
            if n_units > 1
            else Problem(
                what="too few sampling units for an interval",
                found=f"{n_units} of {n} answers",
                needed="at least 2",
                next_step="Widen the scope, or ask in more places.",
            ),
            None
            if draws >= MINIMUM_DRAWS
            else Problem(
                what="too few draws for an interval",
                found=str(draws),
                needed=f"at least {MINIMUM_DRAWS}",
                next_step="Ask for more draws.",
            ),
        ]
    )
    layer = np.zeros(n_units, dtype=np.int64)
    if strata is not None:
        layer[unit] = _codes(strata)
    factors = np.empty((draws, n_units))
    for members in _pooled(layer):
        size = len(members)
        counts = rng.multinomial(size - 1, np.full(size, 1 / size), size=draws)
        factors[:, members] = counts * (size / (size - 1))
    return Resampling(unit=unit, factors=factors)


def _pooled(layer: Integers) -> list[Integers]:
    """Give the units of each stratum; lone ones are pooled, or join the largest stratum."""
    groups = [np.flatnonzero(layer == stratum) for stratum in np.unique(layer)]
    several = sorted((g for g in groups if len(g) > 1), key=len)
    lone = [g for g in groups if len(g) == 1]
    if len(lone) == 1 and several:
        several[-1] = np.concatenate([several[-1], lone[0]])
    elif lone:
        several.append(np.concatenate(lone))
    return several


def _codes(labels: npt.ArrayLike) -> Integers:
    return np.asarray(np.unique(np.asarray(labels).astype(str), return_inverse=True)[1])
