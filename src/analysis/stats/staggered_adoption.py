"""The effect of an incentive rolled out in steps, by cohort and period (group-time effects).

Each cohort is compared, from its own last period before the start, with units that do
not have the incentive; units that already have it are never a comparison. Averages are
in `analysis.stats.staggered_averages`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.effects import Effect, effect_from_error
from analysis.stats.inputs import Floats, confidence_problem, refuse
from analysis.stats.panel_moments import (
    NEVER,
    PanelMoments,
    contrast_moments,
    missing_side_problems,
    units_problem,
)
from analysis.text import message

Comparison = Literal["never", "not-yet"]
Base = Literal["varying", "universal"]

METHOD = Method(
    name=message("Group-time effects of a staggered roll-out"),
    citation=(
        "Callaway, B., Sant'Anna, P. H. C. (2021). Difference-in-differences with multiple time "
        "periods. Journal of Econometrics 225, 200-230."
    ),
    assumptions=(
        message("Without the incentive all cohorts would have changed alike."),
        message("Nobody acts on the incentive before it starts."),
        message("Units keep the incentive once they have it, and are independent of each other."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupTime:
    """Which cohort and period an effect is of.

    Attributes
    ----------
    first_treated, period : float
    event_time : int
        Periods since the cohort's start; negative before it.
    """

    first_treated: float
    period: float
    event_time: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupTimeEffects:
    """All effects of a roll-out, with what is needed to average them.

    Attributes
    ----------
    cells : tuple of GroupTime, length k
    values : array of float, shape (k,)
        Effects, in the unit of the outcome.
    covariance : array of float, shape (k, k)
        Between them.
    panel : PanelMoments
    confidence : float
    """

    cells: tuple[GroupTime, ...]
    values: Floats
    covariance: Floats
    panel: PanelMoments
    confidence: float

    def of(self, first_treated: float, period: float) -> Effect:
        """Give the effect of one cohort in one period.

        Raises
        ------
        KeyError
            If there is none.
        """
        for position, cell in enumerate(self.cells):
            if (cell.first_treated, cell.period) == (first_treated, period):
                return make_effect(
                    self, float(self.values[position]), float(self.covariance[position, position])
                )
        raise KeyError((first_treated, period))


def group_time_effects(
    panel: PanelMoments,
    *,
    comparison: Comparison = "never",
    base: Base = "varying",
    confidence: float = 0.95,
    minimum_clusters: int = 10,
) -> GroupTimeEffects:
    """Estimate the effect on each cohort in each period.

    Parameters
    ----------
    panel : PanelMoments
    comparison : {'never', 'not-yet'}
        Units that never get the incentive, or all that do not have it yet.
    base : {'varying', 'universal'}
        Before a cohort's start compare with the period before (what the next step alone
        would show), or always with the last period before the start.
    confidence : float
        Coverage, a fraction.
    minimum_clusters : int
        Fewer units in a cohort are refused; the errors rest on the normal distribution.

    Returns
    -------
    GroupTimeEffects

    Raises
    ------
    EstimationError
        If there is no treated or no untreated unit, or a cohort has too few units.

    Notes
    -----
    Source: Callaway and Sant'Anna (2021). Without covariates their doubly robust, their
    regression and their weighting estimator are this difference of mean changes.

    Examples
    --------
    >>> from analysis.stats.panel_moments import panel_moments
    >>> panel = panel_moments(
    ...     [[1, 4, 5], [2, 4, 5], [0, 0, 4], [1, 1, 5], [0, 0, 0], [1, 1, 1]],
    ...     [2, 2, 3, 3, NEVER, NEVER], [1, 2, 3])
    >>> found = group_time_effects(panel, minimum_clusters=2)
    >>> found.of(2, 2).estimate.value, found.of(3, 3).estimate.value
    (2.5, 4.0)
    """
    refuse([confidence_problem(confidence)])
    if comparison == "never":
        refuse(missing_side_problems(panel))
    refuse(units_problem(panel, minimum=minimum_clusters))
    cells, weights = [], []
    for position, cohort in enumerate(panel.cohorts):
        if cohort.first_treated > panel.periods[-1]:
            continue
        start = panel.position(cohort.first_treated)
        for time in range(panel.periods.size):
            before = time - 1 if base == "varying" and time < start else start - 1
            against = _comparison_shares(panel, comparison, max(time, before), position)
            if before in (-1, time) or against is None:
                continue
            change = np.zeros(panel.periods.size)
            change[time], change[before] = 1.0, -1.0
            shares = -against
            shares[position] += 1.0
            cells.append(
                GroupTime(
                    first_treated=cohort.first_treated,
                    period=float(panel.periods[time]),
                    event_time=time - start,
                )
            )
            weights.append(np.outer(shares, change))
    refuse([_after_problem(cells)])
    values, covariance = contrast_moments(panel, np.array(weights))
    return GroupTimeEffects(
        cells=tuple(cells),
        values=values,
        covariance=covariance,
        panel=panel,
        confidence=confidence,
    )


def _comparison_shares(
    panel: PanelMoments, comparison: Comparison, until: int, own: int
) -> Floats | None:
    """Weigh the cohorts that lack the incentive through period `until` by their units."""
    units = np.zeros(len(panel.cohorts))
    for position, cohort in enumerate(panel.cohorts):
        never = cohort.first_treated == NEVER
        waits = comparison == "not-yet" and cohort.first_treated > panel.periods[until]
        if position != own and (never or waits):
            units[position] = cohort.n
    return units / units.sum() if units.any() else None


def make_effect(effects: GroupTimeEffects, value: float, squared: float) -> Effect:
    """Make an effect of the roll-out from its value and squared error."""
    treated = sum(cohort.n for cohort in effects.panel.treated)
    return effect_from_error(
        value,
        math.sqrt(max(squared, 0.0)),
        n_treated=treated,
        n_untreated=effects.panel.n - treated,
        confidence=effects.confidence,
    )


def _after_problem(cells: list[GroupTime]) -> Problem | None:
    if any(cell.event_time >= 0 for cell in cells):
        return None
    return Problem(
        what="no untreated group to compare with",
        found="every unit has the incentive from the first start on",
        needed="units without it after the first start",
        next_step="Take in periods in which some do not have it yet.",
    )
