"""Findings on what follows, and the report's verdict."""

from __future__ import annotations

from analysis.answers import Finding, NotAssessed, Verdict
from analysis.competitor_comparison.findings.ranking import rank_strength
from analysis.competitor_comparison.options import Item, Kind, Options
from analysis.competitor_comparison.ranking import Standing
from analysis.competitor_comparison.share import MarketShare
from analysis.competitor_comparison.wording import plain
from analysis.results import Strength
from analysis.text import Measure, Message, Value, message

_MOST = 3


def option_findings(options: Options) -> tuple[Finding, ...]:
    """State the first three gaps with what to do about them."""
    return tuple(
        Finding(
            name=f"option_{i}",
            statement=message("{rank}. {gap}", rank=i, gap=item.statement),
            strength=item.strength,
            action=item.option,
        )
        for i, item in enumerate(ranked_gaps(options)[:_MOST], start=1)
    )


def ranked_gaps(options: Options) -> tuple[Item, ...]:
    """Give the gaps with a size, the most at the least first."""
    return tuple(item for item in options.of(Kind.GAP) if item.size is not None)


def comparison_verdict(
    standing: Standing | NotAssessed,
    share: MarketShare | NotAssessed,
    options: Options | NotAssessed,
) -> Verdict:
    """Answer the report's question in a few sentences."""
    parts = [
        _place(standing),
        _share(share),
        _first(options),
    ]
    strength = Strength.CONCLUSIVE if not isinstance(share, NotAssessed) else Strength.INCONCLUSIVE
    return Verdict(
        statement=message(
            "{place} {share} {first}", place=parts[0], share=parts[1], first=parts[2]
        ),
        strength=strength if isinstance(standing, NotAssessed) else rank_strength(standing),
    )


def _place(standing: Standing | NotAssessed) -> Message:
    if isinstance(standing, NotAssessed):
        return message("Where we stand overall could not be assessed.")
    place = standing.place(standing.register.own)
    values: dict[str, Value | Message] = {
        "rank": place.rank,
        "n": len(standing.places),
        "held": plain(place.acceptability, Measure.SHARE),
    }
    if place.verdict == "safe":
        return message(
            "We stand safely in place {rank} of {n} (held in {held} of draws).", **values
        )
    return message(
        "We stand in place {rank} of {n}, not safely (held in {held} of draws).", **values
    )


def _share(share: MarketShare | NotAssessed) -> Message:
    if isinstance(share, NotAssessed):
        return message("Our share of the market could not be assessed.")
    now = plain(share.points[0].now, Measure.SHARE)
    trend = share.trends.get("")
    if trend is None:
        return message("We hold {share} of the market.", share=now)
    if trend.slope.low > 0:
        return message("We hold {share} of the market, and the trend rises.", share=now)
    if trend.slope.high < 0:
        return message("We hold {share} of the market, and the trend falls.", share=now)
    return message("We hold {share} of the market, and the trend is within the noise.", share=now)


def _first(options: Options | NotAssessed) -> Message:
    gaps = () if isinstance(options, NotAssessed) else ranked_gaps(options)
    if not gaps:
        return message("No gap stands out.")
    return message("The first gap to close: {gap}", gap=gaps[0].statement)
