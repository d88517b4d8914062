"""Where the customers of each group stand, and who moved there."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.definitions import Stage, StageRules
from analysis.lifecycle.findings.stage_groups import group_finding
from analysis.lifecycle.present.stage_groups import present_stage_groups
from analysis.lifecycle.stage_groups import StagesByGroup, stages_by_group
from analysis.lifecycle.stages import customer_stages
from analysis.lifecycle.tables.stage_groups import group_movement_table
from analysis.params.source import SourceSettings
from analysis.results import Strength
from analysis.stats.proportions import share

from ..captions import captions

RULES = StageRules(new_within_months=6, dormant_after_months=6, lost_after_months=12)
NOW = dt.date(2025, 12, 31)
BEFORE = dt.date(2025, 9, 30)
OpenBank = Callable[..., Bank]


@pytest.fixture
def open_bank(tmp_path: Path) -> OpenBank:
    """A bank of customers, each (segment, days of purchase)."""

    def make(people: list[tuple[str | None, list[str]]], *, column: str = "segment") -> Bank:
        pd.DataFrame(
            [
                {
                    "customer_id": str(i),
                    "occurred_on": dt.date.fromisoformat(day),
                    "amount_cny": 1.0,
                }
                for i, (_, days) in enumerate(people)
                for day in days
            ]
        ).to_parquet(tmp_path / "transactions.parquet")
        pd.DataFrame(
            {
                "customer_id": [str(i) for i in range(len(people))],
                column: [group for group, _ in people],
            }
        ).to_parquet(tmp_path / "customers.parquet")
        return Bank(connect(SourceSettings(folder=tmp_path), environment={}), "bank")

    return make


def find(bank: Bank) -> StagesByGroup | NotAssessed:
    return stages_by_group(
        bank,
        grouping="segment",
        as_of=NOW,
        previous_as_of=BEFORE,
        rules=RULES,
        confidence=0.95,
    )


ACTIVE = ["2024-01-10", "2025-08-01", "2025-12-01"]
FELL_DORMANT = ["2024-01-10", "2025-05-01"]
LOST_LONG_AGO = ["2023-01-10"]
CAME = ["2025-11-05"]


def test_each_group_has_its_own_stages_and_moves(open_bank: OpenBank) -> None:
    found = find(
        open_bank(
            [("student", ACTIVE)] * 3
            + [("student", FELL_DORMANT)]
            + [("family", ACTIVE)] * 2
            + [("family", CAME)]
            + [("family", LOST_LONG_AGO)]
        )
    )
    assert isinstance(found, StagesByGroup)
    assert [group.group for group in found.groups] == ["student", "family"]
    student, family = found.groups
    assert (student.stages.n_active, student.stages.n_fell_dormant) == (3, 1)
    assert (family.stages.n_active, family.stages.n_came, family.stages.now[Stage.LOST]) == (
        3,
        1,
        1,
    )
    assert student.share(Stage.DORMANT).value == 0.25
    assert sum(estimate.value for _, estimate in family.shares) == pytest.approx(1)


def test_the_groups_add_up_to_all(open_bank: OpenBank) -> None:
    bank = open_bank(
        [("student", ACTIVE)] * 5
        + [("family", FELL_DORMANT)] * 4
        + [(None, CAME)] * 3
        + [("retired", LOST_LONG_AGO)] * 2
    )
    found = find(bank)
    everyone = customer_stages(bank, as_of=NOW, previous_as_of=BEFORE, rules=RULES, confidence=0.95)
    assert isinstance(found, StagesByGroup)
    assert found.groups[-1].group == "unknown"
    for stage in Stage:
        assert sum(g.stages.now[stage] for g in found.groups) == everyone.now[stage]
    total = group_movement_table(found).rows[-1]
    assert (total["came"], total["fell_dormant"], total["left"]) == (
        everyone.n_came,
        everyone.n_fell_dormant,
        everyone.n_left,
    )


def test_the_intervals_hold_for_all_groups_together(open_bank: OpenBank) -> None:
    """Two groups: each interval covers 97.5 %, so that both hold 95 % of the time."""
    found = find(open_bank([("student", ACTIVE)] * 30 + [("family", LOST_LONG_AGO)] * 30))
    assert isinstance(found, StagesByGroup)
    expected = share(30, 30, confidence=0.975)
    student = found.groups[0].stages.active_share
    assert (student.low, student.high) == pytest.approx((expected.low, expected.high))


def test_a_group_that_fell_is_named_with_what_to_do(open_bank: OpenBank) -> None:
    found = find(
        open_bank(
            [("student", ACTIVE)] * 40
            + [("student", FELL_DORMANT)] * 60
            + [("family", ACTIVE)] * 90
            + [("family", LOST_LONG_AGO)] * 10
        )
    )
    assert isinstance(found, StagesByGroup)
    finding = group_finding(found)
    assert finding.strength is Strength.CONCLUSIVE
    assert finding.action.pattern.startswith("Win back first in this group")
    assert getattr(finding.action.values["group"], "pattern", "") == "students"
    (caption,) = captions(present_stage_groups(found)).values()
    assert "the active share runs from" in caption


def test_groups_that_do_not_differ_are_inconclusive(open_bank: OpenBank) -> None:
    half = [("student", ACTIVE), ("student", LOST_LONG_AGO)] * 10
    found = find(open_bank(half + [("family", days) for _, days in half]))
    assert isinstance(found, StagesByGroup)
    assert group_finding(found).strength is Strength.INCONCLUSIVE
    (caption,) = captions(present_stage_groups(found)).values()
    assert "may differ by chance only" in caption


def test_a_group_of_one_is_left_out_and_counted(open_bank: OpenBank) -> None:
    found = find(
        open_bank([("student", ACTIVE)] * 3 + [("family", ACTIVE)] * 3 + [("retired", ACTIVE)])
    )
    assert isinstance(found, StagesByGroup)
    assert [group.group for group in found.groups] == ["student", "family"]
    assert found.n_left_out == 1


@pytest.mark.parametrize("column", ["segment", "wealth"])
def test_one_group_or_none_is_not_assessed(open_bank: OpenBank, column: str) -> None:
    groups = [("student" if column == "segment" else "large", ACTIVE)] * 5
    found = find(open_bank(groups, column=column))
    assert isinstance(found, NotAssessed)
    assert present_stage_groups(found) is found
