"""Whether both sides moved alike before an incentive, and how much drift the finding survives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.difference_in_differences import EventStudy
from analysis.stats.inputs import Floats, bracket, refuse
from analysis.stats.laws import fisher_tail, student_quantile
from analysis.text import message

METHODS = MappingProxyType(
    {
        "pre_trend": Method(
            name=message("Joint test of the changes before the incentive"),
            citation=(
                "Roth, J. (2022). Pretest with caution: event-study estimates after testing for "
                "parallel trends. AER: Insights 4, 305-322 (Wald test with the F distribution)."
            ),
            assumptions=(
                message("A trend too small for the test may still matter for the effect."),
            ),
        ),
        "relative_magnitude": Method(
            name=message("Bounds for an effect if trends differ (relative magnitudes)"),
            citation=(
                "Rambachan, A., Roth, J. (2023). A more credible approach to parallel trends. "
                "Review of Economic Studies 90, 2555-2591; interval by union over the possible "
                "largest changes, which covers at least as often as claimed."
            ),
            assumptions=(
                message(
                    "From one period to the next the sides drift apart by at most the stated "
                    "multiple of the largest such drift before the incentive."
                ),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreTrend:
    """Whether both sides moved alike before the incentive.

    Attributes
    ----------
    periods : int
        Periods compared with the base.
    statistic, p_value : float
        Wald statistic over `periods`, and the p value of no difference at all.
    largest_drift : float
        Largest change of the difference from one period to the next, in absolute terms,
        in the unit of the outcome.
    """

    periods: int
    statistic: float
    p_value: float
    largest_drift: float


def pre_trend_test(study: EventStudy) -> PreTrend:
    """Test whether both sides moved alike before the incentive.

    Parameters
    ----------
    study : EventStudy
        With at least two periods before the start.

    Returns
    -------
    PreTrend

    Raises
    ------
    EstimationError
        If there is but one period before the start, or too few units for so many periods.

    Notes
    -----
    Source: Wald test of all effects before the start, with the F distribution on
    ``n_treated + n_untreated - 2`` degrees of freedom (Hotelling). Passing it is no proof:
    see `relative_magnitude_bounds`, and Roth (2022).

    Examples
    --------
    >>> from analysis.stats.difference_in_differences import event_study
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> rng = np.random.default_rng(1)
    >>> panel = panel_moments(rng.normal(size=(40, 4)), [3] * 20 + [NEVER] * 20, [1, 2, 3, 4])
    >>> pre_trend_test(event_study(panel)).periods
    1
    """
    before = study.before
    free = study.n_treated + study.n_untreated - 2
    refuse(
        [
            _before_problem(before),
            None if free >= before + 1 else _power_problem(free, before),
        ]
    )
    values, spread = study.values[:before], study.covariance[:before, :before]
    statistic = float(values @ np.linalg.pinv(spread) @ values)
    scaled = statistic * (free - before + 1) / (before * free)
    return PreTrend(
        periods=before,
        statistic=statistic,
        p_value=float(fisher_tail(scaled, before, free - before + 1)),
        largest_drift=float(np.abs(np.diff(values, append=0.0)).max()),
    )


def relative_magnitude_bounds(
    study: EventStudy, *, multiple: float, event_times: Sequence[int] | None = None
) -> Estimate:
    """Bound an average effect if the sides may drift apart as they did before, or more.

    Parameters
    ----------
    study : EventStudy
        With at least two periods before the start.
    multiple : float
        Drift from one period to the next that is allowed after the start, as a multiple of
        the largest before it; 0 means none.
    event_times : sequence of int, optional
        Periods averaged over, from 0; by default all from the start on.

    Returns
    -------
    Estimate
        The average effect; the interval holds the truth at least as often as claimed
        whenever the drift stays within the multiple.

    Raises
    ------
    EstimationError
        If there is but one period before the start, an event time is unknown, or the
        multiple is negative.

    Notes
    -----
    Source: the restriction on relative magnitudes of Rambachan and Roth (2023). Whatever
    the largest drift before the start is, and in whichever direction, each end of what the
    effect may be is a weighted sum of the event study's effects; the interval is the union,
    over all drifts and directions, of the intervals of these ends, so that none of them
    has to be picked. It is at least as wide as theirs.

    Examples
    --------
    >>> from analysis.stats.difference_in_differences import event_study
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> rng = np.random.default_rng(1)
    >>> rows = rng.normal(size=(40, 4)) + np.outer(np.arange(40) < 20, [0, 0, 3, 3])
    >>> study = event_study(panel_moments(rows, [3] * 20 + [NEVER] * 20, [1, 2, 3, 4]))
    >>> relative_magnitude_bounds(study, multiple=0.5).excludes(0)
    True
    """
    times = [event.event_time for event in study.effects]
    chosen = [time for time in times if time >= 0] if event_times is None else list(event_times)
    refuse([_before_problem(study.before), _bounds_problem(times, chosen, multiple)])
    average = np.isin(times, chosen) / len(chosen)
    # drift can have accumulated over one step at the start, two a period later, ...
    steps = float(np.mean([time + 1 for time in chosen]))
    drifts = _drift_weights(study.before, len(times))
    free = study.n_treated + study.n_untreated - 2
    quantile = float(student_quantile((1 + study.confidence) / 2, free))
    lows: list[float] = []
    highs: list[float] = []
    for drift in np.concatenate([drifts, -drifts]):
        for ends, side in ((lows, -1), (highs, 1)):
            weights = average + side * multiple * steps * drift
            error = math.sqrt(max(float(weights @ study.covariance @ weights), 0.0))
            ends.append(float(weights @ study.values) + side * quantile * error)
    return bracket(float(average @ study.values), min(lows), max(highs), study.confidence)


def breakdown_multiple(
    study: EventStudy, *, event_times: Sequence[int] | None = None, largest: float = 10.0
) -> float:
    """Find how much drift an effect survives.

    Parameters
    ----------
    study : EventStudy
    event_times : sequence of int, optional
        As for `relative_magnitude_bounds`.
    largest : float
        Where the search ends.

    Returns
    -------
    float
        Largest multiple, to 0.001, whose interval still excludes no effect; 0 where none does.

    Raises
    ------
    EstimationError
        As for `relative_magnitude_bounds`.

    Notes
    -----
    Source: Rambachan and Roth (2023), the breakdown value.

    Examples
    --------
    >>> from analysis.stats.difference_in_differences import event_study
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> rng = np.random.default_rng(1)
    >>> panel = panel_moments(rng.normal(size=(40, 4)), [3] * 20 + [NEVER] * 20, [1, 2, 3, 4])
    >>> breakdown_multiple(event_study(panel))
    0.0
    """

    def survives(multiple: float) -> bool:
        return relative_magnitude_bounds(
            study, multiple=multiple, event_times=event_times
        ).excludes(0)

    if not survives(0.0):
        return 0.0
    if survives(largest):
        return largest
    low, high = 0.0, largest
    while high - low > 1e-3:
        middle = (low + high) / 2
        low, high = (middle, high) if survives(middle) else (low, middle)
    return low


def _drift_weights(before: int, effects: int) -> Floats:
    """Express each change of the difference before the start by the effects, in rows."""
    levels = np.zeros((before + 1, effects))
    levels[np.arange(before), np.arange(before)] = 1  # the base period's effect is 0
    return np.diff(levels, axis=0)


def _before_problem(before: int) -> Problem | None:
    if before >= 1:
        return None
    return Problem(
        what="trends before the incentive cannot be compared",
        found="one period before the start",
        needed="at least 2",
        next_step="Take earlier periods in.",
    )


def _power_problem(free: int, before: int) -> Problem:
    return Problem(
        what="too few clusters for a joint test of the periods before the incentive",
        found=f"{free + 2} units for {before} periods",
        needed=f"at least {before + 3}",
        next_step="Pool periods or take more units in.",
    )


def _bounds_problem(times: list[int], chosen: list[int], multiple: float) -> Problem | None:
    known = bool(chosen) and all(time in times and time >= 0 for time in chosen)
    if known and multiple >= 0:
        return None
    return Problem(
        what="no bounds to compute",
        found=f"event times {chosen}, a multiple of {multiple:g}",
        needed=f"event times among {[time for time in times if time >= 0]}, a multiple from 0",
        next_step="Average over periods with the incentive.",
    )
