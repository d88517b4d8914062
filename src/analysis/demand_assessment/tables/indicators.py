"""Tables on the indicators: targets, values, trend, reference, evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.demand_assessment.findings.strength import strength_of
from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.index import Index
from analysis.demand_assessment.movement import Movement
from analysis.demand_assessment.values import HOLES, IndicatorState
from analysis.demand_assessment.wording import BETTER, STRENGTHS, in_unit, target_text
from analysis.tables import Column, Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Unit, message

_MOST_PERIODS = 5


def indicators(index: Index, movements: Mapping[str, Movement]) -> Table:
    """Every indicator: target, actual, attained, trend."""
    return Table(
        name="indicators",
        caption=message("The ten dimensions: target, actual, attainment and trend"),
        unit=Unit.NONE,
        columns=(
            Labels(name="dimension", title=message("Dimension")),
            Labels(name="indicator", title=message("Indicator")),
            Labels(name="target", title=message("Target")),
            Labels(name="actual", title=message("Actual")),
            Quantities(name="attained", title=message("Attained"), measure=Measure.SHARE),
            Labels(name="trend", title=message("Since the last period")),
        ),
        rows=tuple(_row(index, state, movements) for state in index.states),
        notes=(message("A hole is not assessed, and no other weight changes for it."),),
    )


def evidence(index: Index, history: Sequence[PastPeriod]) -> Table:
    """Where each indicator's value is from, what it is held against, and how sure that is."""
    return Table(
        name="evidence",
        caption=message("Where each value is from, and how sure it is whether its target is met"),
        unit=Unit.NONE,
        columns=(
            Labels(name="indicator", title=message("Indicator")),
            Labels(name="evidence", title=message("Where the evidence is")),
            Labels(name="reference", title=message("Reference")),
            Labels(name="strength", title=message("Strength")),
        ),
        rows=tuple(
            {
                "indicator": state.indicator.name,
                "evidence": state.evidence,
                "reference": _reference(state, history),
                "strength": None if state.attained is None else STRENGTHS[strength_of(state)],
            }
            for state in index.states
        ),
        notes=(
            message(
                "Reference: the peers' median where it is known, else the mean of the earlier "
                "periods."
            ),
        ),
    )


def _row(
    index: Index,
    state: IndicatorState,
    movements: Mapping[str, Movement],
) -> Row:
    indicator = state.indicator
    actual: Message
    if state.value is None:
        actual = message("not assessed: {reason}", reason=HOLES[state.hole or "no_value"])
    else:
        actual = in_unit(state.value if state.bounded else state.value.value, indicator.unit)
    movement = movements.get(indicator.key)
    return {
        "dimension": index.register.dimension(indicator.dimension).name,
        "indicator": indicator.name,
        "target": target_text(indicator.scale, indicator.unit),
        "actual": actual,
        "attained": state.attained,
        "trend": _trend(movement, indicator.unit),
    }


def _trend(movement: Movement | None, unit: str) -> Message | None:
    if movement is None:
        return None
    return message(
        "{change}: {judged}",
        change=in_unit(movement.change, unit, change=True),
        judged=BETTER[movement.better if movement.beyond_noise else None],
    )


def _reference(state: IndicatorState, history: Sequence[PastPeriod]) -> Message | None:
    unit = state.indicator.unit
    if state.peer is not None:
        return message("peers {value}", value=in_unit(state.peer, unit))
    past = [
        part.value.value
        for period in history
        if (part := period.parts.get(state.indicator.key)) is not None and part.value is not None
    ]
    if not past:
        return None
    return message(
        "mean of {n} earlier periods {value}",
        n=len(past),
        value=in_unit(sum(past) / len(past), unit),
    )


def attained_by_period(index: Index, history: Sequence[PastPeriod]) -> Table:
    """What each indicator attained, period by period."""
    shown = list(reversed(history[:_MOST_PERIODS]))
    columns: list[Column] = [Labels(name="indicator", title=message("Indicator"))]
    columns += [
        Quantities(
            name=f"p{i}", title=message("{period}", period=past.period), measure=Measure.SHARE
        )
        for i, past in enumerate(shown)
    ]
    columns.append(Quantities(name="now", title=message("Now"), measure=Measure.SHARE))
    rows: list[Row] = []
    for state in index.states:
        key = state.indicator.key
        row: dict[str, object] = {"indicator": state.indicator.name}
        for i, past in enumerate(shown):
            part = past.parts.get(key)
            row[f"p{i}"] = part.attained.value if part and part.attained else None
        row["now"] = state.attained.value if state.attained else None
        rows.append(row)  # type: ignore[arg-type]
    return Table(
        name="attained_by_period",
        caption=message("What each indicator attained, period by period"),
        unit=Unit.NONE,
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(message("Earlier periods as known now, against their own targets."),),
    )
