"""Differences of quantiles: published medians, coverage for skewed and tied times, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, lognorm, quantile_test

from analysis.errors import EstimationError
from analysis.stats.quantile_difference import (
    METHODS,
    median_difference,
    quantile_difference,
    sample_quantile,
)

UNTIMED = settings(deadline=None)
times = st.lists(st.floats(0, 1000), min_size=6, max_size=40)

PRICE_BONETT_PUBLISHED = [
    # Examples of ci.median2 of the R package statpsych (D. G. Bonett), 1.6.0 and 2.0.0
    (
        [32, 39, 26, 35, 43, 27, 40, 37, 34, 29],
        [36, 44, 47, 42, 49, 39, 46, 31, 33, 48],
        (-8.5, -16.95977, -0.04022524),
    ),
    (
        [32.1, 39.8, 26.3, 35.0, 43.1, 27.0, 40.9, 37.4, 34.0, 29.2],
        [36.8, 44.0, 47.1, 42.7, 49.0, 39.6, 46.2, 31.6, 33.1, 48.4],
        (-8.85, -17.66002, -0.0399751),
    ),
    (
        [70, 394, 43, 95, 62, 128, 2, 203, 81, 436, 85, 35, 156, 1, 3, 27, 63, 181, 184, 18],
        [102, 120, 78, 78, 417, 124, 86, 171, 176, 129, 230, 194, 100, 157, 306, 411, 164, 103,
         193, 312],
        (-85, -157.7441, -12.25589),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("sample", "reference", "published"), PRICE_BONETT_PUBLISHED)
def test_difference_of_medians_equals_the_published_one(sample, reference, published):
    found = median_difference(sample, reference)
    assert (found.value, found.low, found.high) == pytest.approx(published, rel=1e-6)


@pytest.mark.parametrize("n", [6, 11, 20, 57])
def test_interval_of_a_median_is_that_of_hettmansperger_and_sheather(n):
    # by their formula: interpolate the two binomial intervals around the coverage
    ordered = np.sort(np.random.default_rng(n).exponential(10, n))
    coverage = [1 - 2 * binom.cdf(k - 1, n, 0.5) for k in range(n // 2 + 1)]
    k = max(k for k in range(1, n // 2 + 1) if coverage[k] >= 0.95)
    inner = coverage[k + 1] if k < n // 2 else 0.0
    part = (coverage[k] - 0.95) / (coverage[k] - inner)
    weight = (n - k) * part / (k + (n - 2 * k) * part)
    found = sample_quantile(ordered)
    assert found.low == pytest.approx((1 - weight) * ordered[k - 1] + weight * ordered[k])
    assert found.high == pytest.approx((1 - weight) * ordered[n - k] + weight * ordered[n - k - 1])
    assert found.value == pytest.approx(np.median(ordered))


@pytest.mark.parametrize("quantile", [0.25, 0.5, 0.9])
def test_interval_lies_within_the_exact_one_by_at_most_one_order_statistic(quantile):
    ordered = np.sort(np.random.default_rng(1).gamma(2, 5, 80))
    exact = quantile_test(ordered, p=quantile).confidence_interval(0.95)
    found = sample_quantile(ordered, quantile=quantile)
    low, high = np.searchsorted(ordered, [exact.low, exact.high])
    assert ordered[low] <= found.low <= ordered[low + 1]
    assert ordered[high - 1] <= found.high <= ordered[high]


def test_difference_is_that_of_the_two_quantiles():
    rng = np.random.default_rng(2)
    own, other = rng.gamma(2, 6, 60), rng.gamma(2, 5, 90)
    found = quantile_difference(own, other, quantile=0.9)
    assert found.estimate == sample_quantile(own, quantile=0.9)
    assert found.reference == sample_quantile(other, quantile=0.9)
    assert found.difference.value == pytest.approx(found.estimate.value - found.reference.value)
    assert (found.n, found.reference_n, found.quantile) == (60, 90, 0.9)
    assert found.tied_share == 0


@UNTIMED
@given(times, times)
def test_exchanging_the_samples_mirrors_the_difference(own, other):
    forth, back = quantile_difference(own, other), quantile_difference(other, own)
    assert (forth.difference.low, forth.difference.high) == pytest.approx(
        (-back.difference.high, -back.difference.low)
    )


@UNTIMED
@given(times, times, st.sampled_from([60.0, 1 / 60]))
def test_minutes_and_hours_say_the_same(own, other, unit):
    one = quantile_difference(own, other).difference
    two = quantile_difference(np.array(own) * unit, np.array(other) * unit).difference
    assert (two.value, two.low, two.high) == pytest.approx(
        (one.value * unit, one.low * unit, one.high * unit), abs=1e-6
    )


@UNTIMED
@given(times, st.floats(-50, 50))
def test_a_delay_for_everybody_is_the_difference(own, delay):
    found = quantile_difference(np.array(own) + delay, own)
    assert found.difference.value == pytest.approx(delay, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "m", "quantile"), [(15, 25, 0.5), (200, 120, 0.5), (60, 120, 0.9), (300, 200, 0.9)]
)
@pytest.mark.parametrize("minutes", [False, True], ids=["exact", "whole-minutes"])
def test_difference_covers_at_least_as_often_as_claimed(n, m, quantile, minutes):
    # Distribution-free intervals hold the coverage and may exceed it, with ties more so.
    rng = np.random.default_rng(41)
    own, other = lognorm(0.8, scale=22), lognorm(0.6, scale=18)
    truth = own.ppf(quantile) - other.ppf(quantile)
    if minutes:
        truth = round(own.ppf(quantile)) - round(other.ppf(quantile))
    draws, hits = 600, 0
    for _ in range(draws):
        a, b = own.rvs(n, random_state=rng), other.rvs(m, random_state=rng)
        if minutes:
            a, b = np.round(a), np.round(b)
        hits += not quantile_difference(a, b, quantile=quantile).difference.excludes(truth)
    assert hits >= binom.ppf(0.0005, draws, 0.95)
    assert hits <= 0.995 * draws


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 150])
def test_price_bonett_covers_as_often_as_claimed(assert_covers, n):
    rng = np.random.default_rng(42)
    truth = 22 - 18
    hits = sum(
        not median_difference(
            lognorm(0.8, scale=22).rvs(n, random_state=rng),
            lognorm(0.6, scale=18).rvs(n, random_state=rng),
        ).excludes(truth)
        for _ in range(600)
    )
    assert_covers(hits, 600, 0.95)


def test_skewed_times_have_a_longer_side_above():
    rng = np.random.default_rng(3)
    own, other = rng.lognormal(3, 0.9, 80), rng.uniform(10, 12, 80)
    found = quantile_difference(own, other, quantile=0.9).difference
    assert found.high - found.value > found.value - found.low


def test_ties_are_counted_and_harmless():
    own = [5] * 10 + [10] * 10 + [15] * 10
    other = [5.1, 6.2, 7.3, 8.4, 9.5, 10.6, 11.7, 12.8]
    found = quantile_difference(own, other)
    assert found.estimate.value == 10
    assert found.tied_share == pytest.approx(30 / 38)
    everybody = quantile_difference([10] * 20, [10] * 20).difference
    assert (everybody.low, everybody.value, everybody.high) == (0, 0, 0)


def test_a_wider_confidence_gives_a_wider_interval():
    sample = range(1, 60)
    assert sample_quantile(sample, confidence=0.99).low < sample_quantile(sample).low


def test_smallest_samples_that_allow_an_interval_are_the_stated_ones():
    assert sample_quantile(range(6)).low == pytest.approx(0, abs=0.5)
    assert sample_quantile(range(36), quantile=0.9).high <= 35
    with pytest.raises(
        EstimationError,
        match=r"too few values in the sample for its 0\.5 quantile: found 5, need at least 6",
    ):
        sample_quantile(range(5))
    with pytest.raises(
        EstimationError, match=r"0\.9 quantile: found 35, need at least 36 for a 95%"
    ):
        sample_quantile(range(35), quantile=0.9)


def test_both_samples_that_are_too_small_are_named():
    with pytest.raises(EstimationError, match="in the sample") as caught:
        quantile_difference(range(20), range(10), quantile=0.9)
    assert "in the reference for its 0.9 quantile: found 10" in str(caught.value)


def test_what_is_no_quantile_or_time_is_refused():
    with pytest.raises(EstimationError, match="no quantile: found 90") as caught:
        quantile_difference(range(50), range(50), quantile=90, confidence=95)
    assert "confidence is no coverage" in str(caught.value)
    with pytest.raises(EstimationError, match="reference has values that are no numbers: found 1"):
        quantile_difference(range(50), [*range(50), np.nan])
    with pytest.raises(
        EstimationError, match="too few values for a median with an interval: found 4"
    ):
        median_difference(range(4), range(40))


def test_every_method_names_its_source():
    assert set(METHODS) == {"quantile", "difference", "price-bonett"}
    assert all(method.citation for method in METHODS.values())
