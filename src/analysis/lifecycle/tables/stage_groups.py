"""Tables on where the customers of each group stand."""

from __future__ import annotations

from analysis.definitions import STAGE_NAMES, Stage
from analysis.lifecycle.groups import GROUPING_NAMES, group_name
from analysis.lifecycle.stage_groups import GroupStages, StagesByGroup
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Count, Measure, Message, Unit, message

SHOWN = (Stage.NEW, Stage.STABLE, Stage.DORMANT, Stage.LOST)
_TOGETHER = message("The intervals hold for all groups together.")


def active_share_table(found: StagesByGroup) -> Table:
    """Active share of each group, and its change since the date before."""
    return Table(
        name=f"active_share_by_{found.grouping}",
        caption=message(
            "Active share on {now}, and its change since {before}",
            now=found.as_of,
            before=found.previous_as_of,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=GROUPING_NAMES[found.grouping]),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Quantities(
                name="active_share",
                title=message("Active share"),
                measure=Measure.SHARE,
                n="customers",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="change",
                title=message("Change"),
                measure=Measure.POINTS,
                n="customers",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(
            {
                "group": group_name(found.grouping, group.group),
                "customers": group.stages.n_related,
                "active_share": group.stages.active_share,
                "change": group.stages.active_share_change,
            }
            for group in found.groups
        ),
        notes=(_TOGETHER, *_left_out(found)),
    )


def stage_share_table(found: StagesByGroup) -> Table:
    """Share of each stage in each group."""
    return Table(
        name=f"stage_shares_by_{found.grouping}",
        caption=message("Stages of the customers who have or had a relationship, by group"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=GROUPING_NAMES[found.grouping]),
            *(
                Counts(name=f"n_{stage.value}", title=STAGE_NAMES[stage], shown=False)
                for stage in SHOWN
            ),
            Counts(name="customers", title=message("Customers")),
            *(
                Quantities(
                    name=stage.value,
                    title=STAGE_NAMES[stage],
                    measure=Measure.SHARE,
                    n="customers",
                    part=f"n_{stage.value}",
                )
                for stage in SHOWN
            ),
        ),
        rows=tuple(_stage_row(found, group) for group in found.groups),
        total_column="customers",
        notes=(_TOGETHER,),
    )


def _stage_row(found: StagesByGroup, group: GroupStages) -> Row:
    return {
        "group": group_name(found.grouping, group.group),
        "customers": group.stages.n_related,
        **{f"n_{stage.value}": group.stages.now[stage] for stage in SHOWN},
        **{stage.value: group.share(stage) for stage in SHOWN},
    }


def group_movement_table(found: StagesByGroup) -> Table:
    """Who came, returned, fell dormant and left in each group."""
    names = ("customers", "came", "returned", "fell_dormant", "left")
    rows: list[Row] = [
        {
            "group": group_name(found.grouping, group.group),
            "customers": group.stages.n_known,
            "came": group.stages.n_came,
            "returned": group.stages.n_returned,
            "fell_dormant": group.stages.n_fell_dormant,
            "left": group.stages.n_left,
        }
        for group in found.groups
    ]
    totals: Row = {name: sum(_whole(row[name]) for row in rows) for name in names}
    rows.append({"group": message("all"), **totals})
    return Table(
        name=f"movement_by_{found.grouping}",
        caption=message("Who came and who left since {before}", before=found.previous_as_of),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=GROUPING_NAMES[found.grouping]),
            Counts(name="customers", title=message("Customers")),
            Counts(name="came", title=message("Came")),
            Counts(name="returned", title=message("Returned")),
            Counts(name="fell_dormant", title=message("Fell dormant")),
            Counts(name="left", title=message("Lost")),
        ),
        rows=tuple(rows),
        total_rows=(len(found.groups),),
    )


def _left_out(found: StagesByGroup) -> tuple[Message, ...]:
    """Say how many customers are in groups too small to be compared."""
    if not found.n_left_out:
        return ()
    return (
        message(
            "Left out, in groups too small to be compared: {n}.",
            n=Count(found.n_left_out, Unit.CUSTOMERS),
        ),
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
