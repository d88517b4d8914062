"""The answer on segments."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.market_research.captions import segments as captions
from analysis.market_research.checks.segments import segment_checks
from analysis.market_research.figures import segments as figures
from analysis.market_research.findings import segments as findings
from analysis.market_research.segments import Segments
from analysis.market_research.tables import segments as tables
from analysis.stats import need_segments
from analysis.text import message


def present_segments(found: Segments | NotAssessed) -> Answer | NotAssessed:
    """Profiles, sizes, and what speaks for their number."""
    if isinstance(found, NotAssessed):
        return found
    finding = findings.segment_finding(found)
    profiles, numbers = tables.profiles(found), tables.numbers(found)
    number = Figure(
        name=numbers.name,
        caption=captions.numbers(found),
        alt=message(
            "Left the gap statistic, right the prediction strength, over the number of segments. "
            "{finding}",
            finding=finding.statement,
        ),
        table=numbers,
        draw=figures.draw_numbers,
    )
    profile = Figure(
        name=profiles.name,
        caption=captions.profiles(found),
        alt=message(
            "A row for each segment, a column for each need, importance in each cell. {finding}",
            finding=finding.statement,
        ),
        table=profiles,
        draw=figures.draw_profiles,
    )
    return Answer(
        findings=(finding, *findings.profile_findings(found)),
        figures=(profile, number) if found.found.found else (number,),
        tables=(tables.sizes(found),) if found.found.found else (),
        checks=segment_checks(found),
        methods=tuple(need_segments.METHODS.values()),
    )
