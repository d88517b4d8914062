"""Tables on our share of the market."""

from __future__ import annotations

import datetime as dt

from analysis.competitor_comparison.facts import MARKS, Doubt, marked
from analysis.competitor_comparison.findings.share import concentration_caption
from analysis.competitor_comparison.market import Market
from analysis.competitor_comparison.share import MarketShare, SharePoint
from analysis.competitor_comparison.wording import family, quarter
from analysis.stats.share_decomposition import ShareDecomposition
from analysis.tables import Column, Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Unit, Words, message


def part_name(point: SharePoint, market: Market) -> Message | Words | str:
    """Name a product family, a region, or the whole market."""
    if point.kind == "region":
        return market.region_names.get(point.name, point.name)
    return family(point.name)


def in_points(fraction: float | None) -> float | None:
    """Write a fraction of the market in percentage points."""
    return None if fraction is None else 100 * fraction


def shares(found: MarketShare) -> Table:
    """Our share by product and region, and its change."""
    return Table(
        name="own_shares",
        caption=message(
            "Our share of the market by product and region, {quarter}",
            quarter=quarter(found.market.quarters[-1]),
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="part", title=message("Product or region")),
            Quantities(name="share", title=message("Share"), measure=Measure.SHARE),
            Quantities(
                name="change", title=message("Since the previous date, pp"), measure=Measure.NUMBER
            ),
            Quantities(
                name="change_year", title=message("Over a year, pp"), measure=Measure.NUMBER
            ),
        ),
        rows=tuple(
            {
                "part": part_name(point, found.market),
                "share": point.now,
                "change": in_points(point.change),
                "change_year": in_points(point.change_year),
            }
            for point in found.points
        ),
    )


def holders(found: MarketShare) -> Table:
    """Every institution's share of the market."""
    register = found.market.register
    return Table(
        name="institution_shares",
        caption=message(
            "Share of the market by institution, {quarter}",
            quarter=quarter(found.market.quarters[-1]),
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="institution", title=message("Institution")),
            Quantities(name="share", title=message("Share"), measure=Measure.SHARE),
            Quantities(
                name="change_year", title=message("Over a year, pp"), measure=Measure.NUMBER
            ),
            Quantities(
                name="carried", title=message("Cells carried forward"), measure=Measure.COUNT
            ),
        ),
        rows=tuple(
            {
                "institution": register.name(holder.institution, holder.doubts),
                "share": holder.share,
                "change_year": in_points(holder.change_year),
                "carried": found.market.carried.get(holder.institution, 0),
            }
            for holder in found.holders
        ),
        notes=(
            MARKS,
            message(
                "Where an institution has published nothing for a product and region, its last "
                "known share of it is carried forward and marked as old."
            ),
        ),
    )


def concentration(found: MarketShare) -> Table:
    """HHI and concentration ratios by product."""
    return Table(
        name="concentration",
        caption=concentration_caption(found),
        unit=Unit.NONE,
        columns=(
            Labels(name="part", title=message("Product")),
            Quantities(name="hhi", title=message("HHI, at least"), measure=Measure.COUNT),
            Quantities(name="hhi_at_most", title=message("HHI, at most"), measure=Measure.COUNT),
            Quantities(
                name="effective", title=message("Equal competitors"), measure=Measure.NUMBER
            ),
            Quantities(name="cr1", title=message("Largest"), measure=Measure.SHARE),
            Quantities(name="cr3", title=message("Largest 3"), measure=Measure.SHARE),
            Quantities(name="cr5", title=message("Largest 5"), measure=Measure.SHARE),
            Quantities(name="unlisted", title=message("Without figure"), measure=Measure.SHARE),
        ),
        rows=tuple(
            {
                "part": marked(family(name), _doubts(found, name)),
                "hhi": each.hhi_points,
                "hhi_at_most": each.hhi_points_at_most,
                "effective": each.effective_competitors,
                **{f"cr{ratio.largest}": ratio.share for ratio in each.concentration_ratios},
                "unlisted": each.unlisted_share,
            }
            for name, each in found.concentration.items()
        ),
        notes=(
            message(
                "HHI on the scale of 0 to 10,000: at least, if those without a figure are many and "
                "small; at most, if each were as large as the smallest with one."
            ),
            *((MARKS,) if found.doubts else ()),
            *(
                (message("Some shares are carried forward († in the table of institutions)."),)
                if found.doubts
                else ()
            ),
        ),
    )


def _doubts(found: MarketShare, name: str) -> frozenset[Doubt]:
    market = found.market
    return frozenset(
        doubt
        for key in market.register.keys
        for doubt in market.volume(
            key, market.quarters[-1], lambda cell: not name or cell[0] == name
        )[1]
    )


def split(found: MarketShare, since: dt.date, parts: ShareDecomposition) -> Table:
    """The parts of the change in share, by product."""
    rows: list[Row] = []
    for name in found.market.families():
        inside = [s for s in parts.segments if s.segment.startswith(f"{name} / ")]
        own, market, mix = (
            sum(getattr(s, field) for s in inside)
            for field in ("own_growth", "market_growth", "mix")
        )
        rows.append(
            {
                "part": family(name),
                "own_growth": in_points(own),
                "market_growth": in_points(market),
                "mix": in_points(mix),
                "change": in_points(own + market + mix),
            }
        )
    total: Row = {
        "part": family(""),
        "own_growth": in_points(parts.own_growth),
        "market_growth": in_points(parts.market_growth),
        "mix": in_points(parts.mix),
        "change": in_points(parts.change),
    }
    columns: list[Column] = [Labels(name="part", title=message("Product"))]
    columns += [
        Quantities(name="own_growth", title=message("Own growth"), measure=Measure.NUMBER),
        Quantities(name="market_growth", title=message("Market growth"), measure=Measure.NUMBER),
        Quantities(name="mix", title=message("Mix"), measure=Measure.NUMBER),
        Quantities(name="change", title=message("Change of the share"), measure=Measure.NUMBER),
    ]
    return Table(
        name="share_split",
        caption=message(
            "What the change of our share since {quarter} is made of, percentage points",
            quarter=quarter(since),
        ),
        unit=Unit.NONE,
        columns=tuple(columns),
        rows=(*rows, total),
        total_rows=(len(rows),),
        notes=(
            message(
                "The parts add up to the change exactly. Market growth takes share off whoever "
                "stands still; mix is the gain or loss of weight of products and regions in which "
                "we are strong."
            ),
        ),
    )


def trend(found: MarketShare) -> Table:
    """Our share by quarter and product, with the forecast."""
    columns: list[Column] = [
        Labels(name="quarter", title=message("Quarter")),
        Labels(name="kind", title=message("Known or forecast")),
    ]
    columns += [
        Quantities(name=name or "all", title=family(name), measure=Measure.SHARE)
        for name in found.trends
    ]
    known: list[Row] = [
        {
            "quarter": quarter(day),
            "kind": message("known"),
            **{name or "all": each.shares[i] for name, each in found.trends.items()},
        }
        for i, day in enumerate(found.market.quarters)
    ]
    ahead = next(iter(found.trends.values())).ahead
    known += [
        {
            "quarter": quarter(day),
            "kind": message("forecast"),
            **{name or "all": each.forecast[i] for name, each in found.trends.items()},
        }
        for i, day in enumerate(ahead)
    ]
    return Table(
        name="share_trend",
        caption=message("Our share by quarter, and its forecast with interval"),
        unit=Unit.NONE,
        columns=tuple(columns),
        rows=tuple(known),
    )
