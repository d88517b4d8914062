"""Tables on what is still to come."""

from __future__ import annotations

from analysis.lifecycle.value import ExpectedValue
from analysis.results import Estimate
from analysis.tables import Column, Counts, Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Quantity, Unit, message


def band_table(value: ExpectedValue) -> Table:
    """Customers, expected purchases and value by the probability of being active."""
    columns: tuple[Column, ...] = (
        Labels(name="band", title=message("Probability of being active")),
        Counts(name="customers", title=message("Customers")),
        Quantities(
            name="expected_purchases",
            title=message("Expected purchases"),
            measure=Measure.COUNT,
            n="customers",
            top_two_share="purchases_top_two",
        ),
    )
    if value.expected_value_cny is not None:
        columns += (
            Quantities(
                name="expected_value_cny",
                title=message("Expected value"),
                measure=Measure.AMOUNT_CNY,
                n="customers",
                top_two_share="value_top_two",
            ),
        )
    return Table(
        name="activity_bands",
        caption=message(
            "Customers by the probability of being active, and what is expected of them in "
            "{months} months",
            months=value.horizon_months,
        ),
        unit=Unit.CUSTOMERS,
        columns=columns,
        rows=tuple(
            {
                "band": message(
                    "{low} to {high}",
                    low=Quantity(value=band.low, measure=Measure.SHARE, unit=Unit.NONE),
                    high=Quantity(value=band.high, measure=Measure.SHARE, unit=Unit.NONE),
                ),
                "customers": band.customers,
                "expected_purchases": band.expected_purchases,
                "expected_value_cny": band.expected_value_cny,
                "purchases_top_two": band.purchases_top_two,
                "value_top_two": band.value_top_two,
            }
            for band in value.bands
        ),
        notes=(
            message(
                "In this model a customer without a repeat purchase counts as active: only after "
                "a repeat purchase can a customer drop out."
            ),
        ),
    )


def frequency_table(value: ExpectedValue) -> Table:
    """Customers by repeat purchases so far, counted and expected."""
    largest = value.frequencies[-1].frequency
    return Table(
        name="purchase_frequency",
        caption=message("Customers by repeat purchases so far, counted and expected by the model"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="frequency", title=message("Repeat purchases")),
            Counts(name="customers", title=message("Customers")),
            Quantities(
                name="expected",
                title=message("Expected customers"),
                measure=Measure.COUNT,
                n="customers",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "frequency": message("{n} or more", n=largest)
                if count.frequency == largest
                else str(count.frequency),
                "customers": count.customers,
                "expected": count.expected,
                "degrees": value.n_customers - len(value.bg_nbd.parameters),
            }
            for count in value.frequencies
        ),
    )


def parameter_table(value: ExpectedValue) -> Table:
    """The parameters of the value models with their intervals."""
    fit, spend = value.bg_nbd, value.gamma_gamma
    rows: list[Row] = [
        _parameter("r", message("BG/NBD: shape of the purchase rates"), fit.r, fit.n_customers),
        _parameter(
            "alpha",
            message("BG/NBD: rate of the purchase rates, weeks"),
            fit.alpha,
            fit.n_customers,
        ),
        _parameter("a", message("BG/NBD: dropout, first parameter"), fit.a, fit.n_customers),
        _parameter("b", message("BG/NBD: dropout, second parameter"), fit.b, fit.n_customers),
    ]
    if spend is not None:
        n = spend.n_repeat_customers
        rows += [
            _parameter("p", message("Gamma-Gamma: shape of purchases"), spend.p, n),
            _parameter("q", message("Gamma-Gamma: shape over customers"), spend.q, n),
            _parameter("v", message("Gamma-Gamma: scale over customers, CNY"), spend.v, n),
        ]
    return Table(
        name="purchase_model",
        caption=message("Parameters of the purchase and value models"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="parameter", title=message("Parameter")),
            Labels(name="meaning", title=message("Meaning")),
            Quantities(
                name="value",
                title=message("Estimate and interval"),
                measure=Measure.NUMBER,
                n="customers",
                degrees="degrees",
            ),
            Counts(name="customers", title=message("Customers"), adds_up=False),
        ),
        rows=tuple(rows),
    )


_PARAMETERS = 4
"""Of the purchase model; the value model has three."""


def _parameter(name: str, meaning: Message, value: Estimate, customers: int) -> Row:
    return {
        "parameter": name,
        "meaning": meaning,
        "value": value,
        "customers": customers,
        "degrees": customers - _PARAMETERS,
    }
