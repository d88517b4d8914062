"""The answer on renewal."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.lifecycle.checks.renewal import renewal_checks
from analysis.lifecycle.figures import renewal as figures
from analysis.lifecycle.findings import renewal as findings
from analysis.lifecycle.renewal import Renewal
from analysis.lifecycle.tables import renewal as tables
from analysis.stats import shifted_beta_geometric
from analysis.text import message


def present_renewal(renewal: Renewal | NotAssessed) -> Answer | NotAssessed:
    """How many members renew, and how many will still be there."""
    if isinstance(renewal, NotAssessed):
        return renewal
    finding = findings.renewal_finding(renewal)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="renewal",
                caption=findings.renewal_caption(renewal),
                alt=message(
                    "Points of the observed share and the model's line with its interval, by "
                    "renewals. {finding}",
                    finding=finding.statement,
                ),
                table=tables.renewal_table(renewal),
                draw=figures.draw_renewal,
            ),
        ),
        tables=()
        if renewal.held_back is None
        else (tables.held_back_table(renewal, renewal.held_back),),
        checks=renewal_checks(renewal),
        methods=(shifted_beta_geometric.METHOD,),
    )
