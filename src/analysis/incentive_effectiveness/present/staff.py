"""The answer on the incentives for staff."""

from __future__ import annotations

from analysis.answers import Answer, Check, Figure, NotAssessed
from analysis.incentive_effectiveness.evidence import Evidence
from analysis.incentive_effectiveness.figures.staff import draw_bunching
from analysis.incentive_effectiveness.findings.staff import (
    award_finding,
    target_caption,
    target_finding,
)
from analysis.incentive_effectiveness.staff import StaffIncentives, TargetStudy
from analysis.incentive_effectiveness.tables.staff import bins_table, quality_table
from analysis.results import CheckStatus
from analysis.text import message


def present_staff(found: StaffIncentives | NotAssessed) -> Answer | NotAssessed:
    """Gaming at targets, what awards changed, and what cannot be judged."""
    if isinstance(found, NotAssessed):
        return found
    return Answer(
        findings=(
            *(target_finding(study) for study in found.targets),
            *(award_finding(one) for one in found.jumps),
        ),
        figures=tuple(_bunching(study) for study in found.targets),
        tables=tuple(quality_table(study) for study in found.targets),
        checks=tuple(_unjudged(one) for one in found.unjudged),
        methods=found.methods,
    )


def _bunching(study: TargetStudy) -> Figure:
    table = bins_table(study)
    return Figure(
        name=table.name,
        caption=target_caption(study),
        alt=message(
            "Bars: months found; line: months expected without the target. {finding}",
            finding=target_finding(study).statement,
        ),
        table=table,
        draw=draw_bunching,
    )


def _unjudged(one: Evidence) -> Check:
    return Check(
        name=f"unjudged_{one.campaign.campaign_id}",
        label=message("{name} could be judged", name=one.campaign.name),
        status=CheckStatus.INFORMATIONAL,
        detail=message(
            "Not judged: {reason}",
            reason=one.reason or message("The data cannot bear the method."),
        ),
    )
