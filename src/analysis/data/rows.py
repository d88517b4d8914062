"""Short tables row by row: bringing one into pandas, and reading its cells."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.text import Words

_MOST_ROWS = 100_000


def fetch(bank: Bank, table: str, *, most_rows: int = _MOST_ROWS) -> pd.DataFrame:
    """Bring a small table into pandas, sorted by all columns."""
    return collect(bank.table(table), max_rows=most_rows)


def names(row: Any, english: str = "name_en", chinese: str = "name_zh") -> Words:
    """Read a name in both languages; English stands in where there is no Chinese one."""
    en = str(getattr(row, english))
    return Words(en=en, zh=text(getattr(row, chinese, None)) or en)


def text(value: Any) -> str:
    """Read a text that may be missing."""
    return "" if value is None or pd.isna(value) else str(value)


def number(value: Any) -> float | None:
    """Read a number that may be missing."""
    return None if value is None or pd.isna(value) else float(value)


def real(value: Any) -> float:
    """Read a number."""
    return float(value)


def day(value: Any) -> dt.date:
    """Read a day."""
    return pd.Timestamp(value).date()
