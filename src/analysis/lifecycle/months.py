"""Calendar months as numbers, in Python and in the engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

DAYS_PER_MONTH = 365.25 / 12

FEWEST_BASELINE_MONTHS = 8
"""Months that a control chart needs to say what is ordinary."""


def last_complete_month(as_of: dt.date) -> int:
    """Give the number of the last calendar month that has ended by `as_of`.

    Months count from year 0: ``12 * year + month - 1``.

    Examples
    --------
    >>> month_label(last_complete_month(dt.date(2025, 12, 30)))
    '2025-11'
    """
    tomorrow = as_of + dt.timedelta(days=1)
    return tomorrow.year * 12 + tomorrow.month - 2


def month_label(month: int) -> str:
    """Write a month's number as ``2025-12``."""
    return f"{month // 12}-{month % 12 + 1:02}"


def month_of(day: Any) -> Any:
    """Give the number of a date's month, in the engine."""
    return day.year().cast("int64") * 12 + day.month().cast("int64") - 1
