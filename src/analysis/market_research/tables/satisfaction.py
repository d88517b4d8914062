"""Tables on satisfaction."""

from __future__ import annotations

from analysis.market_research.names import VARIABLES, level_name, scale_name
from analysis.market_research.satisfaction import Satisfaction, Satisfied
from analysis.market_research.scales import Scale
from analysis.probabilities import probability
from analysis.results import Estimate
from analysis.tables import Column, Counts, Label, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Message, Unit, Words, message

_KINDS = {
    "overall_satisfaction": message("Overall"),
    "step_satisfaction": message("Service step"),
    "channel_satisfaction": message("Channel"),
    "product_satisfaction": message("Product"),
}


def row_name(satisfaction: Satisfaction, row: Satisfied) -> Message | Words | str:
    """Name a question or a group."""
    if row.variable:
        return level_name(row.variable, row.level, satisfaction.field.regions)
    return row.item.label


def by_question(satisfaction: Satisfaction) -> Table:
    """Each step, channel and product, and the whole."""
    rows = (satisfaction.overall, *satisfaction.questions)
    return Table(
        name="satisfaction_by_question",
        caption=message("Satisfaction with each service step, channel and product"),
        unit=Unit.CUSTOMERS,
        columns=(Labels(name="kind", title=message("Asked about")), *_LEVELS),
        rows=tuple({"kind": _KINDS[row.item.kind], **_row(satisfaction, row)} for row in rows),
        notes=(_WEIGHTED,),
    )


def by_group(satisfaction: Satisfaction) -> Table:
    """Overall satisfaction and recommendation of each group."""
    return Table(
        name="satisfaction_by_group",
        caption=message("Overall satisfaction and recommendation by group"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="kind", title=message("Group by")),
            *_LEVELS,
            Quantities(
                name="promoters",
                title=message("Net promoter score"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(
            {"kind": VARIABLES[row.variable], **_row(satisfaction, row)}
            for row in satisfaction.groups
        ),
        notes=(_WEIGHTED,),
    )


def changes(satisfaction: Satisfaction) -> Table:
    """Every mean that was compared with the wave before, the clearest change first."""
    rows = sorted(
        (row for row in satisfaction.rows if row.change),
        key=lambda row: row.change.p_value if row.change else 1.0,
    )
    return Table(
        name="satisfaction_changes",
        caption=message(
            "Of {n} means compared with the wave before, {moved} changed beyond chance",
            n=satisfaction.comparisons,
            moved=len(satisfaction.moved),
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="name", title=message("Which")),
            Counts(name="n", title=message("Answers"), adds_up=False),
            Counts(name="n_before", title=message("Answers before"), adds_up=False),
            Quantities(
                name="change",
                title=message("Change of the mean"),
                measure=Measure.NUMBER,
                n="n_before",
                basis=Basis.ONE_EACH,
            ),
            Labels(name="p_value", title=message("Corrected p"), n="n"),
            Labels(name="stands", title=message("Beyond chance")),
        ),
        rows=tuple(_change_row(satisfaction, row) for row in rows),
        notes=(
            message(
                "The p values count all {n} comparisons ({method}).",
                n=satisfaction.comparisons,
                method=correction_name(satisfaction.rules.correction),
            ),
        ),
    )


_WEIGHTED = message("Weighted to the population; intervals are design-based.")
_LEVELS: tuple[Column, ...] = (
    Labels(name="name", title=message("Which")),
    Counts(name="n", title=message("Answers"), adds_up=False),
    Counts(name="n_top", title=message("Answers 4 and 5"), adds_up=False, shown=False),
    Quantities(
        name="mean",
        title=message("Mean (1 to 5)"),
        measure=Measure.NUMBER,
        n="n",
        basis=Basis.ONE_EACH,
    ),
    Quantities(
        name="top_two",
        title=message("Satisfied (4, 5)"),
        measure=Measure.SHARE,
        n="n",
        part="n_top",
    ),
)


def _row(satisfaction: Satisfaction, row: Satisfied) -> dict[str, Label | int | Estimate | None]:
    return {
        "name": row_name(satisfaction, row),
        "n": row.mean.n,
        "n_top": row.n_top,
        "mean": row.mean.estimate,
        "top_two": row.top_two.estimate,
        "promoters": row.promoters.estimate if row.promoters else None,
    }


def _change_row(satisfaction: Satisfaction, row: Satisfied) -> Row:
    assert row.change is not None  # noqa: S101
    assert row.before is not None  # noqa: S101
    return {
        "name": message(
            "{variable}: {level}",
            variable=VARIABLES[row.variable] if row.variable else _KINDS[row.item.kind],
            level=row_name(satisfaction, row),
        ),
        "n": row.mean.n,
        "n_before": row.before.n,
        "change": row.change.change,
        "p_value": probability(row.change.corrected_p_value),
        "stands": message("yes") if row.change.stands else message("no"),
    }


def correction_name(method: str) -> Message:
    """Name a correction for many comparisons."""
    return message("Holm") if method == "holm" else message("Benjamini-Hochberg")


def satisfaction_figure(satisfaction: Satisfaction) -> Table:
    """Means of questions now and before, for the figure."""
    return _figure(
        "satisfaction_questions",
        message("Mean satisfaction with each step, channel and product"),
        (satisfaction.overall, *satisfaction.questions),
        satisfaction,
    )


def groups_figure(satisfaction: Satisfaction) -> Table:
    """Means of groups now and before, for the figure."""
    return _figure(
        "satisfaction_groups",
        message("Mean overall satisfaction of each group"),
        satisfaction.groups,
        satisfaction,
    )


def _figure(
    name: str, caption: Message, rows: tuple[Satisfied, ...], satisfaction: Satisfaction
) -> Table:
    return Table(
        name=name,
        caption=caption,
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="name", title=message("Which")),
            Counts(name="n", title=message("Answers"), adds_up=False),
            Counts(name="n_before", title=message("Answers before"), adds_up=False, shown=False),
            Quantities(
                name="mean",
                title=message("Mean, last wave"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="before",
                title=message("Mean, wave before"),
                measure=Measure.NUMBER,
                n="n_before",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(
            {
                "name": row_name(satisfaction, row),
                "n": row.mean.n,
                "n_before": row.before.n if row.before else None,
                "mean": row.mean.estimate,
                "before": row.before.estimate if row.before else None,
            }
            for row in rows
        ),
    )


def reliability(scales: tuple[Scale, ...]) -> Table:
    """How reliable each scale is, and what each question adds to it."""
    rows: list[Row] = []
    for scale in scales:
        found = scale.reliability
        if found is None:
            continue
        rows.append(
            {
                "scale": message("Scale: {name}", name=scale_name(scale.name)),
                "n": found.n,
                "alpha": found.alpha,
                "omega": found.omega,
            }
        )
        without = found.alpha_without or (None,) * len(scale.items)
        rows += [
            {"scale": item.label, "n": found.n, "rest": round(r, 3), "without": alpha}
            for item, r, alpha in zip(scale.items, found.item_rest, without, strict=True)
        ]
    return Table(
        name="scale_reliability",
        caption=message("Reliability of the scales, and what each question adds"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="scale", title=message("Scale or question")),
            Quantities(
                name="alpha",
                title=message("Cronbach's alpha"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="omega",
                title=message("McDonald's omega"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="rest",
                title=message("Correlation with the others"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="without",
                title=message("Alpha without it"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Counts(name="n", title=message("Answered all"), adds_up=False),
        ),
        rows=tuple(rows),
    )
