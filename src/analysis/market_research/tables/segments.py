"""Tables on segments."""

from __future__ import annotations

from analysis.market_research.segments import Segment, Segments
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Message, Unit, Words, message


def segment_name(segment: Segment) -> Message | Words:
    """Name a segment by what it holds important."""
    if len(segment.above) > 1:
        return message(
            "{first} and {second} first",
            first=segment.above[0].label,
            second=segment.above[1].label,
        )
    if segment.above:
        return message("{first} first", first=segment.above[0].label)
    return message("everything about as important as to all")


def profiles(found: Segments) -> Table:
    """Importance of each need to each segment, and to all."""
    rows: list[Row] = [
        {
            "segment": segment_name(segment),
            "n": segment.n,
            **{
                need.key: round(value, 2)
                for need, value in zip(found.needs, segment.means, strict=True)
            },
        }
        for segment in found.segments
    ]
    rows.append(
        {
            "segment": message("all customers"),
            "n": found.n,
            **{
                need.key: round(value, 2)
                for need, value in zip(found.needs, found.overall, strict=True)
            },
        }
    )
    return Table(
        name="segment_profiles",
        caption=message("How important each need is to each segment (1 to 5)"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="segment", title=message("Segment")),
            *(
                Quantities(
                    name=need.key,
                    title=message("{need}", need=need.label),
                    measure=Measure.NUMBER,
                    n="n",
                    basis=Basis.ONE_EACH,
                )
                for need in found.needs
            ),
            Counts(name="n", title=message("Answers")),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,),
    )


def sizes(found: Segments) -> Table:
    """How many customers fall into each segment, and whether it comes back."""
    return Table(
        name="segment_sizes",
        caption=message("Size and stability of the segments"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="segment", title=message("Segment")),
            Counts(name="n", title=message("Answers"), adds_up=False),
            Counts(name="all", title=message("All answers"), adds_up=False, shown=False),
            Quantities(
                name="share",
                title=message("Share of customers, weighted"),
                measure=Measure.SHARE,
                n="all",
                part="n",
            ),
            Quantities(
                name="stability",
                title=message("Comes back in resamples (Jaccard)"),
                measure=Measure.SHARE,
                n="all",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(
            {
                "segment": segment_name(segment),
                "n": segment.n,
                "all": found.n,
                "share": segment.share.estimate if segment.share else None,
                "stability": segment.stability,
            }
            for segment in found.segments
        ),
    )


def numbers(found: Segments) -> Table:
    """What speaks for each number of segments."""
    return Table(
        name="segment_numbers",
        caption=message("How many segments there are"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="number", title=message("Segments")),
            Quantities(
                name="gap",
                title=message("Gap"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="error",
                title=message("Its error"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="strength",
                title=message("Prediction strength"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="silhouette",
                title=message("Silhouette"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Counts(name="n", title=message("Answers"), adds_up=False),
        ),
        rows=tuple(
            {
                "number": str(candidate.number),
                "gap": round(candidate.gap, 3),
                "error": round(candidate.gap_error, 3),
                "strength": round(candidate.prediction_strength, 3),
                "silhouette": None
                if candidate.silhouette is None
                else round(candidate.silhouette, 3),
                "n": found.n,
            }
            for candidate in found.found.candidates
        ),
    )
