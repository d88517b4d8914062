"""The answer on how we are seen."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.competitor_comparison.figures import perception as figures
from analysis.competitor_comparison.findings import perception as findings
from analysis.competitor_comparison.perception import Perception
from analysis.competitor_comparison.tables import perception as tables
from analysis.stats import correspondence_analysis, map_stability
from analysis.text import message


def present_perception(seen: Perception | NotAssessed) -> Answer | NotAssessed:
    """The map of brands and attributes, and image against facts."""
    if isinstance(seen, NotAssessed):
        return seen
    finding = findings.map_finding(seen)
    return Answer(
        findings=(finding, findings.image_finding(seen)),
        figures=(
            Figure(
                name="brand_map",
                caption=findings.map_caption(seen),
                alt=message(
                    "Map with institutions as points, ours as a diamond, and attributes as "
                    "crosses; the centre is the average profile. {finding}",
                    finding=finding.statement,
                ),
                table=tables.brand_map(seen),
                draw=figures.draw_map,
            ),
        ),
        tables=(tables.image_and_facts(seen), tables.inertia(seen)),
        methods=(correspondence_analysis.METHOD, map_stability.METHOD),
    )
