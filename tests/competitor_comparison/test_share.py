"""Shares, their parts and their trend; gaps are carried forward and said."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from analysis.answers import NotAssessed
from analysis.competitor_comparison.facts import Doubt
from analysis.competitor_comparison.findings.share import concentration_finding, falling, rising
from analysis.competitor_comparison.moves import Moves, customer_moves
from analysis.competitor_comparison.share import MarketShare, market_share
from analysis.errors import DataError, EstimationError
from analysis.results import Strength

Compare = Callable[..., Any]
BEFORE = dt.date(2025, 9, 30)


def measure(comparison: Any) -> MarketShare:
    found = market_share(comparison.market(), previous_as_of=BEFORE, confidence=0.95)
    assert isinstance(found, MarketShare)
    return found


def test_the_planted_shares_come_back(compare: Compare, truths: dict[str, Any]) -> None:
    found = measure(compare())
    planted = truths["market"]["shares_last_quarter"]["value"]
    shares = {point.name: point.now for point in found.points if point.kind == "family"}
    assert shares == pytest.approx({f: planted[f]["OWN"] for f in shares}, abs=1e-5)


def test_the_planted_drifts_are_told_from_noise(compare: Compare, truths: dict[str, Any]) -> None:
    found = measure(compare())
    planted = truths["market"]["own_share_drift"]["value"]
    assert set(rising(found)) == {name for name, drift in planted.items() if drift > 0}
    assert set(falling(found)) == {name for name, drift in planted.items() if drift < 0}
    for name, drift in planted.items():
        assert found.trends[name].slope.value == pytest.approx(drift, abs=1.5e-4)


def test_the_parts_add_up_to_the_change(compare: Compare) -> None:
    found = measure(compare())
    for parts in (found.split_period, found.split_year):
        assert parts is not None
        assert abs(parts.own_growth + parts.market_growth + parts.mix - parts.change) < 1e-12
    assert found.split_period is not None
    assert found.split_period.change == pytest.approx(found.points[0].change or 0, abs=1e-12)


def test_concentration_holds_the_planted_one(compare: Compare, truths: dict[str, Any]) -> None:
    """Of the planted shares; those that no table shows are somewhere between the bounds."""
    found = measure(compare())
    for family, shares in truths["market"]["shares_last_quarter"]["value"].items():
        at_least = sum((100 * share) ** 2 for share in shares.values())
        assert found.concentration[family].hhi_points == pytest.approx(at_least, rel=2e-3)


def test_gaps_are_carried_forward_and_weaken_the_finding(
    compare: Compare, truths: dict[str, Any]
) -> None:
    found = measure(compare())
    gap = truths["market"]["gap"]["value"]["institution_id"]
    stale = truths["competitors"]["stale_institution"]["value"]
    doubted = {holder.institution for holder in found.holders if Doubt.OLD in holder.doubts}
    assert doubted == {gap, stale}
    assert concentration_finding(found).strength is Strength.SUGGESTIVE


def test_the_planted_conflict_takes_the_official_figure(
    compare: Compare, truths: dict[str, Any]
) -> None:
    (conflict,) = compare().market().conflicts
    planted = truths["market"]["conflict"]["value"]
    assert conflict.institution == planted["institution_id"]
    assert conflict.subject[:2] == (planted["product_family"], planted["region"])
    assert conflict.dropped == pytest.approx(1.12 * conflict.kept)
    assert conflict.kept_source.reliability == "official"


def test_equal_sources_that_disagree_on_a_volume_are_refused(compare: Compare) -> None:
    comparison = compare({"sources": lambda s: s.assign(reliability="official")})
    with pytest.raises(DataError, match="two sources disagree on R2 / card / East"):
        comparison.market()


def test_volumes_above_the_total_are_refused(compare: Compare) -> None:
    def shrink(totals: pd.DataFrame) -> pd.DataFrame:
        return totals.assign(volume_cny=totals.volume_cny * 0.5)

    with pytest.raises(EstimationError, match=r"do not reconcile with the market total in \d+"):
        compare({"market_totals": shrink}).market()


def test_a_complete_market_may_not_fall_short_either(compare: Compare) -> None:
    with pytest.raises(EstimationError, match="do not reconcile"):
        compare(market_is_complete=True).market()


def test_the_order_of_rows_does_not_matter(compare: Compare) -> None:
    plain = measure(compare())
    turned = measure(compare({"market_volumes": lambda v: v.iloc[::-1]}))
    assert plain.points == turned.points
    assert plain.split_year == turned.split_year


def test_without_volumes_the_share_is_not_assessed(compare: Compare) -> None:
    assert isinstance(compare({"market_volumes": lambda _: None}).market(), NotAssessed)


def test_without_totals_shares_are_of_those_listed(compare: Compare) -> None:
    found = measure(compare({"market_totals": lambda _: None}))
    assert not found.market.totals_stated
    assert sum(holder.share for holder in found.holders) > 0.99


def test_the_planted_strengths_of_switching_come_back(
    compare: Compare, truths: dict[str, Any]
) -> None:
    comparison = compare()
    moves = customer_moves(comparison.bank, comparison.who, confidence=0.99)
    assert isinstance(moves, Moves)
    assert moves.preference is not None
    planted = truths["market"]["switching_strengths"]["value"]
    mean = sum(planted.values()) / len(planted)
    for name, strength in zip(moves.preference.names, moves.preference.strengths, strict=True):
        assert strength.low <= planted[name] - mean <= strength.high, name
