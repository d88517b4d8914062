"""Tables on where customers stand and who moved."""

from __future__ import annotations

import datetime as dt

from analysis.definitions import STAGE_NAMES, Stage
from analysis.lifecycle.stages import CustomerStages
from analysis.tables import ROW, Counts, Labels, Row, Shares, Table
from analysis.text import Message, Unit, message

_NOT_KNOWN = message("not yet known")
_ALL = message("all")


def stage_table(stages: CustomerStages) -> Table:
    """Customers by stage at both dates."""
    n_now, n_before = sum(stages.now.values()), sum(stages.before.values())
    rows: list[Row] = [
        {
            "stage": STAGE_NAMES[stage],
            "customers_before": stages.before[stage],
            "customers_now": stages.now[stage],
            "all_before": n_before,
            "all_now": n_now,
        }
        for stage in Stage
    ]
    rows.append(
        {
            "stage": _ALL,
            "customers_before": n_before,
            "customers_now": n_now,
            "all_before": n_before,
            "all_now": n_now,
        }
    )
    return Table(
        name="customers_by_stage",
        caption=message(
            "Customers by stage on {before} and on {now}",
            before=stages.previous_as_of,
            now=stages.as_of,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="stage", title=message("Stage")),
            _counts("customers_before", message("Customers before"), stages.previous_as_of),
            _counts("customers_now", message("Customers now"), stages.as_of),
            Counts(name="all_before", title=message("All before"), adds_up=False, shown=False),
            Counts(name="all_now", title=message("All now"), adds_up=False, shown=False),
            Shares(
                name="share_before",
                title=message("Share before"),
                part="customers_before",
                whole="all_before",
            ),
            Shares(
                name="share_now", title=message("Share now"), part="customers_now", whole="all_now"
            ),
        ),
        rows=tuple(rows),
        total_rows=(len(Stage),),
    )


def movement_table(stages: CustomerStages) -> Table:
    """Customers by stage before (rows) and now (columns)."""
    origins: tuple[Stage | None, ...] = (None, *Stage)
    rows: list[Row] = []
    for origin in origins:
        cells = {new.value: stages.moves.get((origin, new), 0) for new in Stage}
        if not any(cells.values()):
            continue
        rows.append(
            {
                "before": STAGE_NAMES[origin] if origin else _NOT_KNOWN,
                **cells,
                "all": sum(cells.values()),
            }
        )
    totals = {stage.value: stages.now[stage] for stage in Stage}
    rows.append({"before": _ALL, **totals, "all": sum(totals.values())})
    return Table(
        name="movements",
        caption=message(
            "From the stage on {before} (rows) to the stage on {now} (columns), customers",
            before=stages.previous_as_of,
            now=stages.as_of,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="before", title=message("Stage before")),
            *(
                Counts(
                    name=stage.value,
                    title=STAGE_NAMES[stage],
                    total_identity=_in_stage(stages.as_of, STAGE_NAMES[stage].pattern),
                )
                for stage in Stage
            ),
            _counts("all", _ALL, stages.previous_as_of, total_of=stages.as_of),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,),
        total_column="all",
    )


def _counts(name: str, title: Message, day: dt.date, *, total_of: dt.date | None = None) -> Counts:
    """Make a column of customers by stage on a day: other tables and periods show it too."""
    return Counts(
        name=name,
        title=title,
        identity=_in_stage(day, ROW),
        total_identity=_in_stage(total_of or day, _ALL.pattern),
    )


def _in_stage(day: dt.date, stage: str) -> str:
    return f"customers by stage on {day}: {stage}"
