"""The answer on where each product stands, and what to do with it."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.lifecycle.checks.products import product_checks
from analysis.lifecycle.figures import products as figures
from analysis.lifecycle.findings import products as findings
from analysis.lifecycle.products import ProductLifeCycles
from analysis.lifecycle.tables import products as tables
from analysis.text import message


def present_products(found: ProductLifeCycles | NotAssessed) -> Answer | NotAssessed:
    """Where each product stands, and what the rules say to do with it."""
    if isinstance(found, NotAssessed):
        return found
    roles = findings.role_finding(found)
    shown = (tables.role_table(found),)
    return Answer(
        findings=(
            roles,
            *findings.promotion_findings(found),
            *findings.exit_findings(found),
        ),
        figures=_figures(found),
        tables=(
            *shown,
            *((tables.parameter_table(found),) if found.assessed else ()),
            *((tables.exit_table(found),) if found.exits else ()),
        ),
        checks=product_checks(found),
        methods=found.methods,
    )


def _figures(found: ProductLifeCycles) -> tuple[Figure, ...]:
    if not found.assessed:
        return ()
    certain = sum(s.certainty >= found.rules.certainty for s in found.assessed)
    counted = {"certain": certain, "all": len(found.assessed)}
    return (
        Figure(
            name="product_stages",
            caption=message(
                "The stage of {certain} of {all} products is certain enough for a decision",
                **counted,
            ),
            alt=message(
                "A bar for each product, split into the probabilities of introduction, growth, "
                "maturity and decline; {certain} of {all} bars are nearly of one colour.",
                **counted,
            ),
            table=tables.stage_table(found),
            draw=figures.draw_stages,
        ),
        Figure(
            name="adoption_curves",
            caption=findings.adoption_caption(found),
            alt=message(
                "A panel for each product: adopters counted by months since launch as points, the "
                "Bass curve with its interval, wider where it forecasts. {finding}",
                finding=findings.role_finding(found).statement,
            ),
            table=tables.curve_table(found),
            draw=figures.draw_curves,
        ),
    )
