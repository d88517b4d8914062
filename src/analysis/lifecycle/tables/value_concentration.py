"""Tables on how unequally the value to come is spread, and what of it is at risk."""

from __future__ import annotations

from analysis.lifecycle.value_concentration import ValueConcentration
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Quantity, Unit, message


def lorenz_table(found: ValueConcentration) -> Table:
    """The Lorenz curve: share of value by share of customers, least first."""
    return Table(
        name="value_lorenz",
        caption=message("Share of the expected value held by the customers with least"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="share", title=message("Share of customers, least value first")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Quantities(
                name="value_share",
                title=message("Share of the expected value"),
                measure=Measure.SHARE,
                n="customers",
                top_two_share="top_two",
            ),
        ),
        rows=tuple(
            {
                "share": message(
                    "{share}",
                    share=Quantity(
                        value=point.customers_share, measure=Measure.SHARE, unit=Unit.NONE
                    ),
                ),
                "customers": point.customers,
                "value_share": point.value_share,
                "top_two": point.top_two_share,
            }
            for point in found.lorenz
        ),
    )


def top_table(found: ValueConcentration) -> Table:
    """Share of the expected value that the top customers hold."""
    return Table(
        name="value_top_shares",
        caption=message("Share of the expected value held by the customers with most"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="top", title=message("Top share of customers")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Quantities(
                name="share",
                title=message("Share of the expected value"),
                measure=Measure.SHARE,
                n="customers",
                top_two_share="top_two",
            ),
        ),
        rows=tuple(
            {
                "top": message(
                    "{share}", share=Quantity(value=t.top, measure=Measure.SHARE, unit=Unit.NONE)
                ),
                "customers": t.customers,
                "share": t.share,
                "top_two": t.top_two_share,
            }
            for t in found.tops
        ),
        notes=(
            message(
                "Expected values are means: what customers will really bring is spread more "
                "unequally still."
            ),
        ),
    )


def risk_table(found: ValueConcentration) -> Table:
    """Value at risk by the probability of being active."""
    return Table(
        name="value_at_risk",
        caption=message(
            "Value within {months} months by the probability of being active: if all were active, "
            "expected, and at risk",
            months=found.horizon_months,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="band", title=message("Probability of being active")),
            Counts(name="customers", title=message("Customers")),
            Quantities(
                name="if_active",
                title=message("If all were active"),
                measure=Measure.AMOUNT_CNY,
                n="customers",
                top_two_share="if_active_top_two",
            ),
            Quantities(
                name="expected",
                title=message("Expected value"),
                measure=Measure.AMOUNT_CNY,
                n="customers",
                top_two_share="expected_top_two",
                goes_with="if_active",
            ),
            Quantities(
                name="at_risk",
                title=message("Value at risk"),
                measure=Measure.AMOUNT_CNY,
                n="customers",
                top_two_share="at_risk_top_two",
                goes_with="expected",
            ),
        ),
        rows=tuple(
            {
                "band": message(
                    "{low} to {high}",
                    low=Quantity(value=band.low, measure=Measure.SHARE, unit=Unit.NONE),
                    high=Quantity(value=band.high, measure=Measure.SHARE, unit=Unit.NONE),
                ),
                "customers": band.customers,
                "if_active": band.if_active_cny,
                "expected": band.expected_cny,
                "at_risk": band.at_risk_cny,
                "if_active_top_two": band.if_active_top_two,
                "expected_top_two": band.expected_top_two,
                "at_risk_top_two": band.at_risk_top_two,
            }
            for band in found.bands
        ),
        notes=(
            message(
                "In this model a customer without a repeat purchase counts as active: only after "
                "a repeat purchase can a customer drop out."
            ),
        ),
    )
