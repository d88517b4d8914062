"""Trends before the incentive: test level, bounds under drift, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.difference_in_differences import event_study
from analysis.stats.panel_moments import NEVER, panel_moments
from analysis.stats.pre_trends import (
    METHODS,
    breakdown_multiple,
    pre_trend_test,
    relative_magnitude_bounds,
)


def draw_study(rng, *, drift=0.0, effect=2.0, treated=20, untreated=30, noise=1.0):
    """The treated side drifts by `drift` per period, before the start as after it."""
    units, periods = treated + untreated, np.arange(6)
    rows = rng.normal(0, noise, (units, 6)) + rng.normal(0, 3, (units, 1))
    rows[:treated] += drift * periods + effect * (periods >= 3)
    starts = np.repeat([3.0, NEVER], [treated, untreated])
    return event_study(panel_moments(rows, starts, periods))


def test_a_planted_trend_is_found():
    found = pre_trend_test(draw_study(np.random.default_rng(1), drift=1.0))
    assert found.periods == 2
    assert found.p_value < 0.001
    assert found.largest_drift == pytest.approx(1.0, abs=0.6)


def test_statistic_is_hotellings():
    # with one period before the base the test is the t test of its effect
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(24, 3))
    study = event_study(panel_moments(rows, [3.0] * 12 + [NEVER] * 12, [1, 2, 3]))
    first = study.effects[0].effect
    found = pre_trend_test(study)
    assert found.statistic == pytest.approx((first.estimate.value / first.standard_error) ** 2)
    # arms of the same size share Welch's and the pooled error; degrees differ slightly
    assert found.p_value == pytest.approx(first.p_value, abs=0.005)


def test_without_drift_the_bounds_are_the_plain_interval():
    study = draw_study(np.random.default_rng(3))
    bounds = relative_magnitude_bounds(study, multiple=0.0, event_times=[0])
    plain = study.effects[2].effect.estimate
    assert bounds.value == pytest.approx(plain.value)
    assert bounds.low == pytest.approx(plain.low, rel=0.02)


def test_noiseless_drift_is_bounded_exactly():
    # a drift of .5 per period moves the effect at the start by .5, a period later by 1
    study = draw_study(np.random.default_rng(4), drift=0.5, noise=1e-9)
    at_start = relative_magnitude_bounds(study, multiple=1.0, event_times=[0])
    later = relative_magnitude_bounds(study, multiple=1.0, event_times=[1])
    assert (at_start.low, at_start.high) == pytest.approx((2.0, 3.0), abs=1e-6)
    assert (later.low, later.high) == pytest.approx((2.0, 4.0), abs=1e-6)


def test_more_drift_gives_wider_bounds_until_the_finding_breaks():
    study = draw_study(np.random.default_rng(5), effect=4.0)
    widths = [
        bounds.high - bounds.low
        for bounds in (relative_magnitude_bounds(study, multiple=m) for m in (0, 0.5, 1, 2))
    ]
    assert widths == sorted(widths)
    breaks = breakdown_multiple(study)
    assert 0 < breaks < 10
    assert relative_magnitude_bounds(study, multiple=breaks).excludes(0)
    assert not relative_magnitude_bounds(study, multiple=breaks + 0.002).excludes(0)
    assert breakdown_multiple(draw_study(np.random.default_rng(6), effect=0.0)) == 0


@pytest.mark.slow
@pytest.mark.parametrize("drift", [0.0, 0.3, 1.0])
def test_bounds_hold_the_truth_at_least_as_often_as_claimed(drift):
    # the drift after the start is exactly the largest before it, the hardest case for 1
    rng = np.random.default_rng(7)
    hits = sum(
        not relative_magnitude_bounds(
            draw_study(rng, drift=drift), multiple=1.0, event_times=[0]
        ).excludes(2.0)
        for _ in range(400)
    )
    assert hits >= 0.95 * 400 - 3.3 * np.sqrt(400 * 0.95 * 0.05)


@pytest.mark.slow
def test_without_a_trend_the_test_alarms_as_often_as_its_level(assert_covers):
    rng = np.random.default_rng(8)
    quiet = sum(pre_trend_test(draw_study(rng)).p_value > 0.05 for _ in range(600))
    assert_covers(quiet, 600, 0.95)


def test_a_single_period_before_the_start_is_refused():
    rng = np.random.default_rng(9)
    study = event_study(panel_moments(rng.normal(size=(20, 3)), [2] * 10 + [NEVER] * 10, [1, 2, 3]))
    with pytest.raises(EstimationError, match="before the incentive cannot be compared: found one"):
        pre_trend_test(study)
    with pytest.raises(EstimationError, match="before the incentive cannot be compared"):
        relative_magnitude_bounds(study, multiple=1.0)


def test_too_few_clusters_for_many_periods_are_refused():
    rng = np.random.default_rng(10)
    study = event_study(
        panel_moments(rng.normal(size=(10, 12)), [11] * 5 + [NEVER] * 5, range(1, 13))
    )
    with pytest.raises(EstimationError, match="too few clusters for a joint test"):
        pre_trend_test(study)


@pytest.mark.parametrize("wrong", [{"multiple": -1.0}, {"multiple": 1.0, "event_times": [-2]}])
def test_bounds_of_nothing_are_refused(wrong):
    with pytest.raises(EstimationError, match="no bounds to compute"):
        relative_magnitude_bounds(draw_study(np.random.default_rng(11)), **wrong)
    assert all(method.citation for method in METHODS.values())
