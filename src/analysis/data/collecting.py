"""From the engine to pandas, or in batches: the only ways, and narrow ones."""

from __future__ import annotations

from collections.abc import Iterator

import ibis.expr.operations as ops
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from analysis.data.failures import ask
from analysis.data.portable import AS_WRITTEN, engine_of, fetch, fetch_batches, make_portable
from analysis.data.queries import current_log
from analysis.errors import DataError, Problem


def collect(expression: ir.Table, *, max_rows: int) -> pd.DataFrame:
    """Bring the rows of an expression into pandas, if they are as few as expected.

    Rows come in the order of the expression; where it has none, sorted by all
    columns, so that two runs on the same input are the same.

    Parameters
    ----------
    expression : ibis table
    max_rows : int
        The most rows that the result may have, at least 1.

    Returns
    -------
    DataFrame
        At most `max_rows` rows. Decimals are float64, dates datetime64, whole
        numbers with missing values float64.

    Raises
    ------
    DataError
        If there are more rows, or if the engine fails on the data.

    Examples
    --------
    >>> import ibis
    >>> collect(ibis.memtable({"stage": ["new", "lost"], "customers": [7, 3]}), max_rows=5)
      stage  customers
    0  lost          3
    1   new          7
    """
    if max_rows < 1:
        raise ValueError(f"max_rows is at least 1: {max_rows}")
    schema = expression.schema()
    decimals = [name for name, kind in schema.items() if kind.is_decimal()]
    if not _is_ordered(expression) and not any(kind.is_nested() for kind in schema.values()):
        expression = expression.order_by(list(expression.columns))
    if decimals:
        expression = expression.mutate(
            **{name: expression[name].cast("float64") for name in decimals}
        )
    rows = fetch(expression.limit(max_rows + 1))
    if rows.num_rows > max_rows:
        raise DataError(
            Problem(
                what="a result is too large to leave the engine",
                found=f"more than {max_rows:,} rows",
                needed=f"at most {max_rows:,}",
                next_step="Reduce it in the engine first: filter, group or aggregate.",
            )
        )
    log = current_log()
    if log is not None:
        log.note(make_portable(expression), rows=rows.num_rows)
    frame: pd.DataFrame = rows.to_pandas(date_as_object=False)
    return frame


def stream(expression: ir.Table, *, batch_rows: int = 100_000) -> Iterator[pa.RecordBatch]:
    """Hand over the rows of an expression a batch at a time, for sums that are exact.

    For what a query cannot say in few words: hundreds of sums of products. No more than a
    batch is held; the rows come in any order, so that whoever adds them up must not depend
    on it (`analysis.stats.exact_moments`).

    Parameters
    ----------
    expression : ibis table
    batch_rows : int
        The most rows of a batch, at least 1.

    Yields
    ------
    pyarrow record batch

    Raises
    ------
    DataError
        If the engine fails on the data.

    Examples
    --------
    >>> import ibis
    >>> [batch.num_rows for batch in stream(ibis.memtable({"customers": [7, 3]}))]
    [2]
    """
    if batch_rows < 1:
        raise ValueError(f"batch_rows is at least 1: {batch_rows}")
    rows = 0
    for batch in fetch_batches(expression, batch_rows):
        rows += batch.num_rows
        yield batch
    log = current_log()
    if log is not None:
        log.note(make_portable(expression), rows=rows)


def keep(expression: ir.Table) -> ir.Table:
    """Have the engine work out an expression once, for several queries to build on.

    Only DuckDB does. Elsewhere a table would have to be written into the bank's own
    database, or a cluster's memory filled without a limit: each query works it out anew.

    Returns
    -------
    ibis table
        The result, in the engine; let go of when nothing refers to it.

    Examples
    --------
    >>> import ibis
    >>> kept = keep(ibis.memtable({"customers": [7, 3]}))
    >>> collect(kept.aggregate(n=kept.customers.sum()), max_rows=1).n[0].item()
    10
    """
    if engine_of(expression) != AS_WRITTEN:
        return expression
    kept = ask(expression.cache)
    log = current_log()
    if log is not None:
        log.note_kept(expression, kept)
    return kept


def _is_ordered(expression: ir.Table) -> bool:
    operation = expression.op()
    while isinstance(operation, ops.Project | ops.Limit | ops.Filter | ops.DropColumns):
        operation = operation.parent
    return isinstance(operation, ops.Sort)
