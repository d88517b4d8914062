"""Cost per unit, return and pay-back: limits, coverage, refusals."""

import numpy as np
import pytest
from scipy.stats import norm

from analysis.errors import EstimationError
from analysis.stats.cost_effectiveness import (
    METHOD,
    cost_per_additional_unit,
    pay_back,
    return_on_cost,
    return_sensitivity,
)
from analysis.stats.effects import effect_from_error

EFFECT = effect_from_error(0.05, 0.01, n_treated=5000, n_untreated=5000)


def test_a_certain_cost_is_divided_by_the_limits_of_the_effect():
    found = cost_per_additional_unit(EFFECT, cost_per_customer_cny=10.0)
    assert found.low == pytest.approx(10 / EFFECT.estimate.high)
    assert found.high == pytest.approx(10 / EFFECT.estimate.low)


def test_return_breaks_even_where_the_margin_pays_the_cost():
    found = return_on_cost(EFFECT, margin_cny=200.0, cost_per_customer_cny=10.0)
    assert found.value == pytest.approx(0.0)
    assert found.low == pytest.approx(200 * EFFECT.estimate.low / 10 - 1)


def test_the_currency_does_not_matter():
    one = return_on_cost(EFFECT, margin_cny=300, cost_per_customer_cny=10, cost_error_cny=1)
    other = return_on_cost(EFFECT, margin_cny=2100, cost_per_customer_cny=70, cost_error_cny=7)
    assert other.value == pytest.approx(one.value)
    assert other.high == pytest.approx(one.high)


def test_margin_and_horizon_act_alike():
    cases = return_sensitivity(
        EFFECT, margins_cny=[100, 200], horizons_months=[3, 6], cost_per_customer_cny=10.0
    )
    assert [(c.margin_cny, c.horizon_months) for c in cases] == [
        (100, 3),
        (100, 6),
        (200, 3),
        (200, 6),
    ]
    assert cases[1].return_on_cost == cases[2].return_on_cost


@pytest.mark.slow
def test_intervals_cover_the_truth_as_often_as_claimed(assert_covers):
    # cost and effect move together: a bonus is paid per unit
    rng = np.random.default_rng(1)
    covariance = np.array([[1.0, 0.004], [0.004, 0.000025]])
    hits, returns = 0, 0
    for cost, value in rng.multivariate_normal([10.0, 0.05], covariance, 1500):
        effect = effect_from_error(value, 0.005, n_treated=500, n_untreated=500)
        shared = {"cost_per_customer_cny": cost, "cost_error_cny": 1.0, "covariance": 0.004}
        hits += not cost_per_additional_unit(effect, **shared).excludes(200.0)
        returns += not return_on_cost(effect, margin_cny=300.0, **shared).excludes(0.5)
    assert_covers(hits, 1500, 0.95)
    assert_covers(returns, 1500, 0.95)


def test_chance_to_have_paid_back_is_the_normals():
    found = pay_back(
        [30.0, 30.0],
        np.diag([100.0, 100.0]),
        cost_cny=50.0,
        rng=np.random.default_rng(2),
        draws=40_000,
    )
    assert found.month == 2
    # after the first month: 2 standard deviations short
    assert found.chance_by_month[0] == pytest.approx(norm.sf(2), abs=0.003)
    # paid by then or at the end of the second: at least the chance of the sum
    assert found.chance_by_month[1] == pytest.approx(norm.cdf(10 / np.sqrt(200)), abs=0.01)


def test_gains_that_never_suffice_have_no_month():
    found = pay_back([1.0, 1.0], np.zeros((2, 2)), cost_cny=50.0, rng=np.random.default_rng(3))
    assert found.month is None
    assert found.chance_by_month == (0.0, 0.0)


def test_an_effect_near_zero_has_no_cost_per_unit():
    nothing = effect_from_error(0.01, 0.01, n_treated=50, n_untreated=50)
    with pytest.raises(EstimationError, match="the effect cannot be told from zero"):
        cost_per_additional_unit(nothing, cost_per_customer_cny=10.0)
    with pytest.raises(EstimationError, match="no pay-back to compute"):
        pay_back([1.0], np.zeros((2, 2)), cost_cny=1.0, rng=np.random.default_rng(4))
    with pytest.raises(EstimationError, match="no pay-back to compute"):
        pay_back([1.0], np.zeros((1, 1)), cost_cny=0.0, rng=np.random.default_rng(4))
    assert METHOD.assumptions
