"""What demand management brings about: the five effect measures of the subject."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.rows import fetch
from analysis.data.tables import Bank
from analysis.demand_assessment.delivery import Delivery, flagged_counts
from analysis.demand_assessment.demands import Demands
from analysis.demand_assessment.measured import Counted, Measured, measured_share
from analysis.demand_assessment.pipeline import Pipeline
from analysis.demand_assessment.rules import Period
from analysis.errors import EstimationError
from analysis.publish.results import MissingResults, Results, spoken
from analysis.results import Estimate
from analysis.stats.normal import at_confidence
from analysis.stats.ratio_interval import ratio
from analysis.stats.weighted_total import difference
from analysis.text import Link, Measure, Unit, message

SATISFIED_FROM = 4
_GOALS = {
    "label": message("Business goals attained"),
    "definition": message(
        "Of the demands evaluated in the period, the share whose business goal was attained."
    ),
}
_EMPLOYEES = {
    "label": message("Satisfied employees"),
    "definition": message(
        "Of the employees who answered in the period, the share that is satisfied or very "
        "satisfied (4 or 5 of 5)."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The effect measures; each is None where it cannot be said.

    Attributes
    ----------
    goals : Measured or None
        Business goals attained.
    delivery : Delivery or None
        On time, and to standard.
    efficiency : Measured or None
        Planned over actual work of what was delivered.
    employees : Measured or None
    customers : CustomerSatisfaction or MissingResults
    """

    goals: Measured | None
    delivery: Delivery | None
    efficiency: Measured | None
    employees: Measured | None
    customers: CustomerSatisfaction | MissingResults

    @property
    def measures(self) -> tuple[Measured, ...]:
        """Those that this report measures itself."""
        on_time = self.delivery.on_time if self.delivery else None
        standard = self.delivery.standard if self.delivery else None
        found = (self.goals, on_time, standard, self.efficiency, self.employees)
        return tuple(measure for measure in found if measure is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSatisfaction:
    """Satisfied customers as another report publishes them."""

    value: Estimate
    change: Estimate | None
    measure: Measure
    link: Link


def assess_effect(
    bank: Bank,
    pipeline: Pipeline | NotAssessed,
    customers: Results | MissingResults,
    *,
    metric: str,
    period: Period,
    confidence: float,
) -> Effect | NotAssessed:
    """Measure the effect of demand management in the period."""
    known = None if isinstance(pipeline, NotAssessed) else pipeline.demands
    found = Effect(
        goals=_goals(known, period, confidence),
        delivery=None if isinstance(pipeline, NotAssessed) else pipeline.delivery,
        efficiency=_efficiency(known, period, confidence),
        employees=_employees(bank, period, confidence),
        customers=_customers(customers, metric, confidence),
    )
    if not found.measures and isinstance(found.customers, MissingResults):
        return NotAssessed(
            name="effect",
            question=message("What does demand management bring about?"),
            reason=message("the source has neither demands nor answers of employees."),
        )
    return found


def _goals(demands: Demands | None, period: Period, confidence: float) -> Measured | None:
    if demands is None:
        return None
    now, before = (
        flagged_counts(demands, "goal_met", "evaluated_on", when)
        for when in (period, period.before())
    )
    return measured_share(now, before, words=_GOALS, name="goal_attainment", confidence=confidence)


def _efficiency(demands: Demands | None, period: Period, confidence: float) -> Measured | None:
    if demands is None:
        return None
    now, n = _work_ratio(demands, period, confidence)
    before, _ = _work_ratio(demands, period.before(), confidence)
    if now is None:
        return None
    return Measured(
        name="resource_efficiency",
        label=message("Resource efficiency"),
        definition=message(
            "Person-days planned over person-days spent, of the demands delivered in the period; "
            "1 is as planned, less is an overrun."
        ),
        measure=Measure.RATIO,
        value=now,
        n=n,
        before=before,
        change=None if before is None else difference(now, before),
    )


def _work_ratio(demands: Demands, period: Period, confidence: float) -> tuple[Estimate | None, int]:
    """Give the ratio of sums with Fieller's interval, demands being the sampling unit."""
    here = demands.reached("delivered_on", period)
    pairs = np.array([demands.flags("planned_days")[here], demands.flags("effort_days")[here]])
    pairs = pairs[:, ~np.isnan(pairs).any(axis=0)]
    n = pairs.shape[1]
    if n < 2:
        return None, n
    spread: npt.NDArray[np.float64] = np.cov(pairs) / n
    try:
        return (
            ratio(
                float(pairs[0].mean()),
                float(pairs[1].mean()),
                numerator_variance=float(spread[0, 0]),
                denominator_variance=float(spread[1, 1]),
                covariance=float(spread[0, 1]),
                confidence=confidence,
                names=("planned work", "work spent"),
            ),
            n,
        )
    except EstimationError:
        return None, n


def _employees(bank: Bank, period: Period, confidence: float) -> Measured | None:
    if not bank.has("employee_answers"):
        return None
    frame = fetch(bank, "employee_answers", most_rows=1_000_000)
    days = pd.to_datetime(frame["answered_on"])

    def count(when: Period) -> Counted:
        here = frame[(days > pd.Timestamp(when.after)) & (days <= pd.Timestamp(when.until))]
        return Counted(part=int((here["satisfaction"] >= SATISFIED_FROM).sum()), whole=len(here))

    return measured_share(
        count(period),
        count(period.before()),
        words=_EMPLOYEES,
        name="employee_satisfaction",
        confidence=confidence,
        unit=Unit.STAFF,
    )


def _customers(
    results: Results | MissingResults, metric: str, confidence: float
) -> CustomerSatisfaction | MissingResults:
    if isinstance(results, MissingResults):
        return results
    found = results.metrics.get(metric)
    if found is None or found.value is None or found.low is None or found.high is None:
        return MissingResults(report=results.report, why="unreadable")
    coverage = found.confidence or confidence
    change = None
    if found.change is not None and found.change_low is not None and found.change_high is not None:
        change = at_confidence(
            Estimate(
                value=found.change,
                low=found.change_low,
                high=found.change_high,
                confidence=coverage,
            ),
            confidence,
        )
    return CustomerSatisfaction(
        value=at_confidence(
            Estimate(value=found.value, low=found.low, high=found.high, confidence=coverage),
            confidence,
        ),
        change=change,
        measure=found.measure,
        link=results.link(spoken(found.label), f"metric-{metric}"),
    )
