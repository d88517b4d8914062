"""The answer on prices."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.market_research.captions import prices as captions
from analysis.market_research.figures import prices as figures
from analysis.market_research.findings import prices as findings
from analysis.market_research.prices import Prices
from analysis.market_research.tables import prices as tables
from analysis.stats import price_sensitivity, reservation_prices
from analysis.text import message


def present_prices(found: Prices | NotAssessed) -> Answer | NotAssessed:
    """Price points, curves and demand of each product."""
    if isinstance(found, NotAssessed):
        return found
    drawn: list[Figure] = []
    for price in found.concepts:
        if price.sensitivity:
            table = tables.curves(price, price.sensitivity)
            drawn.append(
                Figure(
                    name=table.name,
                    caption=captions.curves(price, price.sensitivity),
                    alt=message(
                        "Four curves over the price of {concept}: too cheap and cheap fall, "
                        "expensive and too expensive rise; where they cross lie the price points.",
                        concept=price.concept.name,
                    ),
                    table=table,
                    draw=figures.draw_curves,
                )
            )
        if price.demand:
            table = tables.demand(price, price.demand)
            drawn.append(
                Figure(
                    name=table.name,
                    caption=captions.demand(price, price.demand),
                    alt=message(
                        "Left the share who would buy {concept} falls with the price, right the "
                        "revenue rises, then falls.",
                        concept=price.concept.name,
                    ),
                    table=table,
                    draw=figures.draw_demand,
                )
            )
    return Answer(
        findings=findings.price_findings(found),
        figures=tuple(drawn),
        tables=(tables.points(found),),
        methods=(
            *(
                (price_sensitivity.METHOD,)
                if any(price.sensitivity for price in found.concepts)
                else ()
            ),
            *((reservation_prices.METHOD,) if any(p.demand for p in found.concepts) else ()),
        ),
    )
