"""Which cells of different tables, scopes and periods hold one and the same count.

A count's identity is a plain text. A column may declare it (`Counts.identity`), so that
tables which show the same count are held together; otherwise it is the table, the row
and the column, which still binds the scopes of a run together.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from analysis.results import Estimate
from analysis.tables import ROW, Counts, Labels, Quantities, Table
from analysis.text import Link, Message, Words


def row_keys(table: Table) -> tuple[str, ...]:
    """Give each row a key: its words, as few columns of them as tell the rows apart.

    Examples
    --------
    >>> from analysis.text import Unit, message
    >>> table = Table(
    ...     name="t", caption=message("Customers"), unit=Unit.CUSTOMERS,
    ...     columns=(Labels(name="a", title=message("Product")),
    ...              Labels(name="b", title=message("Months"))),
    ...     rows=({"a": "loan", "b": "1"}, {"a": "loan", "b": "2"}, {"a": "card", "b": "1"}))
    >>> row_keys(table)
    ('loan/1', 'loan/2', 'card/1')
    """
    names = [column.name for column in table.columns if isinstance(column, Labels)]
    for width in range(1, len(names) + 1):
        keys = tuple("/".join(_text(row.get(n)) for n in names[:width]) for row in table.rows)
        if len(set(keys)) == len(keys):
            return keys
    seen: Counter[str] = Counter()
    return tuple(_numbered("/".join(_text(row.get(n)) for n in names), seen) for row in table.rows)


def _numbered(key: str, seen: Counter[str]) -> str:
    seen[key] += 1
    return f"{key}#{seen[key]}"


def _text(value: object) -> str:
    """Write a label without its numbers on persons: they differ from scope to scope."""
    match value:
        case Message():
            return value.pattern + "".join(f":{t}" for t in _parts(value))
        case Words():
            return value.en
        case Link():
            return _text(value.text)
        case str() | int() | dt.date():
            return str(value)
        case _:
            return ""


def _parts(text: Message) -> Iterator[str]:
    for _, part in sorted(text.values.items()):
        if isinstance(part, str | int | dt.date | Words | Message):
            yield _text(part)
        elif (value := getattr(part, "value", None)) is not None:
            yield f"{value.value if isinstance(value, Estimate) else value:.12g}"


def identify(table: str, column: str, row: str, *, declared: str = "") -> str:
    """Give a count's identity.

    Parameters
    ----------
    table, column, row : str
        Names, and the row's key.
    declared : str
        The column's own pattern, with ``{row}`` for the row's key.

    Examples
    --------
    >>> identify("customers_by_stage", "customers_now", "New")
    'customers_by_stage|New|customers_now'
    >>> identify("movements", "all", "New", declared="stage on 2025-09-30: {row}")
    'stage on 2025-09-30: New'
    """
    return declared.replace(ROW, row) if declared else f"{table}|{row}|{column}"


def identities(table: Table) -> dict[tuple[int, str], str]:
    """Give the identity of every count and every sum of a table, by its cell."""
    keys = row_keys(table)
    found = {}
    for column in table.columns:
        is_sum = isinstance(column, Quantities) and column.is_sum
        if not isinstance(column, Counts | Quantities) or not (
            isinstance(column, Counts) or is_sum
        ):
            continue
        for i, key in enumerate(keys):
            declared = column.total_identity if i in table.total_rows else column.identity
            found[i, column.name] = identify(table.name, column.name, key, declared=declared)
    return found
