"""Shares: score intervals against published values, coverage in simulation, refusals."""

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from analysis.errors import EstimationError
from analysis.stats.proportions import (
    METHODS,
    PairedCounts,
    mix,
    share,
    share_change,
    share_difference,
)

WILSON_PUBLISHED = {
    # Newcombe, R. G. (1998), Statistics in Medicine 17, 857-872, table I, method 3
    (81, 263): (0.2553, 0.3662),
    (15, 148): (0.0624, 0.1605),
    (0, 20): (0.0000, 0.1611),
    (1, 29): (0.0061, 0.1718),
}
NEWCOMBE_PUBLISHED = {
    # Newcombe, R. G. (1998), Statistics in Medicine 17, 873-890, table II, method 10
    (56, 70, 48, 80): (0.0524, 0.3339),
    (9, 10, 3, 10): (0.1705, 0.8090),
    (10, 10, 0, 10): (0.6075, 1.0000),
}
PAIRED_PUBLISHED = {
    # Newcombe, R. G. (1998), Statistics in Medicine 17, 2635-2650, method 10; printed to 4
    # digits in the tests of the R package ratesci (20, 12, 2, 16) and of the R package
    # contingencytables (59, 6, 16, 80; Cavo and others 2012). Order: both, only the first,
    # only the second, neither; the difference is first minus second.
    (20, 12, 2, 16): (0.0562, 0.3292),
    (59, 6, 16, 80): (-0.1186, -0.0046),
}


@pytest.mark.parametrize(("counts", "limits"), WILSON_PUBLISHED.items())
def test_wilson_interval_equals_the_published_one(counts, limits):
    found = share(*counts)
    assert (found.low, found.high) == pytest.approx(limits, abs=5.1e-5)


@pytest.mark.parametrize(("counts", "limits"), NEWCOMBE_PUBLISHED.items())
def test_difference_of_two_groups_equals_the_published_one(counts, limits):
    found = share_difference(*counts)
    assert (found.low, found.high) == pytest.approx(limits, abs=5.1e-5)


@pytest.mark.parametrize(("cells", "limits"), PAIRED_PUBLISHED.items())
def test_change_of_the_same_customers_equals_the_published_one(cells, limits):
    both, first, second, neither = cells
    found = share_change(
        PairedCounts(both=both, only_later=first, only_earlier=second, neither=neither)
    )
    assert (found.low, found.high) == pytest.approx(limits, abs=5.1e-5)


def test_change_equals_a_published_one_of_few_customers():
    # Fagerland, Lydersen, Laake (2014), Statistics in Medicine 33, 2850-2875
    found = share_change(PairedCounts(both=1, only_later=1, only_earlier=7, neither=12))
    assert (found.low, found.high) == pytest.approx((-0.507, -0.026), abs=5.1e-4)


def test_mix_equals_the_published_goodman_intervals():
    # R package CoinMinD 1.1, example of GM(): y = 44, 55, 43, 32, 67, 78
    low = (0.09468368, 0.12376893, 0.09208527, 0.06412671, 0.15637944, 0.18692732)
    high = (0.1966413, 0.2350489, 0.1931040, 0.1535697, 0.2760670, 0.3130119)
    found = mix((44, 55, 43, 32, 67, 78))
    assert [group.low for group in found] == pytest.approx(low, abs=1e-7)
    assert [group.high for group in found] == pytest.approx(high, abs=1e-6)


def test_mix_equals_the_published_sison_glaz_intervals():
    # first example of Sison, Glaz (1995), JASA 90, 366-369, to 7 digits from the R package
    # MultinomialCI; the expansion loses digits to rounding, hence the tolerance
    low = (0.0792291, 0.1134904, 0.1156317, 0.0856531, 0.0920771, 0.1456103, 0.0835118)
    high = (0.1643361, 0.1985973, 0.2007386, 0.1707601, 0.1771840, 0.2307172, 0.1686187)
    found = mix((56, 72, 73, 59, 62, 87, 58), method="sison-glaz")
    assert [group.low for group in found] == pytest.approx(low, abs=5e-5)
    assert [group.high for group in found] == pytest.approx(high, abs=5e-5)


def test_no_customer_in_common_gives_the_interval_of_two_groups():
    apart = share_change(
        PairedCounts(
            both=0, only_earlier=0, only_later=0, neither=0,
            left_successes=48, left_n=80, joined_successes=56, joined_n=70,
        )
    )  # fmt: skip
    groups = share_difference(56, 70, 48, 80)
    assert (apart.value, apart.low, apart.high) == pytest.approx(
        (groups.value, groups.low, groups.high), abs=1e-12
    )


def test_following_the_same_customers_is_sharper_than_two_groups():
    paired = share_change(PairedCounts(both=500, only_earlier=60, only_later=30, neither=410))
    groups = share_difference(530, 1000, 560, 1000)
    assert paired.value == pytest.approx(groups.value)
    assert paired.high - paired.low < 0.5 * (groups.high - groups.low)
    assert paired.excludes(0)
    assert not groups.excludes(0)


def test_change_is_close_to_the_paired_score_interval_of_tango():
    # An independent method (Tango 1998, Statistics in Medicine 17, 891-908), by its definition.
    both, later, earlier, neither = 500, 30, 60, 410
    n = both + later + earlier + neither

    def score(delta):
        first = -later - earlier + (2 * n - later + earlier) * delta
        second = -earlier * delta * (1 - delta)
        p21 = (np.sqrt(first**2 - 8 * n * second) - first) / (4 * n)
        return (later - earlier - n * delta) / np.sqrt(n * (2 * p21 + delta * (1 - delta)))

    z = norm.ppf(0.975)
    limits = (
        brentq(lambda delta: score(delta) - z, -0.2, -0.03),
        brentq(lambda delta: score(delta) + z, -0.03, 0.2),
    )
    found = share_change(
        PairedCounts(both=both, only_later=later, only_earlier=earlier, neither=neither)
    )
    assert (found.low, found.high) == pytest.approx(limits, abs=1e-3)


def test_swapping_what_is_counted_mirrors_the_interval():
    share_, rest = share(15, 148), share(133, 148)
    assert (share_.low, share_.high) == pytest.approx((1 - rest.high, 1 - rest.low))
    up, down = share_difference(56, 70, 48, 80), share_difference(48, 80, 56, 70)
    assert (up.low, up.high) == pytest.approx((-down.high, -down.low))
    forth = share_change(PairedCounts(both=20, only_later=12, only_earlier=2, neither=16))
    back = share_change(PairedCounts(both=20, only_later=2, only_earlier=12, neither=16))
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))


def test_order_of_the_groups_of_a_mix_does_not_matter():
    assert mix((10, 30, 0, 60)) == tuple(reversed(mix((60, 0, 30, 10))))


def test_a_wider_confidence_gives_a_wider_interval():
    assert share(15, 148, confidence=0.99).high > share(15, 148, confidence=0.9).high
    assert share(15, 148, confidence=0.99).confidence == 0.99


@pytest.mark.parametrize("successes", [0, 40])
def test_none_and_all_have_an_interval_too(successes):
    found = share(successes, 40)
    assert found.low < found.high
    same = share_change(
        PairedCounts(both=successes, only_earlier=0, only_later=0, neither=40 - successes)
    )
    assert same.low < 0 < same.high


@pytest.mark.slow
@pytest.mark.parametrize(("n", "truth"), [(50, 0.3), (400, 0.02), (2000, 0.5)])
def test_share_covers_the_truth_as_often_as_claimed(assert_covers, n, truth):
    rng = np.random.default_rng(11)
    draws = rng.binomial(n, truth, 1000)
    hits = sum(not share(int(x), n).excludes(truth) for x in draws)
    assert_covers(hits, len(draws), 0.95)


@pytest.mark.slow
def test_difference_covers_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(12)
    first, second = rng.binomial(300, 0.12, 1000), rng.binomial(500, 0.08, 1000)
    hits = sum(
        not share_difference(int(a), 300, int(b), 500).excludes(0.04)
        for a, b in zip(first, second, strict=True)
    )
    assert_covers(hits, 1000, 0.95)


@pytest.mark.slow
@pytest.mark.parametrize(("left", "joined"), [(0, 0), (150, 250), (1500, 100)])
def test_change_covers_the_truth_with_any_overlap(assert_covers, left, joined):
    rng = np.random.default_rng(13)
    both, only_earlier, only_later, neither = rng.multinomial(600, [0.5, 0.1, 0.05, 0.35], 1000).T
    gone, new = rng.binomial(left, 0.6, 1000), rng.binomial(joined, 0.55, 1000)
    hits = sum(
        not share_change(
            PairedCounts(
                both=int(both[i]),
                only_earlier=int(only_earlier[i]),
                only_later=int(only_later[i]),
                neither=int(neither[i]),
                left_successes=int(gone[i]),
                left_n=left,
                joined_successes=int(new[i]),
                joined_n=joined,
            )
        ).excludes(-0.05)
        for i in range(1000)
    )
    assert_covers(hits, 1000, 0.95)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "draws", "n"), [("goodman", 1000, 400), ("sison-glaz", 200, 60)]
)
def test_all_shares_of_a_mix_are_covered_together(method, draws, n):
    # Both methods hold the coverage jointly and may exceed it (Bonferroni): one-sided.
    rng = np.random.default_rng(14)
    truth = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    hits = 0
    for counts in rng.multinomial(n, truth, draws):
        found = mix([int(count) for count in counts], method=method)
        hits += all(not group.excludes(share_) for group, share_ in zip(found, truth, strict=True))
    assert hits >= 0.95 * draws - 3.3 * np.sqrt(draws * 0.95 * 0.05)


def test_an_empty_group_is_refused():
    with pytest.raises(EstimationError, match="no customers to take the group share of: found n"):
        share(0, 0)
    with pytest.raises(EstimationError, match="reference share of"):
        share_difference(1, 2, 0, 0)
    with pytest.raises(EstimationError, match="earlier share of"):
        share_change(
            PairedCounts(
                both=0, only_earlier=0, only_later=0, neither=0, joined_successes=1, joined_n=2
            )
        )


def test_more_successes_than_customers_are_refused():
    with pytest.raises(EstimationError, match="successes exceed the customers: found 5 of 4"):
        share(5, 4)


def test_negative_and_broken_counts_are_refused_all_at_once():
    with pytest.raises(EstimationError, match="group successes is no count") as caught:
        share_difference(-1, 3, 1.5, 4, confidence=95)
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("counts", [(), (12,), (0, 0)])
def test_a_mix_of_less_than_two_groups_or_nobody_is_refused(counts):
    with pytest.raises(EstimationError, match="no mix to estimate"):
        mix(counts)


def test_every_method_names_its_source():
    assert set(METHODS) == {"share", "difference", "change", "goodman", "sison-glaz"}
    assert all(method.citation for method in METHODS.values())
