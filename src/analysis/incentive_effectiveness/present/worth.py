"""The answer on whether the incentives are worth their cost."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.incentive_effectiveness.figures.worth import draw_returns
from analysis.incentive_effectiveness.findings.worth import worth_caption, worth_findings
from analysis.incentive_effectiveness.tables.worth import cases_table, split_table, worth_table
from analysis.incentive_effectiveness.worth import WorthOfAll
from analysis.text import message


def present_worth(found: WorthOfAll | NotAssessed) -> Answer | NotAssessed:
    """Cost per unit, return, sensitivity, and the next budget."""
    if isinstance(found, NotAssessed):
        return found
    table = worth_table(found)
    return Answer(
        findings=worth_findings(found),
        figures=(
            Figure(
                name=table.name,
                caption=worth_caption(found),
                alt=message("Points with intervals: the return on cost of each incentive."),
                table=table,
                draw=draw_returns,
            ),
        ),
        tables=(
            *(cases_table(one) for one in found.incentives if one.cases),
            *((split_table(found.split),) if found.split else ()),
        ),
        methods=found.methods,
    )
