"""Whether priority is honoured: the more urgent demand is taken up first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.demand_assessment.demands import Demands, number
from analysis.errors import EstimationError
from analysis.stats.concordance import Concordance, concordance
from analysis.stats.multiple_outcomes import correct_tests
from analysis.stats.normal import p_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentPriority:
    """One department: how often the more urgent of two waits less, and whether that stands."""

    department: str
    concordance: Concordance
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """How far priorities decide who is taken up first.

    Attributes
    ----------
    overall : Concordance or None
        Of all demands together.
    departments : tuple of DepartmentPriority
        `stands` says that it differs from chance, all of them counted (Holm).
    median_days : tuple of (priority, days, demands)
        Waits for work of those that were taken up.
    """

    overall: Concordance | None
    departments: tuple[DepartmentPriority, ...]
    median_days: tuple[tuple[int, float, int], ...]


def priority(demands: Demands, *, confidence: float) -> Priority:
    """Hold the order of starting against the priorities, over the last year.

    Waits run from agreement to the beginning of work; those that wait still, or were
    withdrawn, are cut off.
    """
    today = number(demands.period.until)
    begun, started = demands.day("agreed_on"), demands.day("started_on")
    ended = ~np.isnan(started)
    gone = np.fmin(demands.day("withdrawn_on"), float(today))
    wait = np.where(ended, started, gone) - begun
    rank = demands.flags("priority")
    recent = (begun > today - 365) & ~np.isnan(rank) & (wait >= 0)
    each = {}
    for department in demands.departments:
        mine = recent & (demands.department == department)
        found = _concordance(wait[mine], ended[mine], rank[mine], confidence)
        if found is not None:
            each[department] = found
    p_values = {name: p_of(found.share, 0.5) for name, found in each.items()}
    tests = correct_tests(p_values, confidence=confidence) if p_values else ()
    stands = {test.name: test.stands for test in tests}
    return Priority(
        overall=_concordance(wait[recent], ended[recent], rank[recent], confidence),
        departments=tuple(
            DepartmentPriority(department=name, concordance=found, stands=stands[name])
            for name, found in each.items()
        ),
        median_days=tuple(
            (int(level), float(np.median(wait[here])), int(here.sum()))
            for level in np.unique(rank[recent])
            for here in [recent & (rank == level) & ended]
            if here.any()
        ),
    )


def _concordance(
    wait: npt.NDArray[np.float64],
    ended: npt.NDArray[np.bool_],
    rank: npt.NDArray[np.float64],
    confidence: float,
) -> Concordance | None:
    try:
        return concordance(wait, ended, rank, confidence=confidence)
    except EstimationError:
        return None
