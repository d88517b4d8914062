"""Tables on what follows."""

from __future__ import annotations

from analysis.competitor_comparison.facts import MARKS
from analysis.competitor_comparison.options import Item, Kind, Options
from analysis.competitor_comparison.wording import marks
from analysis.results import Strength
from analysis.tables import Labels, Quantities, Row, Table
from analysis.text import Measure, Unit, message

KINDS = {
    Kind.STRENGTH: message("strength"),
    Kind.GAP: message("gap"),
    Kind.THREAT: message("threat"),
}
_STRENGTHS = {
    Strength.CONCLUSIVE: message("conclusive"),
    Strength.SUGGESTIVE: message("suggestive"),
    Strength.INCONCLUSIVE: message("inconclusive"),
}


def items(options: Options) -> Table:
    """Every strength, gap and threat, with what to do and where it comes from."""
    return Table(
        name="options",
        caption=message("Strengths, gaps and threats, and what to do: the most at the least first"),
        unit=Unit.NONE,
        columns=(
            Labels(name="kind", title=message("Kind")),
            Labels(name="statement", title=message("What was found")),
            Labels(name="option", title=message("Option")),
            Quantities(name="size", title=message("Size, points"), measure=Measure.NUMBER),
            Quantities(name="ease", title=message("Ease"), measure=Measure.SHARE),
            Labels(name="strength", title=message("Evidence")),
            Labels(name="source", title=message("Comes from")),
        ),
        rows=tuple(_row(item) for item in options.items),
        notes=(
            message(
                "Size: points of the weighted score that closing the gap to the best would add. "
                "Ease: share of competitors that are ahead already. Gaps are ranked by both "
                "together."
            ),
            MARKS,
        ),
    )


def _row(item: Item) -> Row:
    doubted = marks(item.doubts)
    return {
        "kind": KINDS[item.kind],
        "statement": message("{text} {marks}", text=item.statement, marks=doubted)
        if doubted
        else item.statement,
        "option": item.option,
        "size": item.size,
        "ease": item.ease,
        "strength": _STRENGTHS[item.strength],
        "source": item.source,
    }
