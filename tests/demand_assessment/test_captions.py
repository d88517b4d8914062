"""Each figure's caption states what is to be seen, as surely as its finding and no more."""

from dataclasses import replace

import pytest

from analysis.demand_assessment import present
from analysis.demand_assessment.rules import WeighingRules
from analysis.results import Strength
from analysis.sample import pipeline as planted_pipeline

from ..captions import captions
from .conftest import DAYS

FIRST, LAST = DAYS[1], DAYS[-1]
RULES = WeighingRules(mode="given", accepted_ratio=0.1, override_reason="", concentration=50.0)


@pytest.fixture(scope="module")
def last(periods):
    return periods[LAST]


def moved(period, movements):
    answer = present.index(period.index, period.found.history, movements, rules=RULES, scope="bank")
    return captions(answer)["moved"]


def test_what_took_and_added_points_is_named_only_beyond_noise(last):
    known = last.found.movements
    told = moved(last, known)
    assert f"Beyond noise since {last.found.history[0].period}: " in told
    assert " took " in told
    assert " added " in told
    worse = {key: m for key, m in known.items() if m.better is False}
    assert "nothing added any" in moved(last, worse)
    better = {key: m for key, m in known.items() if m.better}
    assert "nothing took any" in moved(last, better)
    noise = {key: replace(m, beyond_noise=False) for key, m in known.items()}
    assert "no indicator beyond noise" in moved(last, noise)


def test_the_dimensions_are_told_apart_only_by_their_intervals(last):
    told = captions(present.dimensions(last.index, last.found.history, last.found.movements))
    assert "overlap" not in told["dimensions"]
    unsure = tuple(
        replace(d, attained=replace(d.attained, low=0.0, high=1.0)) if d.attained else d
        for d in last.index.dimensions
    )
    blurred = replace(last.index, dimensions=unsure)
    told = captions(present.dimensions(blurred, last.found.history, last.found.movements))
    assert told["dimensions"].endswith("the intervals overlap")


def test_the_course_of_the_index_is_told_from_noise(last, periods):
    def trend(index, history):
        return captions(present.system(index, history, "now"))["index_trend"]

    first = last.found.history[-1].index
    points = replace(last.index.points, value=first.high + 2, low=first.high + 1, high=100.0)
    assert trend(replace(last.index, points=points), last.found.history).endswith("beyond noise")
    same = replace(last.index, points=first)
    assert trend(same, last.found.history).endswith("within noise")
    assert "there is no earlier one" in trend(periods[FIRST].index, ())


def test_periods_without_an_index_are_no_start_to_compare_with(last):
    """Never told as a rise from nothing: the first period that has one is the start."""

    def told(history):
        return present.system(last.index, history, "now").findings[0]

    def caption(history):
        return captions(present.system(last.index, history, "now"))["index_trend"]

    *later, first = last.found.history
    unknown = replace(first, parts={})
    finding = told((*later, unknown))
    first_known = finding.statement.values["first"].value
    assert first_known == pytest.approx(later[-1].index.value, abs=1e-3)
    assert finding.statement.values["n"] == len(later) + 1
    assert caption((*later, unknown)) == caption(tuple(later))
    empty = told(tuple(replace(past, parts={}) for past in last.found.history))
    assert empty.statement.pattern == "No earlier assessment on record has an index."
    assert empty.strength is Strength.INCONCLUSIVE


def test_the_captions_of_the_pipeline_follow_its_findings(last):
    told = captions(present.pipeline(last.pipeline))
    fallen = last.pipeline.demands.departments[planted_pipeline.WORSE_DEPARTMENT].en
    assert told["departments"].endswith(f"fell beyond noise: {fallen}")
    assert told["stages"].startswith("On an average day ")
    lead = last.pipeline.lead_time
    moved = replace(lead.mean_change, value=9.0, low=5.0, high=13.0)
    still = replace(lead.mean_change, value=1.0, low=-3.0, high=5.0)
    calm = tuple(replace(row, on_time_before=row.on_time) for row in last.pipeline.departments)
    for change, words in ((moved, "the mean moved by 9"), (still, "within noise")):
        lead_time = replace(lead, mean_change=change)
        changed = replace(last.pipeline, lead_time=lead_time, departments=calm)
        told = captions(present.pipeline(changed))
        assert words in told["lead_times"]
        assert told["departments"].endswith("no department fell beyond noise")
