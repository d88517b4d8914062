"""Tables on how long they stay."""

from __future__ import annotations

from analysis.lifecycle.groups import GROUPING_NAMES, group_name
from analysis.lifecycle.tenure import Tenure, at_risk, ended_between, gone, stays
from analysis.probabilities import probability
from analysis.results import Estimate
from analysis.tables import Column, Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Count, Measure, Message, Unit, message

_STEP_MONTHS = 3


def survival_table(tenure: Tenure) -> Table:
    """Share that stays by months, a column for each group."""
    months = range(_STEP_MONTHS, tenure.horizon_months + 1, _STEP_MONTHS)
    columns: list[Column] = [Labels(name="months", title=message("Months"))]
    for i, curve in enumerate(tenure.curves):
        name = group_name(tenure.grouping, curve.group)
        columns.append(Counts(name=f"n_{i}", title=message("n"), adds_up=False, shown=False))
        columns.append(Counts(name=f"d_{i}", title=message("n"), adds_up=False, shown=False))
        columns.append(
            Quantities(
                name=f"stays_{i}",
                title=message("{group}", group=name),
                measure=Measure.SHARE,
                n=f"n_{i}",
                steps=f"d_{i}",
            )
        )
    rows: list[Row] = []
    for month in months:
        row: dict[str, str | int | Estimate | None] = {"months": str(month)}
        for i, curve in enumerate(tenure.curves):
            row[f"n_{i}"] = at_risk(curve, month)
            row[f"d_{i}"] = ended_between(curve, month - _STEP_MONTHS, month)
            row[f"stays_{i}"] = stays(curve, month)
        rows.append(row)
    return Table(
        name="staying",
        caption=message("Share that is still there after so many months"),
        unit=Unit.CUSTOMERS,
        columns=tuple(columns),
        rows=tuple(rows),
        notes=(
            message("Each interval holds by itself, at its month."),
            message("A step on few who left is shown with the next one."),
        ),
    )


def tenure_table(tenure: Tenure) -> Table:
    """For each group: how many, how many ended, the share after a year, the mean months."""
    year = min(12, tenure.horizon_months)
    return Table(
        name="tenure",
        caption=message(
            "How long they stay, by group; the mean is restricted to {months} months",
            months=tenure.horizon_months,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=GROUPING_NAMES[tenure.grouping]),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Counts(name="ended", title=message("Ended"), adds_up=False),
            Quantities(
                name="stays",
                title=message("Still there after {months} months", months=year),
                measure=Measure.SHARE,
                n="customers",
                part="ended",
            ),
            Quantities(
                name="mean_months",
                title=message("Mean time"),
                measure=Measure.MONTHS,
                n="ended",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(
            {
                "group": group_name(tenure.grouping, curve.group),
                "customers": curve.n,
                "ended": curve.events,
                "stays": stays(curve, year),
                "mean_months": tenure.mean_months(curve.group),
            }
            for curve in tenure.curves
        ),
        notes=_left_out(tenure),
    )


def comparison_table(tenure: Tenure) -> Table:
    """Every two groups compared, corrected for the number of comparisons."""
    sizes = {curve.group: curve.n for curve in tenure.curves}
    return Table(
        name="tenure_comparisons",
        caption=message("Every two groups compared by the log-rank test, corrected by Holm"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="first", title=message("Group")),
            Labels(name="second", title=message("compared with")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Quantities(
                name="chi2",
                title=message("Chi-square"),
                measure=Measure.NUMBER,
                n="customers",
                basis=Basis.ONE_EACH,
            ),
            Labels(name="p", title=message("p, corrected")),
        ),
        rows=tuple(
            {
                "first": group_name(tenure.grouping, pair.first),
                "second": group_name(tenure.grouping, pair.second),
                "customers": sizes[pair.first] + sizes[pair.second],
                "chi2": pair.chi2,
                "p": probability(pair.p_adjusted),
            }
            for pair in tenure.pairs
        ),
    )


def ending_table(tenure: Tenure, months: int) -> Table:
    """Share of each group that is gone by each cause after so many months."""
    return Table(
        name="endings",
        caption=message("Gone after {months} months, by how it ended", months=months),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=GROUPING_NAMES[tenure.grouping]),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Counts(name="n_closed", title=message("Ended by closing"), adds_up=False),
            Quantities(
                name="closed",
                title=message("Closed"),
                measure=Measure.SHARE,
                n="customers",
                part="n_closed",
            ),
            Counts(name="n_dormant", title=message("Ended by falling dormant"), adds_up=False),
            Quantities(
                name="fell_dormant",
                title=message("Fell dormant"),
                measure=Measure.SHARE,
                n="customers",
                part="n_dormant",
            ),
        ),
        rows=tuple(
            {
                "group": group_name(tenure.grouping, curve.group),
                "customers": curve.n,
                "n_closed": tenure.gone(curve.group, "closed").events,
                "closed": gone(tenure.gone(curve.group, "closed"), months),
                "n_dormant": tenure.gone(curve.group, "fell_dormant").events,
                "fell_dormant": gone(tenure.gone(curve.group, "fell_dormant"), months),
            }
            for curve in tenure.curves
        ),
        notes=(message("Both are counted as risks that compete: they add up to all who left."),),
    )


def _left_out(tenure: Tenure) -> tuple[Message, ...]:
    """Say how many spells the curves leave out, and why."""
    notes = []
    if tenure.n_left_out:
        notes.append(
            message(
                "Left out, in groups too small to be compared: {n}.",
                n=Count(tenure.n_left_out, Unit.CUSTOMERS),
            )
        )
    if tenure.spells.n_left_out:
        notes.append(
            message(
                "Left out, begun on the last day: {n}.",
                n=Count(tenure.spells.n_left_out, Unit.CUSTOMERS),
            )
        )
    return tuple(notes)
