"""Lets a table out: small cells hidden, what would give them away too, counts rounded."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.disclosure.counts import CellId, HiddenCounts, Outside, hide_counts
from analysis.disclosure.identity import row_keys
from analysis.disclosure.quantities import hide_quantities, small_words
from analysis.disclosure.redaction import points_at_a_person
from analysis.disclosure.rules import coarsen, round_count, rounded_share
from analysis.disclosure.suppression import Hidden
from analysis.errors import DisclosureError, Problem
from analysis.params.policy import DisclosurePolicy
from analysis.results import Estimate
from analysis.tables import (
    Cell,
    Column,
    Counts,
    Label,
    Labels,
    ProtectedTable,
    Quantities,
    Row,
    Shares,
    Table,
)
from analysis.text import Message, Unit, Words

_NOTHING = Outside()


def protect(table: Table, policy: DisclosurePolicy, outside: Outside = _NOTHING) -> ProtectedTable:
    """Apply the disclosure rules to a table.

    Parameters
    ----------
    table : Table
        Exact results. Where its unit is `Unit.NONE` no person stands behind the
        numbers, and nothing is hidden or rounded.
    policy : DisclosurePolicy
    outside : Outside, optional
        What was published, or withheld, of the same counts elsewhere.

    Returns
    -------
    ProtectedTable
        Counts rounded to the base, shares made of rounded counts, cells on fewer
        than the minimum hidden, and as little more as is needed so that none of them
        can be worked out.

    Raises
    ------
    DisclosureError
        If a count is negative or not a whole number, or the table is on persons and
        does not say on how many each row rests.

    Source
    ------
    Hundepool et al. (2012), Statistical Disclosure Control, chapter 4.

    Examples
    --------
    >>> from analysis.tables import Counts, Labels
    >>> from analysis.text import message
    >>> table = Table(
    ...     name="stages", caption=message("Customers by stage"), unit=Unit.CUSTOMERS,
    ...     columns=(Labels(name="stage", title=message("Stage")),
    ...              Counts(name="n", title=message("Customers"))),
    ...     rows=({"stage": "new", "n": 4}, {"stage": "stable", "n": 122}))
    >>> [row["n"] for row in protect(table, DisclosurePolicy()).rows]
    [Cell(value=None, suppressed=True), Cell(value=120, suppressed=False)]
    """
    counts = _counts(table)
    exact = table.unit is Unit.NONE
    if not exact:
        _require_counts(table)
    sizes = {
        (i, name): n for i, row in enumerate(counts) for name, n in row.items() if n is not None
    }
    counted = _NO_COUNTS if exact else hide_counts(table, sizes, policy, outside)
    by_rule = {} if exact else _hidden_by_rule(table, counted, sizes, policy, outside)
    hidden = frozenset().union(*by_rule.values())
    rows = tuple(
        {
            column.name: Cell(suppressed=True)
            if (i, column.name) in hidden
            else Cell(value=_value(column, row, counts[i], None if exact else policy))
            for column in _shown(table)
        }
        for i, row in enumerate(table.rows)
    )
    return ProtectedTable(
        name=table.name,
        caption=table.caption,
        unit=table.unit,
        columns=_shown(table),
        rows=rows,
        total_rows=table.total_rows,
        notes=table.notes,
        total_column=table.total_column,
        row_keys=row_keys(table),
        rules=tuple(name for name, cells in sorted(by_rule.items()) if cells),
        cost=counted.hidden.cost,
        cost_at_least=counted.hidden.cost_at_least,
    )


_NO_COUNTS = HiddenCounts(
    cells=frozenset(), must=frozenset(), hidden=Hidden(numbers=frozenset(), safe=True)
)


def _require_counts(table: Table) -> None:
    """Refuse a table on persons that could hold a row a person: points are to be binned."""
    if table.rows and not any(isinstance(column, Counts) for column in table.columns):
        raise DisclosureError(
            Problem(
                what=f"table {table.name!r} is on {table.unit} and does not say on how many each "
                "row rests",
                needed="a column of counts",
                next_step="Publish groups or bins of persons with their counts, never one by one.",
            )
        )


def _shown(table: Table) -> tuple[Column, ...]:
    return tuple(
        column for column in table.columns if not (isinstance(column, Counts) and not column.shown)
    )


def _hidden_by_rule(
    table: Table,
    counted: HiddenCounts,
    sizes: Mapping[CellId, int],
    policy: DisclosurePolicy,
    outside: Outside,
) -> dict[str, frozenset[CellId]]:
    """Find every cell that must not be seen: counts first, then what rests on them."""
    hidden, rows = counted.cells, range(len(table.rows))
    found = {"few": counted.must, "complement": hidden - counted.must}
    for column in table.columns:
        if isinstance(column, Shares):
            more: Mapping[str, frozenset[CellId]] = {
                "few": frozenset(
                    (i, column.name)
                    for i in rows
                    if (i, column.part) in hidden or (i, column.whole) in hidden
                )
            }
        elif isinstance(column, Quantities):
            more = hide_quantities(table, column, hidden, sizes, policy, outside)
        elif isinstance(column, Labels) and column.n:
            more = {
                "few": small_words(table, column.name, column.n, sizes, hidden, policy),
                "quotation": _pointing(table, column.name),
            }
        else:
            continue
        found = {
            name: found.get(name, frozenset()) | more.get(name, frozenset())
            for name in {**found, **more}
        }
    return _with_companions(table, found)


def _with_companions(
    table: Table, found: dict[str, frozenset[CellId]]
) -> dict[str, frozenset[CellId]]:
    """Withhold, by the same rule, what a withheld number could be worked out from."""
    pairs = [
        (column.name, column.goes_with)
        for column in table.columns
        if isinstance(column, Quantities) and column.goes_with
    ]
    pairs += [(b, a) for a, b in pairs]
    for _ in pairs:
        for one, other in pairs:
            found = {
                rule: cells | {(i, one) for i, name in cells if name == other}
                for rule, cells in found.items()
            }
    return found


def _pointing(table: Table, name: str) -> frozenset[CellId]:
    return frozenset(
        (i, name)
        for i, row in enumerate(table.rows)
        if any(points_at_a_person(text) for text in _texts(row.get(name)))
    )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, Words):
        return value.en, value.zh
    if isinstance(value, Message):
        return (value.pattern, *(t for part in value.values.values() for t in _texts(part)))
    return (value,) if isinstance(value, str) else ()


def _counts(table: Table) -> list[dict[str, int | None]]:
    """Read each row's counts, refusing what is none; None was not observed."""
    columns = [column for column in table.columns if isinstance(column, Counts)]
    return [{column.name: _count(table, row, column) for column in columns} for row in table.rows]


def _count(table: Table, row: Row, column: Counts) -> int | None:
    value = row.get(column.name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise DisclosureError(
            Problem(
                what=f"column {column.name!r} of table {table.name!r} does not hold counts",
                found=type(value).__name__,
                needed="whole numbers from 0, or None where nothing was observed",
                next_step="State how many units stand behind each row.",
            )
        )
    return value


def _value(
    column: Column, row: Row, counts: Mapping[str, int | None], policy: DisclosurePolicy | None
) -> Label | int | float | Estimate | None:
    """Give a visible cell's value: rounded under a policy, exact without."""
    if isinstance(column, Counts):
        n = counts[column.name]
        return round_count(n, policy) if policy and n is not None else n
    if isinstance(column, Shares):
        return _share(counts[column.part], counts[column.whole], policy)
    value = row.get(column.name)
    n = counts[column.n] if isinstance(column, Quantities) and column.n else None
    if isinstance(column, Quantities) and policy and isinstance(value, int | float | Estimate):
        return coarsen(value, column.measure, n or 0, policy)
    return value


def _share(part: int | None, whole: int | None, policy: DisclosurePolicy | None) -> float | None:
    if part is None or not whole:
        return None
    return rounded_share(part, whole, policy) if policy else part / whole
