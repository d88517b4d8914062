"""Findings on prices."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.prices import ConceptPrice, Prices
from analysis.market_research.tables.prices import UNITS
from analysis.results import Strength
from analysis.text import Measure, Message, message, on_customers


def price_findings(found: Prices) -> tuple[Finding, ...]:
    """Say for each product which prices are accepted, and which brings most."""
    return tuple(
        finding
        for price in found.concepts
        for finding in (_acceptable(price), _best(price))
        if finding
    )


def _acceptable(price: ConceptPrice) -> Finding | None:
    seen = price.sensitivity
    if seen is None:
        return None
    return Finding(
        name=f"acceptable_price_{price.concept.key}",
        statement=message(
            "{concept}: prices from {low} to {high} are acceptable ({unit}); as many find "
            "{optimal} too cheap as find it too dear.",
            concept=price.concept.name,
            low=on_customers(seen.marginal_cheapness, Measure.AMOUNT_CNY, seen.n, quantile=0.5),
            high=on_customers(
                seen.marginal_expensiveness, Measure.AMOUNT_CNY, seen.n, quantile=0.5
            ),
            optimal=on_customers(seen.optimal, Measure.AMOUNT_CNY, seen.n, quantile=0.5),
            unit=UNITS[price.concept.price_unit],
        ),
        strength=Strength.SUGGESTIVE,
        action=message("Test a price within the range on the market before it is set."),
    )


def _best(price: ConceptPrice) -> Finding | None:
    bought = price.demand
    if bought is None:
        return None
    return Finding(
        name=f"best_price_{price.concept.key}",
        statement=message(
            "{concept}: revenue would be largest at {price} ({unit}), at which {share} of those "
            "asked would buy. {beyond}",
            concept=price.concept.name,
            price=on_customers(bought.best_price, Measure.AMOUNT_CNY, bought.n, quantile=0.5),
            share=on_customers(bought.best_share, Measure.SHARE, bought.n),
            unit=UNITS[price.concept.price_unit],
            beyond=message("That price lies outside those shown, and is no more than a guess.")
            if bought.beyond_the_prices
            else message("Costs are not in this figure."),
        ),
        strength=Strength.INCONCLUSIVE if bought.beyond_the_prices else Strength.SUGGESTIVE,
        action=message("Add the cost of each customer before the price is chosen."),
        headline=not bought.beyond_the_prices,
    )


def prices_brief(found: Prices) -> Message:
    """Answer the question in a clause of the verdict."""
    first = next((price for price in found.concepts if price.demand), None)
    if first is None or first.demand is None:
        return message("What they would pay is only known as a range.")
    return message(
        "{concept} would bring most at {price} ({unit}).",
        concept=first.concept.name,
        price=on_customers(
            round(first.demand.best_price.value, 1),
            Measure.AMOUNT_CNY,
            first.demand.n,
            quantile=0.5,
        ),
        unit=UNITS[first.concept.price_unit],
    )
