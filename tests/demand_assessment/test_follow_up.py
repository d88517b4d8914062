"""Actions and findings of audits: where each stands, by hand and on the sample."""

import datetime as dt

import pytest

from analysis.answers import NotAssessed
from analysis.demand_assessment.findings.outcomes import actions_finding
from analysis.locale import render

from .conftest import DAYS, Period

SECOND, LAST = DAYS[2], DAYS[3]


def test_each_action_stands_where_its_days_say(periods):
    status = {action.key: action.status for action in periods[LAST].actions.actions}
    assert status == {
        "A01": "done", "A02": "done", "A03": "late", "A04": "dropped",
        "A05": "done_late", "A06": "open", "A07": "late",
    }  # fmt: skip


def test_what_happened_after_the_period_is_not_yet_known(folders):
    found = Period(folders[LAST], LAST).register
    earlier = Period(folders[SECOND], SECOND).register
    assert {action.key for action in earlier.actions} < {action.key for action in found.actions}
    assert all(action.raised_on <= SECOND for action in earlier.actions)


def test_without_an_earlier_assessment_no_action_is_said_to_work(folders):
    found = Period(folders[LAST], LAST)
    assert {follow.worked for follow in found.actions.follow_ups} == {"unknown"}


def test_done_in_time_is_of_those_due_and_not_dropped(periods):
    # due in the third quarter: two done in time, one not done, one dropped
    assert periods[SECOND].actions.closed_in_time.value.value == pytest.approx(2 / 3)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_finding_names_what_worked_and_what_did_not(periods, language):
    said = render(actions_finding(periods[LAST].actions).statement, language)
    works = {"en": "A second team of analysts", "zh": "增设第二支需求分析团队"}[language]
    fails = {"en": "Robots for paperwork", "zh": "柜面单据流程机器人"}[language]
    assert said.index(works) < said.index(fails)


def test_findings_open_and_close_by_the_numbers(periods):
    for row in periods[LAST].compliance.rows:
        assert row.open_before + row.opened - row.closed == row.open_now
        assert row.overdue <= row.open_now


def test_days_to_close_cover_the_planted_medians(periods):
    from analysis.sample.pipeline import DAYS_TO_CLOSE

    for row, mean in zip(periods[LAST].compliance.rows, DAYS_TO_CLOSE, strict=True):
        planted = mean * 0.6931
        assert row.median_days.low - 1 <= planted <= row.median_days.high + 1


def test_overdue_findings_come_gravest_and_longest_first(periods):
    order = [(("high", "medium", "low").index(o.severity), -o.days_over)
             for o in periods[LAST].compliance.overdue]  # fmt: skip
    assert order == sorted(order)
    assert all(o.days_over > 0 for o in periods[LAST].compliance.overdue)


def test_without_their_tables_they_are_not_assessed(changed):
    found = Period(changed(actions=None, compliance_findings=None, demands=None), LAST)
    for part in (found.actions, found.compliance, found.pipeline):
        assert isinstance(part, NotAssessed)
    assert found.state("on_time").hole == "no_metric"


def test_effects_cover_what_was_planted(periods):
    from analysis.sample import pipeline as planted

    found = periods[LAST].effect
    for measure, truth in (
        (found.goals, planted.GOAL_MET),
        (found.delivery.standard, planted.MET_STANDARD),
    ):
        width = measure.value.high - measure.value.low
        assert measure.value.low - width / 2 <= truth <= measure.value.high + width / 2
    assert dt.date(2025, 12, 31) == LAST
