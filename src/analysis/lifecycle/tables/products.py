"""Tables on where each product stands, and what to do with it."""

from __future__ import annotations

import math

from analysis.lifecycle.adoption import Curve
from analysis.lifecycle.product_names import ROLE_NAMES, STAGE_NAMES
from analysis.lifecycle.products import ProductLifeCycles, ProductStage
from analysis.results import Estimate
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Message, Quantity, Unit, Words, message

_PARAMETERS = 3
"""Of an adoption curve: innovation, imitation, ceiling."""


def to_tens(customers: Estimate) -> Estimate:
    """Round an estimated number of customers to tens, its interval outwards.

    Where all have adopted, an exact estimate would tell the exact count of customers.

    Examples
    --------
    >>> to_tens(Estimate(value=549, low=549, high=551, confidence=0.95)).low
    540
    """
    return Estimate(
        value=10 * round(customers.value / 10),
        low=10 * math.floor(customers.low / 10),
        high=10 * math.ceil(customers.high / 10),
        confidence=customers.confidence,
    )


def role_table(found: ProductLifeCycles) -> Table:
    """Every product: holders, loss, balance, stage, role."""
    return Table(
        name="product_roles",
        caption=message("Every product: its holders, its stage and what the rules say to do"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="product", title=message("Product")),
            Counts(name="holders", title=message("Holders"), adds_up=False),
            Quantities(
                name="balance",
                title=message("Balance"),
                measure=Measure.AMOUNT_CNY,
                n="holders",
                top_two_share="top_two",
            ),
            Counts(
                name="year_ago", title=message("Holders a year ago"), adds_up=False, shown=False
            ),
            Quantities(
                name="loss",
                title=message("Holders lost in a year"),
                measure=Measure.SHARE,
                n="year_ago",
                basis=Basis.ONE_EACH,
            ),
            Labels(name="stage", title=message("Stage")),
            Labels(name="role", title=message("What to do")),
        ),
        rows=tuple(
            {
                "product": standing.product.name,
                "holders": standing.holders,
                "balance": standing.balance_cny,
                "top_two": standing.balance_top_two,
                "year_ago": standing.holders_year_ago,
                "loss": standing.yearly_loss,
                "stage": message("not assessed")
                if standing.stage is None
                else STAGE_NAMES[standing.stage],
                "role": ROLE_NAMES[standing.role],
            }
            for standing in found.standings
        ),
        notes=(_rules(found), *_reasons(found)),
    )


def _rules(found: ProductLifeCycles) -> Message:
    rules = found.rules

    def fraction(value: float) -> Quantity:
        return Quantity(value=value, measure=Measure.SHARE, unit=Unit.NONE)

    return message(
        "Rules, each where the stage is at least {certainty} certain: promote before the peak of "
        "adoption; optimise a mature product that loses more than {loss} of its holders a year; "
        "give up a declining one with fewer than {left} of its most holdings.",
        certainty=fraction(rules.certainty),
        loss=fraction(rules.optimise_loss_above),
        left=fraction(rules.exit_holders_below),
    )


def _reasons(found: ProductLifeCycles) -> tuple[Message, ...]:
    return tuple(
        message("{product}: {reason}", product=standing.product.name, reason=standing.no_curve)
        for standing in found.standings
        if standing.no_curve is not None
    )


def stage_table(found: ProductLifeCycles) -> Table:
    """How certain each stage is."""
    return Table(
        name="product_stages",
        caption=message("Probability of each stage, from draws of the adoption curve"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="product", title=message("Product")),
            Counts(name="adopted", title=message("Adopters so far"), adds_up=False),
            *(
                Quantities(
                    name=stage.value,
                    title=STAGE_NAMES[stage],
                    measure=Measure.SHARE,
                    n="adopted",
                    degrees="degrees",
                )
                for stage in ProductStage
            ),
        ),
        rows=tuple(
            {
                "product": standing.product.name,
                "adopted": standing.adopted,
                "degrees": standing.adopted - _PARAMETERS,
                **{stage.value: standing.stages[stage] for stage in ProductStage},
            }
            for standing in found.assessed
        ),
        notes=(
            message(
                "Introduction lasts for the first {share} of the way to the peak of adoption; past "
                "the peak a product declines where fewer than {replaced} of the holdings lost in "
                "twelve months are replaced.",
                share=Quantity(
                    value=found.rules.introduction_until, measure=Measure.SHARE, unit=Unit.NONE
                ),
                replaced=Quantity(
                    value=found.rules.decline_replacement, measure=Measure.SHARE, unit=Unit.NONE
                ),
            ),
        ),
    )


def curve_table(found: ProductLifeCycles) -> Table:
    """Adopters by months since launch: counted, by the curve, and forecast."""
    rows: list[Row] = [
        {
            "product": standing.product.name,
            "months": str(point.months),
            "counted": point.counted,
            "adopted": standing.adopted,
            "degrees": standing.adopted - _PARAMETERS,
            "expected": to_tens(point.expected),
        }
        for standing in found.assessed
        if standing.curve is not None
        for point in standing.curve.points
    ]
    return Table(
        name="adoption_curves",
        caption=message(
            "Adopters by months since launch: counted, by the Bass curve, and forecast for "
            "{months} months",
            months=found.horizon_months,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="product", title=message("Product")),
            Labels(name="months", title=message("Months since launch")),
            Counts(name="counted", title=message("Adopters counted"), adds_up=False),
            Counts(name="adopted", title=message("Adopters so far"), adds_up=False, shown=False),
            Quantities(
                name="expected",
                title=message("Adopters by the curve"),
                measure=Measure.COUNT,
                n="adopted",
                degrees="degrees",
            ),
        ),
        rows=tuple(rows),
    )


def parameter_table(found: ProductLifeCycles) -> Table:
    """Innovation, imitation, ceiling and peak of each product, by both ways of fitting."""
    rows: list[Row] = []
    for standing in found.assessed:
        curve = standing.curve
        if curve is None:
            continue
        rows.append(_drawn(curve, standing.product.name, standing.adopted))
        squares = curve.least_squares
        if squares is not None:
            rows.append(
                {
                    "product": standing.product.name,
                    "way": message("least squares"),
                    "adopted": standing.adopted,
                    "degrees": standing.adopted - _PARAMETERS,
                    "p": squares.p,
                    "q": squares.q,
                    "ceiling": to_tens(squares.m),
                    "peak": squares.peak_time,
                    "size": squares.peak_adopters,
                }
            )
    quantities = (
        ("p", message("Innovation p, a month"), Measure.NUMBER),
        ("q", message("Imitation q, a month"), Measure.NUMBER),
        ("ceiling", message("Ceiling: adopters in the end"), Measure.COUNT),
        ("peak", message("Peak, months since launch"), Measure.NUMBER),
        ("size", message("Adopters a month at the peak"), Measure.COUNT),
    )
    return Table(
        name="adoption_parameters",
        caption=message("The Bass curve of each product: ceiling and peak with intervals"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="product", title=message("Product")),
            Labels(name="way", title=message("Fitted by")),
            Counts(name="adopted", title=message("Adopters so far"), adds_up=False),
            *(
                Quantities(
                    name=name,
                    title=title,
                    measure=measure,
                    n="adopted",
                    degrees="degrees",
                )
                for name, title, measure in quantities
            ),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "Least squares need a series that has passed its peak; the draws do without, and "
                "bound the ceiling by the number of customers. Ceilings are rounded to tens."
            ),
        ),
    )


def _drawn(curve: Curve, product: Words, adopted: int) -> Row:
    return {
        "product": product,
        "way": message("draws"),
        "adopted": adopted,
        "degrees": adopted - _PARAMETERS,
        "p": curve.p,
        "q": curve.q,
        "ceiling": to_tens(curve.ceiling),
        "peak": curve.peak_months,
        "size": curve.peak_adopters,
    }


def exit_table(found: ProductLifeCycles) -> Table:
    """Each product to be given up: its holders, and what similar holders keep."""
    holders = {s.product.product_id: s for s in found.standings}
    rows: list[Row] = []
    for leaving in found.exits:
        standing = holders[leaving.product.product_id]
        base: Row = {
            "product": leaving.product.name,
            "holders": standing.holders,
            "balance": standing.balance_cny,
            "top_two": standing.balance_top_two,
        }
        if not leaving.destinations:
            rows.append({**base, "to": message("no product of the family remains"), "similar": 0})
        rows += [
            {
                **base,
                "to": destination.name,
                "similar": destination.similar,
                "keeping": destination.keeping,
                "share": destination.share,
            }
            for destination in leaving.destinations
        ]
    return Table(
        name="product_exits",
        caption=message("Products to be given up, and what similar holders keep instead"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="product", title=message("Give up")),
            Counts(name="holders", title=message("Holders"), adds_up=False),
            Quantities(
                name="balance",
                title=message("Balance"),
                measure=Measure.AMOUNT_CNY,
                n="holders",
                top_two_share="top_two",
            ),
            Labels(name="to", title=message("Move to")),
            Counts(name="similar", title=message("Similar holders"), adds_up=False),
            Counts(name="keeping", title=message("Of them keep it"), adds_up=False, shown=False),
            Quantities(
                name="share",
                title=message("Share that keeps it"),
                measure=Measure.SHARE,
                n="similar",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "Similar holders are customers of the bank who hold, or have held, the product; "
                "only products of one family that are on sale and not declining replace it."
            ),
        ),
    )
