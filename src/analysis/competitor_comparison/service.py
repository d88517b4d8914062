"""How long customers wait, here and there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from analysis.answers import NotAssessed
from analysis.competitor_comparison.facts import Doubt, Register
from analysis.competitor_comparison.rules import DoubtRules
from analysis.data.rows import day, fetch
from analysis.data.tables import Bank
from analysis.results import Estimate
from analysis.stats.quantile_difference import (
    QuantileDifference,
    quantile_difference,
    sample_quantile,
)
from analysis.text import message

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
FEWEST_CASES = 40
"""Enough for an interval of the time that nine of ten do not exceed, at 95 %."""
_MOST_ROWS = 500_000
PROCESSES = ("waiting", "account_opening", "loan_approval")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTimes:
    """The times of one institution in one process, minutes.

    Attributes
    ----------
    institution, process : str
    n : int
        Visits or cases timed.
    quantiles : tuple of Estimate
        In the order of `QUANTILES`.
    median, slow : QuantileDifference or None
        Ours less theirs, of the median and of the time that nine of ten do not exceed;
        None for ourselves.
    last_observed_on : date
    method : str
    doubts : frozenset of Doubt
    """

    institution: str
    process: str
    n: int
    quantiles: tuple[Estimate, ...]
    median: QuantileDifference | None
    slow: QuantileDifference | None
    last_observed_on: dt.date
    method: str
    doubts: frozenset[Doubt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Times by process and institution; `missing` has pairs without enough cases."""

    register: Register
    times: tuple[ServiceTimes, ...]
    missing: tuple[tuple[str, str], ...]

    def of(self, process: str) -> tuple[ServiceTimes, ...]:
        """Give a process' institutions, ours first."""
        return tuple(times for times in self.times if times.process == process)

    @property
    def processes(self) -> tuple[str, ...]:
        """Give the processes that were timed."""
        return tuple(process for process in PROCESSES if self.of(process))


def service_times(
    bank: Bank, register: Register, *, doubt: DoubtRules, confidence: float
) -> Service | NotAssessed:
    """Compare the distribution of waiting and approval times.

    Parameters
    ----------
    bank : Bank
        Uses ``service_times``.
    register : Register
    doubt : DoubtRules
    confidence : float
    """
    question = message("How long does it take here and there?")
    if not bank.has("service_times"):
        return NotAssessed(
            name="service", question=question, reason=message("the source has no service times.")
        )
    frame = fetch(bank, "service_times", most_rows=_MOST_ROWS)
    frame["day"] = [day(value) for value in frame.observed_on]
    frame = frame[frame.day <= register.as_of].sort_values("case_id")
    samples = {
        (str(key), str(process)): group
        for (key, process), group in frame.groupby(["institution_id", "process"])
        if len(group) >= FEWEST_CASES
    }
    times, missing = [], []
    for process in PROCESSES:
        own = samples.get((register.own, process))
        for key in register.keys:
            sample = samples.get((key, process))
            if own is None or sample is None:
                missing.append((key, process))
                continue
            minutes = sample.minutes.to_numpy(dtype=float)
            reference = own.minutes.to_numpy(dtype=float)
            last = sample.sort_values(["day", "case_id"]).iloc[-1]
            median, slow = (
                None
                if key == register.own
                else quantile_difference(reference, minutes, quantile=q, confidence=confidence)
                for q in (0.5, 0.9)
            )
            times.append(
                ServiceTimes(
                    institution=key,
                    process=process,
                    n=len(minutes),
                    quantiles=tuple(
                        sample_quantile(minutes, quantile=q, confidence=confidence)
                        for q in QUANTILES
                    ),
                    median=median,
                    slow=slow,
                    last_observed_on=last.day,
                    method=str(last.method),
                    doubts=register.evidence(
                        source=str(last.source_id),
                        method=str(last.method),
                        observed_on=last.day,
                        old_after_months=doubt.service_old_after_months,
                    ).doubts,
                )
            )
    if not times or not any(t.institution != register.own for t in times):
        return NotAssessed(
            name="service",
            question=question,
            reason=message(
                "too few cases were timed here and at a competitor; {n} each are needed.",
                n=FEWEST_CASES,
            ),
        )
    return Service(register=register, times=tuple(times), missing=tuple(missing))
