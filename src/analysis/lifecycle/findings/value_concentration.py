"""Findings on how unequally the value to come is spread, and what of it is at risk."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.value_concentration import ValueConcentration
from analysis.results import Strength
from analysis.text import Count, Measure, Unit, message, on_customers


def concentration_finding(found: ValueConcentration) -> Finding:
    """Say on how few customers the value rests."""
    tenth = next(top for top in found.tops if top.top == 0.10)
    return Finding(
        name="value_concentration",
        statement=message(
            "The {customers} customers with most, a tenth of all, hold {share} of the value "
            "expected in {months} months; the Gini coefficient is {gini}.",
            customers=Count(tenth.customers, Unit.CUSTOMERS),
            share=on_customers(
                tenth.share, Measure.SHARE, tenth.customers, top_two_share=tenth.top_two_share
            ),
            months=found.horizon_months,
            gini=on_customers(found.gini, Measure.NUMBER, found.customers),
        ),
        strength=_strength(found),
        action=message("Let an adviser by name keep the customers of the top tenth."),
    )


def risk_finding(found: ValueConcentration) -> Finding:
    """Say how much value is at risk, and where it can still be saved."""
    return Finding(
        name="value_at_risk",
        statement=message(
            "Of the value that all customers would bring in {months} months if still active, "
            "{share} is at risk: {at_risk}. {doubtful} of it lies with the {customers} customers "
            "of whom it is open whether they are active.",
            months=found.horizon_months,
            share=on_customers(found.share_at_risk, Measure.SHARE, found.customers),
            at_risk=on_customers(
                found.at_risk_cny,
                Measure.AMOUNT_CNY,
                found.customers,
                top_two_share=found.at_risk_top_two,
            ),
            doubtful=on_customers(
                found.doubtful_cny,
                Measure.AMOUNT_CNY,
                found.doubtful_customers,
                top_two_share=found.doubtful_top_two,
            ),
            customers=Count(found.doubtful_customers, Unit.CUSTOMERS),
        ),
        strength=_strength(found),
        action=message(
            "Call first the customers of whom it is open whether they are active: there a call "
            "can still keep value."
        ),
    )


def _strength(found: ValueConcentration) -> Strength:
    return Strength.CONCLUSIVE if found.model_fits else Strength.SUGGESTIVE
