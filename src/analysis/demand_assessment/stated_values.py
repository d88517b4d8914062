"""Values that the bank states itself, period by period, with later restatements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.data.rows import day, fetch, number, real
from analysis.data.tables import Bank
from analysis.errors import DataError, Problem
from analysis.results import Estimate
from analysis.stats.inputs import bracket
from analysis.stats.normal import at_confidence

_STATED_CONFIDENCE = 0.95
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedValue:
    """One value as it is known now.

    Attributes
    ----------
    period : str
    on : date
        Last day of its period.
    value : Estimate
        Without width where no bounds were stated.
    bounded : bool
        Whether bounds were stated.
    first_stated : float
        What was stated first; another number than `value` where it was restated.
    peer : float or None
    """

    period: str
    on: dt.date
    value: Estimate
    bounded: bool
    first_stated: float
    peer: float | None

    @property
    def restated(self) -> bool:
        """Whether it was stated otherwise before."""
        return self.first_stated != self.value.value


Stated = Mapping[str, tuple[StatedValue, ...]]
"""By indicator, in the order of the periods."""


def load_stated(bank: Bank, *, as_of: dt.date, confidence: float) -> Stated:
    """Read the values that were known by the as-of date.

    Raises
    ------
    DataError
        If a period is out of order: stated before it ended, or under one label with two
        last days.
    """
    if not bank.has("indicator_values"):
        return {}
    frame = fetch(bank, "indicator_values")
    for name in ("value_on", "stated_on"):
        frame[name] = pd.to_datetime(frame[name])
    problems = [*_early(frame), *_labels(frame)]
    if problems:
        raise DataError(problems)
    known = frame[frame["stated_on"] <= pd.Timestamp(as_of)]
    found: dict[str, list[StatedValue]] = {}
    ordered = known.sort_values(["indicator_id", "value_on", "stated_on"])
    for (key, _), rows in ordered.groupby(["indicator_id", "value_on"], sort=True):
        found.setdefault(str(key), []).append(_value(list(rows.itertuples()), confidence))
    return {key: tuple(values) for key, values in found.items()}


def stated_at(
    stated: Stated, indicator: str, *, after: dt.date, until: dt.date
) -> StatedValue | None:
    """Give the last value of an indicator whose period ends within two days."""
    values = [v for v in stated.get(indicator, ()) if after < v.on <= until]
    return values[-1] if values else None


def _value(rows: list[Any], confidence: float) -> StatedValue:
    first, last = rows[0], rows[-1]
    value = real(last.value)
    low, high = number(getattr(last, "low", None)), number(getattr(last, "high", None))
    bounded = low is not None and high is not None
    estimate = bracket(
        value, value if low is None else low, value if high is None else high, _STATED_CONFIDENCE
    )
    return StatedValue(
        period=str(last.period),
        on=day(last.value_on),
        value=at_confidence(estimate, confidence),
        bounded=bounded,
        first_stated=real(first.value),
        peer=number(getattr(last, "peer_value", None)),
    )


def _early(frame: pd.DataFrame) -> Iterator[Problem]:
    early = frame[frame["stated_on"] < frame["value_on"]]
    if len(early):
        periods = sorted(set(early["period"]))
        yield Problem(
            what="a period is out of order: values are stated before it ended",
            found=f"{len(early)} rows of {', '.join(periods[:_MOST_SHOWN])}",
            needed="stated_on at or after value_on",
            next_step="Correct the two columns.",
            where="indicator_values",
        )


def _labels(frame: pd.DataFrame) -> Iterator[Problem]:
    ends = frame.groupby("period")["value_on"].nunique()
    for period in sorted(ends[ends > 1].index):
        days = sorted(
            {f"{value:%Y-%m-%d}" for value in frame[frame["period"] == period]["value_on"]}
        )
        yield Problem(
            what=f"period {period!r} is out of order: it ends on several days",
            found=", ".join(days[:_MOST_SHOWN]),
            needed="one last day a period",
            next_step="Correct period or value_on.",
            where="indicator_values",
        )
