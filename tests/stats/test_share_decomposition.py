"""The change of a market share: exact for any figures, symmetric in time, true by hand."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from analysis.errors import EstimationError
from analysis.stats.share_decomposition import METHOD, decompose_share_change

UNTIMED = settings(deadline=None)
amounts = st.one_of(st.just(0.0), st.floats(1e-6, 1e15))
fractions = st.one_of(st.just(0.0), st.just(1.0), st.floats(1e-200, 1), st.floats(1e-200, 1e-12))


@st.composite
def markets(draw):
    """Any volumes by segment at two dates; ours are part of the market's."""
    k = draw(st.integers(1, 6))
    one_date = st.lists(st.tuples(amounts, fractions), min_size=k, max_size=k).filter(
        lambda cells: any(market > 0 for market, _ in cells)
    )
    before, after = draw(one_date), draw(one_date)
    return {
        "segments": [f"s{j}" for j in range(k)],
        "market_before": [m for m, _ in before],
        "own_before": [m * f for m, f in before],
        "market_after": [m for m, _ in after],
        "own_after": [m * f for m, f in after],
    }


def reversed_in_time(market):
    return {
        "segments": market["segments"],
        "own_before": market["own_after"],
        "market_before": market["market_after"],
        "own_after": market["own_before"],
        "market_after": market["market_before"],
    }


@settings(deadline=None, max_examples=500)
@given(markets())
def test_parts_add_up_to_the_change_for_any_figures(market):
    found = decompose_share_change(**market)
    change = sum(market["own_after"]) / sum(market["market_after"]) - sum(
        market["own_before"]
    ) / sum(market["market_before"])
    assert abs(found.change - change) < 1e-12
    assert abs(found.own_growth + found.market_growth + found.mix - found.change) < 1e-12
    for part in ("own_growth", "market_growth", "mix"):
        by_segment = math.fsum(getattr(segment, part) for segment in found.segments)
        assert abs(by_segment - getattr(found, part)) < 1e-12


@UNTIMED
@given(markets())
def test_going_back_in_time_gives_the_same_parts_with_the_opposite_sign(market):
    forth = decompose_share_change(**market)
    back = decompose_share_change(**reversed_in_time(market))
    for part in ("change", "own_growth", "market_growth", "mix"):
        assert getattr(back, part) == pytest.approx(-getattr(forth, part), abs=1e-12)


@UNTIMED
@given(markets(), st.floats(1e-3, 1e3))
def test_the_unit_does_not_matter(market, unit):
    scaled = {
        name: values if name == "segments" else [unit * x for x in values]
        for name, values in market.items()
    }
    one, other = decompose_share_change(**market), decompose_share_change(**scaled)
    for part in ("change", "own_growth", "market_growth", "mix"):
        assert getattr(one, part) == pytest.approx(getattr(other, part), abs=1e-9)


def test_all_mix_where_shares_of_segments_stay():
    # 30 % of deposits and 10 % of loans at both dates; deposits go from half to two thirds
    found = decompose_share_change(
        segments=["deposits", "loans"],
        own_before=[30, 10],
        market_before=[100, 100],
        own_after=[60, 10],
        market_after=[200, 100],
    )
    assert found.change == pytest.approx(70 / 300 - 0.2)
    assert found.mix == pytest.approx(found.change)
    assert found.own_growth == pytest.approx(-found.market_growth)
    # deposits: mean weight 7/12, share .3, both volumes doubled
    assert found.own_growth == pytest.approx(7 / 12 * 0.3 * math.log(2))
    # (mean share of segment - mean share) * change of weight
    middle = (0.2 + 70 / 300) / 2
    assert found.segments[0].mix == pytest.approx((0.3 - middle) / 6)
    assert found.segments[1].mix == pytest.approx((0.1 - middle) / -6)


def test_one_segment_by_hand():
    # 20 of 100, then 33 of 110: L(.3, .2) = .1 / log 1.5
    found = decompose_share_change(
        segments=["all"], own_before=[20], market_before=[100], own_after=[33], market_after=[110]
    )
    mean = 0.1 / math.log(1.5)
    assert found.change == pytest.approx(0.1)
    assert found.mix == 0
    assert found.own_growth == pytest.approx(mean * math.log(33 / 20))
    assert found.market_growth == pytest.approx(-mean * math.log(1.1))


def test_growth_parts_are_what_steady_growth_would_add_day_by_day():
    # Independent route: along exponential paths, share = own/market changes at the rate
    # share * (own's growth - market's growth); the parts are the two integrals.
    own, market = (20, 33), (100, 140)
    a, b = math.log(own[1] / own[0]), math.log(market[1] / market[0])
    exposure, _ = quad(lambda t: own[0] / market[0] * math.exp((a - b) * t), 0, 1)
    found = decompose_share_change(
        segments=["all"], own_before=[20], market_before=[100], own_after=[33], market_after=[140]
    )
    assert found.own_growth == pytest.approx(a * exposure)
    assert found.market_growth == pytest.approx(-b * exposure)


def test_standing_still_in_a_growing_market_loses_share_to_the_market():
    found = decompose_share_change(
        segments=["a", "b"],
        own_before=[20, 30],
        market_before=[100, 100],
        own_after=[20, 30],
        market_after=[110, 110],
    )
    assert found.own_growth == 0
    assert found.mix == pytest.approx(0, abs=1e-15)
    assert found.market_growth == pytest.approx(found.change)
    assert found.change < 0


def test_entering_a_segment_is_own_growth():
    found = decompose_share_change(
        segments=["a", "b"],
        own_before=[20, 0],
        market_before=[100, 100],
        own_after=[20, 30],
        market_after=[100, 100],
    )
    assert found.own_growth == pytest.approx(0.15)
    assert (found.market_growth, found.mix) == pytest.approx((0, 0))
    assert found.segments[1].share_before == 0
    assert found.segments[1].share_after == pytest.approx(0.3)


def test_a_segment_that_appears_is_mix():
    found = decompose_share_change(
        segments=["a", "b"],
        own_before=[20, 0],
        market_before=[100, 0],
        own_after=[20, 30],
        market_after=[100, 100],
    )
    assert found.mix == pytest.approx(found.change)
    assert (found.own_growth, found.market_growth) == pytest.approx((0, 0))


def test_zero_is_the_limit_of_small_volumes():
    def entering(start):
        return decompose_share_change(
            segments=["a", "b"],
            own_before=[20, start],
            market_before=[100, 100],
            own_after=[21, 30],
            market_after=[105, 120],
        )

    small, none = entering(1e-250), entering(0)
    for part in ("own_growth", "market_growth", "mix"):
        assert getattr(small, part) == pytest.approx(getattr(none, part), abs=1e-3)


def test_splitting_a_segment_into_equal_halves_changes_nothing():
    whole = decompose_share_change(
        segments=["a", "b"], own_before=[20, 10], market_before=[100, 80],
        own_after=[30, 12], market_after=[110, 130],
    )  # fmt: skip
    halves = decompose_share_change(
        segments=["a1", "a2", "b"], own_before=[10, 10, 10], market_before=[50, 50, 80],
        own_after=[15, 15, 12], market_after=[55, 55, 130],
    )  # fmt: skip
    for part in ("change", "own_growth", "market_growth", "mix"):
        assert getattr(whole, part) == pytest.approx(getattr(halves, part))


def test_wrong_volumes_are_refused_by_date_and_segment():
    with pytest.raises(EstimationError) as caught:
        decompose_share_change(
            segments=["a", "b"],
            own_before=[20, -1],
            market_before=[100, 80],
            own_after=[30, 90],
            market_after=[110, 80],
        )
    text = str(caught.value)
    assert "negative volumes before: found b" in text
    assert "own volume after exceeds the market's: found b" in text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"market_after": [0.0], "own_after": [0.0]}, "no market after: found volumes that sum"),
        ({"own_after": [1, 2]}, "volumes before and after are of different segments"),
        ({"segments": ["a", "b"]}, "segments and values do not fit together: found 2 names for 1"),
        ({"own_before": [math.nan]}, "own volumes before has values that are no numbers"),
    ],
)
def test_what_is_no_market_is_refused(changed, said):
    market = {
        "segments": ["a"], "own_before": [1.0], "market_before": [2.0],
        "own_after": [1.0], "market_after": [2.0],
    }  # fmt: skip
    with pytest.raises(EstimationError, match=said):
        decompose_share_change(**market | changed)


def test_the_method_names_its_sources():
    assert "Bennet" in METHOD.citation
    assert "Ang" in METHOD.citation
