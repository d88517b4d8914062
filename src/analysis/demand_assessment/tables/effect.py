"""Tables on the effect of demand management."""

from __future__ import annotations

from analysis.demand_assessment.effect import Effect
from analysis.demand_assessment.measured import Measured
from analysis.demand_assessment.values import HOLES
from analysis.demand_assessment.wording import BETTER
from analysis.publish.results import MissingResults
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Message, Unit, message


def effects(found: Effect) -> Table:
    """The shares among the effect measures, this period and the one before."""
    shares = [m for m in found.measures if m.unit is Unit.NONE and m.measure is Measure.SHARE]
    rows: list[Row] = [_row(measure) for measure in shares]
    return Table(
        name="effects",
        caption=message("Effect of demand management: goals and quality of delivery"),
        unit=Unit.NONE,
        columns=_columns(message("Demands")),
        rows=tuple(rows),
    )


def employees(measure: Measured) -> Table:
    """Satisfaction of employees; a table of persons of its own."""
    return Table(
        name="employees",
        caption=message("Satisfaction of employees"),
        unit=Unit.STAFF,
        columns=_columns(message("Answers"), n="n"),
        rows=(_row(measure),),
    )


def _columns(counted: Message, n: str = "") -> tuple[Labels | Counts | Quantities, ...]:
    return (
        Labels(name="measure", title=message("Measure")),
        Counts(name="n", title=counted, adds_up=False),
        Quantities(
            name="value",
            title=message("This period"),
            measure=Measure.SHARE,
            n=n,
            basis=Basis.ONE_EACH,
        ),
        Quantities(
            name="before",
            title=message("The period before"),
            measure=Measure.SHARE,
            n=n,
            basis=Basis.ONE_EACH,
        ),
        Quantities(
            name="change",
            title=message("Change"),
            measure=Measure.POINTS,
            n=n,
            basis=Basis.ONE_EACH,
        ),
        Labels(name="judged", title=message("Judged")),
    )


def _row(measure: Measured) -> Row:
    return {
        "measure": measure.label,
        "n": measure.n,
        "value": measure.value,
        "before": measure.before,
        "change": measure.change,
        "judged": None if measure.change is None else BETTER[measure.improved],
    }


def sources(found: Effect) -> Table:
    """Where the satisfaction of customers is from, or why it is missing."""
    customers = found.customers
    known = None if isinstance(customers, MissingResults) else customers
    return Table(
        name="customers",
        caption=message("Satisfaction of customers, as another report publishes it"),
        unit=Unit.NONE,
        columns=(
            Labels(name="measure", title=message("Measure")),
            Quantities(name="value", title=message("This period"), measure=Measure.SHARE),
            Quantities(name="change", title=message("Change"), measure=Measure.POINTS),
            Labels(name="evidence", title=message("Where the evidence is")),
        ),
        rows=(
            {
                "measure": message("Satisfied customers"),
                "value": known.value if known else None,
                "change": known.change if known else None,
                "evidence": HOLES[customers.why]
                if isinstance(customers, MissingResults)
                else customers.link,
            },
        ),
    )
