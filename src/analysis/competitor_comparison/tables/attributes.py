"""Tables on where we stand point by point."""

from __future__ import annotations

from analysis.competitor_comparison.attributes import PointByPoint, Position
from analysis.competitor_comparison.facts import MARKS, marked
from analysis.competitor_comparison.wording import CONDITIONS, in_unit, plain
from analysis.results import Estimate
from analysis.tables import Column, Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Unit, Words, message


def positions(points: PointByPoint) -> Table:
    """Our figure, rank and distance to the best and the median, by criterion."""
    return Table(
        name="positions",
        caption=message("Our position on each criterion, like with like"),
        unit=Unit.NONE,
        columns=(
            Labels(name="criterion", title=message("Criterion")),
            Labels(name="own", title=message("We")),
            Labels(name="rank", title=message("Rank")),
            Labels(name="best", title=message("Best")),
            Labels(name="lead_on_best", title=message("Against the best")),
            Labels(name="lead_on_median", title=message("Against the competitors' median")),
            Labels(name="rank_without_doubt", title=message("Rank without doubted figures")),
        ),
        rows=tuple(_row(points, position) for position in points.positions),
        notes=(
            MARKS,
            message("Above 0 we are better, below 0 worse, whatever direction is the better one."),
            message(
                "Rates are those for {months} months, from {amount}, {conditions}.",
                months=points.terms.term_months,
                amount=plain(points.terms.from_amount_cny, Measure.AMOUNT_CNY),
                conditions=CONDITIONS.get(points.terms.conditions, points.terms.conditions),
            ),
        ),
    )


def _row(points: PointByPoint, position: Position) -> Row:
    unit = position.criterion.unit
    best = points.figures[position.best, position.criterion.key]
    return {
        "criterion": marked(position.criterion.name, position.doubts),
        "own": in_unit(position.own, unit),
        "rank": _rank(position.rank, position.compared),
        "best": message(
            "{institution}: {value}",
            institution=points.register.name(position.best, best.evidence.doubts),
            value=in_unit(position.best_value, unit),
        ),
        "lead_on_best": signed(position.lead_on_best, unit),
        "lead_on_median": signed(position.lead_on_median, unit),
        "rank_without_doubt": _rank(position.rank_without_doubt, position.compared_without_doubt),
    }


def _rank(rank: int, compared: int) -> Message:
    return message("{rank} of {compared}", rank=rank, compared=compared)


def signed(lead: Estimate | float, unit: str) -> Message | Words:
    """Write a distance in its unit; rates in percentage points."""
    if unit == "fraction":
        return message("{value} pp", value=plain(_hundredfold(lead), Measure.NUMBER))
    return in_unit(lead, unit)


def _hundredfold(lead: Estimate | float) -> Estimate | float:
    if isinstance(lead, Estimate):
        return Estimate(
            value=lead.value * 100,
            low=lead.low * 100,
            high=lead.high * 100,
            confidence=lead.confidence,
        )
    return round(lead * 100, 10)


def scores(points: PointByPoint) -> Table:
    """Every institution on each criterion, from the worst figure (0) to the best (100)."""
    keys = points.register.keys
    columns: list[Column] = [Labels(name="criterion", title=message("Criterion"))]
    columns += [
        Quantities(name=key, title=_as_title(points, key), measure=Measure.COUNT) for key in keys
    ]
    rows: list[Row] = []
    for position in points.positions:
        on_it = {key: points.figures.get((key, position.criterion.key)) for key in keys}
        known = [offer.value for offer in on_it.values() if offer is not None]
        low, high = min(known), max(known)
        rows.append(
            {
                "criterion": marked(position.criterion.name, position.doubts),
                **{
                    key: None
                    if offer is None or high == low
                    else 100 * _oriented((offer.value - low) / (high - low), position)
                    for key, offer in on_it.items()
                },
            }
        )
    return Table(
        name="attribute_scores",
        caption=message("Every institution on each criterion: 0 is the worst figure, 100 the best"),
        unit=Unit.NONE,
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(MARKS,),
    )


def _oriented(at: float, position: Position) -> float:
    return at if position.criterion.higher_is_better else 1 - at


def _as_title(points: PointByPoint, key: str) -> Message:
    doubts = {
        doubt
        for (institution, _), offer in points.figures.items()
        if institution == key
        for doubt in offer.evidence.doubts
    }
    return message("{institution}", institution=points.register.name(key, doubts))


def price_map(points: PointByPoint) -> Table:
    """Price and quality of each institution."""
    return Table(
        name="price_and_quality",
        caption=message("Price and quality: 0 is the worst, 100 the best of the institutions"),
        unit=Unit.NONE,
        columns=(
            Labels(name="institution", title=message("Institution")),
            Quantities(
                name="price", title=message("Price, better to the right"), measure=Measure.COUNT
            ),
            Quantities(name="quality", title=message("Quality"), measure=Measure.COUNT),
        ),
        rows=tuple(
            {
                "institution": points.register.name(point.institution, point.doubts),
                "price": point.price,
                "quality": point.quality,
            }
            for point in points.price_map
        ),
        notes=(MARKS,),
    )
