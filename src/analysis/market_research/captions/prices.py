"""Captions on prices."""

from __future__ import annotations

from analysis.market_research.prices import ConceptPrice
from analysis.market_research.tables.prices import UNITS
from analysis.stats.price_sensitivity import PriceSensitivity
from analysis.stats.reservation_prices import ReservationPrices
from analysis.text import Measure, Message, Quantity, Value, message, on_customers


def curves(price: ConceptPrice, seen: PriceSensitivity) -> Message:
    """Say which prices are accepted."""
    return message(
        "The price of {concept} is acceptable from {low} to {high} ({unit})",
        concept=price.concept.name,
        low=_amount(seen.marginal_cheapness.value, seen.n),
        high=_amount(seen.marginal_expensiveness.value, seen.n),
        unit=UNITS[price.concept.price_unit],
    )


def demand(price: ConceptPrice, bought: ReservationPrices) -> Message:
    """Say at which price revenue is largest, or that no price shown is."""
    values: dict[str, Value | Message] = {
        "concept": price.concept.name,
        "price": _amount(bought.best_price.value, bought.n),
        "unit": UNITS[price.concept.price_unit],
    }
    if bought.beyond_the_prices:
        return message(
            "{concept}: the price of largest revenue, {price} ({unit}), lies outside those shown",
            **values,
        )
    return message(
        "{concept}: {share} would buy at the price of largest revenue, {price} ({unit})",
        share=on_customers(bought.best_share, Measure.SHARE, bought.n),
        **values,
    )


def _amount(value: float, n: int) -> Quantity:
    return on_customers(value, Measure.AMOUNT_CNY, n, quantile=0.5)
