"""The index: the same in every unit and order; holes, weights, grades."""

import numpy as np
import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.demand_assessment.findings.index import index_statement, index_strength
from analysis.errors import EstimationError
from analysis.locale import render
from analysis.results import Strength

from .conftest import DAYS, Period

LAST = DAYS[-1]


def test_the_order_of_rows_changes_no_bit(changed, periods):
    def shuffle(frame):
        return frame.sample(frac=1, random_state=3)

    found = Period(changed(indicators=shuffle, dimensions=shuffle, indicator_values=shuffle), LAST)
    assert found.index.points == periods[LAST].index.points
    assert found.index.states == periods[LAST].index.states


def test_the_unit_of_an_indicator_changes_nothing(changed, periods):
    """Cost per unit in hundredths of a yuan; a negative one: the distance to a hundred."""

    def scaled(columns, key="cost_per_unit", factor=100.0):
        def edit(frame):
            mine = frame["indicator_id"] == key
            frame.loc[mine, columns] = frame.loc[mine, columns] * factor
            return frame

        return edit

    found = Period(
        changed(
            indicator_targets=scaled(["target_low", "target_high", "zero_low", "zero_high"]),
            indicator_values=scaled(["value", "low", "high", "peer_value"]),
        ),
        LAST,
    )
    before = periods[LAST].index
    assert found.index.points.value == pytest.approx(before.points.value, abs=1e-9)
    assert found.index.points.low == pytest.approx(before.points.low, abs=1e-9)
    assert found.index.points.high == pytest.approx(before.points.high, abs=1e-9)


def test_indicators_under_other_names_make_the_same_index(changed, periods):
    def renamed(frame):
        frame["indicator_id"] = "z_" + frame["indicator_id"]
        return frame

    found = Period(
        changed(indicators=renamed, indicator_targets=renamed, indicator_values=renamed), LAST
    )
    assert found.index.points == periods[LAST].index.points


def test_the_grade_is_a_range_where_a_hole_may_decide_it(folders):
    found = Period(folders[LAST], LAST, failed=("lifecycle", "market_research"))
    assert found.index.grade != found.index.best_grade
    assert index_strength(found.index) is Strength.INCONCLUSIVE
    said = render(index_statement(found.index), "en")
    assert f"grade {found.index.grade} to {found.index.best_grade}" in said


def test_weights_of_experts_are_near_those_behind_their_judgements(periods):
    found = periods[LAST].index.weights
    planted = dict(zip(found.keys, found.by_mode["given"], strict=True))
    for key, weight in zip(found.keys, found.by_mode["ahp"], strict=True):
        assert weight == pytest.approx(planted[key], abs=0.04)


def test_weights_by_entropy_are_refused_without_three_earlier_periods(folders, periods):
    kept = tuple(periods[day].keep() for day in (DAYS[2], DAYS[1]))
    with pytest.raises(EstimationError, match="no weights of the kind 'entropy': found 2 periods"):
        Period(folders[LAST], LAST, earlier=kept, parameters={"weights": "entropy"})


def test_weights_by_entropy_are_those_of_the_periods(folders, periods):
    kept = tuple(periods[day].keep() for day in (DAYS[2], DAYS[1], DAYS[1]))
    found = Period(folders[LAST], LAST, earlier=kept, parameters={"weights": "entropy"})
    assert sum(found.index.weights.in_force.values()) == pytest.approx(1)


def test_contradicting_experts_stop_the_run_unless_a_reason_is_stated(changed):
    def contradict(frame):
        rng = np.random.default_rng(1)
        frame["ratio"] = rng.choice([1 / 9, 9.0], size=len(frame))
        return frame

    folder = changed(dimension_judgements=contradict)
    with pytest.raises(EstimationError, match=r"contradict|inconsistent|consistency"):
        Period(folder, LAST, parameters={"weights": "ahp"})
    reason = {"weights": "ahp", "override_reason": "The board has decided."}
    assert Period(folder, LAST, parameters=reason).index.weights.mode == "ahp"


def test_a_number_on_few_employees_is_a_hole(changed):
    def few(frame):
        day = pd.to_datetime(frame["answered_on"])
        recent = frame[day > pd.Timestamp(DAYS[-2])].head(7)
        return pd.concat([frame[day <= pd.Timestamp(DAYS[-2])], recent])

    found = Period(changed(employee_answers=few), LAST)
    assert found.state("employees").hole == "withheld"


def test_without_a_register_the_index_is_not_assessed_and_the_rest_is(changed):
    found = Period(changed(indicators=None), LAST)
    assert isinstance(found.found.index, NotAssessed)
    assert found.pipeline.delivery.on_time is not None
