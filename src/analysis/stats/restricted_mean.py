"""Mean time with us within a horizon: the area under a Kaplan-Meier curve."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import bracket, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.stats.spells import SpellCells, no_event_problem
from analysis.stats.survival import CENSORING, SurvivalCurve, horizon_problem, kaplan_meier
from analysis.text import message

METHOD = Method(
    name=message("Restricted mean time with the customer"),
    citation=(
        "Royston, P., Parmar, M. K. B. (2013). Restricted mean survival time. BMC "
        "Medical Research Methodology 13, 152."
    ),
    assumptions=(CENSORING,),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """Mean time with us within a horizon: the area under the survival curve.

    Attributes
    ----------
    group : str
    n, events : int
        Customers, and those whose spell ended.
    horizon_periods : int
    mean_periods : Estimate
    standard_error_periods : float
    """

    group: str
    n: int
    events: int
    horizon_periods: int
    mean_periods: Estimate
    standard_error_periods: float


def restricted_means(
    cells: SpellCells, *, horizon_periods: int, confidence: float = 0.95
) -> tuple[RestrictedMean, ...]:
    """Estimate the mean time with us within a horizon, by group.

    Parameters
    ----------
    cells : SpellCells
    horizon_periods : int
        No later than the last period observed in each group.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    tuple of RestrictedMean
        One per group, sorted by label; in periods.

    Raises
    ------
    EstimationError
        As `kaplan_meier`, and if nothing is known of a group at the horizon.

    Notes
    -----
    Source: Royston and Parmar (2013); variance by Greenwood's formula for the area, normal
    interval.

    Examples
    --------
    >>> from analysis.stats.spells import spell_cells
    >>> cells = spell_cells([1, 2, 3], [1, 1, 0], customers=[10, 20, 70])
    >>> restricted_means(cells, horizon_periods=3)[0].mean_periods.value
    2.6
    """
    curves = kaplan_meier(cells, confidence=confidence)
    refuse(
        horizon_problem(curve.group, horizon_periods, curve.last_period)
        for curve in curves
        if horizon_periods < 1 or (horizon_periods > curve.last_period and curve.survival[-1] > 0)
    )
    refuse(
        no_event_problem(f"the first {horizon_periods} periods of group '{curve.group}'")
        for curve in curves
        if curve.times_periods[0] >= horizon_periods
    )
    return tuple(_restricted_mean(curve, horizon_periods) for curve in curves)


def restricted_mean_difference(
    group: RestrictedMean, reference: RestrictedMean, *, confidence: float = 0.95
) -> Estimate:
    """Estimate by how many periods longer a group stays than another within the horizon.

    Parameters
    ----------
    group, reference : RestrictedMean
        Of different customers, over the same horizon.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        Periods, group minus reference.

    Raises
    ------
    EstimationError
        If the horizons differ.

    Notes
    -----
    Source: Royston and Parmar (2013).

    Examples
    --------
    >>> from analysis.stats.spells import spell_cells
    >>> cells = spell_cells([1, 3, 2, 3], [1, 0, 1, 0], customers=[40, 60, 20, 80],
    ...                     group=["new", "new", "old", "old"])
    >>> new, old = restricted_means(cells, horizon_periods=3)
    >>> round(restricted_mean_difference(old, new).value, 6)
    0.6
    """
    same = group.horizon_periods == reference.horizon_periods
    refuse(
        [
            None
            if same
            else Problem(
                what="restricted means of different horizons cannot be compared",
                found=f"{group.horizon_periods} and {reference.horizon_periods} periods",
                needed="one horizon",
                next_step="Estimate both over the shorter one.",
            ),
            confidence_problem(confidence),
        ]
    )
    value = group.mean_periods.value - reference.mean_periods.value
    error = math.hypot(group.standard_error_periods, reference.standard_error_periods)
    half = float(normal_quantile((1 + confidence) / 2)) * error
    return bracket(value, value - half, value + half, confidence)


def _restricted_mean(curve: SurvivalCurve, horizon_periods: int) -> RestrictedMean:
    early = curve.times_periods < horizon_periods
    edges = np.concatenate([[0], curve.times_periods[early], [horizon_periods]])
    steps = np.concatenate([[1.0], curve.survival[early]])
    areas = np.diff(edges) * steps
    mean = float(areas.sum())
    still_to_come = np.cumsum(areas[::-1])[::-1][1:]
    ended, at_risk = curve.ended[early], curve.at_risk[early]
    left = (at_risk - ended) > 0
    hazard_variance = ended[left] / (at_risk[left] * (at_risk - ended)[left].astype(np.float64))
    error = float(np.sqrt(np.sum(still_to_come[left] ** 2 * hazard_variance)))
    half = float(normal_quantile((1 + curve.confidence) / 2)) * error
    return RestrictedMean(
        group=curve.group,
        n=curve.n,
        events=curve.events,
        horizon_periods=horizon_periods,
        mean_periods=bracket(
            mean, max(mean - half, 0.0), min(mean + half, horizon_periods), curve.confidence
        ),
        standard_error_periods=error,
    )
