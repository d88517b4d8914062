"""Effects from standard errors: normal and t intervals, points."""

import pytest
from scipy.stats import t as student

from analysis.stats.effects import arm_problem, effect_from_error


def test_interval_and_test_agree():
    # an effect of exactly the normal quantile times its error is at the limit of both
    effect = effect_from_error(1.959964, 1.0, n_treated=10, n_untreated=10)
    assert effect.estimate.low == pytest.approx(0, abs=1e-6)
    assert effect.p_value == pytest.approx(0.05, abs=1e-6)


def test_few_degrees_of_freedom_widen_the_interval():
    effect = effect_from_error(2.0, 1.0, n_treated=3, n_untreated=3, degrees_of_freedom=4)
    assert effect.estimate.high == pytest.approx(2 + student(4).ppf(0.975))
    assert effect.p_value == pytest.approx(2 * student(4).sf(2.0))


def test_without_noise_the_effect_is_a_point():
    certain = effect_from_error(2.0, 0.0, n_treated=3, n_untreated=3)
    assert (certain.estimate.low, certain.estimate.high, certain.p_value) == (2.0, 2.0, 0.0)
    assert effect_from_error(0.0, 0.0, n_treated=3, n_untreated=3).p_value == 1.0


def test_a_missing_arm_is_told_from_a_small_one():
    assert arm_problem("offered", 2) is None
    assert "no offered group to compare with" in str(arm_problem("offered", 0))
    assert "too few in the offered group" in str(arm_problem("offered", 1))
