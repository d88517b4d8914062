"""Findings on our share of the market."""

from __future__ import annotations

import datetime as dt

from analysis.answers import Finding
from analysis.competitor_comparison.facts import weaken
from analysis.competitor_comparison.share import MarketShare, Trend
from analysis.competitor_comparison.tables.attributes import signed
from analysis.competitor_comparison.wording import family, listing, plain, quarter
from analysis.results import Strength
from analysis.stats.share_decomposition import ShareDecomposition
from analysis.text import Measure, Message, message


def share_finding(found: MarketShare) -> Finding:
    """Say how large our share is, and which way it goes."""
    whole = found.points[0]
    trend = found.trends.get("")
    return Finding(
        name="share",
        statement=message(
            "In {quarter} we held {share} of the market. {moved} {trend}",
            quarter=quarter(found.market.quarters[-1]),
            share=plain(whole.now, Measure.SHARE),
            moved=_moved(found),
            trend=_trend(trend),
        ),
        strength=Strength.CONCLUSIVE
        if trend is not None and trend.slope.excludes(0)
        else Strength.SUGGESTIVE
        if found.market.totals_stated
        else weaken(Strength.CONCLUSIVE, found.doubts),
        action=_action(found),
        headline=True,
    )


def falling(found: MarketShare) -> list[str]:
    """Give the product families in which our share falls beyond noise."""
    return [name for name, each in found.trends.items() if name and each.slope.high < 0]


def rising(found: MarketShare) -> list[str]:
    """Give the product families in which our share rises beyond noise."""
    return [name for name, each in found.trends.items() if name and each.slope.low > 0]


def product_finding(found: MarketShare) -> Finding:
    """Say in which products the share rises and falls."""
    return Finding(
        name="share_by_product",
        statement=message(
            "The trend of our share rises in: {up}; it falls in: {down}.",
            up=listing(_with_slope(found, name) for name in rising(found)),
            down=listing(_with_slope(found, name) for name in falling(found)),
        ),
        strength=Strength.CONCLUSIVE if rising(found) or falling(found) else Strength.INCONCLUSIVE,
        action=message(
            "Find out why customers take these products elsewhere: {names}.",
            names=listing(family(name) for name in falling(found)),
        )
        if falling(found)
        else message("Keep the offer as it is, and look again next period."),
        headline=True,
    )


def trend_caption(found: MarketShare) -> Message:
    """Say in a line in which product our share rises and falls most, beyond noise."""
    if not any(found.trends):
        return message(
            "Our share by quarter changes by {slope} a quarter",
            slope=signed(found.trends[""].slope, "fraction"),
        )
    up, down = _steepest(found, rising(found)), _steepest(found, falling(found))
    if up and down:
        return message(
            "Our share by quarter rises most in {up}; it falls most in {down}", up=up, down=down
        )
    if up:
        return message("Our share by quarter rises most in {up}; it falls in no product", up=up)
    if down:
        return message(
            "Our share by quarter falls most in {down}; it rises in no product", down=down
        )
    return message("Our share by quarter moves within the noise in every product")


def _steepest(found: MarketShare, names: list[str]) -> Message | None:
    if not names:
        return None
    steepest = max(names, key=lambda name: abs(found.trends[name].slope.value))
    return message(
        "{product}, {slope}",
        product=family(steepest),
        slope=signed(found.trends[steepest].slope, "fraction"),
    )


def split_caption(since: dt.date, parts: ShareDecomposition) -> Message:
    """Say in a line what our own growth and the market's did to our share."""
    return message(
        "Since {since} own growth moved our share by {own}, market growth by {market}: {change} "
        "in all",
        since=quarter(since),
        own=signed(parts.own_growth, "fraction"),
        market=signed(parts.market_growth, "fraction"),
        change=signed(parts.change, "fraction"),
    )


def _with_slope(found: MarketShare, name: str) -> Message:
    return message(
        "{product} ({slope} a quarter)",
        product=family(name),
        slope=signed(found.trends[name].slope, "fraction"),
    )


def _moved(found: MarketShare) -> Message:
    if found.split is None:
        return message("There is no earlier quarter to compare with.")
    since, parts = found.split
    return message(
        "Since {since} that is a change of {change}: own growth {own}, market growth {market}, "
        "mix {mix}.",
        since=quarter(since),
        change=signed(parts.change, "fraction"),
        own=signed(parts.own_growth, "fraction"),
        market=signed(parts.market_growth, "fraction"),
        mix=signed(parts.mix, "fraction"),
    )


def _trend(trend: Trend | None) -> Message:
    if trend is None:
        return message("There are too few quarters for a trend.")
    slope = signed(trend.slope, "fraction")
    forecast = plain(trend.forecast[-1], Measure.SHARE)
    at = quarter(trend.ahead[-1])
    if trend.slope.low > 0:
        return message(
            "The trend rises ({slope} a quarter); {forecast} is forecast for {at}.",
            slope=slope,
            forecast=forecast,
            at=at,
        )
    if trend.slope.high < 0:
        return message(
            "The trend falls ({slope} a quarter); {forecast} is forecast for {at}.",
            slope=slope,
            forecast=forecast,
            at=at,
        )
    return message(
        "The trend is within the noise ({slope} a quarter); {forecast} is forecast for {at}.",
        slope=slope,
        forecast=forecast,
        at=at,
    )


def _action(found: MarketShare) -> Message:
    if found.split is not None and found.split[1].change < 0:
        return message("Look first at the products and regions that lost share.")
    return message("Look below the total: products and regions move in different directions.")


def concentration_finding(found: MarketShare) -> Finding:
    """Say how concentrated the market is, and how sure that is."""
    whole = found.concentration[""]
    return Finding(
        name="concentration",
        statement=message(
            "The market's HHI lies between {low} and {high} points; the three largest hold {cr3}. "
            "{carried}",
            low=plain(whole.hhi_points, Measure.COUNT),
            high=plain(whole.hhi_points_at_most, Measure.COUNT),
            cr3=plain(whole.concentration_ratios[1].share, Measure.SHARE),
            carried=_carried(found),
        ),
        strength=weaken(Strength.CONCLUSIVE, found.doubts),
        action=message("Ask for the missing volumes before a decision rests on this.")
        if found.doubts
        else message("Keep the current watch on the largest institutions."),
    )


def concentration_caption(found: MarketShare) -> Message:
    """Say in a line between which numbers the market's concentration lies."""
    whole = found.concentration[""]
    return message(
        "Concentration: the market's HHI is {low} to {high} points",
        low=plain(whole.hhi_points, Measure.COUNT),
        high=plain(whole.hhi_points_at_most, Measure.COUNT),
    )


def _carried(found: MarketShare) -> Message:
    names = [h for h in found.holders if h.doubts]
    if not names:
        return message("Every share is of this quarter.")
    return message(
        "Shares are old or doubtful, in part or in whole, of: {names}.",
        names=listing(
            found.market.register.name(holder.institution, holder.doubts) for holder in names
        ),
    )
