"""The answer on who can be won back."""

from __future__ import annotations

from analysis.answers import Answer, Check, Figure, NotAssessed
from analysis.lifecycle.figures import winback as figures
from analysis.lifecycle.findings import winback as findings
from analysis.lifecycle.tables import winback as tables
from analysis.lifecycle.winback import WinBack
from analysis.results import CheckStatus
from analysis.text import Share, Unit, message


def present_winback(found: WinBack | NotAssessed) -> Answer | NotAssessed:
    """Sizes and expected return of winning back, by segment."""
    if isinstance(found, NotAssessed):
        return found
    finding = findings.winback_finding(found)
    reach = Share(found.total.reachable, found.total.silent, Unit.CUSTOMERS)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="win_back",
                caption=message(
                    "In {paying} of {all} segments contacting the silent pays beyond chance",
                    paying=len(found.worthwhile),
                    all=len(found.segments),
                ),
                alt=message(
                    "Points with intervals: the expected return by segment, and the share won back "
                    "at which it breaks even. {finding}",
                    finding=finding.statement,
                ),
                table=tables.winback_table(found),
                draw=figures.draw_returns,
            ),
        ),
        checks=(
            Check(
                name="win_back_reach",
                label=message("Silent customers who may be contacted"),
                status=CheckStatus.INFORMATIONAL,
                detail=message(
                    "{reach} of the silent customers may be contacted; the others are in no "
                    "figure of value or return.",
                    reach=reach,
                ),
            ),
        ),
        methods=found.methods,
    )
