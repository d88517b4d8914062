"""A panel reduced for difference in differences: per cohort the means and covariances by period.

Units that get an incentive in the same period form a cohort; those that never get it
form one, too. Every effect without covariates in a balanced panel is a weighted sum of
the cohorts' mean outcomes, so these moments give the same points and errors as all rows.
A bank's own database computes them over any number of customers. The unit is whatever
the incentive was given to: the branch, where a branch's customers all got it together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.stats.inputs import Floats, column, refuse

NEVER = math.inf


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CohortMoments:
    """Units that get the incentive from the same period on.

    Attributes
    ----------
    first_treated : float
        Period in which they first have it; infinite for those that never do.
    n : int
        Units.
    mean : array of float, shape (t,)
        Of the outcome by period.
    covariance : array of float, shape (t, t)
        Of the outcome between periods, over units, with ``n - 1``.
    """

    first_treated: float
    n: int
    mean: Floats
    covariance: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PanelMoments:
    """A balanced panel, reduced.

    Attributes
    ----------
    periods : array of float, shape (t,)
        Rising; neighbours count as one step apart whatever their distance.
    cohorts : tuple of CohortMoments
        By first treated period, those never treated last.

    Raises
    ------
    EstimationError
        If a moment has another shape or is missing, a cohort has no unit or starts in or
        before the first period (then nothing says how it was before), or starts between
        periods.

    Examples
    --------
    >>> panel = panel_moments([[1, 2], [2, 2], [0, 1], [1, 1]], [2, 2, NEVER, NEVER], [1, 2])
    >>> panel.cohorts[0].mean
    array([1.5, 2. ])
    """

    periods: Floats
    cohorts: tuple[CohortMoments, ...]

    def __post_init__(self) -> None:
        periods = column(self.periods, name="periods")
        rising = periods.size >= 2 and bool(np.all(np.diff(periods) > 0))
        refuse([None if rising else _periods_problem(periods.size)])
        refuse(
            [
                *(_shape_problem(cohort, periods.size) for cohort in self.cohorts),
                *(_start_problem(cohort, periods) for cohort in self.cohorts),
                _order_problem([cohort.first_treated for cohort in self.cohorts]),
            ]
        )

    @property
    def treated(self) -> tuple[CohortMoments, ...]:
        """Cohorts that get the incentive within the periods."""
        return tuple(
            cohort for cohort in self.cohorts if cohort.first_treated <= float(self.periods[-1])
        )

    @property
    def untreated(self) -> CohortMoments | None:
        """Units that never get the incentive, where there are any."""
        last = self.cohorts[-1]
        return last if last.first_treated == NEVER else None

    @property
    def n(self) -> int:
        """Units."""
        return sum(cohort.n for cohort in self.cohorts)

    def position(self, period: float) -> int:
        """Give the place of `period` among the periods, from 0."""
        return int(np.searchsorted(self.periods, period))


def panel_moments(
    outcome: npt.ArrayLike, first_treated: npt.ArrayLike, periods: Sequence[float]
) -> PanelMoments:
    """Reduce a balanced panel of units.

    Parameters
    ----------
    outcome : array_like of float, shape (n, t)
        One row per unit, one column per period.
    first_treated : array_like of float, shape (n,)
        Period in which the unit first has the incentive; infinite for never.
    periods : sequence of float, length t
        Rising.

    Returns
    -------
    PanelMoments

    Raises
    ------
    EstimationError
        As for `PanelMoments`, or if the shapes do not fit or an outcome is missing.

    Examples
    --------
    >>> panel_moments([[1, 2], [0, 1]], [2, NEVER], [1, 2]).n
    2
    """
    rows = np.asarray(outcome, dtype=np.float64)
    starts = np.asarray(first_treated, dtype=np.float64)
    fits = rows.ndim == 2 and rows.shape == (starts.size, len(periods))
    refuse([None if fits else _rows_problem(rows.shape, starts.size, len(periods))])
    missing = int(np.count_nonzero(~np.isfinite(rows)))
    refuse([_missing_problem(missing) if missing else None])
    cohorts = []
    for start in np.unique(starts):
        members = rows[starts == start]
        spread = (
            np.cov(members, rowvar=False)
            if len(members) > 1
            else np.zeros((len(periods), len(periods)))
        )
        cohorts.append(
            CohortMoments(
                first_treated=float(start),
                n=len(members),
                mean=members.mean(axis=0),
                covariance=np.atleast_2d(spread),
            )
        )
    return PanelMoments(periods=np.asarray(periods, dtype=np.float64), cohorts=tuple(cohorts))


def cohort_from_sums(
    *, first_treated: float, n: int, sums: npt.ArrayLike, products: npt.ArrayLike
) -> CohortMoments:
    """Make a cohort's moments from the sums that a database computes.

    Parameters
    ----------
    first_treated : float
        Infinite for units that never get the incentive.
    n : int
        Units, at least 2.
    sums : array_like of float, shape (t,)
        Of the outcome by period.
    products : array_like of float, shape (t, t)
        Sums over units of the outcome in one period times that in another. Subtract a
        common figure from all outcomes first where their level is far above their spread.

    Returns
    -------
    CohortMoments

    Raises
    ------
    EstimationError
        If there are fewer than two units or the shapes do not fit.

    Examples
    --------
    >>> cohort_from_sums(first_treated=2, n=2, sums=[3, 4], products=[[5, 6], [6, 8]]).covariance
    array([[0.5, 0. ],
           [0. , 0. ]])
    """
    total = column(sums, name="sums")
    cross = np.asarray(products, dtype=np.float64)
    fits = n >= 2 and cross.shape == (total.size, total.size)
    refuse([None if fits else _sums_problem(n, total.size, cross.shape)])
    return CohortMoments(
        first_treated=first_treated,
        n=n,
        mean=total / n,
        covariance=(cross - np.outer(total, total) / n) / (n - 1),
    )


def contrast_moments(panel: PanelMoments, weights: Floats) -> tuple[Floats, Floats]:
    """Compute weighted sums of the cohorts' means, and their covariance.

    Parameters
    ----------
    panel : PanelMoments
    weights : array of float, shape (k, c, t)
        For each of `k` sums, the weight of each cohort's mean in each period.

    Returns
    -------
    values : array of float, shape (k,)
    covariance : array of float, shape (k, k)
        Cohorts are independent samples of units; within a unit periods are related as found.

    Examples
    --------
    >>> panel = panel_moments([[1, 2], [2, 2], [0, 1], [1, 1]], [2, 2, NEVER, NEVER], [1, 2])
    >>> change = np.array([[[-1.0, 1.0], [1.0, -1.0]]])
    >>> values, covariance = contrast_moments(panel, change)
    >>> values, covariance
    (array([0.]), array([[0.5]]))
    """
    values = np.zeros(len(weights))
    covariance = np.zeros((len(weights), len(weights)))
    for position, cohort in enumerate(panel.cohorts):
        part = weights[:, position, :]
        values += part @ cohort.mean
        covariance += part @ cohort.covariance @ part.T / cohort.n
    return values, covariance


def units_problem(panel: PanelMoments, *, minimum: int) -> list[Problem | None]:
    """Say which cohorts have fewer units than inference bears."""
    small = [cohort for cohort in panel.cohorts if cohort.n < minimum]
    return [
        Problem(
            what=f"too few clusters {cohort_name(cohort)}",
            found=str(cohort.n),
            needed=f"at least {minimum} units that were treated together or not at all",
            next_step="Pool cohorts, leave this one out, or use a synthetic control with placebos.",
        )
        for cohort in small
    ]


def cohort_name(cohort: CohortMoments) -> str:
    """Name a cohort in a refusal."""
    if cohort.first_treated == NEVER:
        return "that are never treated"
    return f"treated from period {cohort.first_treated:g}"


def missing_side_problems(panel: PanelMoments) -> list[Problem | None]:
    """Say that a panel lacks treated or never treated units."""
    problems: list[Problem | None] = []
    if not panel.treated:
        problems.append(
            Problem(
                what="no treated group",
                found="no unit that gets the incentive within the periods",
                needed="at least one",
                next_step="Widen the periods.",
            )
        )
    if panel.untreated is None:
        problems.append(
            Problem(
                what="no untreated group to compare with",
                found="every unit gets the incentive",
                needed="units that do not",
                next_step="Compare with units not yet treated, or keep some back.",
            )
        )
    return problems


def _shape_problem(cohort: CohortMoments, periods: int) -> Problem | None:
    mean, spread = np.asarray(cohort.mean), np.asarray(cohort.covariance)
    if (
        cohort.n >= 1
        and mean.shape == (periods,)
        and spread.shape == (periods, periods)
        and bool(np.isfinite(mean).all() and np.isfinite(spread).all())
    ):
        return None
    return Problem(
        what=f"the moments of the units {cohort_name(cohort)} are none",
        found=f"{cohort.n} units, means of shape {mean.shape}, covariances of {spread.shape}",
        needed=f"at least 1 unit and finite moments for {periods} periods",
        next_step="Leave out units that miss a period, and count them on the page.",
    )


def _start_problem(cohort: CohortMoments, periods: Floats) -> Problem | None:
    if cohort.first_treated <= periods[0]:
        return Problem(
            what="treatment starts before the data",
            found=f"{cohort.n} units {cohort_name(cohort)}, data from period {periods[0]:g}",
            needed="at least one period before the incentive",
            next_step="Take earlier periods in, or leave these units out.",
        )
    inside = cohort.first_treated <= periods[-1]
    if inside and cohort.first_treated not in periods:
        return Problem(
            what="treatment starts between periods",
            found=f"{cohort.n} units {cohort_name(cohort)}",
            needed="a start that is one of the periods",
            next_step="Give the first period in which the units have the incentive.",
        )
    return None


def _order_problem(starts: Sequence[float]) -> Problem | None:
    if list(starts) == sorted(set(starts)):
        return None
    return Problem(
        what="cohorts are not told apart by their start",
        found=", ".join(f"{start:g}" for start in starts),
        needed="one cohort per start, in rising order",
        next_step="Pool the units that start together.",
    )


def _periods_problem(periods: int) -> Problem:
    return Problem(
        what="no periods to compare",
        found=f"{periods}",
        needed="at least 2, rising",
        next_step="Take earlier periods in, and sort them.",
    )


def _rows_problem(shape: tuple[int, ...], starts: int, periods: int) -> Problem:
    return Problem(
        what="outcomes, units and periods do not fit together",
        found=f"outcomes of shape {shape}, {starts} starts, {periods} periods",
        needed="one row per unit and one column per period",
        next_step="Take all three from the same table.",
    )


def _missing_problem(missing: int) -> Problem:
    return Problem(
        what="the panel is not balanced",
        found=f"{missing} missing outcomes",
        needed="an outcome of every unit in every period",
        next_step="Leave out units that miss a period, and count them on the page.",
    )


def _sums_problem(n: int, periods: int, shape: tuple[int, ...]) -> Problem:
    return Problem(
        what="sums of a cohort do not fit together",
        found=f"{n} units, {periods} sums, products of shape {shape}",
        needed="at least 2 units and one product per pair of periods",
        next_step="Take all three from the same query.",
    )
