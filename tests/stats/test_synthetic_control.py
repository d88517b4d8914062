"""Synthetic control: exact mixes, level of the placebos, refusals."""

import numpy as np
import pytest
from scipy.optimize import minimize

from analysis.errors import EstimationError
from analysis.stats.synthetic_control import METHOD, synthetic_control

PERIODS = np.arange(1, 21)


def draw_regions(rng, regions=20, *, effect=0.0):
    """Regions driven by two common factors; the first gets the incentive in period 16."""
    factors = np.cumsum(rng.normal(size=(2, 20)), axis=1)
    rows = 10 + rng.random((regions, 2)) @ factors + rng.normal(0, 0.2, (regions, 20))
    rows[0, 15:] += effect
    return rows[0], rows[1:]


def test_a_region_that_is_a_mix_is_found_as_one():
    _, others = draw_regions(np.random.default_rng(1))
    truth = np.zeros(19)
    truth[[2, 5, 7]] = 0.5, 0.3, 0.2
    region = truth @ others + 3.0 * (PERIODS >= 16)
    found = synthetic_control(region, others[:10], PERIODS, starts=16)
    assert found.weights == pytest.approx(truth[:10], abs=1e-4)
    assert found.effect == pytest.approx(3.0, abs=1e-3)
    assert found.error_before == pytest.approx(0, abs=1e-3)
    assert found.p_value == pytest.approx(1 / 11)


def test_the_mix_is_the_best_that_a_general_optimiser_finds():
    region, others = draw_regions(np.random.default_rng(2), 8)
    found = synthetic_control(region, others, PERIODS, starts=16)

    def misfit(weights):
        return float(((region - weights @ others)[:15] ** 2).sum())

    peer = minimize(
        misfit,
        np.full(7, 1 / 7),
        method="SLSQP",
        bounds=[(0, 1)] * 7,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"maxiter": 1000, "ftol": 1e-12},
    )
    assert misfit(found.weights) <= peer.fun * (1 + 1e-4)
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights.min() >= 0


def test_a_planted_effect_is_unusual():
    region, others = draw_regions(np.random.default_rng(3), effect=4.0)
    found = synthetic_control(region, others, PERIODS, starts=16)
    assert found.effect == pytest.approx(4.0, abs=1.0)
    assert found.p_value == pytest.approx(1 / 20)
    # placebo in time: nothing happened in period 11
    earlier = synthetic_control(region[:15], others[:, :15], PERIODS[:15], starts=11)
    assert abs(earlier.effect) < 1.0


def test_level_and_unit_of_all_regions_do_not_matter():
    region, others = draw_regions(np.random.default_rng(4))
    one = synthetic_control(region, others, PERIODS, starts=16)
    other = synthetic_control(100 + 50 * region, 100 + 50 * others, PERIODS, starts=16)
    assert other.effect == pytest.approx(50 * one.effect, rel=1e-4)
    assert other.p_value == one.p_value


@pytest.mark.slow
def test_without_an_effect_the_placebos_alarm_as_often_as_their_level(assert_covers):
    # 20 regions: the region is the most unusual one time in 20
    rng = np.random.default_rng(5)
    quiet = sum(
        synthetic_control(*draw_regions(rng), PERIODS, starts=16).p_value > 0.05 + 1e-9
        for _ in range(300)
    )
    assert_covers(quiet, 300, 0.95)


def test_cases_without_a_comparison_are_refused():
    region, others = draw_regions(np.random.default_rng(6))
    with pytest.raises(EstimationError, match="treatment starts before the data: found 0 periods"):
        synthetic_control(region, others, PERIODS, starts=1)
    with pytest.raises(EstimationError, match="too few periods before the start"):
        synthetic_control(region, others, PERIODS, starts=3)
    with pytest.raises(EstimationError, match="no period with the incentive"):
        synthetic_control(region, others, PERIODS, starts=21)
    with pytest.raises(EstimationError, match="too few other regions"):
        synthetic_control(region, others[:2], PERIODS, starts=16)
    with pytest.raises(EstimationError, match="regions and periods do not fit together"):
        synthetic_control(region, others[:, 1:], PERIODS, starts=16)
    assert METHOD.assumptions
