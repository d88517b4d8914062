"""Means: published intervals, weights as frequencies, coverage, refusals."""

import numpy as np
import pytest
from scipy import stats

from analysis.errors import EstimationError
from analysis.stats.means import METHODS, bootstrap_mean, mean, mean_difference

# Student (1908): extra hours of sleep with two drugs, as R ships them (sleep)
FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_welch_interval_equals_the_published_one():
    # R documentation of t.test: t.test(extra ~ group, data = sleep)
    found = mean_difference(FIRST, SECOND)
    assert found.value == pytest.approx(0.75 - 2.33)
    assert (found.low, found.high) == pytest.approx((-3.3654832, 0.2054832), abs=5.1e-8)


def test_weighted_cells_equal_rows():
    rng = np.random.default_rng(51)
    values, customers = rng.lognormal(3, 1, 40), rng.integers(0, 9, 40)
    rows = np.repeat(values, customers)
    found = mean(values, customers, confidence=0.9)
    low, high = stats.ttest_1samp(rows, 0).confidence_interval(0.9)
    assert (found.value, found.low, found.high) == pytest.approx((rows.mean(), low, high))
    other = rng.normal(20, 5, 60)
    cells = mean_difference(values, other, customers=customers)
    per_row = stats.ttest_ind(rows, other, equal_var=False).confidence_interval()
    assert (cells.low, cells.high) == pytest.approx((per_row.low, per_row.high))


def test_bootstrap_interval_equals_that_of_scipy_on_rows():
    # both within the noise of 40,000 resamples
    values, customers = np.array([0.0, 5.0, 20.0, 80.0, 400.0]), np.array([60, 40, 20, 8, 2])
    found = bootstrap_mean(values, customers, rng=np.random.default_rng(52), draws=40_000)
    rows = np.repeat(values, customers)
    peer = stats.bootstrap(
        (rows,), np.mean, n_resamples=40_000, method="BCa", rng=np.random.default_rng(53)
    ).confidence_interval
    width = peer.high - peer.low
    assert found.low == pytest.approx(peer.low, abs=0.03 * width)
    assert found.high == pytest.approx(peer.high, abs=0.03 * width)


def test_a_seed_gives_the_same_interval_again():
    first, second = (
        bootstrap_mean([0, 10, 500], [900, 90, 10], rng=np.random.default_rng(7)) for _ in range(2)
    )
    assert first == second


def test_unit_and_order_of_the_cells_do_not_matter():
    values, customers = np.array([3.0, 8.0, 120.0]), np.array([50, 30, 4])
    yuan, fen = mean(values, customers), mean(100 * values[::-1], customers[::-1])
    assert (fen.value, fen.low, fen.high) == pytest.approx(
        (100 * yuan.value, 100 * yuan.low, 100 * yuan.high)
    )
    difference = mean_difference(values, [1, 2], customers=customers)
    back = mean_difference([1, 2], values, reference_customers=customers)
    assert (difference.low, difference.high) == pytest.approx((-back.high, -back.low))


def test_equal_values_have_no_spread():
    found = bootstrap_mean([5, 5], rng=np.random.default_rng(1))
    assert (found.low, found.value, found.high) == (5, 5, 5)


@pytest.mark.slow
def test_t_and_welch_intervals_cover_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(54)
    draws, hits, hits_difference = 1000, 0, 0
    for _ in range(draws):
        group, reference = rng.normal(10, 4, 30), rng.normal(8, 1, 12)
        hits += not mean(group).excludes(10)
        hits_difference += not mean_difference(group, reference).excludes(2)
    assert_covers(hits, draws, 0.95)
    assert_covers(hits_difference, draws, 0.95)


@pytest.mark.slow
def test_bootstrap_interval_covers_the_mean_of_skewed_amounts(assert_covers):
    rng = np.random.default_rng(55)
    draws = 500
    hits = sum(
        not bootstrap_mean(rng.exponential(100, 300), rng=rng, draws=1000).excludes(100)
        for _ in range(draws)
    )
    assert_covers(hits, draws, 0.95)


def test_a_segment_of_one_is_refused():
    with pytest.raises(EstimationError, match=r"too few customers in group .* found 1, need 2"):
        mean([5.0])
    with pytest.raises(EstimationError, match="too few customers in reference"):
        mean_difference([1, 2], [3])


def test_survey_weights_and_broken_input_are_refused():
    with pytest.raises(EstimationError, match="no whole numbers: found 1 of 2 cells"):
        mean([1, 2], [1.5, 2])
    with pytest.raises(EstimationError, match="values and customers differ in length"):
        mean([1, 2], [1])
    with pytest.raises(EstimationError, match="values that are no numbers: found 1 of 2"):
        mean([1, float("nan")])
    with pytest.raises(EstimationError, match="too few resamples"):
        bootstrap_mean([1, 2], rng=np.random.default_rng(1), draws=10)


def test_every_method_names_its_source():
    assert set(METHODS) == {"mean", "bootstrap", "difference"}
