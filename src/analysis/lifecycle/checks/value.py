"""Checks on what is still to come."""

from __future__ import annotations

from analysis.answers import Check
from analysis.lifecycle.value import LARGEST_ACCEPTED_MISFIT, ExpectedValue
from analysis.results import CheckStatus
from analysis.text import Count, Measure, Quantity, Unit, message, on_customers


def value_checks(value: ExpectedValue) -> tuple[Check, ...]:
    """Whether the purchase and value models describe these customers."""
    fit = Check(
        name="purchase_model_fits",
        label=message("The purchase model reproduces how often customers have bought"),
        status=CheckStatus.PASSED if value.model_fits else CheckStatus.FAILED,
        detail=message(
            "The largest gap between counted and expected customers is {gap} of all; up to "
            "{limit} is accepted.",
            gap=on_customers(value.largest_misfit, Measure.SHARE, value.n_customers),
            limit=Quantity(value=LARGEST_ACCEPTED_MISFIT, measure=Measure.SHARE, unit=Unit.NONE),
        ),
    )
    spend = value.gamma_gamma
    if spend is None:
        return (fit,)
    independence = spend.independence
    return (
        fit,
        Check(
            name="value_independent_of_frequency",
            label=message("Customers who buy more often do not spend more or less at a time"),
            status=independence.status,
            detail=independence.explanation,
        ),
        Check(
            name="customers_without_value",
            label=message("Repeat customers left out of the value model"),
            status=CheckStatus.INFORMATIONAL,
            detail=message(
                "{n} repeat customers have a mean purchase of zero or less, such as refunds.",
                n=Count(value.n_without_value, Unit.CUSTOMERS),
            ),
        ),
    )
