"""Findings on where we stand point by point."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.answers import Finding
from analysis.competitor_comparison.attributes import PointByPoint, Position
from analysis.competitor_comparison.facts import weaken
from analysis.competitor_comparison.wording import listing
from analysis.results import Strength
from analysis.text import Message, Words, message


def attribute_finding(points: PointByPoint) -> Finding:
    """Say on how many criteria we lead and trail the competitors' median."""
    ahead, behind = _ahead(points), _behind(points)
    doubts = {d for p in points.positions for d in p.doubts}
    return Finding(
        name="attributes",
        statement=message(
            "On {ahead} of {n} criteria we are better than the competitors' median, on {behind} "
            "worse. Better: {best}. Worse: {worst}. {doubted}",
            ahead=len(ahead),
            n=len(points.positions),
            behind=len(behind),
            best=_names(ahead),
            worst=_names(behind),
            doubted=_doubted(points),
        ),
        strength=weaken(Strength.CONCLUSIVE, doubts),
        action=message("Begin with the largest gaps listed under strengths, gaps and options.")
        if behind
        else message("Hold the lead, and watch who follows."),
        headline=True,
    )


def attribute_caption(points: PointByPoint) -> Message:
    """Say in a line how often we beat and trail the competitors' median."""
    return message(
        "Between worst and best on {n} criteria: we beat the competitors' median on {ahead}, "
        "trail it on {behind}",
        n=len(points.positions),
        ahead=len(_ahead(points)),
        behind=len(_behind(points)),
    )


def price_caption(points: PointByPoint) -> Message:
    """Say in a line our place by price and by quality; the map knows no errors."""
    price, quality = points.places
    return message(
        "Of {n} institutions we are in place {price} by price and in place {quality} by quality",
        n=len(points.price_map),
        price=price,
        quality=quality,
    )


def _ahead(points: PointByPoint) -> list[Position]:
    return [p for p in points.positions if p.stands > 0]


def _behind(points: PointByPoint) -> list[Position]:
    return [p for p in points.positions if p.stands < 0]


def _names(positions: Iterable[Position]) -> Message | Words | str:
    return listing(position.criterion.name for position in positions)


def _doubted(points: PointByPoint) -> Message:
    """Say on which criteria our rank would be another without the doubted figures."""
    changed = [p for p in points.positions if p.rank_without_doubt != p.rank]
    if not changed:
        return message("Without the old and doubtful figures, our ranks would be the same.")
    return message(
        "Without the old and doubtful figures, our rank would be another on: {criteria}.",
        criteria=_names(changed),
    )
