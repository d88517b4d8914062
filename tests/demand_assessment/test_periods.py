"""Three periods in sequence: what was planted is found, attributed and told apart."""

import math

import pytest

from analysis.demand_assessment.by_department import fell
from analysis.demand_assessment.index import changes_since
from analysis.demand_assessment.proposals import propose
from analysis.sample import assessment as planted
from analysis.sample import pipeline as planted_pipeline

from .conftest import DAYS, OTHERS, Period

FIRST, SECOND, LAST = DAYS[1:]


def test_the_planted_improvement_is_found_and_attributed(periods):
    found = periods[LAST].found.movements["analysis_time"]
    assert found.beyond_noise
    assert found.better
    change = next(part for part in periods[LAST].found.changes if part.key == "analysis_time")
    assert change.performance > 1


def test_the_planted_deteriorations_are_found_and_attributed(periods):
    moved = periods[LAST].found.movements
    worse = {key for key, move in moved.items() if move.beyond_noise and move.better is False}
    assert worse == {planted.WORSE_INDICATOR, "on_time"}
    rows = periods[LAST].pipeline.departments
    fallen = [row.department for row in rows if fell(row, 0.95, len(rows))]
    assert fallen == [planted_pipeline.WORSE_DEPARTMENT]


def test_the_action_that_worked_and_the_one_that_did_not_are_told_apart(periods):
    worked = {follow.action.key: follow.worked for follow in periods[LAST].actions.follow_ups}
    assert worked[planted.WORKED] == "worked"
    assert worked[planted.DID_NOT_WORK] == "no_effect"
    reached = {f.action.key: f.expected_reached for f in periods[LAST].actions.follow_ups}
    assert reached[planted.WORKED]
    assert reached[planted.DID_NOT_WORK] is False


def test_an_action_is_held_against_the_last_assessment_before_it_was_done(periods):
    since = {follow.action.key: follow.since for follow in periods[LAST].actions.follow_ups}
    assert since[planted.WORKED] == f"to {FIRST}"
    assert since["A05"] == f"to {SECOND}"


def test_the_parts_add_up_to_the_change_of_the_index(periods):
    found = periods[LAST].found
    assert found.before is not None
    total = math.fsum(part.total for part in found.changes)
    assert total == pytest.approx(found.index.points.value - found.before.index.value, abs=1e-9)


def test_a_raised_target_is_told_from_performance(periods):
    change = next(p for p in periods[LAST].found.changes if p.key == planted.RAISED_TARGET[0])
    assert change.target < 0


def test_the_restated_period_is_marked_and_changes_are_since_the_new_value(periods):
    history = periods[LAST].found.history
    assert [past.restated for past in history] == [(), (planted.RESTATED,)]
    first = history[1]
    assert first.published_points != pytest.approx(first.index.value, abs=0.01)
    assert periods[FIRST].index.points.value == pytest.approx(first.published_points, abs=1e-9)


def test_one_failed_report_leaves_a_hole_and_changes_nothing_else(folders, periods):
    whole = periods[LAST]
    kept = tuple(periods[day].keep() for day in (SECOND, FIRST))
    holed = Period(folders[LAST], LAST, earlier=kept, failed=("lifecycle",))
    gone = {"active_customers", "early_retention"}
    assert {state.indicator.key for state in holed.index.holes} == gone
    for before, after in zip(whole.index.states, holed.index.states, strict=True):
        if before.indicator.key not in gone:
            assert before == after
    lost = math.fsum(whole.state(key).points for key in gone)
    assert holed.index.points.value == pytest.approx(whole.index.points.value - lost, abs=1e-9)
    assert holed.index.missing_points == pytest.approx(12.0)
    for part in holed.found.changes:
        if part.key in gone:
            assert part.performance == 0
            assert part.coverage < 0
    others = {p.key: p for p in whole.found.changes}
    assert [p for p in holed.found.changes if p.key not in gone] == [
        others[p.key] for p in holed.found.changes if p.key not in gone
    ]


def test_reports_are_read_whose_results_indicators_name(periods):
    named = {state.indicator.report for state in periods[LAST].index.states}
    assert named - {"", "demand_assessment"} == set(OTHERS)


def test_new_actions_follow_from_what_got_worse_is_ignored_or_overdue(periods):
    last = periods[LAST]
    found = propose(last.found, last.pipeline, last.actions, last.compliance, confidence=0.95)
    by_department = {proposal.department for proposal in found}
    assert {planted_pipeline.WORSE_DEPARTMENT, planted_pipeline.INDIFFERENT_DEPARTMENT} <= (
        by_department
    )
    because = [proposal.because.pattern for proposal in found]
    assert "it got worse beyond noise: {change}" in because
    assert "it is overdue" in because
    assert all(proposal.evidence.anchor for proposal in found)


def test_looking_back_to_the_same_period_moves_nothing(periods):
    last = periods[LAST]
    changes = changes_since(last.index, _as_past(last))
    assert all(part.total == pytest.approx(0, abs=1e-9) for part in changes)


def _as_past(period):
    from analysis.demand_assessment.history import read_history

    return read_history([period.keep()], {}, confidence=0.95)[0]
