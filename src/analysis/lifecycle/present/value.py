"""The answer on what is still to come."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.lifecycle.checks.value import value_checks
from analysis.lifecycle.figures import value as figures
from analysis.lifecycle.findings import value as findings
from analysis.lifecycle.tables import value as tables
from analysis.lifecycle.value import ExpectedValue
from analysis.text import Count, Measure, Unit, message, on_customers


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
                    "Probability of being active: {active} on average; {customers} customers are "
                    "in the highest band",
                    active=on_customers(
                        value.mean_probability_active, Measure.SHARE, value.n_customers
                    ),
                    customers=Count(value.bands[-1].customers, Unit.CUSTOMERS),
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
                        top_two_share=value.bands[-1].purchases_top_two,
                    ),
                ),
                table=tables.band_table(value),
                draw=figures.draw_bands,
            ),
            Figure(
                name="purchase_frequency",
                caption=findings.frequency_caption(value),
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
        quantity=on_customers(
            value.expected_purchases,
            Measure.COUNT,
            value.n_customers,
            top_two_share=value.purchases_top_two,
        ),
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
        quantity=on_customers(
            value.expected_value_cny,
            Measure.AMOUNT_CNY,
            value.n_customers,
            top_two_share=value.value_top_two,
        ),
    )
    return purchases, worth
