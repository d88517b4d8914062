"""Service times: the planted medians, and who is faster beyond noise."""

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.competitor_comparison.facts import Doubt
from analysis.competitor_comparison.findings.service import service_finding
from analysis.competitor_comparison.service import Service, service_times
from analysis.competitor_comparison.tables.service import differences, distribution
from analysis.competitor_comparison.wording import PROCESSES
from analysis.locale import render
from analysis.text import message

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


def test_what_takes_days_is_told_in_hours_and_the_rest_in_minutes(compare: Compare) -> None:
    service = time(compare())
    assert isinstance(service, Service)
    said = {p: service_finding(service, p).statement.values for p in service.processes}
    units = {p: (render(v["unit"], "en"), render(v["unit"], "zh")) for p, v in said.items()}
    assert units == {
        "waiting": ("minutes", "分钟"),
        "account_opening": ("minutes", "分钟"),
        "loan_approval": ("hours", "小时"),
    }
    own = service.of("loan_approval")[0].quantiles[2]
    hours = said["loan_approval"]["own"].value
    assert (hours.value, hours.low) == pytest.approx((own.value / 60, own.low / 60))
    assert distribution(service, "loan_approval").rows[0]["q50"] == pytest.approx(own.value / 60)
    assert distribution(service, "waiting").rows[0]["q50"] == (
        service.of("waiting")[0].quantiles[2].value
    )
    told = [row for row in differences(service).rows if row["unit"] == message("hours")]
    assert told
    assert all(row["process"] == PROCESSES["loan_approval"] for row in told)
    assert told[0]["median"].value == pytest.approx(own.value / 60)
