"""The answer on how long they stay."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.lifecycle.figures import tenure as figures
from analysis.lifecycle.findings import tenure as findings
from analysis.lifecycle.tables import tenure as tables
from analysis.lifecycle.tenure import Tenure
from analysis.stats import competing_risks, log_rank, restricted_mean, survival
from analysis.text import message

_ENDING_MONTHS = 12


def present_tenure(tenure: Tenure | NotAssessed) -> Answer | NotAssessed:
    """How long they stay, by group, and whether the groups differ."""
    if isinstance(tenure, NotAssessed):
        return tenure
    finding = findings.tenure_finding(tenure)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="staying",
                caption=findings.tenure_caption(tenure),
                alt=message(
                    "A falling line with its interval for each group, by months. {finding}",
                    finding=finding.statement,
                ),
                table=tables.survival_table(tenure),
                draw=figures.draw_staying,
            ),
        ),
        tables=(
            tables.tenure_table(tenure),
            *([tables.comparison_table(tenure)] if tenure.pairs else []),
        ),
        methods=(survival.METHOD, log_rank.METHOD, restricted_mean.METHOD),
    )


def present_endings(tenure: Tenure | NotAssessed) -> Answer | NotAssessed:
    """How they end: closing and falling dormant as risks that compete."""
    if isinstance(tenure, NotAssessed):
        return NotAssessed(
            name="endings", question=message("How do they end?"), reason=tenure.reason
        )
    if not tenure.incidence:
        return NotAssessed(
            name="endings",
            question=message("How do they end?"),
            reason=message(
                "Closing and falling dormant do not both occur in every group, or the source does "
                "not tell them apart."
            ),
        )
    months = min(_ENDING_MONTHS, tenure.horizon_months)
    finding = findings.ending_finding(tenure, months)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="endings",
                caption=findings.ending_caption(tenure, months),
                alt=message(
                    "Two panels with a point and its interval for each group: gone by closing, "
                    "and gone by falling dormant. {finding}",
                    finding=finding.statement,
                ),
                table=tables.ending_table(tenure, months),
                draw=figures.draw_endings,
            ),
        ),
        methods=(competing_risks.METHOD,),
    )
