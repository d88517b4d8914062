"""Tables on prices."""

from __future__ import annotations

from analysis.market_research.prices import ConceptPrice, Prices
from analysis.stats.price_sensitivity import PriceSensitivity
from analysis.stats.reservation_prices import ReservationPrices
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Unit, message, on_customers

UNITS = {
    "CNY/month": message("CNY a month"),
    "CNY/year": message("CNY a year"),
    "CNY": message("CNY, once"),
}
_POINTS = (
    ("marginal_cheapness", message("Lowest acceptable: below, quality is doubted")),
    ("optimal", message("Optimal: as many find it too cheap as too dear")),
    ("indifference", message("Indifference: as many find it cheap as dear")),
    ("marginal_expensiveness", message("Highest acceptable: above, few would consider it")),
)
_CURVES = (
    ("too_cheap", message("Too cheap")),
    ("cheap", message("Cheap")),
    ("expensive", message("Expensive")),
    ("too_expensive", message("Too expensive")),
)


def points(found: Prices) -> Table:
    """The price points of every product, and the price of most revenue."""
    rows: list[Row] = []
    for price in found.concepts:
        if price.sensitivity:
            rows += [
                {
                    "concept": price.concept.name,
                    "point": title,
                    "price": getattr(price.sensitivity, name),
                    "per": UNITS[price.concept.price_unit],
                    "n": price.sensitivity.n,
                }
                for name, title in _POINTS
            ]
        if price.demand:
            rows += [
                {
                    "concept": price.concept.name,
                    "point": title,
                    "price": getattr(price.demand, name),
                    "per": UNITS[price.concept.price_unit],
                    "n": price.demand.n,
                }
                for name, title in (
                    ("median", message("Half would buy at this price")),
                    ("best_price", message("Most revenue by the demand curve")),
                )
            ]
    return Table(
        name="price_points",
        caption=message("Price points of the products in the making"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="concept", title=message("Product")),
            Labels(name="point", title=message("Price point")),
            Quantities(
                name="price",
                title=message("Price"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                quantile=0.5,
            ),
            Labels(name="per", title=message("Paid in")),
            Counts(name="n", title=message("Answers"), adds_up=False),
        ),
        rows=tuple(rows),
    )


def curves(price: ConceptPrice, found: PriceSensitivity) -> Table:
    """To how many each price seems too cheap, cheap, expensive, too expensive."""
    counts = price.counts
    return Table(
        name=f"price_curves_{price.concept.key}",
        caption=message("How the price of {concept} is seen", concept=price.concept.name),
        unit=Unit.CUSTOMERS,
        columns=(
            Quantities(
                name="price",
                title=message("Price"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                basis=Basis.GIVEN,
            ),
            *(
                Counts(name=f"n_{name}", title=title, adds_up=False, shown=False)
                for name, title in _CURVES
            ),
            *(
                Quantities(name=name, title=title, measure=Measure.SHARE, n="n", part=f"n_{name}")
                for name, title in _CURVES
            ),
            Counts(name="n", title=message("Answers"), adds_up=False),
        ),
        rows=tuple(
            {
                "price": round(float(amount), 1),
                "n": found.n,
                **{name: float(found.curves[k, place]) for k, (name, _) in enumerate(_CURVES)},
                **{
                    f"n_{name}": int(counts[k, place]) if counts is not None else 0
                    for k, (name, _) in enumerate(_CURVES)
                },
            }
            for place, amount in enumerate(found.prices)
        ),
        notes=(
            message(
                "Answers whose four prices do not rise are left out; this was so for {share} of "
                "them.",
                share=on_customers(
                    found.left_out / (found.left_out + found.n),
                    Measure.SHARE,
                    found.left_out + found.n,
                ),
            ),
        ),
    )


def demand(price: ConceptPrice, found: ReservationPrices) -> Table:
    """How many would buy at each price, and what it would bring."""
    return Table(
        name=f"demand_{price.concept.key}",
        caption=message("Who would buy {concept} at which price", concept=price.concept.name),
        unit=Unit.CUSTOMERS,
        columns=(
            Quantities(
                name="price",
                title=message("Price"),
                measure=Measure.AMOUNT_CNY,
                n="asked",
                basis=Basis.GIVEN,
            ),
            Counts(name="asked", title=message("Asked"), adds_up=False),
            Counts(name="buyers", title=message("Would buy"), adds_up=False),
            Quantities(
                name="share",
                title=message("Share who would buy, weighted"),
                measure=Measure.SHARE,
                n="asked",
                part="buyers",
            ),
            Quantities(
                name="fitted",
                title=message("By the curve"),
                measure=Measure.SHARE,
                n="asked",
                degrees="degrees",
            ),
            Quantities(
                name="revenue",
                title=message("Revenue for each person asked"),
                measure=Measure.AMOUNT_CNY,
                n="asked",
                basis=Basis.ONE_EACH,
                goes_with="share",
            ),
        ),
        rows=tuple(
            {
                "price": point.price,
                "asked": point.asked,
                "buyers": point.would_buy,
                "share": point.share,
                "fitted": point.fitted_share,
                "degrees": found.n - 2,
                "revenue": point.revenue,
            }
            for point in found.points
        ),
    )
