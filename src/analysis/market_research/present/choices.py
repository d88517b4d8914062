"""The answers on what parts of a product are worth, and which features matter."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.market_research.captions import choices as captions
from analysis.market_research.choices import ChoiceExperiment
from analysis.market_research.figures import choices as figures
from analysis.market_research.findings import choices as findings
from analysis.market_research.priorities import Priorities
from analysis.market_research.tables import choices as tables
from analysis.market_research.tables.priorities import standings
from analysis.stats import best_worst, conditional_logit, willingness_to_pay
from analysis.text import message


def present_choices(found: ChoiceExperiment | NotAssessed) -> Answer | NotAssessed:
    """Worth of the parts, and simulated shares of what could be made."""
    if isinstance(found, NotAssessed):
        return found
    variants = findings.variant_finding(found)
    table = tables.variants(found)
    return Answer(
        findings=(findings.worth_finding(found), variants),
        figures=(
            Figure(
                name=table.name,
                caption=captions.variants(found),
                alt=message(
                    "A point with its interval for each way to make the product: the share who "
                    "would take it. {finding}",
                    finding=variants.statement,
                ),
                table=table,
                draw=figures.draw_variants,
            ),
        ),
        tables=(tables.worth(found),),
        methods=(conditional_logit.METHOD, willingness_to_pay.METHOD),
    )


def present_priorities(found: Priorities | NotAssessed) -> Answer | NotAssessed:
    """Features by how often they are best less worst."""
    if isinstance(found, NotAssessed):
        return found
    finding = findings.priority_finding(found)
    table = standings(found)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name=table.name,
                caption=captions.priorities(found),
                alt=message(
                    "A point with its interval for each feature, the most important first. "
                    "{finding}",
                    finding=finding.statement,
                ),
                table=table,
                draw=figures.draw_priorities,
            ),
        ),
        methods=(best_worst.METHODS["counts"], best_worst.METHODS["logit"]),
    )
