"""The answer on how well new customers are kept."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric
from analysis.lifecycle import cohorts as cohort_module
from analysis.lifecycle.cohorts import CohortRetention
from analysis.lifecycle.figures import cohorts as figures
from analysis.lifecycle.findings import cohorts as findings
from analysis.lifecycle.tables import cohorts as tables
from analysis.text import Measure, message, on_customers


def present_cohorts(retention: CohortRetention) -> Answer:
    """How long customers of each quarter of arrival stay active."""
    newest = retention.newest_retention
    return Answer(
        findings=(findings.cohort_finding(retention),),
        metrics=()
        if newest is None
        else (
            Metric(
                name="first_quarter_retention",
                label=message("First-quarter retention"),
                definition=message(
                    "Customers of the newest cohort old enough who had a transaction in the "
                    "quarter after their first."
                ),
                quantity=on_customers(newest, Measure.SHARE, retention.newest_customers),
                change=None
                if retention.newest_change is None
                else on_customers(
                    retention.newest_change, Measure.POINTS, retention.newest_customers
                ),
                higher_is="better",
            ),
        ),
        figures=_cohort_figures(retention),
        methods=(cohort_module.METHOD,),
    )


def _cohort_figures(retention: CohortRetention) -> tuple[Figure, ...]:
    triangle = Figure(
        name="retention_triangle",
        caption=findings.cohort_caption(retention),
        alt=message(
            "Heat map: a row for each quarter of arrival, a column for each quarter since; darker "
            "cells hold a larger share of customers with a transaction. {newest}",
            newest=findings.cohort_finding(retention).statement,
        ),
        table=tables.retention_triangle(retention),
        draw=figures.draw_triangle,
    )
    if not retention.retention:
        return (triangle,)
    since, n, pooled = retention.retention[-1]
    at_end = on_customers(pooled, Measure.SHARE, n)
    curve = Figure(
        name="retention_curve",
        caption=message(
            "After {quarters} quarters {retention} of the customers are active",
            quarters=since,
            retention=at_end,
        ),
        alt=message(
            "Curve of retention by quarters since the first transaction with its interval; it "
            "reaches {retention} after {quarters} quarters.",
            quarters=since,
            retention=at_end,
        ),
        table=tables.retention_curve(retention),
        draw=figures.draw_retention_curve,
    )
    return triangle, curve
