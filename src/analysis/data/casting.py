"""From the types of a source to those of the contract, value by value.

A value that is not of the contract's type becomes missing here; `quality` counts
these values, and the reports stop on the first one, so that none is lost silently.

Amounts in CNY are exact decimals with nine places: their sums are the same in
every run, whatever the order in which threads add them up. Where the contract bounds
an amount, as it does a single payment, six places in half the width hold it, which the
engine adds up in half the time. Other numbers are floating.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis
import ibis.expr.datatypes as idt
import ibis.expr.types as ir

from analysis.data.schema import Column, ColumnType

MONEY, BOUNDED_MONEY = "decimal(38, 9)", "decimal(18, 6)"
BOUNDED_BELOW = 1e12
"""What has fewer digits before the point than `BOUNDED_MONEY` holds."""
ENGINE_TYPES = {
    ColumnType.TEXT: "string",
    ColumnType.INTEGER: "int64",
    ColumnType.DECIMAL: "float64",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "date",
}
"""The engine's type for each of the contract's; amounts in CNY are `MONEY` instead."""
_TRUE = ("true", "t", "yes", "y", "1", "是")
_FALSE = ("false", "f", "no", "n", "0", "否")
_FIRST_DAY, _LAST_DAY = dt.date(1, 1, 1), dt.date(9999, 12, 31)

_WHOLE = r"^\s*[-+]?[0-9]{1,18}\s*$"
_NUMBER = r"^\s*[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]{1,2})?\s*$"
_DAY = r"^\s*[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SPECIAL_DAYS = ("infinity", "-infinity", "epoch")  # DuckDB reads them by any pattern


@ibis.udf.scalar.builtin(name="try_strptime", signature=(("string", "string"), "timestamp(6)"))  # type: ignore[untyped-decorator]
def _try_strptime(text: str, pattern: str) -> None:
    """Read a date by a pattern; missing where it does not fit (DuckDB)."""


def cast_column(
    values: ir.Column, column: Column, *, date_format: str | None = None
) -> ir.Column | None:
    """Cast a column of a source to the contract's type.

    Parameters
    ----------
    values : ibis column
        Of the source's own type.
    column : Column
        What the contract promises.
    date_format : str, optional
        strptime format of dates that are text or whole numbers.

    Returns
    -------
    ibis column or None
        Missing where a value does not fit; None where the whole type does not.

    Examples
    --------
    >>> from analysis.data.schema import Column, ColumnType
    >>> sold = Column(name="sold", type=ColumnType.INTEGER, meaning="", meaning_zh="")
    >>> cast_column(ibis.memtable({"sold": ["7", "7.5", "x"]}).sold, sold).to_list()
    [7, None, None]
    """
    kind = values.type()
    match column.type:
        case ColumnType.TEXT:
            return _to_text(values, kind)
        case ColumnType.INTEGER:
            return _to_integer(values, kind)
        case ColumnType.DECIMAL:
            if column.unit == "CNY":
                return _to_money(values, kind, money_type(column))
            return _to_number(values, kind)
        case ColumnType.BOOLEAN:
            return _to_boolean(values, kind)
        case ColumnType.DATE:
            return _to_date(values, kind, date_format)


def money_type(column: Column) -> str:
    """Give the engine's type of an amount in CNY: as wide as the contract's bounds ask for.

    Examples
    --------
    >>> paid = Column(name="paid_cny", type=ColumnType.DECIMAL, meaning="", meaning_zh="",
    ...               unit="CNY", minimum=-1e11, maximum=1e11)
    >>> money_type(paid)
    'decimal(18, 6)'
    """
    bounds = (column.minimum, column.maximum)
    bounded = all(bound is not None and abs(bound) < BOUNDED_BELOW for bound in bounds)
    return BOUNDED_MONEY if bounded else MONEY


def is_present(values: ir.Column, column: Column) -> ir.Column:
    """Whether there is a value: not missing, not blank where text is no text, not NaN."""
    kind = values.type()
    present = values.notnull()
    if kind.is_string() and column.type is not ColumnType.TEXT:
        return present & (values.strip() != "")
    if kind.is_floating() and _is_lenient(values):
        return present & ~values.isnan()
    return present


def _is_lenient(values: ir.Column) -> bool:
    """Whether the engine casts value by value without failing on one."""
    return bool(ibis.get_backend(values).name == "duckdb")


def _is_whole(kind: idt.DataType) -> bool:
    return bool(kind.is_integer() or (kind.is_decimal() and kind.scale == 0))


def _to_text(values: ir.Column, kind: idt.DataType) -> ir.Column | None:
    if kind.is_string():
        return values
    if kind.is_uuid():
        return values.cast("string")
    return values.cast("int64").cast("string") if _is_whole(kind) else None


def _to_integer(values: ir.Column, kind: idt.DataType) -> ir.Column | None:
    if kind.is_integer():
        return values.cast("int64")
    lenient = _is_lenient(values)
    if kind.is_string() and not lenient:
        return _guarded(values, _WHOLE, lambda text: text.strip().cast("int64"))
    if kind.is_string() or kind.is_floating() or kind.is_decimal():
        cast = values.try_cast if lenient else values.cast
        whole = cast("int64")  # rounds 12.7 to 13, hence the comparison
        return _where(whole.cast("float64") == cast("float64"), whole)
    return None


def _to_number(values: ir.Column, kind: idt.DataType) -> ir.Column | None:
    if kind.is_string():
        if not _is_lenient(values):
            return _guarded(values, _NUMBER, lambda text: text.strip().cast("float64"))
        return _finite(values.try_cast("float64"))
    if kind.is_floating():
        return _finite(values.cast("float64")) if _is_lenient(values) else values.cast("float64")
    return values.cast("float64") if kind.is_integer() or kind.is_decimal() else None


def _to_money(values: ir.Column, kind: idt.DataType, money: str) -> ir.Column | None:
    if not (kind.is_string() or kind.is_integer() or kind.is_floating() or kind.is_decimal()):
        return None
    if _is_lenient(values):
        return values.try_cast(money)
    if kind.is_string():
        wide = _guarded(values, _NUMBER, lambda text: text.strip().cast(MONEY))
    else:
        wide = values.cast(MONEY)
    return wide if money == MONEY else _where(wide.abs() < BOUNDED_BELOW, wide.cast(money))


def _to_boolean(values: ir.Column, kind: idt.DataType) -> ir.Column | None:
    if kind.is_boolean():
        return values
    if kind.is_integer():
        return ibis.cases((values == 1, True), (values == 0, False), else_=ibis.null("boolean"))
    if kind.is_string():
        word = values.strip().lower()
        return ibis.cases(
            (word.isin(_TRUE), True), (word.isin(_FALSE), False), else_=ibis.null("boolean")
        )
    return None


def _to_date(values: ir.Column, kind: idt.DataType, date_format: str | None) -> ir.Column | None:
    if kind.is_date():
        return values
    if kind.is_timestamp():
        # an instant with a time zone has no day of its own: it depends on where one asks
        return values.date() if kind.timezone is None else None
    if date_format and _is_whole(kind):
        values = values.cast("int64").cast("string")
    elif not kind.is_string():
        return None
    if not _is_lenient(values):
        if date_format:
            return values.as_date(date_format)
        return _guarded(values, _DAY, lambda text: text.strip().left(10).cast("date"))
    if date_format:
        text = values.strip()
        text = _where(~text.lower().isin(_SPECIAL_DAYS), text)
        day = _try_strptime(text, date_format).date()
    else:
        day = values.try_cast("date")
    return _where(day.between(_FIRST_DAY, _LAST_DAY), day)  # 'infinity' is a date to DuckDB


def _where(fits: ir.Column, values: ir.Column) -> ir.Column:
    return ibis.ifelse(fits, values, ibis.null(values.type()))


def _finite(values: ir.Column) -> ir.Column:
    return _where(~(values.isnan() | values.isinf()), values)


def _guarded(text: ir.Column, pattern: str, cast: Callable[[ir.Column], ir.Column]) -> ir.Column:
    """Cast where a pattern fits, on an engine whose cast fails on the first other value."""
    values = cast(text)
    return ibis.cases((text.re_search(pattern), values), else_=ibis.null(values.type()))
