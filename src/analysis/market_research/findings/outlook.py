"""Findings on the market and on demand."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.market import MarketSize
from analysis.market_research.names import family_name, listing
from analysis.market_research.outlook import IndicatorLink, Outlook, ProductDemand
from analysis.market_research.tables.outlook import STEPS, month_name
from analysis.market_research.wording import plain
from analysis.results import Strength
from analysis.text import Measure, Message, message


def market_finding(market: MarketSize) -> Finding:
    """Say how big the market is, how it grew, and what our share did."""
    total = market.total
    return Finding(
        name="market_size",
        statement=message(
            "In {quarter} the market amounts to {size}{growth}.{share}",
            quarter=market.quarter,
            size=plain(total.size, Measure.AMOUNT_CNY),
            growth=_growth(market),
            share=_share(market),
        ),
        strength=Strength.CONCLUSIVE,
        action=_grow_where(market),
    )


def _growth(market: MarketSize) -> Message | str:
    if market.total.growth is None:
        return ""
    return message(
        ", {growth} more than a year before", growth=plain(market.total.growth, Measure.SHARE)
    )


def _share(market: MarketSize) -> Message | str:
    total = market.total
    if total.share is None:
        return ""
    if total.share_change is None:
        return message(" We hold {share} of it.", share=plain(total.share, Measure.SHARE))
    return message(
        " We hold {share} of it ({change} in a year).",
        share=plain(total.share, Measure.SHARE),
        change=plain(total.share_change, Measure.POINTS),
    )


def _grow_where(market: MarketSize) -> Message:
    known = [line for line in market.lines[:-1] if line.growth is not None]
    if not known:
        return message("Collect the market's totals for a year, to see where it grows.")
    fastest = max(known, key=lambda line: line.growth or 0.0)
    return message(
        "Look first at {family}, where the market grows fastest ({growth} in a year).",
        family=family_name(fastest.family),
        growth=plain(fastest.growth or 0.0, Measure.SHARE),
    )


def demand_finding(outlook: Outlook) -> Finding | None:
    """Say where demand is expected to rise or fall beyond the intervals."""
    lines = outlook.forecast
    if not lines:
        return None
    up, down = [line for line in lines if rises(line)], [line for line in lines if falls(line)]
    sure = bool(up or down)
    return Finding(
        name="demand_ahead",
        statement=message(
            "By {month} demand is expected above that of a year before for: {up}; below for: "
            "{down}. For the others the interval holds last year's figure.",
            month=month_name(lines[0].ahead[-1]),
            up=listing(_changed(line) for line in up),
            down=listing(_changed(line) for line in down),
        )
        if sure
        else message(
            "By {month} no product's demand is expected above or below that of a year before "
            "beyond its interval.",
            month=month_name(lines[0].ahead[-1]),
        ),
        strength=Strength.SUGGESTIVE if sure else Strength.INCONCLUSIVE,
        action=message("Plan capacity by the upper bound of the interval, not by its middle."),
        headline=sure,
    )


def rises(line: ProductDemand) -> bool:
    """Whether demand is expected above that of a year before beyond its interval."""
    return line.change is not None and line.change.low > 0


def falls(line: ProductDemand) -> bool:
    """Whether demand is expected below that of a year before beyond its interval."""
    return line.change is not None and line.change.high < 0


def _changed(line: ProductDemand) -> Message:
    assert line.change is not None  # noqa: S101
    return message(
        "{family} ({change})",
        family=family_name(line.family),
        change=plain(line.change, Measure.SHARE),
    )


def honesty_finding(outlook: Outlook) -> Finding | None:
    """Say for which products no model beats a naive forecast."""
    lines = outlook.forecast
    if not lines:
        return None
    naive = [line for line in lines if line.forecast and not line.forecast.beats_naive]
    beaten = [line for line in lines if line.forecast and line.forecast.beats_naive]
    return Finding(
        name="forecast_skill",
        statement=message(
            "A model beats naive forecasts for: {beaten}; no model does for: {naive}, where the "
            "naive forecast is used.",
            beaten=listing(family_name(line.family) for line in beaten),
            naive=listing(family_name(line.family) for line in naive),
        ),
        strength=Strength.CONCLUSIVE,
        action=message("Where no model helps, watch the figures monthly and keep a reserve."),
    )


def links_finding(outlook: Outlook) -> Finding | None:
    """Say which indicators demand goes with."""
    if not outlook.links:
        return None
    sure = [link for link in outlook.links if link.stands]
    return Finding(
        name="indicator_links",
        statement=message(
            "Demand goes with indicators of months before, beyond chance with {n} associations "
            "counted: {links}. That says nothing of causes.",
            n=outlook.tests,
            links=listing(_link(link) for link in sure),
        )
        if sure
        else message(
            "No association of demand with an indicator is beyond chance, {n} counted.",
            n=outlook.tests,
        ),
        strength=Strength.SUGGESTIVE if sure else Strength.INCONCLUSIVE,
        action=message("Watch these indicators as early signs.")
        if sure
        else message("Do not plan by these indicators."),
    )


def _link(link: IndicatorLink) -> Message:
    return message(
        "{family} by {effect} with {step} of {indicator} ({lag} months before)",
        family=family_name(link.family),
        effect=plain(link.effect, Measure.SHARE),
        step=STEPS[link.step],
        indicator=link.indicator,
        lag=link.lag,
    )


def outlook_brief(outlook: Outlook) -> Message:
    """Answer the question in a clause of the verdict."""
    growth = outlook.market.total.growth if outlook.market else None
    if growth is None:
        return message("How the market grew could not be assessed.")
    return message("The market grew by {growth} in a year.", growth=plain(growth, Measure.SHARE))
