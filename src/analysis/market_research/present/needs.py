"""The answer on needs."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.market_research.captions import needs as captions
from analysis.market_research.features import Feature
from analysis.market_research.figures import needs as figures
from analysis.market_research.findings import needs as findings
from analysis.market_research.needs import Needs
from analysis.market_research.tables import needs as tables
from analysis.methods import Method
from analysis.stats import kano, multiple_outcomes, survey_design
from analysis.text import message

UNMET_METHOD = Method(
    name=message("Unmet-need index (opportunity score)"),
    citation=(
        "Ulwick, A. W. (2005). What Customers Want. McGraw-Hill, chapter 3; importance against "
        "performance: Martilla, J. A., James, J. C. (1977). Importance-performance analysis. "
        "Journal of Marketing 41(1), 77-79."
    ),
    assumptions=(
        message("What people say is important is what they would act upon."),
        message("The index is a convention; its interval is that of the shares it is made of."),
    ),
)


def present_needs(
    needs: Needs | NotAssessed, features: tuple[Feature, ...]
) -> Answer | NotAssessed:
    """Needs by segment, what is unmet, what is needed and not held, and Kano's classes."""
    if isinstance(needs, NotAssessed):
        return needs
    found = (
        findings.unmet_finding(needs),
        findings.segment_finding(needs),
        findings.held_finding(needs),
        findings.kano_finding(features),
    )
    held = any(topic.held for topic in needs.topics)
    return Answer(
        findings=tuple(finding for finding in found if finding is not None),
        figures=_figures(needs, features),
        tables=(
            *((tables.by_segment(needs),) if needs.groups else ()),
            *((tables.against_held(needs),) if held else ()),
        ),
        methods=(
            survey_design.METHODS["mean"],
            *((UNMET_METHOD,) if needs.ranked else ()),
            *((multiple_outcomes.METHODS[needs.rules.correction],) if needs.comparisons else ()),
            *((kano.METHOD,) if features else ()),
        ),
    )


def _figures(needs: Needs, features: tuple[Feature, ...]) -> tuple[Figure, ...]:
    shown = []
    unmet = findings.unmet_finding(needs)
    if unmet:
        shown.append(
            Figure(
                name="unmet_needs",
                caption=captions.unmet(needs),
                alt=message(
                    "A point for each need: importance across, how well it is met upwards; below "
                    "the dashed line more hold it important than find it met. {finding}",
                    finding=unmet.statement,
                ),
                table=tables.unmet(needs),
                draw=figures.draw_quadrant,
            )
        )
    segment = findings.segment_finding(needs)
    if segment and needs.groups:
        shown.append(
            Figure(
                name="needs_heat",
                caption=captions.by_segment(needs),
                alt=message(
                    "Heat map: a row for each need, a column for each segment; darker is more. "
                    "{finding}",
                    finding=segment.statement,
                ),
                table=tables.segment_heat(needs),
                draw=figures.draw_heat,
            )
        )
    kano_finding = findings.kano_finding(features)
    if kano_finding:
        shown.append(
            Figure(
                name="kano",
                caption=captions.kano(features),
                alt=message(
                    "A point for each feature: how much it annoys if missing across, how much it "
                    "pleases if there upwards. {finding}",
                    finding=kano_finding.statement,
                ),
                table=tables.kano(features),
                draw=figures.draw_kano,
            )
        )
    return tuple(shown)
