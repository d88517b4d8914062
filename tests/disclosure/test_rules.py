"""The rules by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure.rules import coarsen, is_small, round_count, rounded_share, share_reveals
from analysis.params.policy import DisclosurePolicy
from analysis.results import Estimate
from analysis.text import Measure

POLICY = DisclosurePolicy(minimum_units=10, rounding_base=5)


def test_zero_is_not_small_and_the_minimum_itself_may_be_seen() -> None:
    assert [n for n in range(12) if is_small(n, POLICY)] == list(range(1, 10))


@given(st.integers(0, 10**9), st.integers(1, 1000))
def test_rounding_moves_a_count_by_half_the_base_at_most(n: int, base: int) -> None:
    rounded = round_count(n, DisclosurePolicy(rounding_base=base))
    assert rounded % base == 0
    assert abs(rounded - n) * 2 <= base


@pytest.mark.parametrize(
    ("part", "whole", "reveals"),
    [(50, 100, False), (3, 100, True), (97, 100, True), (2, 5, True), (0, 100, False)],
)
def test_a_share_reveals_few_in_its_part_its_rest_or_its_whole(
    part: int, whole: int, reveals: bool
) -> None:
    assert share_reveals(part, whole, POLICY) is reveals


def test_a_share_is_made_of_rounded_counts() -> None:
    assert rounded_share(333, 1001, POLICY) == 335 / 1000


@given(st.integers(10, 400), st.data())
def test_the_exact_count_does_not_follow_from_a_coarsened_share(
    n: int, data: st.DataObject
) -> None:
    """Who knows the rounded n and the share is left with three counts or more."""
    count = data.draw(st.integers(0, n))
    published = coarsen(count / n, Measure.SHARE, n, POLICY)
    alike = {
        k
        for other in range(max(n - 5, 1), n + 6)
        if round_count(other, POLICY) == round_count(n, POLICY)
        for k in range(other + 1)
        if coarsen(k / other, Measure.SHARE, other, POLICY) == published
    }
    assert count in alike
    assert len(alike) >= 3


def test_a_coarsened_interval_still_holds_the_exact_one() -> None:
    exact = Estimate(value=0.337, low=0.241, high=0.449, confidence=0.95)
    coarse = coarsen(exact, Measure.SHARE, 80, POLICY)
    assert isinstance(coarse, Estimate)
    assert coarse.low <= exact.low
    assert exact.high <= coarse.high


def test_an_estimated_count_is_as_coarse_as_a_count() -> None:
    exact = Estimate(value=732.4, low=731.0, high=741.0, confidence=0.95)
    coarse = coarsen(exact, Measure.COUNT, 732, POLICY)
    assert isinstance(coarse, Estimate)
    assert (coarse.low, coarse.value, coarse.high) == (730.0, 730.0, 745.0)


def test_amounts_are_not_coarsened() -> None:
    assert coarsen(1234.5, Measure.AMOUNT_CNY, 20, POLICY) == 1234.5


@given(st.integers(10, 5000), st.data())
def test_a_share_reads_the_same_whichever_way_it_is_published(n: int, data: st.DataObject) -> None:
    """As two counts, or as an estimate on n: one page never shows two values of one share."""
    part = data.draw(st.integers(0, n).filter(lambda k: k % 5 != 0 or k % 10 == 0))
    from_counts = rounded_share(part, n, POLICY)
    estimated = coarsen(part / n, Measure.SHARE, n, POLICY)
    assert from_counts == pytest.approx(estimated)
