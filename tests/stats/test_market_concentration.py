"""Concentration: the published example, bounds for those without a figure, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.stats.market_concentration import METHOD, ConcentrationRatio, market_concentration

UNTIMED = settings(deadline=None)
volumes = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=12)


def test_index_equals_the_published_example():
    # US Horizontal Merger Guidelines: 30, 30, 20 and 20 percent give 2,600
    found = market_concentration([30, 30, 20, 20], total=100)
    assert found.hhi_points == pytest.approx(2600)
    assert found.hhi_points_at_most == pytest.approx(2600)
    assert found.effective_competitors == pytest.approx(10_000 / 2600)
    assert found.unlisted_share == 0


def test_ratios_of_the_largest_are_sums_of_sorted_shares():
    found = market_concentration([0.1, 0.4, 0.2, 0.3], total=1, largest=(1, 2, 9))
    assert found.concentration_ratios == (
        ConcentrationRatio(largest=1, share=pytest.approx(0.4)),
        ConcentrationRatio(largest=2, share=pytest.approx(0.7)),
        ConcentrationRatio(largest=9, share=pytest.approx(1.0)),
    )


@pytest.mark.parametrize("k", [1, 2, 7])
def test_equal_institutions_count_as_many_as_they_are(k):
    found = market_concentration([5.0] * k, total=5.0 * k)
    assert found.effective_competitors == pytest.approx(k)
    assert found.institutions == k
    assert found.hhi_points == pytest.approx(10_000 / k)


@UNTIMED
@given(volumes, st.floats(1e-6, 1e6))
def test_unit_and_order_do_not_matter(held, unit):
    one = market_concentration(held, total=sum(held))
    other = market_concentration([unit * x for x in held[::-1]], total=unit * sum(held))
    assert one.hhi_points == pytest.approx(other.hhi_points)
    assert 10_000 / len(held) - 1e-6 <= one.hhi_points <= 10_000 + 1e-6


def test_a_merger_raises_the_index_by_twice_the_product_of_the_shares():
    before = market_concentration([30, 30, 20, 20], total=100)
    after = market_concentration([30, 30, 40], total=100)
    assert after.hhi_points - before.hhi_points == pytest.approx(2 * 20 * 20)


def test_those_without_a_figure_bound_the_index():
    # 25 held by unlisted: at least nothing, at most 10 + 10 + 5, none above the smallest listed
    found = market_concentration([40, 25, 10], total=100, unlisted=25)
    listed = 40**2 + 25**2 + 10**2
    assert found.hhi_points == pytest.approx(listed)
    assert found.hhi_points_at_most == pytest.approx(listed + 10**2 + 10**2 + 5**2)
    assert sum(found.shares) + found.unlisted_share == pytest.approx(1)


@UNTIMED
@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=8), st.integers(0, 2**32 - 1))
def test_no_way_of_splitting_the_unlisted_exceeds_the_bound(parts, seed):
    rng = np.random.default_rng(seed)
    listed = np.array([3.0, 2.0, 1.0])
    pieces = np.array(parts) * rng.uniform(0, 1, len(parts))
    found = market_concentration(
        listed, total=listed.sum() + pieces.sum(), unlisted=float(pieces.sum())
    )
    known = market_concentration([*listed, *pieces], total=listed.sum() + pieces.sum())
    assert found.hhi_points - 1e-6 <= known.hhi_points <= found.hhi_points_at_most + 1e-6


def test_an_institution_that_left_counts_for_nothing():
    found = market_concentration([50, 50, 0], total=100)
    assert found.institutions == 2
    assert found.shares[2] == 0


def test_volumes_within_the_tolerance_are_used_and_the_gap_is_kept():
    found = market_concentration([30, 30, 20, 20.3], total=100)
    assert found.reconciliation_gap == pytest.approx(0.003)
    assert sum(found.shares) == pytest.approx(1)


def test_volumes_that_do_not_reconcile_are_refused():
    with pytest.raises(
        EstimationError,
        match=r"do not reconcile with the market total: found 110 against 100 \(\+10\.0%\)",
    ):
        market_concentration([40, 30, 20, 20], total=100)
    with pytest.raises(EstimationError, match=r"found 75 against 100 .*need at most 0\.5% apart"):
        market_concentration([40, 25, 10], total=100)
    assert market_concentration([40, 25, 10], total=100, tolerance=0.3).institutions == 3
    with pytest.raises(EstimationError, match="no total above 0"):
        market_concentration([1, 2], total=0)


def test_negative_and_empty_markets_are_refused():
    with pytest.raises(EstimationError, match="volumes are none of a market: found 1 below 0"):
        market_concentration([-1, 2], total=1)
    with pytest.raises(EstimationError, match="found 0 below 0, 0 above 0"):
        market_concentration([0, 0], total=1)
    with pytest.raises(EstimationError, match="volumes are none of a market: found 1 below 0"):
        market_concentration([1, 2], total=3, unlisted=-1)
    with pytest.raises(EstimationError, match="a concentration ratio of no institution: found 0"):
        market_concentration([1, 2], total=3, largest=(0,))
    with pytest.raises(EstimationError, match="volumes has values that are no numbers"):
        market_concentration([1, np.nan], total=1)


def test_the_method_names_its_source():
    assert "Merger Guidelines" in METHOD.citation
