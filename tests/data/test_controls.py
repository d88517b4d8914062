"""Control totals of the bank's own books, held against the source."""

from __future__ import annotations

import datetime as dt

import pytest
from pydantic import ValidationError

from analysis.answers import Check
from analysis.data.connect import connect
from analysis.data.controls import reconcile
from analysis.locale import render
from analysis.params.controls import ControlTotal
from analysis.params.source import SourceSettings
from analysis.publish.controls import describe_control
from analysis.results import CheckStatus

AS_OF = dt.date(2025, 12, 31)
ROWS = """\
customer_id,occurred_on,amount_cny
C1,2025-01-05,10.10
C1,2025-06-05,20.20
C2,2026-03-01,0.10
"""


@pytest.fixture
def source(tmp_path):
    (tmp_path / "transactions.csv").write_text(ROWS)
    with connect(SourceSettings(folder=tmp_path), environment={}) as opened:
        yield opened


def one(source, **control):
    fields = {"table": "transactions", **control}
    (found,) = reconcile(source, {"books": ControlTotal(**fields)}, as_of=AS_OF)
    return found


@pytest.mark.parametrize(
    ("control", "found"),
    [
        ({"expected": 3}, 3),
        ({"expected": 2, "until": "occurred_on"}, 2),
        ({"expected": 30.4, "column": "amount_cny"}, 30.4),
        ({"expected": 30.3, "column": "amount_cny", "until": "occurred_on"}, 30.3),
        ({"expected": 30.3, "column": "amount_cny", "where": {"customer_id": "C1"}}, 30.3),
        ({"expected": 0, "where": {"customer_id": "C9"}}, 0),
    ],
)
def test_rows_and_sums_are_reconciled_to_the_last_cent(source, control, found):
    reconciled = one(source, **control)
    assert reconciled.found == found
    assert reconciled.holds


@pytest.mark.parametrize(
    ("tolerance", "holds"),
    [
        ({}, False),
        ({"within": 0.39}, False),
        ({"within": 0.41}, True),
        ({"within_share": 0.012}, False),
        ({"within_share": 0.014}, True),
        ({"within": 0.1, "within_share": 0.014}, True),
    ],
)
def test_a_gap_is_a_break_beyond_the_wider_of_the_two_tolerances(source, tolerance, holds):
    reconciled = one(source, column="amount_cny", expected=30.0, **tolerance)
    assert reconciled.gap == pytest.approx(0.4)
    assert reconciled.holds is holds


def say(check: Check) -> str:
    return render(check.detail, "en")


def test_a_break_is_a_failed_mandatory_check_that_gives_no_exact_number_away(source):
    broken = describe_control(one(source, expected=4))
    assert (broken.status, broken.mandatory) == (CheckStatus.FAILED, True)
    assert say(broken) == "The source is 25.0% away from the control total; 0.0% is allowed."
    assert "相差25.0%" in render(broken.detail, "zh")
    held = describe_control(one(source, expected=3))
    assert (held.status, held.mandatory) == (CheckStatus.PASSED, True)


@pytest.mark.parametrize(
    ("control", "what"),
    [
        ({"table": "holdings"}, "holdings"),
        ({"table": "no_such_table"}, "no_such_table"),
        ({"column": "balance_cny"}, "transactions.balance_cny"),
        ({"column": "customer_id"}, "transactions.customer_id"),
        ({"where": {"region": "North"}}, "transactions.region"),
        ({"until": "opened_on"}, "transactions.opened_on"),
    ],
)
def test_what_the_source_does_not_have_is_a_break_and_named(source, control, what):
    reconciled = one(source, expected=1, **control)
    assert reconciled.missing == what
    assert not reconciled.holds
    assert f"the source has no {what}" in say(describe_control(reconciled))


def test_a_tolerance_is_not_negative():
    with pytest.raises(ValidationError, match="greater than or equal to 0"):
        ControlTotal(table="transactions", expected=1, within=-1)
