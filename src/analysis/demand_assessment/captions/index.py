"""Captions on the index, its dimensions and its course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.demand_assessment.findings.index import (
    are_apart,
    extreme_dimensions,
    worse_and_better,
)
from analysis.demand_assessment.findings.outcomes import first_with_index, has_moved
from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.index import Index
from analysis.demand_assessment.movement import Movement
from analysis.demand_assessment.wording import plain, points
from analysis.stats.index_change import PartChange
from analysis.text import Measure, Message, Value, message


def moved(
    index: Index,
    before: PastPeriod,
    changes: tuple[PartChange, ...],
    movements: Mapping[str, Movement],
) -> Message:
    """Name the indicators that took and added most beyond noise, or say that none did."""
    names = {state.indicator.key: state.indicator.name for state in index.states}
    worse, better = worse_and_better(changes, movements)
    if worse and better:
        return message(
            "Beyond noise since {period}: {worse} took {loss} points, {better} added {gain}",
            period=before.period,
            worse=names[worse[0].key],
            loss=points(-worse[0].performance),
            better=names[better[0].key],
            gain=points(better[0].performance),
        )
    if worse:
        return message(
            "Beyond noise since {period}: {worse} took {loss} points, nothing added any",
            period=before.period,
            worse=names[worse[0].key],
            loss=points(-worse[0].performance),
        )
    if better:
        return message(
            "Beyond noise since {period}: {better} added {gain} points, nothing took any",
            period=before.period,
            better=names[better[0].key],
            gain=points(better[0].performance),
        )
    return message(
        "Since {period} the index moved by {total} points, no indicator beyond noise",
        period=before.period,
        total=points(sum(part.total for part in changes)),
    )


def dimensions(index: Index) -> Message:
    """Say between which shares of their targets the dimensions lie."""
    extremes = extreme_dimensions(index)
    if extremes is None or extremes[0].attained is None or extremes[1].attained is None:
        return message("No dimension could be assessed")
    least, most = extremes
    values: dict[str, Value | Message] = {
        "low": plain(extremes[0].attained.value, Measure.SHARE),
        "least": index.register.dimension(least.key).name,
        "high": plain(extremes[1].attained.value, Measure.SHARE),
        "most": index.register.dimension(most.key).name,
    }
    if are_apart(least, most):
        return message("Targets are attained from {low} ({least}) to {high} ({most})", **values)
    return message(
        "Targets are attained from {low} ({least}) to {high} ({most}); the intervals overlap",
        **values,
    )


def trend(index: Index, history: Sequence[PastPeriod]) -> Message:
    """Say how the index went since the first period, and whether beyond noise."""
    now = points(index.points.value)
    start = first_with_index(history)
    if start is None:
        return message("The index is {now} points; there is no earlier one", now=now)
    past, first = start
    values: dict[str, Value | Message] = {
        "first": points(first.value),
        "period": past.period,
        "now": now,
    }
    if has_moved(first, index.points):
        return message(
            "The index went from {first} points in {period} to {now}, beyond noise", **values
        )
    return message(
        "The index went from {first} points in {period} to {now}, within noise", **values
    )
