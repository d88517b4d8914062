"""The pipeline: lead times equal Kaplan-Meier of a peer, counts by hand, planted laws."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from analysis.demand_assessment.delivery import on_time_counts
from analysis.demand_assessment.demands import Demands, number
from analysis.demand_assessment.flow import flow
from analysis.demand_assessment.rules import Period as Window
from analysis.demand_assessment.rules import PipelineRules
from analysis.demand_assessment.spells import waits
from analysis.sample import pipeline as planted
from analysis.text import Words

from .conftest import DAYS

LAST = DAYS[-1]
WINDOW = Window(after=dt.date(2025, 1, 10), until=dt.date(2025, 1, 20))
NAMES = (
    "identified_on", "analysed_on", "prioritised_on", "agreed_on", "started_on", "delivered_on",
    "evaluated_on", "withdrawn_on", "due_on",
)  # fmt: skip


def made(*rows):
    """Demands by hand: each a mapping of a column to a day of January 2025."""
    zero = number(dt.date(2024, 12, 31))
    frame = pd.DataFrame(
        [{name: row[name] + zero if name in row else np.nan for name in NAMES} for row in rows],
        dtype=float,
    )
    frame["department_id"] = "A"
    return Demands(frame=frame, departments={"A": Words(en="A", zh="甲")}, period=WINDOW)


def test_lead_times_equal_kaplan_meier_of_lifelines(periods):
    found = periods[LAST].pipeline
    demands, window = found.demands, found.demands.period
    first, last = number(window.after), number(window.until)
    begun, ended = demands.day("identified_on"), demands.day("delivered_on")
    gone = np.fmin(demands.day("withdrawn_on"), float(last))
    there = (begun <= last) & (np.fmin(ended, gone) > first)
    until = np.fmin(ended, gone)
    there &= until > np.maximum(begun, first)
    peer = KaplanMeierFitter().fit(
        (until - begun)[there],
        (ended <= gone)[there],
        entry=np.maximum(first - begun, 0)[there],
    )
    assert found.lead_time.median.value.value == peer.median_survival_time_
    for day in (40, 75, 110):
        assert found.lead_time.now.at(day).value == pytest.approx(
            float(peer.predict(day)), abs=1e-9
        )


def test_what_is_open_counts_until_the_end_and_no_longer():
    cells = waits(
        made(
            {"identified_on": 12, "delivered_on": 15},
            {"identified_on": 5, "delivered_on": 30},
            {"identified_on": 13, "withdrawn_on": 16},
            {"identified_on": 1, "delivered_on": 9},
            {"identified_on": 25},
        ),
        WINDOW,
        start="identified_on",
        end="delivered_on",
    )
    found = sorted(zip(cells.duration_periods, cells.event, cells.entry_periods, strict=True))
    assert found == [(3, 0, 0), (3, 1, 0), (15, 0, 5)]


def test_two_periods_share_no_day_of_a_wait():
    demands = made({"identified_on": 5, "delivered_on": 18})
    exposed = 0
    for window in (WINDOW, WINDOW.before()):
        cells = waits(demands, window, start="identified_on", end="delivered_on")
        exposed += int((cells.duration_periods - cells.entry_periods).sum())
    assert exposed == 13


def test_on_time_counts_what_was_due_and_not_withdrawn():
    demands = made(
        {"identified_on": 1, "due_on": 12, "delivered_on": 12},
        {"identified_on": 1, "due_on": 12, "delivered_on": 13},
        {"identified_on": 1, "due_on": 20},
        {"identified_on": 1, "due_on": 15, "withdrawn_on": 14},
        {"identified_on": 1, "due_on": 10, "delivered_on": 9},
    )
    counts = on_time_counts(demands, WINDOW)
    assert (counts.part, counts.whole) == (1, 3)


def test_work_in_progress_by_hand():
    rules = PipelineRules(horizon_days=30, little_tolerance=0.15)
    found = flow(
        made(
            {"identified_on": 10, "analysed_on": 14, "delivered_on": 15},
            {"identified_on": 12},
            {"identified_on": 13, "withdrawn_on": 17},
        ),
        rules=rules,
        confidence=0.95,
    )
    # of ten days: five by the first, eight by the second, four by the third
    assert found.average == pytest.approx(1.7)
    assert (found.identified, found.delivered, found.withdrawn) == (2, 1, 1)
    assert (found.open_before, found.open_now) == (1, 1)
    assert found.implied_days == pytest.approx(1.7 / 0.2)
    analysis = found.stages[0]
    assert (analysis.left, analysis.withdrawn, analysis.waiting) == (1, 1, 1)
    assert analysis.oldest_days == 8


def test_littles_law_holds_for_the_sample_in_balance(periods):
    found = periods[DAYS[1]].pipeline
    assert found.flow.implied_days == pytest.approx(found.mean_days.value, rel=0.15)


def test_the_stage_that_holds_most_is_the_longest_of_the_planted_ones(periods):
    stages = {stage.name: stage.average for stage in periods[DAYS[1]].pipeline.flow.stages}
    assert max(stages, key=stages.get) == "work"


def test_the_planted_days_of_analysis_lie_in_the_interval(periods):
    found = periods[DAYS[1]].pipeline.lead_time.analysis.value
    planted_days = planted.MEAN_DAYS["analysed_on"] + 0.5  # whole days are rounded up
    assert found.low - 0.3 <= planted_days <= found.high + 0.3


def test_priority_is_honoured_but_in_the_planted_department(periods):
    found = periods[LAST].pipeline.priority
    ignoring = [row.department for row in found.departments if not row.stands]
    assert ignoring == [planted.INDIFFERENT_DEPARTMENT]
    assert found.overall.share.low > 0.5


def test_shrunk_departments_lie_between_their_own_value_and_the_mean(periods):
    rows = periods[LAST].pipeline.departments
    own = np.array([row.on_time.value for row in rows])
    shrunk = np.array([row.on_time_shrunk.value for row in rows])
    assert shrunk.std() < own.std()
