"""The interval of a single region's effect: coverage, brute force, units, refusals."""

import numpy as np
import pytest
from scipy.optimize import minimize

from analysis.errors import EstimationError
from analysis.stats.conformal_effect import conformal_effect, conformal_p_value
from analysis.stats.synthetic_control import synthetic_control

PERIODS = np.arange(1, 25)
STARTS = 21


def draw_regions(rng, *, effect=0.0):
    """A region that is a mix of eleven others but for noise of its own."""
    factors = np.cumsum(rng.normal(size=(2, 24)), axis=1)
    others = 10 + rng.random((11, 2)) @ factors + rng.normal(0, 0.2, (11, 24))
    region = rng.dirichlet(np.ones(11)) @ others + rng.normal(0, 0.2, 24)
    return region + effect * (PERIODS >= STARTS), others


@pytest.mark.parametrize("confidence", [0.95, 0.75])
def test_the_true_effect_is_kept_as_often_as_claimed(assert_covers, confidence):
    rng = np.random.default_rng(1)
    kept = sum(
        conformal_p_value(*draw_regions(rng, effect=1.0), PERIODS, starts=STARTS, effect=1.0)
        > 1 - confidence
        for _ in range(300)
    )
    assert_covers(kept, 300, confidence)


def test_the_chance_is_that_of_all_shifts_of_a_general_optimisers_mix():
    region, others = draw_regions(np.random.default_rng(2), effect=1.0)
    for effect in (0.0, 0.6, 1.0, 2.0):
        goal = region - effect * (PERIODS >= STARTS)
        peer = minimize(
            lambda w, goal=goal: float(((goal - w @ others) ** 2).sum()),
            np.full(11, 1 / 11),
            method="SLSQP",
            bounds=[(0, 1)] * 11,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            options={"maxiter": 2000, "ftol": 1e-14},
        )
        gaps = np.abs(goal - peer.x @ others)
        shifts = [np.roll(gaps, -k)[PERIODS >= STARTS].sum() for k in range(24)]
        expected = np.mean([shift >= shifts[0] - 1e-6 for shift in shifts])
        found = conformal_p_value(region, others, PERIODS, starts=STARTS, effect=effect)
        assert found == pytest.approx(expected, abs=1 / 24 + 1e-9)


def test_the_interval_ends_where_effects_are_refused():
    region, others = draw_regions(np.random.default_rng(3), effect=1.0)
    effect = synthetic_control(region, others, PERIODS, starts=STARTS).effect
    found = conformal_effect(region, others, PERIODS, starts=STARTS, effect=effect)
    assert found.low < effect < found.high

    def chance(size):
        return conformal_p_value(region, others, PERIODS, starts=STARTS, effect=size)

    width = found.high - found.low
    assert chance(found.low + 0.01 * width) > 0.05 >= chance(found.low - 0.01 * width)
    assert chance(found.high - 0.01 * width) > 0.05 >= chance(found.high + 0.01 * width)


def test_level_and_unit_do_not_matter():
    region, others = draw_regions(np.random.default_rng(4), effect=1.0)
    one = conformal_effect(region, others, PERIODS, starts=STARTS, effect=1.0)
    other = conformal_effect(
        100 + 50 * region, 100 + 50 * others, PERIODS, starts=STARTS, effect=50.0
    )
    assert (other.low, other.high) == pytest.approx((50 * one.low, 50 * one.high), rel=1e-2)


def test_too_few_periods_for_the_confidence_are_refused():
    region, others = draw_regions(np.random.default_rng(5))
    said = (
        "too few periods for an interval of a single region's effect: found 24, need at least 100"
    )
    with pytest.raises(EstimationError, match=said):
        conformal_effect(region, others, PERIODS, starts=STARTS, effect=0.0, confidence=0.99)


def test_an_effect_that_nothing_bounds_is_refused():
    # with the incentive from the first period on nothing says how it was before
    region, others = draw_regions(np.random.default_rng(6))
    with pytest.raises(EstimationError, match="effect has no interval"):
        conformal_effect(region, others, PERIODS, starts=1, effect=0.0)
