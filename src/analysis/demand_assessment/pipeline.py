"""The demand pipeline as a whole: flow, lead time, delivery, departments, priority."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.answers import NotAssessed
from analysis.demand_assessment.by_department import DepartmentRow, by_department
from analysis.demand_assessment.delivery import Delivery, delivery
from analysis.demand_assessment.demands import Demands
from analysis.demand_assessment.flow import Flow, flow
from analysis.demand_assessment.lead_time import LeadTime, lead_time
from analysis.demand_assessment.measured import Measured
from analysis.demand_assessment.priority import Priority, priority
from analysis.demand_assessment.rules import PipelineRules
from analysis.demand_assessment.spells import mean_wait, waits
from analysis.results import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """All that is known of the pipeline in the period.

    Attributes
    ----------
    demands : Demands
    flow : Flow
    lead_time : LeadTime or NotAssessed
    delivery : Delivery
    departments : tuple of DepartmentRow
    priority : Priority
    mean_days : Estimate or None
        Time in the pipeline, whether it ends in delivery or withdrawal; for Little's law.
    rules : PipelineRules
    confidence : float
    """

    demands: Demands
    flow: Flow
    lead_time: LeadTime | NotAssessed
    delivery: Delivery
    departments: tuple[DepartmentRow, ...]
    priority: Priority
    mean_days: Estimate | None
    rules: PipelineRules
    confidence: float

    @property
    def measures(self) -> tuple[Measured | None, ...]:
        """What indicators may name as their source."""
        lead = None if isinstance(self.lead_time, NotAssessed) else self.lead_time
        return (
            self.delivery.on_time,
            self.delivery.standard,
            lead.median if lead else None,
            lead.analysis if lead else None,
        )


def assess_pipeline(
    demands: Demands | NotAssessed, *, rules: PipelineRules, confidence: float
) -> Pipeline | NotAssessed:
    """Assess the pipeline in the period."""
    if isinstance(demands, NotAssessed):
        return demands
    return Pipeline(
        demands=demands,
        flow=flow(demands, rules=rules, confidence=confidence),
        lead_time=lead_time(demands, rules=rules, confidence=confidence),
        delivery=delivery(demands, confidence=confidence),
        departments=by_department(demands, rules=rules, confidence=confidence),
        priority=priority(demands, confidence=confidence),
        mean_days=_time_in_pipeline(demands, confidence),
        rules=rules,
        confidence=confidence,
    )


def _time_in_pipeline(demands: Demands, confidence: float) -> Estimate | None:
    """Give the mean time until a demand leaves, by delivery or withdrawal, over two years."""
    cells = waits(demands, demands.period, start="identified_on", end="delivered_on", leaving=True)
    if cells is None:
        return None
    longest = int(min(730, cells.duration_periods.max()))
    found = mean_wait(cells, horizon_days=longest, confidence=confidence)
    return found.mean_periods if found else None
