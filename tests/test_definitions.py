"""The subject's words mean what they say."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.definitions import (
    Stage,
    StageRules,
    last_complete_quarter,
    months_before,
    quarter_label,
    stage_of,
)

RULES = StageRules(new_within_months=6, dormant_after_months=6, lost_after_months=12)
AS_OF = dt.date(2025, 12, 31)


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("started", "active", "closed", "stage"),
    [
        (None, None, None, Stage.POTENTIAL),
        ("2026-01-01", None, None, Stage.POTENTIAL),
        ("2025-07-01", None, None, Stage.NEW),
        ("2025-06-30", "2025-07-01", None, Stage.STABLE),
        ("2020-01-01", "2025-07-01", None, Stage.STABLE),
        ("2020-01-01", "2025-06-30", None, Stage.DORMANT),
        ("2020-01-01", "2025-01-01", None, Stage.DORMANT),
        ("2020-01-01", "2024-12-31", None, Stage.LOST),
        ("2020-01-01", "2025-12-30", "2025-12-31", Stage.LOST),
        ("2020-01-01", "2025-12-30", "2026-01-01", Stage.STABLE),
    ],
)
def test_the_first_rule_that_fits_decides(
    started: str | None, active: str | None, closed: str | None, stage: Stage
) -> None:
    found = stage_of(
        started_on=day(started),
        last_active_on=day(active),
        closed_on=day(closed),
        as_of=AS_OF,
        rules=RULES,
    )
    assert found is stage


def test_an_opening_counts_as_activity() -> None:
    """A customer without a transaction is judged by the day the relationship began."""
    found = stage_of(
        started_on=dt.date(2024, 6, 1),
        last_active_on=None,
        closed_on=None,
        as_of=AS_OF,
        rules=RULES,
    )
    assert found is Stage.LOST


@pytest.mark.parametrize(("dormant", "lost"), [(12, 12), (13, 12), (0, 12)])
def test_thresholds_that_contradict_each_other_are_refused(dormant: int, lost: int) -> None:
    with pytest.raises(ValueError, match=r"dormant_after_months must be|at least one month"):
        StageRules(new_within_months=6, dormant_after_months=dormant, lost_after_months=lost)


@pytest.mark.parametrize(
    ("later", "months", "earlier"),
    [
        ("2025-12-31", 6, "2025-06-30"),
        ("2025-06-30", 6, "2024-12-31"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2025-03-30", 1, "2025-02-28"),
        ("2025-01-15", 13, "2023-12-15"),
    ],
)
def test_whole_months_back(later: str, months: int, earlier: str) -> None:
    assert months_before(dt.date.fromisoformat(later), months) == dt.date.fromisoformat(earlier)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 500))
def test_going_back_further_is_never_later(later: dt.date, months: int) -> None:
    assert months_before(later, months + 1) < months_before(later, months) <= later


def test_a_quarter_is_complete_on_its_last_day() -> None:
    assert quarter_label(last_complete_quarter(dt.date(2025, 12, 31))) == "2025-Q4"
    assert quarter_label(last_complete_quarter(dt.date(2025, 12, 30))) == "2025-Q3"
    assert quarter_label(last_complete_quarter(dt.date(2026, 1, 1))) == "2025-Q4"
