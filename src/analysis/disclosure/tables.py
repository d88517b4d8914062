"""Lets a table out: small cells hidden, what would give them away too, counts rounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analysis.disclosure.complement import CellId, Sum, hide_complements
from analysis.disclosure.rules import (
    coarsen,
    dominates,
    is_small,
    round_count,
    rounded_share,
    share_reveals,
)
from analysis.errors import DisclosureError, Problem
from analysis.params.policy import DisclosurePolicy
from analysis.results import Estimate
from analysis.tables import (
    Cell,
    Column,
    Counts,
    Label,
    ProtectedTable,
    Quantities,
    Row,
    Shares,
    Table,
)
from analysis.text import Unit


def protect(table: Table, policy: DisclosurePolicy) -> ProtectedTable:
    """Apply the disclosure rules to a table.

    Parameters
    ----------
    table : Table
        Exact results. Where its unit is `Unit.NONE` no person stands behind the
        numbers, and nothing is hidden or rounded.
    policy : DisclosurePolicy

    Returns
    -------
    ProtectedTable
        Counts rounded to the base, shares made of rounded counts, cells on fewer
        than the minimum hidden, and further cells hidden so that none of them
        follows from a total.

    Raises
    ------
    DisclosureError
        If a count is negative or not a whole number.

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
    hidden = frozenset() if exact else _hidden_cells(table, counts, policy)
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
    )


def _shown(table: Table) -> tuple[Column, ...]:
    return tuple(
        column for column in table.columns if not (isinstance(column, Counts) and not column.shown)
    )


def _hidden_cells(
    table: Table, counts: list[dict[str, int | None]], policy: DisclosurePolicy
) -> frozenset[CellId]:
    """Find every cell that must not be seen: counts first, then what rests on them."""
    sizes = {(i, name): n or 0 for i, row in enumerate(counts) for name, n in row.items()}
    small = frozenset(cell for cell, n in sizes.items() if is_small(n, policy))
    revealing = frozenset(
        (i, column.part)
        for column in table.columns
        if isinstance(column, Shares)
        for i in range(len(table.rows))
        if share_reveals(sizes[i, column.part], sizes[i, column.whole], policy)
    )
    hidden = hide_complements(
        sizes,
        small | revealing,
        list(_count_sums(table)),
        minimum_units=policy.minimum_units,
    )
    return hidden | _hidden_dependents(table, hidden, sizes, policy)


def _hidden_dependents(
    table: Table,
    hidden: frozenset[CellId],
    sizes: Mapping[CellId, int],
    policy: DisclosurePolicy,
) -> frozenset[CellId]:
    found: set[CellId] = set()
    for column in table.columns:
        if isinstance(column, Shares):
            found |= {
                (i, column.name)
                for i in range(len(table.rows))
                if (i, column.part) in hidden or (i, column.whole) in hidden
            }
        elif isinstance(column, Quantities):
            found |= _hidden_quantities(table, column, hidden, sizes, policy)
    return frozenset(found)


def _hidden_quantities(
    table: Table,
    column: Quantities,
    hidden: frozenset[CellId],
    sizes: Mapping[CellId, int],
    policy: DisclosurePolicy,
) -> frozenset[CellId]:
    """Hide what rests on hidden counts; in a sum also the dominated and its complement."""
    rests_on = {column.n, column.part} - {""}
    out = frozenset(
        (i, column.name)
        for i in range(len(table.rows))
        if any((i, name) in hidden for name in rests_on)
    )
    if not column.top_two_share:
        return out
    dominated = frozenset(
        (i, column.name)
        for i, row in enumerate(table.rows)
        if sizes[i, column.n] > 0 and dominates(_fraction(table, row, column), policy)
    )
    own_sizes = {(i, column.name): sizes[i, column.n] for i in range(len(table.rows))}
    sums = list(_column_sums(table, column.name))
    return hide_complements(own_sizes, out | dominated, sums, minimum_units=policy.minimum_units)


def _count_sums(table: Table) -> Iterable[Sum]:
    counts = [column for column in table.columns if isinstance(column, Counts)]
    for column in counts:
        if column.adds_up:
            yield from _column_sums(table, column.name)
    if table.total_column:
        members = [c.name for c in counts if c.adds_up and c.name != table.total_column]
        for i in range(len(table.rows)):
            yield Sum(members=tuple((i, name) for name in members), total=(i, table.total_column))


def _column_sums(table: Table, name: str) -> Iterable[Sum]:
    body = [i for i in range(len(table.rows)) if i not in table.total_rows]
    for total in table.total_rows:
        yield Sum(members=tuple((i, name) for i in body), total=(total, name))


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


def _fraction(table: Table, row: Row, column: Quantities) -> float:
    value = row.get(column.top_two_share)
    if not isinstance(value, int | float):
        raise DisclosureError(
            Problem(
                what=f"sum {column.name!r} of table {table.name!r} does not state the share of "
                "its two largest contributors",
                needed=f"a fraction in {column.top_two_share!r}",
            )
        )
    return float(value)


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
