"""Averages of a staggered roll-out's effects: over all, by time since start, by cohort."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.stats.effects import Effect
from analysis.stats.inputs import Floats
from analysis.stats.panel_moments import PanelMoments
from analysis.stats.staggered_adoption import GroupTimeEffects, make_effect


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicEffects:
    """Effects by time since the start.

    Attributes
    ----------
    overall : Effect
        Mean over the event times from 0 on.
    by_event_time : tuple of (int, Effect)
        Rising.
    """

    overall: Effect
    by_event_time: tuple[tuple[int, Effect], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortEffects:
    """Effects by cohort, each averaged over its periods with the incentive.

    Attributes
    ----------
    overall : Effect
        Mean over the treated units.
    by_cohort : tuple of (float, Effect)
        By first treated period.
    """

    overall: Effect
    by_cohort: tuple[tuple[float, Effect], ...]


def simple_effect(effects: GroupTimeEffects) -> Effect:
    """Average all effects from each cohort's start on, weighted by the cohorts' units.

    Parameters
    ----------
    effects : GroupTimeEffects

    Returns
    -------
    Effect

    Notes
    -----
    Source: Callaway and Sant'Anna (2021), section 3. The error includes that the cohorts'
    shares are those of a sample.

    Examples
    --------
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> from analysis.stats.staggered_adoption import group_time_effects
    >>> panel = panel_moments(
    ...     [[1, 4, 5], [2, 4, 5], [0, 0, 4], [1, 1, 5], [0, 0, 0], [1, 1, 1]],
    ...     [2, 2, 3, 3, NEVER, NEVER], [1, 2, 3])
    >>> found = simple_effect(group_time_effects(panel, minimum_clusters=2))
    >>> round(found.estimate.value, 4)
    3.3333
    """
    return _average(effects, [cell.event_time >= 0 for cell in effects.cells])


def dynamic_effects(effects: GroupTimeEffects) -> DynamicEffects:
    """Average over cohorts at the same time since the start.

    Parameters
    ----------
    effects : GroupTimeEffects

    Returns
    -------
    DynamicEffects

    Notes
    -----
    Source: Callaway and Sant'Anna (2021), equation 3.4. Late event times rest on early
    cohorts alone.

    Examples
    --------
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> from analysis.stats.staggered_adoption import group_time_effects
    >>> panel = panel_moments(
    ...     [[1, 4, 5], [2, 4, 5], [0, 0, 4], [1, 1, 5], [0, 0, 0], [1, 1, 1]],
    ...     [2, 2, 3, 3, NEVER, NEVER], [1, 2, 3])
    >>> found = dynamic_effects(group_time_effects(panel, minimum_clusters=2))
    >>> [(time, effect.estimate.value) for time, effect in found.by_event_time]
    [(-1, 0.0), (0, 3.25), (1, 3.5)]
    """
    times = sorted({cell.event_time for cell in effects.cells})
    chosen = [[cell.event_time == time for cell in effects.cells] for time in times]
    means, covariance = _averages(effects, chosen)
    after = np.array([time >= 0 for time in times])
    weights = after / after.sum()
    return DynamicEffects(
        overall=make_effect(effects, float(weights @ means), float(weights @ covariance @ weights)),
        by_event_time=tuple(
            (time, make_effect(effects, float(means[k]), float(covariance[k, k])))
            for k, time in enumerate(times)
        ),
    )


def cohort_effects(effects: GroupTimeEffects) -> CohortEffects:
    """Average each cohort over its periods with the incentive.

    Parameters
    ----------
    effects : GroupTimeEffects

    Returns
    -------
    CohortEffects

    Notes
    -----
    Source: Callaway and Sant'Anna (2021), equation 3.7.

    Examples
    --------
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> from analysis.stats.staggered_adoption import group_time_effects
    >>> panel = panel_moments(
    ...     [[1, 4, 5], [2, 4, 5], [0, 0, 4], [1, 1, 5], [0, 0, 0], [1, 1, 1]],
    ...     [2, 2, 3, 3, NEVER, NEVER], [1, 2, 3])
    >>> found = cohort_effects(group_time_effects(panel, minimum_clusters=2))
    >>> [(start, effect.estimate.value) for start, effect in found.by_cohort]
    [(2.0, 3.0), (3.0, 4.0)]
    """
    starts = sorted({cell.first_treated for cell in effects.cells})
    after = np.array([cell.event_time >= 0 for cell in effects.cells])
    rows = np.array([[cell.first_treated == start for cell in effects.cells] for start in starts])
    weights = rows * after / (rows & after).sum(axis=1, keepdims=True)
    means, covariance = weights @ effects.values, weights @ effects.covariance @ weights.T
    units = np.array([_units(effects.panel, start) for start in starts], dtype=np.float64)
    shares = units / units.sum()
    mean = float(shares @ means)
    # the shares are a sample's: a unit of a cohort moves the mean by (its effect - mean)
    drawn = float(shares @ (means - mean) ** 2) / units.sum()
    return CohortEffects(
        overall=make_effect(effects, mean, float(shares @ covariance @ shares) + drawn),
        by_cohort=tuple(
            (start, make_effect(effects, float(means[k]), float(covariance[k, k])))
            for k, start in enumerate(starts)
        ),
    )


def _average(effects: GroupTimeEffects, chosen: list[bool]) -> Effect:
    means, covariance = _averages(effects, [chosen])
    return make_effect(effects, float(means[0]), float(covariance[0, 0]))


def _averages(effects: GroupTimeEffects, chosen: list[list[bool]]) -> tuple[Floats, Floats]:
    """Average chosen effects by the cohorts' units, with the error of these shares, too."""
    units = np.array([_units(effects.panel, cell.first_treated) for cell in effects.cells])
    weights = np.array(chosen) * units
    totals = weights.sum(axis=1, keepdims=True)
    weights = weights / totals
    means = weights @ effects.values
    covariance = weights @ effects.covariance @ weights.T
    # influence of a unit of cohort g through the shares: sum over its effects of
    # (effect - mean) / total units; constant within a cohort, so apart from the above
    starts = sorted({cell.first_treated for cell in effects.cells})
    influence = np.zeros((len(chosen), len(starts)))
    for k, start in enumerate(starts):
        own = np.array([cell.first_treated == start for cell in effects.cells])
        deviation = effects.values[None, :] - means[:, None]
        influence[:, k] = (np.array(chosen) * own * deviation).sum(axis=1) / totals[:, 0]
    members = np.array([_units(effects.panel, start) for start in starts], dtype=np.float64)
    return means, covariance + (influence * members) @ influence.T


def _units(panel: PanelMoments, first_treated: float) -> int:
    return next(c.n for c in panel.cohorts if c.first_treated == first_treated)
