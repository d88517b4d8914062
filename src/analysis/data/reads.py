"""What was read: where from, how much of it, how fresh, and exactly which content."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from analysis.data.portable import fetch
from analysis.data.schema import ColumnType, Table

END_DATES = frozenset({"closed_on", "due_on", "ends_on", "left_on", "withdrawn_on"})
"""Dates on which something ends: they may be planned and say nothing of how fresh data is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """What a table's content is.

    Attributes
    ----------
    sha256 : str
        In hexadecimal.
    basis : {"content", "aggregates"}
        Of the bytes of files; or, over a connection, of the table's columns, number
        of rows, and the counts, extremes and sums of its columns.
    """

    sha256: str
    basis: Literal["content", "aggregates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """A table that a report has read.

    Attributes
    ----------
    name : str
        Of the contract.
    source : str
        As the run file names it, without secrets.
    rows, rows_in_scope : int
        All rows, and those of the report's scope.
    rows_after : int
        Of the rows in scope, those of which every date lies after the as-of date.
    first_date, last_date : date or None
        Of the rows in scope, over the dates on which something happened; None where
        the table has no such date.
    sha256, basis : str
        As `Fingerprint` has them.
    """

    name: str
    source: str
    rows: int
    rows_in_scope: int
    rows_after: int
    first_date: dt.date | None
    last_date: dt.date | None
    sha256: str
    basis: Literal["content", "aggregates"]


def describe_read(
    promised: Table,
    *,
    label: str,
    whole: ir.Table,
    narrowed: ir.Table | None,
    fingerprint: Fingerprint,
    as_of: dt.date | None = None,
    rows: int | None = None,
) -> TableRead:
    """Count a table and its part in scope; one query, two where that is narrower and nobody
    has counted the whole.

    Parameters
    ----------
    promised : Table
        What the contract says of it.
    label : str
    whole : ibis table
    narrowed : ibis table or None
        None where the scope does not narrow it.
    fingerprint : Fingerprint
    as_of : date, optional
        Rows dated after it are counted.
    rows : int, optional
        How many the whole table has, where that is known.

    Raises
    ------
    DataError
        If the engine fails on the data.
    """
    inside = whole if narrowed is None else narrowed
    dates = [
        column.name
        for column in promised.columns
        if column.type is ColumnType.DATE
        and column.name in inside.columns
        and column.name not in END_DATES
    ]
    aggregates: dict[str, Any] = {"rows": inside.count()}
    if dates:
        aggregates["first"] = ibis.least(*(inside[name].min() for name in dates))
        aggregates["last"] = ibis.greatest(*(inside[name].max() for name in dates))
    if dates and as_of is not None:
        earliest = ibis.least(*(inside[name] for name in dates))
        aggregates["after"] = inside.count(where=earliest > ibis.literal(as_of))
    counted = query_row(inside.aggregate(**aggregates), where=label)
    in_scope = int(counted["rows"])
    if narrowed is None:
        rows = in_scope
    elif rows is None:
        rows = query_row(whole.aggregate(rows=whole.count()))["rows"]
    return TableRead(
        name=promised.name,
        source=label,
        rows=int(rows),
        rows_in_scope=in_scope,
        rows_after=int(counted.get("after", 0)),
        first_date=counted.get("first"),
        last_date=counted.get("last"),
        sha256=fingerprint.sha256,
        basis=fingerprint.basis,
    )


def fingerprint_by_aggregates(table: ir.Table) -> Fingerprint:
    """Take the fingerprint of a table whose bytes cannot be seen; one query.

    Raises
    ------
    DataError
        If the engine fails on the data.
    """
    aggregates: dict[str, Any] = {"rows": table.count()}
    for i, name in enumerate(table.columns):
        column = table[name]
        aggregates[f"count_{i}"] = column.count()
        if column.type().is_boolean():
            aggregates[f"true_{i}"] = table.count(where=column)
            continue
        aggregates[f"least_{i}"] = column.min()
        aggregates[f"most_{i}"] = column.max()
        if column.type().is_integer() or column.type().is_decimal():
            aggregates[f"sum_{i}"] = column.sum()
        elif column.type().is_string():
            aggregates[f"length_{i}"] = column.length().sum()
    content = {
        "columns": {name: str(kind) for name, kind in table.schema().items()},
        "aggregates": query_row(table.aggregate(**aggregates)),
    }
    text = json.dumps(content, default=str, sort_keys=True)
    return Fingerprint(sha256=hashlib.sha256(text.encode()).hexdigest(), basis="aggregates")


def query_row(aggregated: ir.Table, *, where: str = "") -> dict[str, Any]:
    """Run a query that gives one row, and give it as Python values.

    Raises
    ------
    DataError
        If the engine fails on the data.
    """
    rows: list[dict[str, Any]] = fetch(aggregated, where=where).to_pylist()
    return rows[0]
