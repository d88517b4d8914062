"""Findings on what is still to come."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.value import ExpectedValue
from analysis.results import Strength
from analysis.text import Count, Measure, Message, Unit, message, on_customers


def value_finding(value: ExpectedValue) -> Finding:
    """Say what is to be expected of the customers there are."""
    purchases = on_customers(
        value.expected_purchases,
        Measure.COUNT,
        value.n_customers,
        top_two_share=value.purchases_top_two,
    )
    if value.expected_value_cny is None:
        statement = message(
            "In the next {months} months {purchases} purchases are expected of the customers who "
            "have bought before.",
            months=value.horizon_months,
            purchases=purchases,
        )
    else:
        statement = message(
            "In the next {months} months {purchases} purchases worth {value} are expected of the "
            "customers who have bought before. {top}",
            months=value.horizon_months,
            purchases=purchases,
            value=on_customers(
                value.expected_value_cny,
                Measure.AMOUNT_CNY,
                value.n_customers,
                top_two_share=value.value_top_two,
            ),
            top=_top_band(value),
        )
    return Finding(
        name="expected_value",
        statement=statement,
        strength=Strength.CONCLUSIVE if value.model_fits else Strength.SUGGESTIVE,
        action=message(
            "Plan the next period's service around the bands that hold most of the expected value."
        ),
        headline=True,
    )


def frequency_caption(value: ExpectedValue) -> Message:
    """Say in a line whether the model reproduces how often customers have bought."""
    gap = on_customers(value.largest_misfit, Measure.SHARE, value.n_customers)
    if value.model_fits:
        return message(
            "Customers by repeat purchases: the model fits, at most {gap} of all apart",
            gap=gap,
        )
    return message(
        "Customers by repeat purchases: the model does not fit, up to {gap} of all apart",
        gap=gap,
    )


def _top_band(value: ExpectedValue) -> Message:
    """Say how much of the expected value the most active band holds."""
    top = value.bands[-1]
    total = sum(band.expected_value_cny or 0.0 for band in value.bands)
    return message(
        "The {customers} customers most likely active hold {share} of that value.",
        customers=Count(top.customers, Unit.CUSTOMERS),
        share=on_customers(
            (top.expected_value_cny or 0.0) / total,
            Measure.SHARE,
            top.customers,
            top_two_share=top.value_top_two,
        ),
    )
