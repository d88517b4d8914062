"""The answer on for whom an incentive works."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.incentive_effectiveness.figures.targeting import draw_qini, draw_segments
from analysis.incentive_effectiveness.findings.targeting import (
    qini_caption,
    segments_caption,
    targeting_finding,
)
from analysis.incentive_effectiveness.tables.targeting import (
    policy_table,
    qini_table,
    segments_table,
)
from analysis.incentive_effectiveness.targeting import Targeting
from analysis.text import message


def present_targeting(found: Targeting | NotAssessed) -> Answer | NotAssessed:
    """Effects by segment, Qini curve, and what choosing is worth."""
    if isinstance(found, NotAssessed):
        return found
    finding = targeting_finding(found)
    segments, curve = segments_table(found), qini_table(found)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name=segments.name,
                caption=segments_caption(found),
                alt=message("Points with intervals. {finding}", finding=finding.statement),
                table=segments,
                draw=draw_segments,
            ),
            Figure(
                name=curve.name,
                caption=qini_caption(found),
                alt=message("A curve with its band. {finding}", finding=finding.statement),
                table=curve,
                draw=draw_qini,
            ),
        ),
        tables=(policy_table(found),),
        methods=found.methods,
    )
