"""Tables on the index: its dimensions, other weights, and what moved it."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.demand_assessment.history import PARTS_TABLE, STATED
from analysis.demand_assessment.index import Index
from analysis.demand_assessment.movement import Movement
from analysis.demand_assessment.values import IndicatorState
from analysis.demand_assessment.wording import BETTER, MODES, in_unit, points
from analysis.results import Estimate
from analysis.stats.index_change import PartChange
from analysis.tables import Labels, Quantities, Row, Table
from analysis.text import Measure, Unit, message

_SHARE, _NUMBER = Measure.SHARE, Measure.NUMBER


def dimensions(index: Index) -> Table:
    """Each dimension's weight, what it attained and what it could not show."""
    return Table(
        name="dimensions",
        caption=message("What each dimension attained"),
        unit=Unit.NONE,
        columns=(
            Labels(name="dimension", title=message("Dimension")),
            Quantities(name="weight", title=message("Weight"), measure=_SHARE),
            Quantities(name="attained", title=message("Attained"), measure=_SHARE),
            Quantities(name="points", title=message("Points"), measure=_NUMBER),
            Quantities(name="missing", title=message("Points not assessed"), measure=_NUMBER),
        ),
        rows=(
            *(
                {
                    "dimension": index.register.dimension(state.key).name,
                    "weight": state.weight,
                    "attained": state.attained,
                    "points": state.points,
                    "missing": state.missing_points or None,
                }
                for state in index.dimensions
            ),
            {
                "dimension": message("All dimensions"),
                "weight": sum(state.weight for state in index.dimensions),
                "attained": None,
                "points": index.points.value,
                "missing": index.missing_points or None,
            },
        ),
        total_rows=(len(index.dimensions),),
        notes=(
            message(
                "Attained is of what could be assessed. Points that could not be assessed are "
                "neither added nor spread over the others."
            ),
        ),
    )


def by_weights(index: Index) -> Table:
    """The index under other weights."""
    return Table(
        name="index_by_weights",
        caption=message(
            "Under other weights of the dimensions the index is {low} to {high} points",
            low=points(min(index.by_mode.values())),
            high=points(max(index.by_mode.values())),
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="weights", title=message("Weights")),
            Quantities(name="points", title=message("Points"), measure=_NUMBER),
            Labels(name="grade", title=message("Grade")),
        ),
        rows=tuple(
            {
                "weights": message("{mode}, in force", mode=MODES[mode])
                if mode == index.weights.mode
                else MODES[mode],
                "points": value,
                "grade": index.rules.grade(value),
            }
            for mode, value in index.by_mode.items()
        ),
        notes=(
            message(
                "Weights by entropy need three earlier periods; weights from experts need three "
                "experts."
            ),
        ),
    )


def moved(
    index: Index, changes: tuple[PartChange, ...], movements: Mapping[str, Movement]
) -> Table:
    """What moved the index, indicator by indicator."""
    names = {state.indicator.key: state.indicator for state in index.states}
    rows: list[Row] = []
    for part in changes:
        indicator = names.get(part.key)
        movement = movements.get(part.key)
        rows.append(
            {
                "indicator": indicator.name if indicator else part.key,
                "change": in_unit(movement.change, indicator.unit, change=True)
                if movement and indicator
                else None,
                "judged": BETTER[movement.better if movement.beyond_noise else None]
                if movement
                else None,
                "performance": part.performance,
                "target": part.target,
                "weight": part.weight,
                "coverage": part.coverage,
                "total": part.total,
            }
        )
    totals = {
        name: sum(getattr(part, name) for part in changes)
        for name in ("performance", "target", "weight", "coverage", "total")
    }
    rows.append(
        {"indicator": message("Change of the index"), "change": None, "judged": None, **totals}
    )
    return Table(
        name="moved",
        caption=message("What moved the index since the last period, in points"),
        unit=Unit.NONE,
        columns=(
            Labels(name="indicator", title=message("Indicator")),
            Labels(name="change", title=message("Change")),
            Labels(name="judged", title=message("Judged")),
            Quantities(name="performance", title=message("By performance"), measure=_NUMBER),
            Quantities(name="target", title=message("By new targets"), measure=_NUMBER),
            Quantities(name="weight", title=message("By new weights"), measure=_NUMBER),
            Quantities(name="coverage", title=message("By what was assessed"), measure=_NUMBER),
            Quantities(name="total", title=message("Together"), measure=_NUMBER),
        ),
        rows=tuple(rows),
        total_rows=(len(changes),),
        notes=(
            message(
                "Judged: whether the change of the indicator is beyond noise, all indicators "
                "counted (Holm). The parts add up exactly."
            ),
        ),
    )


def parts(index: Index) -> Table:
    """Every number that the index is made of, from which the next period reads."""
    return Table(
        name=PARTS_TABLE,
        caption=message("What the index is made of, as plain numbers in the indicators' units"),
        unit=Unit.NONE,
        columns=(
            Labels(name="indicator", title=message("Indicator")),
            Labels(name="dimension", title=message("Dimension")),
            Labels(name="source", title=message("Source")),
            Quantities(name="weight", title=message("Weight in the index"), measure=_NUMBER),
            Quantities(name="value", title=message("Value"), measure=_NUMBER),
            Quantities(name="target_low", title=message("Target from"), measure=_NUMBER),
            Quantities(name="target_high", title=message("Target up to"), measure=_NUMBER),
            Quantities(name="zero_low", title=message("Nothing up to"), measure=_NUMBER),
            Quantities(name="zero_high", title=message("Nothing from"), measure=_NUMBER),
            Quantities(name="attained", title=message("Attained"), measure=_NUMBER),
            Quantities(name="points", title=message("Points"), measure=_NUMBER),
        ),
        rows=tuple(_part(state) for state in index.states),
        notes=(message("The assessment of the next period compares itself with these numbers."),),
    )


def _part(state: IndicatorState) -> Row:
    scale = state.indicator.scale
    bounds = ("target_low", "target_high", "zero_low", "zero_high")
    value: Estimate | float | None = state.value
    if state.value is not None and not state.bounded:
        value = state.value.value
    return {
        "indicator": state.indicator.key,
        "dimension": state.indicator.dimension,
        "source": state.indicator.report or STATED,
        "weight": state.weight,
        "value": value,
        **{name: getattr(scale, name) if scale else None for name in bounds},
        "attained": state.attained,
        "points": state.points if state.attained else None,
    }
