"""Soundness of an assignment: published cases, power, refusals."""

import numpy as np
import pytest
from scipy.stats import chisquare
from statsmodels.stats.power import NormalIndPower, TTestIndPower

from analysis.errors import EstimationError
from analysis.stats.assignment import (
    METHODS,
    attrition_difference,
    minimum_detectable_effect,
    sample_ratio,
    standardised_differences,
)
from analysis.stats.randomised import ArmMoments


def test_published_sample_ratio_mismatch():
    # Kohavi, Tang, Xu (2020), Trustworthy Online Controlled Experiments, chapter 3: 821,588
    # against 815,482 users for a planned half, p = 1.8e-6
    found = sample_ratio({"a": 821_588, "b": 815_482}, {"a": 0.5, "b": 0.5})
    assert found.p_value == pytest.approx(1.8e-6, rel=0.03)


def test_sample_ratio_equals_scipys_for_uneven_plans():
    found = sample_ratio({"a": 520, "b": 260, "c": 220}, {"a": 50, "b": 30, "c": 20})
    peer = chisquare([520, 260, 220], [500, 300, 200])
    assert (found.statistic, found.p_value) == pytest.approx((peer.statistic, peer.pvalue))


def test_sample_ratio_does_not_depend_on_the_order_of_the_arms():
    one = sample_ratio({"a": 520, "b": 480}, {"a": 0.5, "b": 0.5})
    other = sample_ratio({"b": 480, "a": 520}, {"a": 0.5, "b": 0.5})
    assert one.p_value == other.p_value


@pytest.mark.slow
def test_sample_ratio_alarms_as_often_as_its_level(assert_covers):
    rng = np.random.default_rng(3)
    plan = {"a": 0.9, "b": 0.1}
    quiet = sum(
        sample_ratio({"a": int(k), "b": 5000 - int(k)}, plan).p_value > 0.05
        for k in rng.binomial(5000, 0.9, 1000)
    )
    assert_covers(quiet, 1000, 0.95)


def test_standardised_difference_of_shares():
    # Austin (2009): shares .3 and .2 differ by .1 / sqrt((.21 + .16) / 2)
    (found,) = standardised_differences(
        {"vip": ArmMoments(n=500, mean=0.3, variance=0.21)},
        {"vip": ArmMoments(n=500, mean=0.2, variance=0.16)},
    )
    assert found.standardised_difference == pytest.approx(0.2325, abs=1e-4)
    assert found.variance_ratio == pytest.approx(1.3125)


def test_characteristics_without_spread():
    def balance(offered, held_back):
        (found,) = standardised_differences(
            {"x": ArmMoments(n=5, mean=offered, variance=0.0)},
            {"x": ArmMoments(n=5, mean=held_back, variance=0.0)},
        )
        return found.standardised_difference

    assert balance(1.0, 1.0) == 0
    assert balance(0.0, 1.0) == -np.inf


@pytest.mark.parametrize(("n", "held_back"), [(5000, 5000), (900, 100), (40, 60)])
def test_detectable_effect_has_the_power_that_statsmodels_computes(n, held_back):
    effect = minimum_detectable_effect(
        n_treated=n, n_untreated=held_back, standard_deviation=20.0, power=0.8
    )
    arguments = {"effect_size": effect / 20, "nobs1": n, "alpha": 0.05, "ratio": held_back / n}
    assert NormalIndPower().power(**arguments) == pytest.approx(0.8, abs=1e-4)
    assert TTestIndPower().power(**arguments) == pytest.approx(0.8, abs=0.01)


def test_four_times_the_customers_halve_the_detectable_effect():
    few = minimum_detectable_effect(n_treated=100, n_untreated=50, standard_deviation=1.0)
    many = minimum_detectable_effect(n_treated=400, n_untreated=200, standard_deviation=1.0)
    assert few == pytest.approx(2 * many)


def test_attrition_is_compared_between_the_arms():
    even = attrition_difference(1000, 50, 1000, 50)
    uneven = attrition_difference(1000, 90, 1000, 50)
    assert even.p_value == 1
    assert uneven.p_value < 0.001


def test_broken_inputs_are_refused():
    with pytest.raises(EstimationError, match="plan and the arms found do not match"):
        sample_ratio({"a": 1, "b": 2}, {"a": 1.0})
    with pytest.raises(EstimationError, match="no assigned group"):
        sample_ratio({"a": 0, "b": 0}, {"a": 0.5, "b": 0.5})
    with pytest.raises(EstimationError, match="known of one arm alone: found age"):
        standardised_differences({"age": ArmMoments(n=5, mean=1.0, variance=1.0)}, {})
    with pytest.raises(EstimationError, match="no untreated group") as caught:
        minimum_detectable_effect(n_treated=10, n_untreated=0, standard_deviation=0.0)
    assert len(caught.value.problems) == 2
    assert all(method.citation for method in METHODS.values())
