"""The answers on the pipeline and on its effect."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.demand_assessment.captions import pipeline as captions
from analysis.demand_assessment.checks.assessment import flow_checks
from analysis.demand_assessment.effect import Effect
from analysis.demand_assessment.figures import pipeline as figures
from analysis.demand_assessment.findings import pipeline as findings
from analysis.demand_assessment.findings.outcomes import effect_finding
from analysis.demand_assessment.flow import METHOD as LITTLES_LAW
from analysis.demand_assessment.pipeline import Pipeline
from analysis.demand_assessment.tables import effect as effect_tables
from analysis.demand_assessment.tables import pipeline as tables
from analysis.stats import (
    concordance,
    log_rank,
    ratio_interval,
    restricted_mean,
    shrinkage,
    survival,
    survival_quantile,
)
from analysis.text import Unit, message


def present_pipeline(found: Pipeline | NotAssessed) -> Answer | NotAssessed:
    """Flow, lead time, punctuality, departments and priority."""
    if isinstance(found, NotAssessed):
        return found
    lead = None if isinstance(found.lead_time, NotAssessed) else found.lead_time
    names = found.demands.departments
    told = (
        findings.flow_finding(found.flow),
        None if lead is None else findings.lead_time_finding(lead),
        findings.delivery_finding(found.delivery, found.departments, names, found.confidence),
        findings.department_finding(found.departments, names),
        findings.priority_finding(found.priority, names),
    )
    measures = (
        None if lead is None else lead.median,
        None if lead is None else lead.analysis,
    )
    return Answer(
        findings=tuple(finding for finding in told if finding is not None),
        metrics=tuple(measure.metric() for measure in measures if measure is not None),
        figures=_figures(found),
        tables=(
            tables.stages(found.flow),
            *((tables.lead_times(lead),) if lead is not None else ()),
            tables.departments(found.departments, names),
            *((tables.priorities(found.priority, names),) if found.priority.departments else ()),
        ),
        checks=flow_checks(found.flow, found.mean_days, found.rules),
        methods=(
            survival.METHOD,
            survival_quantile.METHOD,
            restricted_mean.METHOD,
            LITTLES_LAW,
            shrinkage.METHOD,
            log_rank.METHOD,
            concordance.METHOD,
        ),
    )


def _figures(found: Pipeline) -> tuple[Figure, ...]:
    flow_told = findings.flow_finding(found.flow).statement
    figures_ = [
        Figure(
            name="stages",
            caption=captions.stages(found.flow),
            alt=message(
                "Bars of the number of demands in each stage. {finding}", finding=flow_told
            ),
            table=tables.stages(found.flow),
            draw=figures.draw_stages,
        )
    ]
    if not isinstance(found.lead_time, NotAssessed):
        figures_.append(
            Figure(
                name="lead_times",
                caption=captions.lead_times(found.lead_time),
                alt=message(
                    "Falling curves of this period and the one before. {finding}",
                    finding=findings.lead_time_finding(found.lead_time).statement,
                ),
                table=tables.lead_time_curves(found.lead_time),
                draw=figures.draw_lead_times,
            )
        )
    told = findings.delivery_finding(
        found.delivery, found.departments, found.demands.departments, found.confidence
    )
    if told is not None and found.delivery.on_time is not None:
        figures_.append(
            Figure(
                name="departments",
                caption=captions.departments(found, found.delivery.on_time),
                alt=message(
                    "Points with intervals by department, both periods. {finding}",
                    finding=told.statement,
                ),
                table=tables.departments(found.departments, found.demands.departments),
                draw=figures.draw_departments,
            )
        )
    return tuple(figures_)


def present_effect(found: Effect | NotAssessed) -> Answer | NotAssessed:
    """The five effect measures."""
    if isinstance(found, NotAssessed):
        return found
    staff = [measure for measure in found.measures if measure.unit is Unit.STAFF]
    return Answer(
        findings=(effect_finding(found),),
        metrics=tuple(measure.metric() for measure in found.measures),
        tables=(
            effect_tables.effects(found),
            *(effect_tables.employees(measure) for measure in staff),
            effect_tables.sources(found),
        ),
        methods=(ratio_interval.METHOD,) if found.efficiency else (),
    )
