"""Where demands are, how many pass on, and whether as many leave as come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest

from analysis.demand_assessment.demands import STAGES, Demands, number
from analysis.demand_assessment.rules import Period, PipelineRules
from analysis.demand_assessment.spells import mean_wait, waits
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.proportions import share
from analysis.text import message

METHOD = Method(
    name=message("Little's law over a window of time"),
    citation=(
        "Little, J. D. C. (1961). A proof for the queuing formula L = lambda W. Operations "
        "Research 9, 383-387; over a finite window: Little, J. D. C. (2011). Operations "
        "Research 59, 536-549."
    ),
    assumptions=(message("Over the window as many demands leave as come."),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFlow:
    """One stage of the pipeline in the period.

    Attributes
    ----------
    name : str
    entered, left, withdrawn : int
        In the period.
    waiting : int
        In it at the end.
    median_age_days, oldest_days : float or None
        Of those waiting.
    average : float
        Demands in it on an average day.
    mean_days, mean_days_before : Estimate or None
        Time in it up to the horizon, with those still waiting cut off.
    passed : Estimate or None
        Of those that came out, the share that went on rather than being withdrawn.
    """

    name: str
    entered: int
    left: int
    withdrawn: int
    waiting: int
    median_age_days: float | None
    oldest_days: float | None
    average: float
    mean_days: Estimate | None
    mean_days_before: Estimate | None
    passed: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The pipeline in the period, from identification to delivery.

    Attributes
    ----------
    stages : tuple of StageFlow
    identified, delivered, withdrawn : int
        In the period.
    open_before, open_now : int
        Identified, neither delivered nor withdrawn, at its beginning and end.
    average : float
        Work in progress on an average day.
    per_day : float
        Deliveries and withdrawals a day.
    implied_days : float or None
        Time in the pipeline that Little's law gives.
    coming : Estimate or None
        Share of those that came among those that came or left; one half in balance.
    p_balanced : float
    """

    stages: tuple[StageFlow, ...]
    identified: int
    delivered: int
    withdrawn: int
    open_before: int
    open_now: int
    average: float
    per_day: float
    implied_days: float | None
    coming: Estimate | None
    p_balanced: float


def flow(demands: Demands, *, rules: PipelineRules, confidence: float) -> Flow:
    """Follow the demands through the stages in the period."""
    period = demands.period
    came = demands.reached("identified_on", period)
    delivered = demands.reached("delivered_on", period)
    withdrawn = demands.reached("withdrawn_on", period)
    n_came, n_left = int(came.sum()), int(delivered.sum() + withdrawn.sum())
    average = _average(demands, "identified_on", "delivered_on", period)
    per_day = n_left / period.days
    both = n_came + n_left
    return Flow(
        stages=tuple(
            _stage(demands, *stage, rules=rules, confidence=confidence) for stage in STAGES
        ),
        identified=n_came,
        delivered=int(delivered.sum()),
        withdrawn=int(withdrawn.sum()),
        open_before=_open(demands, period.after),
        open_now=_open(demands, period.until),
        average=average,
        per_day=per_day,
        implied_days=average / per_day if per_day else None,
        coming=share(n_came, both, confidence=confidence) if both else None,
        p_balanced=float(binomtest(n_came, both).pvalue) if both else 1.0,
    )


def _stage(
    demands: Demands,
    name: str,
    start: str,
    end: str,
    *,
    rules: PipelineRules,
    confidence: float,
) -> StageFlow:
    period, today = demands.period, number(demands.period.until)
    begun, gone = demands.day(start), demands.day("withdrawn_on")
    waiting = (begun <= today) & np.isnan(demands.day(end)) & np.isnan(gone)
    left = int(demands.reached(end, period).sum())
    withdrawn = demands.reached("withdrawn_on", period) & ~np.isnan(begun)
    withdrawn &= np.isnan(demands.day(end))
    ages = today - begun[waiting]
    means = [
        mean_wait(
            waits(demands, when, start=start, end=end),
            horizon_days=rules.horizon_days,
            confidence=confidence,
        )
        for when in (period, period.before())
    ]
    out = left + int(withdrawn.sum())
    return StageFlow(
        name=name,
        entered=int(demands.reached(start, period).sum()),
        left=left,
        withdrawn=int(withdrawn.sum()),
        waiting=int(waiting.sum()),
        median_age_days=float(np.median(ages)) if ages.size else None,
        oldest_days=float(ages.max()) if ages.size else None,
        average=_average(demands, start, end, period),
        mean_days=means[0].mean_periods if means[0] else None,
        mean_days_before=means[1].mean_periods if means[1] else None,
        passed=share(left, out, confidence=confidence) if out else None,
    )


def _average(demands: Demands, start: str, end: str, period: Period) -> float:
    """Count the demands between two days, on an average day of the period."""
    first, last = number(period.after), number(period.until)
    begun = demands.day(start)
    over = np.fmin(np.fmin(demands.day(end), demands.day("withdrawn_on")), float(last))
    inside = np.clip(over, first, last) - np.clip(np.nan_to_num(begun, nan=last), first, last)
    return float(np.clip(inside, 0, None).sum()) / period.days


def _open(demands: Demands, day: dt.date) -> int:
    today = number(day)
    over = np.fmin(demands.day("delivered_on"), demands.day("withdrawn_on"))
    there = (demands.day("identified_on") <= today) & ~(over <= today)
    return int(there.sum())
