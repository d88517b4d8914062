"""From a source's types to the contract's: what fits, and what does not."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from analysis.data.casting import cast_column, is_present, money_type
from analysis.data.schema import Column, ColumnType

DAY = dt.date(2025, 12, 31)


def column(kind, unit=""):
    return Column(name="x", type=kind, meaning="", meaning_zh="", unit=unit)


def cast(values, kind, *, unit="", date_format=None):
    table = ibis.memtable(pa.table({"x": values}))
    typed = cast_column(table.x, column(kind, unit), date_format=date_format)
    return None if typed is None else table.select(x=typed).to_pyarrow()["x"].to_pylist()


@pytest.mark.parametrize(
    ("kind", "unit", "text", "value"),
    [
        ("text", "", "007", "007"),
        ("text", "", "NO", "NO"),
        ("integer", "", " 7 ", 7),
        ("integer", "", "7.0", 7),
        ("integer", "", "7.5", None),
        ("integer", "", "9007199254740993", 9007199254740993),
        ("integer", "", "12345678901234567890", None),
        ("integer", "", "0x10", None),
        ("decimal", "", "1e-3", 0.001),
        ("decimal", "", "nan", None),
        ("decimal", "", "inf", None),
        ("decimal", "", "1,5", None),
        ("decimal", "CNY", "0.10", Decimal("0.1")),
        ("decimal", "CNY", "250000000000000.01", Decimal("250000000000000.01")),
        ("decimal", "CNY", "¥5", None),
        ("boolean", "", "YES", True),
        ("boolean", "", "否", False),
        ("boolean", "", "maybe", None),
        ("date", "", "2025-12-31", DAY),
        ("date", "", "2025/12/31", DAY),
        ("date", "", "2025-12-31 23:59:59", DAY),
        ("date", "", "31/12/2025", None),
        ("date", "", "2025-02-29", None),
        ("date", "", "20251231", None),
        ("date", "", "infinity", None),
        ("date", "", "0044-03-15 (BC)", None),
    ],
)
def test_text(kind, unit, text, value):
    assert cast([text, None], ColumnType(kind), unit=unit) == [value, None]


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("20251231", "%Y%m%d", DAY),
        ("31/12/2025", "%d/%m/%Y", DAY),
        ("12/31/2025", "%d/%m/%Y", None),
        ("2025年12月31日", "%Y年%m月%d日", DAY),
        ("infinity", "%Y%m%d", None),
        ("epoch", "%Y%m%d", None),
    ],
)
def test_text_by_a_date_format(text, form, value):
    assert cast([text], ColumnType.DATE, date_format=form) == [value]


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("text", [7, None], ["7", None]),
        ("text", [7.0], None),
        ("text", [True], None),
        ("text", [DAY], None),
        ("integer", [7.0, 7.5, float("inf"), 1e300], [7, None, None, None]),
        ("integer", [True], None),
        ("decimal", [1, 2], [1.0, 2.0]),
        ("decimal", [1.5, float("nan"), float("inf")], [1.5, None, None]),
        ("decimal", [DAY], None),
        ("boolean", [1, 0, 2], [True, False, None]),
        ("boolean", [1.0], None),
        ("date", [dt.datetime(2025, 12, 31, 23, 59)], [DAY]),  # noqa: DTZ001  # as files hold it
        ("date", [dt.datetime(2025, 12, 31, tzinfo=dt.UTC)], None),
        ("date", [20251231], None),
    ],
)
def test_other_types(kind, values, expected):
    assert cast(values, ColumnType(kind)) == expected


def test_whole_numbers_are_dates_by_a_format():
    assert cast([20251231, 7], ColumnType.DATE, date_format="%Y%m%d") == [DAY, None]


def test_a_value_is_there_unless_it_is_missing_blank_or_not_a_number():
    table = ibis.memtable(
        pa.table({"s": ["", " ", "x", None], "f": [float("nan"), 0.0, 1.0, None]})
    )

    def present(values, kind):
        return table.select(x=is_present(values, column(kind))).to_pyarrow()["x"].to_pylist()

    assert present(table.s, ColumnType.DATE) == [False, False, True, False]
    assert present(table.s, ColumnType.TEXT) == [True, True, True, False]
    assert present(table.f, ColumnType.DECIMAL) == [False, True, True, False]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ColumnType.INTEGER, [7, None, None, None, None]),
        (ColumnType.DECIMAL, [7.0, 7.5, None, None, None]),
        (ColumnType.DATE, [None, None, None, DAY, None]),
        (ColumnType.BOOLEAN, [None, None, None, None, None]),
    ],
)
def test_an_engine_that_casts_less_leniently_gives_the_same(tmp_path, kind, expected):
    values = ["7", "7.5", "x", "2025-12-31", None]
    path = tmp_path / "t.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE t (i INTEGER, x TEXT)")
        database.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(values)))
    database.close()
    table = ibis.connect(f"sqlite://{path}").table("t")
    typed = table.select("i", x=cast_column(table.x, column(kind))).order_by("i")
    assert typed.to_pyarrow()["x"].to_pylist() == expected
    assert cast(values, kind) == expected


@pytest.mark.parametrize("kind", [str, float])
def test_a_bounded_amount_beyond_its_width_is_missing(kind):
    """Not cut off, and not wrapped round; the contract's checks count it, and a run stops."""
    paid = Column(
        name="x", type=ColumnType.DECIMAL, meaning="", meaning_zh="", unit="CNY",
        minimum=-1e11, maximum=1e11,
    )  # fmt: skip
    values = [kind("99999999999.5"), kind("1e12"), kind("-0.125")]
    table = ibis.memtable(pa.table({"x": values}))
    typed = table.select(x=cast_column(table.x, paid))
    assert str(typed.schema()["x"]) == money_type(paid) == "decimal(18, 6)"
    assert typed.to_pyarrow()["x"].to_pylist() == [Decimal("99999999999.5"), None, Decimal("-0.125")]
