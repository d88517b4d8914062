"""Fieller's interval: coverage, limits, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.ratio_interval import METHOD, ratio


def test_limits_are_the_ratios_that_the_data_do_not_reject():
    found = ratio(12.0, 4.0, numerator_variance=2.0, denominator_variance=0.5, covariance=0.3)
    for limit in (found.low, found.high):
        error = np.sqrt(2.0 - 2 * limit * 0.3 + limit**2 * 0.5)
        assert abs(12.0 - limit * 4.0) / error == pytest.approx(1.959964, abs=1e-5)


def test_a_certain_denominator_gives_the_scaled_normal_interval():
    found = ratio(10.0, 5.0, numerator_variance=4.0, denominator_variance=0.0)
    assert found.low == pytest.approx((10 - 1.959964 * 2) / 5, abs=1e-6)


def test_the_unit_of_the_denominator_scales_the_ratio():
    one = ratio(10.0, 5.0, numerator_variance=4.0, denominator_variance=0.25, covariance=0.1)
    other = ratio(10.0, 5e3, numerator_variance=4.0, denominator_variance=0.25e6, covariance=100.0)
    assert other.high * 1000 == pytest.approx(one.high)


@pytest.mark.slow
def test_interval_covers_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(10)
    covariance = np.array([[4.0, 0.6], [0.6, 0.25]])
    hits = sum(
        not ratio(
            top, bottom, numerator_variance=4.0, denominator_variance=0.25, covariance=0.6
        ).excludes(3.0)
        for top, bottom in rng.multivariate_normal([12.0, 4.0], covariance, 2000)
    )
    assert_covers(hits, 2000, 0.95)


def test_a_denominator_near_zero_is_refused():
    with pytest.raises(EstimationError, match="extra sales cannot be told from zero: found 1 with"):
        ratio(
            10.0,
            1.0,
            numerator_variance=0.0,
            denominator_variance=1.0,
            names=("cost", "extra sales"),
        )


def test_impossible_variances_are_refused():
    with pytest.raises(EstimationError, match="variances of a ratio are none"):
        ratio(1.0, 1.0, numerator_variance=0.1, denominator_variance=0.1, covariance=0.2)
    assert METHOD.citation
