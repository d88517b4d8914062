"""The demands and departments that the bank recorded, with days as numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.rows import fetch, names, text
from analysis.data.tables import Bank
from analysis.demand_assessment.rules import Period
from analysis.text import Message, Words, message

STAGES: tuple[tuple[str, str, str], ...] = (
    ("analysis", "identified_on", "analysed_on"),
    ("planning", "analysed_on", "prioritised_on"),
    ("coordination", "prioritised_on", "agreed_on"),
    ("queue", "agreed_on", "started_on"),
    ("work", "started_on", "delivered_on"),
    ("evaluation", "delivered_on", "evaluated_on"),
)
"""Name, day of entry and day of leaving of each stage of the demand pipeline."""
_DAYS = ("identified_on", *(end for _, _, end in STAGES), "withdrawn_on", "due_on")
_MOST_DEMANDS = 1_000_000
_EPOCH = pd.Timestamp("1970-01-01")

Days = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Demands:
    """What was recorded of demands; days count from 1970, NaN where nothing happened.

    Attributes
    ----------
    frame : DataFrame
        A row a demand that was identified by the as-of date.
    departments : mapping of str to Words or str
    period : Period
        The one that is assessed.
    """

    frame: pd.DataFrame
    departments: Mapping[str, Words]
    period: Period

    def day(self, name: str) -> Days:
        """Give the column of a day, shape (n,)."""
        return self.frame[name].to_numpy(dtype=np.float64)

    def reached(self, name: str, period: Period) -> npt.NDArray[np.bool_]:
        """Say of which demands a day lies in a period, shape (n,)."""
        days = self.day(name)
        return np.asarray((days > number(period.after)) & (days <= number(period.until)))

    def flags(self, name: str) -> Days:
        """Give a column of numbers or of true and false, NaN where missing, shape (n,)."""
        if name not in self.frame:
            return np.full(len(self.frame), np.nan)
        return self.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)

    @property
    def department(self) -> npt.NDArray[np.object_]:
        """The department of each demand, shape (n,)."""
        return self.frame["department_id"].to_numpy(dtype=object)


def load_departments(bank: Bank) -> dict[str, Words]:
    """Read the departments' names; empty where the source has none."""
    if not bank.has("departments"):
        return {}
    return {str(row.department_id): names(row) for row in fetch(bank, "departments").itertuples()}


def load_demands(
    bank: Bank, departments: Mapping[str, Words], *, period: Period
) -> Demands | NotAssessed:
    """Read the demands that were identified by the end of the period.

    Days after it are taken as not yet known.
    """
    reason: Message | None = None
    if not bank.has("demands"):
        reason = message("the source has no table of demands.")
        return NotAssessed(name="pipeline", question=PIPELINE_QUESTION, reason=reason)
    frame = fetch(bank, "demands", most_rows=_MOST_DEMANDS)
    today = number(period.until)
    for name in _DAYS:
        frame[name] = (
            (pd.to_datetime(frame[name]) - _EPOCH).dt.days.astype("float64")
            if name in frame
            else np.nan
        )
        if name != "due_on":
            frame.loc[frame[name] > today, name] = np.nan
    frame = frame[frame["identified_on"].notna()].reset_index(drop=True)
    if not len(frame):
        reason = message("no demand was identified by the as-of date.")
        return NotAssessed(name="pipeline", question=PIPELINE_QUESTION, reason=reason)
    known = {text(key): departments.get(text(key)) for key in frame["department_id"].unique()}
    return Demands(
        frame=frame,
        departments={key: name or Words(en=key, zh=key) for key, name in sorted(known.items())},
        period=period,
    )


PIPELINE_QUESTION = message("How does the demand pipeline flow?")


def number(day: dt.date) -> int:
    """Count the days from 1970-01-01 to `day`.

    Examples
    --------
    >>> number(dt.date(1970, 1, 31))
    30
    """
    return (day - dt.date(1970, 1, 1)).days
