"""Difference in differences where all that get an incentive get it at the same time.

Two periods with different customers in each (cells), or a panel of units with periods
before and after, and the effect by period (event study). Whether both sides moved alike
before is judged in `analysis.stats.pre_trends`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.effects import Effect, arm_problem, effect_from_error
from analysis.stats.inputs import Floats, confidence_problem, refuse
from analysis.stats.panel_moments import (
    PanelMoments,
    contrast_moments,
    missing_side_problems,
    units_problem,
)
from analysis.stats.randomised import ArmMoments
from analysis.text import message

CellErrors = Literal["hc2", "pooled"]
PanelErrors = Literal["hc2", "cr1"]

METHODS = MappingProxyType(
    {
        "difference_in_differences": Method(
            name=message("Difference in differences with errors clustered by unit"),
            citation=(
                "Bertrand, M., Duflo, E., Mullainathan, S. (2004). How much should we trust "
                "differences-in-differences estimates? QJE 119, 249-275; degrees of freedom: "
                "Welch, B. L. (1947). Biometrika 34, 28-35."
            ),
            assumptions=(
                message("Without the incentive both sides would have changed alike."),
                message("Nobody acts on the incentive before it starts."),
                message("Units are independent of each other."),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEffect:
    """The effect in one period, seen from the start of the incentive.

    Attributes
    ----------
    event_time : int
        Periods since the start: 0 for the first with the incentive, negative before.
    effect : Effect
        In the unit of the outcome.
    """

    event_time: int
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EventStudy:
    """Effects by period, with what is needed to combine them.

    Attributes
    ----------
    effects : tuple of EventEffect, length k
        By event time; the period before the start is the base and left out.
    covariance : array of float, shape (k, k)
        Between the effects.
    n_treated, n_untreated : int
        Units.
    confidence : float
    """

    effects: tuple[EventEffect, ...]
    covariance: Floats
    n_treated: int
    n_untreated: int
    confidence: float

    @property
    def values(self) -> Floats:
        """Effects by period, array of shape (k,)."""
        return np.array([event.effect.estimate.value for event in self.effects])

    @property
    def before(self) -> int:
        """Effects before the start (which should be none)."""
        return sum(event.event_time < 0 for event in self.effects)


def difference_in_differences(
    *,
    treated_after: ArmMoments,
    treated_before: ArmMoments,
    untreated_after: ArmMoments,
    untreated_before: ArmMoments,
    errors: CellErrors = "hc2",
    confidence: float = 0.95,
) -> Effect:
    """Estimate an effect from four groups of different customers.

    Parameters
    ----------
    treated_after, treated_before, untreated_after, untreated_before : ArmMoments
        Nobody is in two of them; for the same customers at both dates use
        `panel_difference_in_differences`.
    errors : {'hc2', 'pooled'}
        Robust to groups of different spread, or assuming the same.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Effect
        In the unit of the outcome.

    Raises
    ------
    EstimationError
        If a group has fewer than two customers.

    Notes
    -----
    Source: the regression on group, period and their product; 'hc2' with Welch's degrees of
    freedom. Where a shock is common to a group (a branch's manager leaves) rows understate
    the error: use a panel of such groups.

    Examples
    --------
    >>> def cell(mean):
    ...     return ArmMoments(n=100, mean=mean, variance=25.0)
    >>> effect = difference_in_differences(
    ...     treated_after=cell(14.0), treated_before=cell(10.0),
    ...     untreated_after=cell(11.0), untreated_before=cell(9.0))
    >>> effect.estimate.value, effect.standard_error
    (2.0, 1.0)
    """
    cells = {
        "treated, after": treated_after,
        "treated, before": treated_before,
        "untreated, after": untreated_after,
        "untreated, before": untreated_before,
    }
    refuse(
        [
            *(arm_problem(name, cell.n) for name, cell in cells.items()),
            confidence_problem(confidence),
        ]
    )
    n = np.array([cell.n for cell in cells.values()], dtype=np.float64)
    variance = np.array([cell.variance for cell in cells.values()])
    if errors == "pooled":
        degrees = float(n.sum() - 4)
        squared = float((n - 1) @ variance / degrees * (1 / n).sum())
    else:
        squared = float((variance / n).sum())
        parts = float(((variance / n) ** 2 / (n - 1)).sum())
        degrees = squared**2 / parts if parts > 0 else math.inf
    means = [cell.mean for cell in cells.values()]
    return effect_from_error(
        means[0] - means[1] - means[2] + means[3],
        math.sqrt(squared),
        n_treated=treated_after.n + treated_before.n,
        n_untreated=untreated_after.n + untreated_before.n,
        confidence=confidence,
        degrees_of_freedom=degrees,
    )


def panel_difference_in_differences(
    panel: PanelMoments,
    *,
    errors: PanelErrors = "hc2",
    confidence: float = 0.95,
    minimum_clusters: int = 5,
) -> Effect:
    """Estimate the average effect over the periods with the incentive.

    Parameters
    ----------
    panel : PanelMoments
        One cohort that gets the incentive and one that never does; the unit is the cluster.
    errors : {'hc2', 'cr1'}
        Errors clustered by unit: unbiased with Welch's degrees of freedom, or the common
        ones of a regression with effects of unit and period.
    confidence : float
        Coverage, a fraction.
    minimum_clusters : int
        Fewer units on either side are refused.

    Returns
    -------
    Effect
        In the unit of the outcome.

    Raises
    ------
    EstimationError
        If a side is missing or has too few units, or units start at different times (use
        `analysis.stats.staggered_adoption`).

    Notes
    -----
    Source: Bertrand, Duflo and Mullainathan (2004): mean change of the treated units less
    that of the untreated, which in a balanced panel is the two-way fixed effects estimate.

    Examples
    --------
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> panel = panel_moments(
    ...     [[1, 4], [2, 4], [3, 6], [0, 1], [1, 1], [1, 3]], [2, 2, 2] + [NEVER] * 3, [1, 2])
    >>> panel_difference_in_differences(panel, minimum_clusters=3).estimate.value
    1.666...
    """
    _refuse_panel(panel, confidence, minimum_clusters)
    start = panel.position(panel.treated[0].first_treated)
    length = panel.periods.size
    change = np.concatenate(
        [np.full(start, -1 / start), np.full(length - start, 1 / (length - start))]
    )
    values, covariance = contrast_moments(panel, np.stack([change, -change])[None])
    squared, degrees = _panel_error(panel, change, float(covariance[0, 0]), errors)
    return _effect(panel, float(values[0]), squared, degrees, confidence)


def event_study(
    panel: PanelMoments, *, confidence: float = 0.95, minimum_clusters: int = 5
) -> EventStudy:
    """Estimate the effect period by period against the last one before the start.

    Parameters
    ----------
    panel : PanelMoments
        One cohort that gets the incentive and one that never does.
    confidence : float
        Coverage of each period's interval, a fraction.
    minimum_clusters : int
        Fewer units on either side are refused.

    Returns
    -------
    EventStudy

    Raises
    ------
    EstimationError
        As for `panel_difference_in_differences`.

    Notes
    -----
    Source: as there, with the single periods in place of their mean.

    Examples
    --------
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> panel = panel_moments(
    ...     [[1, 1, 4], [2, 2, 4], [0, 0, 1], [1, 1, 1]], [3, 3, NEVER, NEVER], [1, 2, 3])
    >>> [(e.event_time, e.effect.estimate.value)
    ...  for e in event_study(panel, minimum_clusters=2).effects]
    [(-2, 0.0), (0, 2.0)]
    """
    _refuse_panel(panel, confidence, minimum_clusters)
    start = panel.position(panel.treated[0].first_treated)
    kept = [time for time in range(panel.periods.size) if time != start - 1]
    steps = np.zeros((len(kept), panel.periods.size))
    steps[np.arange(len(kept)), kept] = 1
    steps[:, start - 1] = -1
    values, covariance = contrast_moments(panel, np.stack([steps, -steps], axis=1))
    effects = []
    for row, time in enumerate(kept):
        squared, degrees = _panel_error(panel, steps[row], float(covariance[row, row]), "hc2")
        effects.append(
            EventEffect(
                event_time=time - start,
                effect=_effect(panel, float(values[row]), squared, degrees, confidence),
            )
        )
    return EventStudy(
        effects=tuple(effects),
        covariance=covariance,
        n_treated=panel.cohorts[0].n,
        n_untreated=panel.cohorts[1].n,
        confidence=confidence,
    )


def _panel_error(
    panel: PanelMoments, change: Floats, squared: float, errors: PanelErrors
) -> tuple[float, float]:
    """Give a squared error clustered by unit, and its degrees of freedom."""
    parts = [float(change @ c.covariance @ change) / c.n for c in panel.cohorts]
    n = [cohort.n for cohort in panel.cohorts]
    if errors == "hc2":
        share = sum(p**2 / (m - 1) for p, m in zip(parts, n, strict=True) if m > 1)
        return squared, (squared**2 / share if share > 0 else math.inf)
    # clusters sum squared residuals around each side's mean: (n - 1) / n of the above
    rows = panel.n * panel.periods.size
    raw = sum(p * (m - 1) / m for p, m in zip(parts, n, strict=True))
    # absorbed effects of unit and period are not counted
    correction = panel.n / (panel.n - 1) * (rows - 1) / (rows - 2)
    return raw * correction, float(panel.n - 1)


def _effect(
    panel: PanelMoments, value: float, squared: float, degrees: float, confidence: float
) -> Effect:
    return effect_from_error(
        value,
        math.sqrt(max(squared, 0.0)),
        n_treated=panel.cohorts[0].n,
        n_untreated=panel.cohorts[1].n,
        confidence=confidence,
        degrees_of_freedom=degrees,
    )


def _refuse_panel(panel: PanelMoments, confidence: float, minimum: int) -> None:
    refuse([confidence_problem(confidence), *missing_side_problems(panel)])
    refuse([*units_problem(panel, minimum=minimum), _staggered_problem(panel)])


def _staggered_problem(panel: PanelMoments) -> Problem | None:
    if len(panel.cohorts) == 2:
        return None
    return Problem(
        what="units get the incentive at different times",
        found=f"{len(panel.cohorts) - 1} starts",
        needed="one",
        next_step="Use group-time effects: units already treated are no comparison.",
    )
