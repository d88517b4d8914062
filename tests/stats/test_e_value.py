"""E-values: published example, invariance, refusals."""

import pytest

from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.e_value import METHOD, e_value, e_value_of_difference


def ratio(value, low, high):
    return Estimate(value=value, low=low, high=high, confidence=0.95)


def test_published_example_of_infant_feeding():
    # VanderWeele and Ding (2017): RR 3.9 (1.8 to 8.7) needs 7.26, its limit 3.0
    found = e_value(ratio(3.9, 1.8, 8.7))
    assert found.of_estimate == pytest.approx(7.26, abs=0.005)
    assert found.of_limit == pytest.approx(3.0, abs=0.005)


def test_a_protective_ratio_needs_as_much_as_its_inverse():
    one, other = e_value(ratio(2.0, 1.25, 4.0)), e_value(ratio(0.5, 0.25, 0.8))
    assert other.of_estimate == pytest.approx(one.of_estimate)
    assert other.of_limit == pytest.approx(one.of_limit)


def test_an_interval_that_includes_no_effect_needs_nothing():
    assert e_value(ratio(1.2, 0.9, 1.6)).of_limit == 1
    assert e_value(ratio(1.0, 0.9, 1.1)).of_estimate == 1


def test_a_difference_is_taken_as_a_ratio():
    found = e_value_of_difference(ratio(5.0, -1.0, 9.0), standard_deviation=10.0)
    # exp(.91 * .5) = 1.576: 1.576 + sqrt(1.576 * .576)
    assert found.of_estimate == pytest.approx(2.53, abs=0.005)
    assert found.of_limit == 1


def test_impossible_ratios_are_refused():
    with pytest.raises(EstimationError, match="no risk ratio to explain away"):
        e_value(ratio(1.0, 0.0, 2.0))
    with pytest.raises(EstimationError, match="no risk ratio to explain away"):
        e_value_of_difference(ratio(1.0, 0.0, 2.0), standard_deviation=0.0)
    assert METHOD.citation
