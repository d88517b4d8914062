"""Months in which loss was out of the ordinary, and what they coincide with."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.definitions import Stage
from analysis.lifecycle.checks.warnings import baseline_check
from analysis.lifecycle.findings.warnings import warning_finding
from analysis.lifecycle.monthly_moves import MonthlyMoves
from analysis.lifecycle.present.warnings import present_warnings
from analysis.lifecycle.warnings import LossWarnings, loss_warnings
from analysis.params.source import SourceSettings
from analysis.results import CheckStatus, Strength
from analysis.stats.control_chart import Rule

from ..captions import captions

ORDINARY = [20, 24, 18, 22, 21, 25, 19, 20, 23, 18, 22, 21]
FIRST = 2024 * 12 + 6
STAGES = list(Stage)
OpenBank = Callable[..., Bank]


def moves_with(lost: list[int], *, of: int = 1000) -> MonthlyMoves:
    """Stable customers of whom so many are lost in each month from 2024-07 on."""
    customers = np.zeros((len(lost), 6, 5), dtype=np.int64)
    stable, gone = STAGES.index(Stage.STABLE), STAGES.index(Stage.LOST)
    customers[:, stable, gone] = lost
    customers[:, stable, stable] = of - np.array(lost)
    customers[:, gone, gone] = 5000  # lost before: neither lost again nor at risk
    return MonthlyMoves(months=tuple(range(FIRST, FIRST + len(lost))), customers=customers)


@pytest.fixture
def bank(tmp_path: Path) -> OpenBank:
    """A bank with a calendar of events, or without one."""

    def make(events: list[tuple[str, str]] | None = None) -> Bank:
        pd.DataFrame(
            {"customer_id": ["a"], "occurred_on": [dt.date(2024, 1, 1)], "amount_cny": [1.0]}
        ).to_parquet(tmp_path / "transactions.parquet")
        if events is not None:
            pd.DataFrame(
                {
                    "event_id": [str(i) for i in range(len(events))],
                    "happened_on": [dt.date.fromisoformat(day) for day, _ in events],
                    "kind": "price",
                    "name_en": [name for _, name in events],
                }
            ).to_parquet(tmp_path / "events.parquet")
        return Bank(connect(SourceSettings(folder=tmp_path), environment={}), "bank")

    return make


def chart(bank: Bank, lost: list[int], *, watched: int = 3) -> LossWarnings:
    found = loss_warnings(bank, moves_with(lost), months=24, watched_months=watched)
    assert isinstance(found, LossWarnings)
    return found


def test_a_month_far_above_signals_and_names_what_it_coincides_with(bank: OpenBank) -> None:
    calendar = [
        ("2025-07-31", "too early"),
        ("2025-08-01", "the month before"),
        ("2025-09-30", "the month itself"),
        ("2025-10-01", "too late"),
    ]
    found = chart(bank(calendar), [*ORDINARY, 22, 21, 60])
    assert [signal.point.month for signal in found.signals] == ["2025-09"]
    (signal,) = found.signals
    assert Rule.NELSON_1 in signal.point.signals
    assert signal.is_high
    assert not signal.continues
    assert [event.name.en for event in signal.events] == ["the month before", "the month itself"]
    assert (signal.point.events, signal.point.n) == (60, 1000)
    finding = warning_finding(found)
    assert finding.strength is Strength.CONCLUSIVE
    assert finding.headline
    assert finding.statement.values["month"] == "2025-09"


def test_ordinary_months_signal_nothing(bank: OpenBank) -> None:
    found = chart(bank(), [*ORDINARY, 22, 20, 21])
    assert found.signals == ()
    assert "In none of the last" in warning_finding(found).statement.pattern
    assert baseline_check(found).status is CheckStatus.PASSED


def test_a_month_far_below_is_good_news(bank: OpenBank) -> None:
    found = chart(bank(), [*ORDINARY, 22, 20, 3])
    assert not found.signals[0].is_high
    assert "lower than ordinary" in warning_finding(found).statement.pattern


def test_a_baseline_that_signals_itself_weakens_the_finding(bank: OpenBank) -> None:
    found = chart(bank(), [20, 24, 18, 22, 21, 70, 19, 20, 23, 18, 22, 21, 22, 21, 150])
    assert found.baseline_signals > 0
    assert baseline_check(found).status is CheckStatus.FAILED
    assert warning_finding(found).strength is Strength.SUGGESTIVE


def test_without_a_calendar_the_finding_says_so(bank: OpenBank) -> None:
    finding = warning_finding(chart(bank(), [*ORDINARY, 22, 21, 60]))
    said = finding.statement.values["events"]
    assert getattr(said, "pattern", "").startswith("The source has no calendar")


def test_too_short_a_baseline_is_not_assessed(bank: OpenBank) -> None:
    found = loss_warnings(bank(), moves_with(ORDINARY), months=24, watched_months=5)
    assert isinstance(found, NotAssessed)
    assert dict(found.reason.values) == {"months": 7, "needed": 8}
    assert present_warnings(found) is found


def test_no_loss_in_the_baseline_is_not_assessed(bank: OpenBank) -> None:
    found = loss_warnings(bank(), moves_with([0] * 12 + [5]), months=24, watched_months=1)
    assert isinstance(found, NotAssessed)
    assert "Nobody was lost" in found.reason.pattern


def test_the_page_shows_the_chart_and_the_signals(bank: OpenBank) -> None:
    answer = present_warnings(chart(bank([("2025-09-01", "fee")]), [*ORDINARY, 22, 21, 60]))
    assert isinstance(answer, Answer)
    assert [table.name for table in answer.tables] == ["loss_signals"]
    assert captions(answer)["loss_chart"].startswith("Monthly loss: 1 of the last 3 months")
    assert len(answer.figures[0].table.rows) == 15


def test_limits_are_never_narrower_than_chance(bank: OpenBank) -> None:
    """Months that happen to differ by less than chance make a plain chart; others Laney's."""
    even = chart(bank(), [21, 21, 22, 21, 21, 22, 21, 22, 21, 21, 22, 21, 22, 28, 15])
    assert (even.chart.chart, even.chart.sigma_z) == ("p", 1.0)
    assert even.signals == ()
    uneven = chart(bank(), [10, 40, 12, 35, 9, 44, 15, 38, 11, 41, 13, 36, 30, 12, 40])
    assert uneven.chart.chart == "laney"
    assert uneven.chart.sigma_z > 1
