"""The answer on what the incentives given by lot changed."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.incentive_effectiveness.effects import CampaignEffects, LotEffects
from analysis.incentive_effectiveness.figures.effects import draw_main
from analysis.incentive_effectiveness.findings.effects import lot_caption, lot_finding
from analysis.incentive_effectiveness.tables.effects import (
    looks_table,
    main_table,
    outcomes_tables,
)
from analysis.text import message


def present_effects(found: LotEffects | NotAssessed) -> Answer | NotAssessed:
    """Intention to treat, effect on the takers, all outcomes, all looks."""
    if isinstance(found, NotAssessed):
        return found
    return Answer(
        findings=tuple(lot_finding(one) for one in found.campaigns),
        figures=tuple(_main_figure(one) for one in found.campaigns),
        tables=tuple(
            table
            for one in found.campaigns
            for table in (*outcomes_tables(one), *((looks_table(one),) if one.looks else ()))
        ),
        methods=found.methods,
    )


def _main_figure(one: CampaignEffects) -> Figure:
    finding = lot_finding(one)
    return Figure(
        name=f"main_effect_{one.evidence.campaign.campaign_id}",
        caption=lot_caption(one),
        alt=message("Points with intervals. {finding}", finding=finding.statement),
        table=main_table(one),
        draw=draw_main,
    )
