"""The days that the sample bank covers: simulated as numbers, written as dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.definitions import months_before

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

HISTORY_MONTHS = 48
DAYS_PER_MONTH = 365.25 / 12
DAYS_PER_WEEK = 7.0
MISSING_DAY = np.iinfo(np.int32).min
"""Stands for a date that is missing."""
_EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The 48 months that end with the as-of date.

    Times are days since the first day, as floats; what never happens is at
    infinity. A day as it is written is the number of days since 1970-01-01.

    Examples
    --------
    >>> span = Span(dt.date(2025, 12, 31))
    >>> span.start, span.n_days, span.last_quarter
    (datetime.date(2022, 1, 1), 1461, 1369)
    """

    as_of: dt.date

    @property
    def start(self) -> dt.date:
        """First day of the history."""
        return months_before(self.as_of, HISTORY_MONTHS) + dt.timedelta(days=1)

    @property
    def n_days(self) -> int:
        """Days of the history, the as-of date included."""
        return (self.as_of - self.start).days + 1

    @property
    def last_quarter(self) -> int:
        """Days from the start to the first day of the last three months."""
        return self.months_back(3)

    def months_back(self, months: int) -> int:
        """Days from the start to the first day of the last `months` months."""
        return (months_before(self.as_of, months) - self.start).days + 1

    def day_of(self, date: dt.date) -> int:
        """Days from the start to `date`."""
        return (date - self.start).days

    def to_days(self, times: FloatArray) -> npt.NDArray[np.int32]:
        """Turn times into written days; what has not happened by the as-of date is missing."""
        happened = times < self.n_days
        days = np.floor(np.where(happened, times, 0.0)).astype(np.int64) + epoch_day(self.start)
        return np.where(happened, days, MISSING_DAY).astype(np.int32)

    def full_months(self, count: int) -> list[dt.date]:
        """First days of the last `count` months that have ended by the as-of date."""
        after = self.as_of + dt.timedelta(days=1)
        index = after.year * 12 + after.month - 1
        return [dt.date(*_year_month(index - back)) for back in range(count, 0, -1)]

    def full_quarters(self, count: int) -> list[dt.date]:
        """First days of the last `count` calendar quarters that have ended by the as-of date."""
        after = self.as_of + dt.timedelta(days=1)
        index = (after.year * 12 + after.month - 1) // 3 * 3
        return [dt.date(*_year_month(index - 3 * back)) for back in range(count, 0, -1)]


def epoch_day(date: dt.date) -> int:
    """Give the number of days from 1970-01-01 to `date`."""
    return (date - _EPOCH).days


def month_after(date: dt.date) -> dt.date:
    """Give the first day of the following month."""
    return dt.date(*_year_month(date.year * 12 + date.month))


def add_months(days: npt.NDArray[np.int32], months: IntArray) -> npt.NDArray[np.int64]:
    """Add whole months to written days; a day that the month lacks becomes its last.

    Examples
    --------
    >>> january_31 = np.array([epoch_day(dt.date(2025, 1, 31))], dtype=np.int32)
    >>> added = add_months(january_31, np.array([1]))
    >>> added.astype("datetime64[D]")
    array(['2025-02-28'], dtype='datetime64[D]')
    """
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    offset = (dates - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months.astype("timedelta64[M]")
    first = target.astype("datetime64[D]").astype(np.int64)
    length = (target + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64) - first
    return np.asarray(first + np.minimum(offset, length - 1), dtype=np.int64)


def _year_month(index: int) -> tuple[int, int, int]:
    year, month = divmod(index, 12)
    return year, month + 1, 1
