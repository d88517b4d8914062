"""The answer on what is known, and how well."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.competitor_comparison import register as register_module
from analysis.competitor_comparison.checks.register import register_checks
from analysis.competitor_comparison.figures import register as figures
from analysis.competitor_comparison.findings import register as findings
from analysis.competitor_comparison.market import Market
from analysis.competitor_comparison.register import KnownFigures
from analysis.competitor_comparison.tables import register as tables
from analysis.text import message


def present_register(known: KnownFigures, market: Market | NotAssessed) -> Answer | NotAssessed:
    """What is known of each competitor, from whom, since when."""
    if not known.offers:
        return NotAssessed(
            name="register",
            question=message("What do we know about them, and how well?"),
            reason=message("the source has no figures on terms and qualities of institutions."),
        )
    others, regions = (
        ((), {}) if isinstance(market, NotAssessed) else (market.conflicts, market.region_names)
    )
    finding = findings.register_finding(known)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="register_coverage",
                caption=findings.register_caption(known),
                alt=message(
                    "Bars of the number of figures on each institution, split into current and "
                    "sound, old, and doubtful ones. {finding}",
                    finding=finding.statement,
                ),
                table=tables.coverage(known),
                draw=figures.draw_coverage,
            ),
        ),
        tables=(
            *((tables.disagreements(known, others, regions),) if known.conflicts or others else ()),
            tables.every_figure(known),
            *((tables.other_figures(known),) if known.others else ()),
        ),
        checks=register_checks(known, others),
        methods=(register_module.METHOD,),
    )
