"""Captions state what is to be seen, and no more than the finding bears."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.competitor_comparison import moves, perception, present, service, share
from analysis.competitor_comparison.findings.ranking import rank_caption
from analysis.competitor_comparison.findings.share import falling, rising, trend_caption
from analysis.results import Estimate

from ..captions import captions, said

Compare = Callable[..., Any]
BEFORE = dt.date(2025, 9, 30)


def held(comparison: Any) -> share.MarketShare:
    found = share.market_share(comparison.market(), previous_as_of=BEFORE, confidence=0.95)
    assert isinstance(found, share.MarketShare)
    return found


def look(comparison: Any) -> Any:
    return perception.brand_perception(
        comparison.bank,
        comparison.who,
        comparison.points(),
        doubt=comparison.p.doubt_rules,
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=200,
    )


def timed(comparison: Any) -> Any:
    return service.service_times(
        comparison.bank, comparison.who, doubt=comparison.p.doubt_rules, confidence=0.95
    )


def moved(comparison: Any) -> Any:
    return moves.customer_moves(comparison.bank, comparison.who, confidence=0.95)


def test_every_figure_states_its_finding(compare: Compare) -> None:
    comparison = compare()
    answers = (
        present.register(comparison.known(), comparison.market()),
        present.attributes(comparison.points()),
        present.ranking(comparison.standing()),
        present.share(held(comparison)),
        present.moves(moved(comparison)),
        present.perception(look(comparison)),
        present.service(timed(comparison)),
    )
    found = {name: text for answer in answers for name, text in captions(answer).items()}
    assert len(found) == 11
    assert found["register_coverage"].startswith("14 of 69 figures")
    assert found["register_coverage"].endswith("on Meridian Bank †‡")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("safe", "is safe"), ("open", "is open"), ("coin toss", "a coin toss")],
)
def test_a_place_is_called_as_safe_as_it_is(compare: Compare, verdict: str, words: str) -> None:
    standing = compare().standing()
    own = standing.register.own
    places = tuple(
        dataclasses.replace(p, verdict=verdict) if p.alternative == own else p
        for p in standing.places
    )
    assert words in said(rank_caption(dataclasses.replace(standing, places=places)))


def test_times_like_ours_are_said_to_be_within_noise(compare: Compare) -> None:
    def alike(times: pd.DataFrame) -> pd.DataFrame:
        ours = times[times.institution_id == "OWN"]
        return pd.concat(
            ours.assign(institution_id=name, case_id=name + ours.case_id)
            for name in times.institution_id.unique()
        )

    found = captions(present.service(timed(compare({"service_times": alike}))))
    assert all("none of 5 competitors differs beyond noise" in text for text in found.values())


def test_moves_in_balance_are_within_noise_and_one_sided_ones_are_named(compare: Compare) -> None:
    def balanced(flows: pd.DataFrame) -> pd.DataFrame:
        return flows.assign(customers=50)

    def from_one(flows: pd.DataFrame) -> pd.DataFrame:
        won = (flows.from_institution_id == "R1") & (flows.to_institution_id == "OWN")
        return flows.assign(customers=np.where(won, 90, 50))

    even = captions(present.moves(moved(compare({"switching_flows": balanced}))))
    assert even["exchanges"] == "Customers won less lost: within noise with each of 5 competitors"
    won = captions(present.moves(moved(compare({"switching_flows": from_one}))))
    assert "most are won from Northern State Bank" in won["exchanges"]
    assert "to nobody are more lost" in won["exchanges"]


def test_a_trend_within_noise_is_neither_rise_nor_fall(compare: Compare) -> None:
    found = held(compare())
    assert rising(found)
    assert falling(found)
    assert "rises most in wealth products" in said(trend_caption(found))
    none = Estimate(value=0.0, low=-0.001, high=0.001, confidence=0.95)
    flat = dataclasses.replace(
        found,
        trends={name: dataclasses.replace(t, slope=none) for name, t in found.trends.items()},
    )
    assert said(trend_caption(flat)) == (
        "Our share by quarter moves within the noise in every product"
    )


def test_equal_institutions_share_a_place_on_the_map(compare: Compare) -> None:
    points = compare().points()
    own = next(p for p in points.price_map if p.institution == "OWN")
    level = tuple(
        dataclasses.replace(p, price=own.price, quality=own.quality - 1)
        if p.institution != "OWN"
        else p
        for p in points.price_map
    )
    assert dataclasses.replace(points, price_map=level).places == (1, 1)
    worse = tuple(dataclasses.replace(p, price=p.price + (p is not own)) for p in level)
    assert dataclasses.replace(points, price_map=worse).places == (len(level), 1)
