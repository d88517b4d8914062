"""The answer on where we stand point by point."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.competitor_comparison import attributes as attribute_module
from analysis.competitor_comparison.attributes import PointByPoint
from analysis.competitor_comparison.figures import attributes as figures
from analysis.competitor_comparison.findings import attributes as findings
from analysis.competitor_comparison.tables import attributes as tables
from analysis.text import message


def present_attributes(points: PointByPoint | NotAssessed) -> Answer | NotAssessed:
    """Our position per attribute, and price against quality."""
    if isinstance(points, NotAssessed):
        return points
    finding = findings.attribute_finding(points)
    scored = Figure(
        name="attribute_scores",
        caption=findings.attribute_caption(points),
        alt=message(
            "A row for each criterion with us and every competitor between the worst and the "
            "best figure; hollow points are old or doubtful. {finding}",
            finding=finding.statement,
        ),
        table=tables.scores(points),
        draw=figures.draw_scores,
    )
    mapped = Figure(
        name="price_and_quality",
        caption=findings.price_caption(points),
        alt=message(
            "Map of institutions by price and by quality, each from 0, worst, to 100, best. We "
            "are marked by a diamond; hollow points rest on old, doubtful or missing figures."
        ),
        table=tables.price_map(points),
        draw=figures.draw_price_map,
    )
    return Answer(
        findings=(finding,),
        figures=(scored, mapped) if points.price_map else (scored,),
        tables=(tables.positions(points),),
        methods=(attribute_module.METHOD,),
    )
