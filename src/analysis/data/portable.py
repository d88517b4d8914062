"""The same expression on any engine: what one of them writes differently is put otherwise.

Reports are written once, in Ibis, and run on DuckDB as they are. Where the SQL that
Ibis writes for another engine fails there, or means something else, the part in
question is replaced by an equal one before the query leaves. Each rule says what it
is for; none changes a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends import BaseBackend
from ibis.common.graph import Node

from analysis.data.earliest import EARLIEST
from analysis.data.failures import ask

AS_WRITTEN = "duckdb"
"""The engine for which reports are written."""

Rule = Callable[[Any], Node | None]
"""Gives an equal node, or None where it has nothing to say."""


def make_portable(expression: ir.Table) -> ir.Table:
    """Put an expression so that its own engine means by it what DuckDB does.

    Parameters
    ----------
    expression : ibis table

    Returns
    -------
    ibis table
        Of the same schema and, row for row, the same values.

    Examples
    --------
    >>> table = ibis.memtable({"amount": [1, 2]})
    >>> make_portable(table) is table  # on DuckDB
    True
    """
    rules = RULES.get(engine_of(expression))
    if rules is None:
        return expression
    found: ir.Table = expression.op().replace(lambda node, kwargs: _apply(rules, node, kwargs))
    return found.to_expr()


def fetch(expression: ir.Table, *, where: str = "") -> pa.Table:
    """Have the engine work an expression out, and bring every row of it here.

    Nothing but this and `fetch_batches` brings rows out of an engine. Whoever calls this
    knows that there are few: `analysis.data.collecting.collect` for a report, checks and
    counts of one row.

    Parameters
    ----------
    expression : ibis table
    where : str
        The table, for messages.

    Returns
    -------
    pyarrow table

    Raises
    ------
    DataError
        If the engine fails on the data.

    Examples
    --------
    >>> fetch(ibis.memtable({"amount": [1, 2]})).num_rows
    2
    """
    return ask(make_portable(expression).to_pyarrow, where=where)


def fetch_batches(expression: ir.Table, batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Have the engine work an expression out, and bring its rows a batch at a time.

    Raises
    ------
    DataError
        If the engine fails on the data.

    Examples
    --------
    >>> next(fetch_batches(ibis.memtable({"amount": [1, 2]}), 10)).num_rows
    2
    """
    portable = make_portable(expression)
    reader = ask(lambda: portable.to_pyarrow_batches(chunk_size=batch_rows))
    while True:
        batch = ask(lambda: next(reader, None))
        if batch is None:
            return
        yield batch


def engine_of(expression: ir.Table) -> str:
    """Give the name of the engine that an expression belongs to.

    Examples
    --------
    >>> engine_of(ibis.memtable({"amount": [1, 2]}))
    'duckdb'
    """
    backends: tuple[list[BaseBackend], bool] = expression._find_backends()
    return next((str(backend.name) for backend in backends[0]), AS_WRITTEN)


def _apply(rules: tuple[Rule, ...], node: Any, replaced: Mapping[str, Any] | None) -> Node:
    now = node.__recreate__(replaced) if replaced else node
    for rule in rules:
        found = rule(now)
        if found is not None:
            return found
    equal: Node = now
    return equal


def _count_flags(node: Any) -> Node | None:
    """PostgreSQL casts no boolean to a number but integer."""
    if not (isinstance(node, ops.Cast) and node.arg.dtype.is_boolean() and node.to.is_numeric()):
        return None
    flag = node.arg.to_expr()
    one, zero = (ibis.literal(number, node.to) for number in (1, 0))
    return ibis.cases((flag, one), (~flag, zero), else_=ibis.null(node.to)).op()


def _shift_wide(node: Any) -> Node | None:
    """Both others shift as wide a number as is written, and by an integer alone."""
    if not isinstance(node, ops.BitwiseLeftShift | ops.BitwiseRightShift):
        return None
    if isinstance(node.left, ops.Cast) and isinstance(node.right, ops.Cast):
        return None
    return type(node)(ops.Cast(node.left, dt.int64), ops.Cast(node.right, dt.int32))


def _count_nothing_as_zero(node: Any) -> Node | None:
    """Ibis counts under a condition by a sum on Spark, which of no row is missing."""
    if not (isinstance(node, ops.CountStar) and node.where is not None):
        return None
    counted = ibis.ifelse(node.where.to_expr(), ibis.literal(1), ibis.null("int8"))
    return ops.Count(counted.op())


def _compare_several(node: Any) -> Node | None:
    """Spark's ``least`` and ``greatest`` take two values or more."""
    if isinstance(node, ops.Least | ops.Greatest) and len(node.arg) == 1:
        only: Node = node.arg[0]
        return only
    return None


@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]  # ibis has no types
def _bit_or(bits: int) -> int:  # type: ignore[empty-body]  # the engine's own
    """Spark has it; Ibis does not know."""


def _unite_bits(node: Any) -> Node | None:
    if not isinstance(node, ops.BitOr):
        return None
    bits = node.arg.to_expr()
    if node.where is not None:
        bits = ibis.ifelse(node.where.to_expr(), bits, ibis.null(bits.type()))
    united: Node = _bit_or(bits).op()
    return united


def _subtract_quarters(node: Any) -> Node | None:
    """Both others count the quarters that have gone by, DuckDB those that have begun."""
    if not (isinstance(node, ops.DateDelta) and node.part.value == "quarter"):
        return None
    later, earlier = (
        day.year() * 4 + day.quarter() for day in (node.left.to_expr(), node.right.to_expr())
    )
    begun: Node = (later - earlier).cast("int64").op()
    return begun


def _order_days(node: Any) -> Node | None:
    """PostgreSQL puts all of a group's days in order."""
    if not isinstance(node, EARLIEST):
        return None
    day = _first_argument(node)
    days: Node = day.collect(order_by=day).op()
    return days


def _sort_days(node: Any) -> Node | None:
    """Spark sorts all of them once they are collected."""
    if not isinstance(node, EARLIEST):
        return None
    days: Node = _first_argument(node).collect().sort().op()
    return days


def _first_argument(node: Any) -> Any:
    return node.args[0].to_expr()


RULES: Mapping[str, tuple[Rule, ...]] = {
    "postgres": (_count_flags, _shift_wide, _subtract_quarters, _order_days),
    "pyspark": (
        _shift_wide,
        _count_nothing_as_zero,
        _compare_several,
        _unite_bits,
        _subtract_quarters,
        _sort_days,
    ),
}
"""By engine; those that are not named get expressions as they are written."""
