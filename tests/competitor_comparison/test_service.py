"""Service times: the planted medians, and who is faster beyond noise."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.answers import NotAssessed
from analysis.competitor_comparison.facts import Doubt
from analysis.competitor_comparison.service import Service, service_times

Compare = Callable[..., Any]


def time(comparison: Any) -> Service | NotAssessed:
    return service_times(
        comparison.bank, comparison.who, doubt=comparison.p.doubt_rules, confidence=0.95
    )


def test_the_planted_medians_lie_in_the_intervals(compare: Compare, truths: dict[str, Any]) -> None:
    service = time(compare())
    assert isinstance(service, Service)
    planted = truths["market"]["median_minutes"]["value"]
    inside = [
        times.quantiles[2].low
        <= planted[times.process][times.institution]
        <= times.quantiles[2].high
        for times in service.times
    ]
    assert len(inside) == 17
    assert sum(inside) >= 15  # 95 % each


def test_the_planted_differences_lie_in_the_intervals(
    compare: Compare, truths: dict[str, Any]
) -> None:
    service = time(compare())
    assert isinstance(service, Service)
    planted = truths["market"]["median_minutes"]["value"]
    compared = [times for times in service.times if times.median is not None]
    inside = [
        t.median.difference.low
        <= planted[t.process]["OWN"] - planted[t.process][t.institution]
        <= t.median.difference.high
        for t in compared
        if t.median is not None
    ]
    assert sum(inside) >= len(compared) - 2


def test_old_times_are_marked_and_missing_ones_said(compare: Compare) -> None:
    service = time(compare())
    assert isinstance(service, Service)
    assert {t.institution for t in service.times if Doubt.OLD in t.doubts} == {"R5"}
    assert service.missing == (("R4", "waiting"),)


def test_too_few_cases_are_not_assessed(compare: Compare) -> None:
    def few(times: pd.DataFrame) -> pd.DataFrame:
        return times.groupby(["institution_id", "process"]).head(39)

    assert isinstance(time(compare({"service_times": few})), NotAssessed)
    assert isinstance(time(compare({"service_times": lambda _: None})), NotAssessed)
