"""Findings of audits and regulators: open, closed, how long it takes, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.rows import fetch, real
from analysis.data.tables import Bank
from analysis.demand_assessment.demands import number
from analysis.demand_assessment.measured import Counted, Measured, measured_share
from analysis.demand_assessment.rules import Period
from analysis.errors import EstimationError
from analysis.stats.spells import spell_cells
from analysis.stats.survival import SurvivalCurve, kaplan_meier
from analysis.stats.survival_quantile import Quantile, survival_quantile
from analysis.text import Words, message

SEVERITIES = ("high", "medium", "low")
_EPOCH = pd.Timestamp("1970-01-01")
_WORDS = {
    "label": message("Findings closed in time"),
    "definition": message(
        "Of the findings of audits and regulators due in the period, the share closed by their day."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityRow:
    """Findings of one severity.

    Attributes
    ----------
    severity : str
    open_before, opened, closed, open_now, overdue : int
    median_days : Quantile or None
        Until a finding is closed, with the open ones cut off; of the last two years.
    """

    severity: str
    open_before: int
    opened: int
    closed: int
    open_now: int
    overdue: int
    median_days: Quantile | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """An open finding past its day."""

    finding: str
    department: str
    found_by: str
    severity: str
    days_over: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """Where the findings stand.

    Attributes
    ----------
    rows : tuple of SeverityRow
        By severity, gravest first.
    in_time : Measured or None
    curve : SurvivalCurve or None
        Share still open by days since the finding.
    overdue : tuple of Overdue
        The gravest and longest first.
    departments : mapping of str to Words
    """

    rows: tuple[SeverityRow, ...]
    in_time: Measured | None
    curve: SurvivalCurve | None
    overdue: tuple[Overdue, ...]
    departments: Mapping[str, Words]

    @property
    def open_now(self) -> int:
        """All that are open."""
        return sum(row.open_now for row in self.rows)


def compliance(
    bank: Bank, departments: Mapping[str, Words], *, period: Period, confidence: float
) -> Compliance | NotAssessed:
    """Follow the findings through the period."""
    if not bank.has("compliance_findings"):
        return NotAssessed(
            name="compliance",
            question=message("Are findings of audits put right in time?"),
            reason=message("the source has no table of findings of audits."),
        )
    frame = fetch(bank, "compliance_findings")
    today = number(period.until)
    for name in ("opened_on", "closed_on", "due_on"):
        frame[name] = (
            (pd.to_datetime(frame[name]) - _EPOCH).dt.days.astype("float64")
            if name in frame
            else np.nan
        )
    frame.loc[frame["closed_on"] > today, "closed_on"] = np.nan
    frame = frame[frame["opened_on"] <= today]
    return Compliance(
        rows=tuple(
            _row(frame[frame["severity"] == severity], severity, period, confidence)
            for severity in SEVERITIES
        ),
        in_time=measured_share(
            _in_time(frame, period),
            _in_time(frame, period.before()),
            words=_WORDS,
            name="findings_closed_in_time",
            confidence=confidence,
        ),
        curve=_curve(frame, period, confidence),
        overdue=_overdue(frame, today),
        departments=departments,
    )


def _row(frame: pd.DataFrame, severity: str, period: Period, confidence: float) -> SeverityRow:
    first, last = number(period.after), number(period.until)
    closed = frame["closed_on"]
    curve = _curve(frame, period, confidence)
    return SeverityRow(
        severity=severity,
        open_before=int(((frame["opened_on"] <= first) & ~(closed <= first)).sum()),
        opened=int((frame["opened_on"] > first).sum()),
        closed=int(((closed > first) & (closed <= last)).sum()),
        open_now=int(closed.isna().sum()),
        overdue=int((closed.isna() & (frame["due_on"] < last)).sum()),
        median_days=None if curve is None else survival_quantile(curve),
    )


def _curve(frame: pd.DataFrame, period: Period, confidence: float) -> SurvivalCurve | None:
    last = number(period.until)
    recent = frame[frame["opened_on"] > last - 730]
    until = recent["closed_on"].fillna(last)
    wait = (until - recent["opened_on"]).to_numpy()
    there = wait > 0
    if not there.any():
        return None
    try:
        (curve,) = kaplan_meier(
            spell_cells(wait[there], recent["closed_on"].notna().to_numpy()[there].astype(int)),
            confidence=confidence,
        )
    except EstimationError:
        return None
    return curve


def _in_time(frame: pd.DataFrame, period: Period) -> Counted:
    due = frame[
        (frame["due_on"] > number(period.after)) & (frame["due_on"] <= number(period.until))
    ]
    return Counted(part=int((due["closed_on"] <= due["due_on"]).sum()), whole=len(due))


def _overdue(frame: pd.DataFrame, today: int) -> tuple[Overdue, ...]:
    late = frame[frame["closed_on"].isna() & (frame["due_on"] < today)]
    found = [
        Overdue(
            finding=str(row.finding_id),
            department=str(row.department_id),
            found_by=str(row.found_by),
            severity=str(row.severity),
            days_over=int(today - real(row.due_on)),
            evidence=_text(getattr(row, "evidence", None)),
        )
        for row in late.itertuples()
    ]
    return tuple(
        sorted(found, key=lambda f: (SEVERITIES.index(f.severity), -f.days_over, f.finding))
    )


def _text(value: object) -> str:
    return str(value) if isinstance(value, str) else ""
