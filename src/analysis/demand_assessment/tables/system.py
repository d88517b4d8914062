"""Tables on the system over its periods."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.index import Index
from analysis.demand_assessment.wording import listing
from analysis.tables import Labels, Quantities, Row, Table
from analysis.text import Measure, Unit, message

RESTATED_MARK = "®"


def periods(index: Index, history: Sequence[PastPeriod], now: str) -> Table:
    """Every period's index as published and as known now, with its holes."""
    names = {state.indicator.key: state.indicator.name for state in index.states}
    rows: list[Row] = [
        {
            "period": past.link,
            "published": past.published_points,
            "points": past.index,
            "missing": past.missing_points or None,
            "grade": index.rules.grade(past.index.value) if past.index else None,
            "restated": listing(names.get(key, key) for key in past.restated)
            if past.restated
            else None,
        }
        for past in reversed(history)
    ]
    rows.append(
        {
            "period": now,
            "published": index.points.value,
            "points": index.points,
            "missing": index.missing_points or None,
            "grade": index.grade,
            "restated": None,
        }
    )
    return Table(
        name="periods",
        caption=message("The index over all periods"),
        unit=Unit.NONE,
        columns=(
            Labels(name="period", title=message("Period")),
            Quantities(
                name="published", title=message("Points as published"), measure=Measure.NUMBER
            ),
            Quantities(name="points", title=message("Points as known now"), measure=Measure.NUMBER),
            Quantities(
                name="missing", title=message("Points not assessed"), measure=Measure.NUMBER
            ),
            Labels(name="grade", title=message("Grade as known now")),
            Labels(name="restated", title=message("Restated since")),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "Restated values take the place of those published then; targets and weights stay "
                "those of the period."
            ),
        ),
    )


def index_trend(index: Index, history: Sequence[PastPeriod], now: str) -> Table:
    """The index by period, for the figure."""
    rows: list[Row] = [
        {
            "period": f"{past.period} {RESTATED_MARK}" if past.restated else past.period,
            "points": past.index,
            "possible": None if past.index is None else past.index.value + past.missing_points,
        }
        for past in reversed(history)
    ]
    rows.append(
        {
            "period": now,
            "points": index.points,
            "possible": index.points.value + index.missing_points,
        }
    )
    return Table(
        name="index_trend",
        caption=message("The index by period; ® marks periods with restated values"),
        unit=Unit.NONE,
        columns=(
            Labels(name="period", title=message("Period")),
            Quantities(name="points", title=message("Points attained"), measure=Measure.NUMBER),
            Quantities(
                name="possible",
                title=message("If all that was not assessed were attained"),
                measure=Measure.NUMBER,
            ),
        ),
        rows=tuple(rows),
    )
