"""An aggregate of DuckDB that Ibis has no name for: the earliest days of a group."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import ibis.expr.types as ir


@ibis.udf.agg.builtin(name="min", signature=(("date", "int64"), "array<date>"))  # type: ignore[untyped-decorator]
def _min(day: dt.date, n: int) -> list[dt.date]:  # type: ignore[empty-body]
    """The engine's own."""


def two_earliest(day: ir.Column) -> Any:
    """Give the two earliest days of a group, rising; one where there is one row.

    A day comes twice where two rows have it. The engine keeps two days a group at most: to
    collect all of them, as other engines do, takes as much memory as the rows. They may
    give more than two.

    Parameters
    ----------
    day : ibis column of dates

    Returns
    -------
    ibis expression
        An array of dates.

    Examples
    --------
    >>> day = dt.date(2025, 12, 31)
    >>> bought = ibis.memtable({"customer": ["a", "a", "b"], "day": [day, day, day]})
    >>> found = bought.group_by("customer").aggregate(n=two_earliest(bought.day).length())
    >>> found.order_by("customer").n.to_list()
    [2, 1]
    """
    return _min(day, 2)


EARLIEST: type = type(two_earliest(ibis.table({"day": "date"}, name="any").day).op())
"""What `two_earliest` is in an expression, for engines that write it otherwise."""
