"""Tables on how we are seen."""

from __future__ import annotations

from analysis.competitor_comparison.facts import MARKS
from analysis.competitor_comparison.perception import Perception
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Message, Unit, message

_SIDES = {
    1: message("better"),
    0: message("the same"),
    -1: message("worse"),
}


def brand_map(seen: Perception) -> Table:
    """Institutions and attributes on the first two axes."""
    rows: list[Row] = []
    quality = {
        **dict(zip(seen.found.rows.labels, seen.found.rows.quality(), strict=True)),
        **dict(zip(seen.found.columns.labels, seen.found.columns.quality(), strict=True)),
    }
    for kind, points in (("brand", seen.stability.rows), ("attribute", seen.stability.columns)):
        rows += [
            {
                "point": seen.register.name(point.label, seen.doubts[point.label])
                if kind == "brand"
                else seen.attributes[point.label],
                "kind": message("institution") if kind == "brand" else message("attribute"),
                "asked": seen.n[point.label],
                "axis_1": point.axis_1,
                "axis_2": point.axis_2,
                "quality": float(min(1.0, quality[point.label])),
                "differs": message("yes") if point.differs_from_average else message("no"),
            }
            for point in points
        ]
    return Table(
        name="brand_map",
        caption=message("Institutions and attributes on the map"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="point", title=message("Point")),
            Labels(name="kind", title=message("Is")),
            Counts(name="asked", title=message("Asked"), adds_up=False),
            Quantities(
                name="axis_1",
                title=message("First axis"),
                measure=Measure.NUMBER,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="axis_2",
                title=message("Second axis"),
                measure=Measure.NUMBER,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="quality",
                title=message("Shown by the map"),
                measure=Measure.SHARE,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Labels(name="differs", title=message("Differs from the average, beyond noise")),
        ),
        rows=tuple(rows),
        notes=(MARKS,),
    )


def inertia(seen: Perception) -> Table:
    """How much of the differences each axis shows."""
    total = max(seen.n.values())
    return Table(
        name="brand_inertia",
        caption=message("How much of the differences between institutions each axis shows"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="axis", title=message("Axis")),
            Counts(name="asked", title=message("Asked"), adds_up=False, shown=False),
            Quantities(
                name="inertia",
                title=message("Inertia"),
                measure=Measure.NUMBER,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="share",
                title=message("Share of all"),
                measure=Measure.SHARE,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(
            {
                "axis": str(i + 1),
                "asked": total,
                "inertia": float(value),
                "share": float(seen.found.inertia_shares[i]),
            }
            for i, value in enumerate(seen.found.principal_inertias)
        ),
    )


def image_and_facts(seen: Perception) -> Table:
    """How often each attribute is said of us, and what the facts say."""
    return Table(
        name="image_and_facts",
        caption=message("Our image and the facts"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="attribute", title=message("Attribute")),
            Counts(name="asked", title=message("Asked"), adds_up=False),
            Quantities(
                name="own",
                title=message("Say that it fits us"),
                measure=Measure.SHARE,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="difference",
                title=message("Against the competitors together"),
                measure=Measure.POINTS,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Labels(name="image", title=message("Image against theirs")),
            Labels(name="facts", title=message("Facts against theirs")),
        ),
        rows=tuple(
            {
                "attribute": gap.name,
                "asked": gap.asked,
                "own": gap.own,
                "difference": gap.difference,
                "image": _SIDES[gap.image_side],
                "facts": _fact(gap.fact_side),
            }
            for gap in seen.gaps
        ),
    )


def _fact(side: int | None) -> Message:
    return message("not measured") if side is None else _SIDES[side]
