"""Each question's answer, put together for the page."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.definitions import Stage
from analysis.lifecycle import cohorts as cohort_module
from analysis.lifecycle import figures, findings, tables
from analysis.lifecycle import stages as stage_module
from analysis.lifecycle.checks import value_checks
from analysis.lifecycle.cohorts import CohortRetention
from analysis.lifecycle.stages import CustomerStages
from analysis.lifecycle.value import ExpectedValue
from analysis.text import Count, Measure, Unit, message, on_customers


def present_stages(stages: CustomerStages) -> Answer:
    """Where customers stand."""
    return Answer(
        findings=(findings.stage_finding(stages),),
        metrics=(
            Metric(
                name="active_customers",
                label=message("Active customers"),
                definition=message(
                    "Customers whose relationship is open and who had a transaction, or opened it, "
                    "within {months} months of the as-of date.",
                    months=stages.rules.dormant_after_months,
                ),
                quantity=on_customers(stages.n_active, Measure.COUNT, stages.n_active),
                higher_is="better",
            ),
            Metric(
                name="active_share",
                label=message("Active share"),
                definition=message("Active customers among all who have or had a relationship."),
                quantity=on_customers(stages.active_share, Measure.SHARE, stages.n_related),
                change=None
                if stages.active_share_change is None
                else on_customers(stages.active_share_change, Measure.POINTS, stages.n_related),
                higher_is="better",
            ),
        ),
        figures=(
            Figure(
                name="customers_by_stage",
                caption=message(
                    "Customers by stage: {active} are active, {dormant} dormant",
                    active=Count(stages.n_active, Unit.CUSTOMERS),
                    dormant=Count(stages.now[Stage.DORMANT], Unit.CUSTOMERS),
                ),
                alt=message(
                    "Bars of customers by stage at both dates. Now {active} are active, {dormant} "
                    "dormant and {lost} lost.",
                    active=Count(stages.n_active, Unit.CUSTOMERS),
                    dormant=Count(stages.now[Stage.DORMANT], Unit.CUSTOMERS),
                    lost=Count(stages.now[Stage.LOST], Unit.CUSTOMERS),
                ),
                table=tables.stage_table(stages),
                draw=figures.draw_stages,
            ),
        ),
        methods=(stage_module.METHOD,),
    )


def present_movement(stages: CustomerStages) -> Answer:
    """Who came, moved and left since the last period."""
    return Answer(
        findings=(findings.movement_finding(stages),),
        metrics=(
            Metric(
                name="customers_lost",
                label=message("Customers lost since the last period"),
                definition=message(
                    "Customers in any other stage at the previous date who are lost now."
                ),
                quantity=on_customers(stages.n_left, Measure.COUNT, stages.n_known),
                higher_is="worse",
            ),
        ),
        tables=(tables.movement_table(stages),),
    )


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
        caption=message("Share of each quarter's arrivals that is active in the quarters after"),
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


def present_value(value: ExpectedValue | NotAssessed) -> Answer | NotAssessed:
    """What may be expected of the customers there are."""
    if isinstance(value, NotAssessed):
        return value
    return Answer(
        findings=(findings.value_finding(value),),
        metrics=_value_metrics(value),
        figures=(
            Figure(
                name="activity_bands",
                caption=message(
                    "Customers by the probability of being active; {active} on average",
                    active=on_customers(
                        value.mean_probability_active, Measure.SHARE, value.n_customers
                    ),
                ),
                alt=message(
                    "Bars of customers, and of the purchases expected of them, by bands of the "
                    "probability of being active. The highest band holds {customers} customers, "
                    "of whom {purchases} purchases are expected.",
                    customers=Count(value.bands[-1].customers, Unit.CUSTOMERS),
                    purchases=on_customers(
                        value.bands[-1].expected_purchases,
                        Measure.COUNT,
                        value.bands[-1].customers,
                    ),
                ),
                table=tables.band_table(value),
                draw=figures.draw_bands,
            ),
            Figure(
                name="purchase_frequency",
                caption=message("Repeat purchases so far: counted, and expected by the model"),
                alt=message(
                    "Bars of customers by the number of repeat purchases, with the numbers that "
                    "the model expects as points. The largest gap is {gap} of all customers.",
                    gap=on_customers(value.largest_misfit, Measure.SHARE, value.n_customers),
                ),
                table=tables.frequency_table(value),
                draw=figures.draw_frequencies,
            ),
        ),
        tables=(tables.parameter_table(value),),
        checks=value_checks(value),
        methods=value.methods,
    )


def _value_metrics(value: ExpectedValue) -> tuple[Metric, ...]:
    purchases = Metric(
        name="expected_purchases",
        label=message("Expected purchases"),
        definition=message(
            "Purchases expected in the next {months} months of customers who have bought before.",
            months=value.horizon_months,
        ),
        quantity=on_customers(value.expected_purchases, Measure.COUNT, value.n_customers),
    )
    if value.expected_value_cny is None:
        return (purchases,)
    worth = Metric(
        name="expected_value",
        label=message("Expected value"),
        definition=message(
            "What these purchases are worth, not discounted: expected purchases times each "
            "customer's expected mean purchase."
        ),
        quantity=on_customers(value.expected_value_cny, Measure.AMOUNT_CNY, value.n_customers),
    )
    return purchases, worth
