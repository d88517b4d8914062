"""The answer on where the customers of each group stand."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.lifecycle import stage_groups as stage_groups_module
from analysis.lifecycle.figures import stage_groups as figures
from analysis.lifecycle.findings import stage_groups as findings
from analysis.lifecycle.stage_groups import StagesByGroup
from analysis.lifecycle.tables import stage_groups as tables
from analysis.text import message


def present_stage_groups(found: StagesByGroup | NotAssessed) -> Answer | NotAssessed:
    """Where the customers of each group stand, and who moved there."""
    if isinstance(found, NotAssessed):
        return found
    finding = findings.group_finding(found)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name=f"active_share_by_{found.grouping}",
                caption=findings.group_caption(found),
                alt=message(
                    "Two panels with a point and its interval for each group: the active share, "
                    "and its change. {finding}",
                    finding=finding.statement,
                ),
                table=tables.active_share_table(found),
                draw=figures.draw_active_shares,
            ),
        ),
        tables=(tables.stage_share_table(found), tables.group_movement_table(found)),
        methods=(stage_groups_module.METHOD,),
    )
