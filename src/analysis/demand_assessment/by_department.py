"""By department: who delivers on time, who takes longer, after noise is taken out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from analysis.demand_assessment.delivery import on_time_counts
from analysis.demand_assessment.demands import Demands
from analysis.demand_assessment.measured import Counted
from analysis.demand_assessment.rules import PipelineRules
from analysis.demand_assessment.spells import mean_wait, waits
from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.log_rank import log_rank
from analysis.stats.multiple_outcomes import correct_tests
from analysis.stats.proportions import share
from analysis.stats.shrinkage import shrink_effects

_FEWEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRow:
    """One department in the period.

    Attributes
    ----------
    department : str
    due : Counted
        Demands due, and delivered by their day.
    on_time, on_time_shrunk : Estimate or None
        Alone, and pulled towards the mean of all as far as its noise demands.
    on_time_before : Estimate or None
    mean_days, mean_days_shrunk : Estimate or None
        Lead time up to the horizon, likewise.
    slower : bool or None
        Whether it takes longer (False: less long) than all others together, after
        correction for the number of departments; None where that cannot be told.
    p_corrected : float or None
    """

    department: str
    due: Counted
    on_time: Estimate | None
    on_time_shrunk: Estimate | None
    on_time_before: Estimate | None
    mean_days: Estimate | None
    mean_days_shrunk: Estimate | None
    slower: bool | None
    p_corrected: float | None


def by_department(
    demands: Demands, *, rules: PipelineRules, confidence: float
) -> tuple[DepartmentRow, ...]:
    """Compare departments on punctuality and lead time."""
    names = list(demands.departments)
    period = demands.period
    due = [on_time_counts(demands, period, demands.department == name) for name in names]
    earlier = [
        on_time_counts(demands, period.before(), demands.department == name) for name in names
    ]
    rates = [_share(counts, confidence) for counts in due]
    means = [
        mean_wait(
            waits(
                demands,
                period,
                start="identified_on",
                end="delivered_on",
                keep=demands.department == name,
            ),
            horizon_days=rules.horizon_days,
            confidence=confidence,
        )
        for name in names
    ]
    rates_shrunk = _shrink(
        [None if c.whole == 0 else (c.part / c.whole, _error(c)) for c in due], confidence
    )
    means_shrunk = _shrink(
        [None if m is None else (m.mean_periods.value, m.standard_error_periods) for m in means],
        confidence,
    )
    tests = _against_the_rest(demands, confidence)
    return tuple(
        DepartmentRow(
            department=name,
            due=due[i],
            on_time=rates[i],
            on_time_shrunk=rates_shrunk[i],
            on_time_before=_share(earlier[i], confidence),
            mean_days=None if (found := means[i]) is None else found.mean_periods,
            mean_days_shrunk=means_shrunk[i],
            slower=tests.get(name, (None, None))[0],
            p_corrected=tests.get(name, (None, None))[1],
        )
        for i, name in enumerate(names)
    )


def _share(counts: Counted, confidence: float) -> Estimate | None:
    return share(counts.part, counts.whole, confidence=confidence) if counts.whole else None


def _error(counts: Counted) -> float:
    """Give the error of a share, of one more of either kind so that it is never 0."""
    p, n = (counts.part + 1) / (counts.whole + 2), counts.whole
    return math.sqrt(p * (1 - p) / n)


def _shrink(found: list[tuple[float, float] | None], confidence: float) -> list[Estimate | None]:
    usable = [i for i, pair in enumerate(found) if pair is not None and pair[1] > 0]
    shrunk: list[Estimate | None] = [None] * len(found)
    if len(usable) < _FEWEST:
        return shrunk
    pairs = [pair for i in usable if (pair := found[i]) is not None]
    effects = shrink_effects(
        [value for value, _ in pairs], [error for _, error in pairs], confidence=confidence
    ).effects
    for i, effect in zip(usable, effects, strict=True):
        shrunk[i] = effect
    return shrunk


def _against_the_rest(
    demands: Demands, confidence: float
) -> dict[str, tuple[bool | None, float | None]]:
    """Test each department's lead time against that of all others (log-rank, Holm)."""
    p_values, slower = {}, {}
    for name in demands.departments:
        mine = np.where(demands.department == name, "mine", "rest").astype(object)
        cells = waits(
            demands, demands.period, start="identified_on", end="delivered_on", group=mine
        )
        try:
            if cells is None:
                continue
            found = log_rank(cells)
        except EstimationError:
            continue
        p_values[name] = found.p_value
        slower[name] = found.observed[0] < found.expected[0]
    if not p_values:
        return {}
    return {
        test.name: (slower[test.name] if test.stands else None, test.corrected_p_value)
        for test in correct_tests(p_values, confidence=confidence)
    }


def contribution_to_fall(row: DepartmentRow) -> float:
    """Give the change of a department's punctuality in its own demands, for ordering."""
    if row.on_time is None or row.on_time_before is None:
        return 0.0
    return row.due.whole * (row.on_time.value - row.on_time_before.value)


def fell(row: DepartmentRow, confidence: float, departments: int) -> bool:
    """Whether a department's punctuality fell beyond noise, all departments counted."""
    if row.on_time is None or row.on_time_before is None:
        return False
    now, before = row.on_time, row.on_time_before
    z = float(norm.ppf((1 + confidence) / 2))
    error = math.hypot(now.high - now.value, before.value - before.low) / z
    if error == 0:
        return now.value < before.value
    return float(2 * norm.sf((before.value - now.value) / error)) < (1 - confidence) / departments
