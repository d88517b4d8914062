"""The answers on the index, its dimensions and its course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.demand_assessment.captions import index as captions
from analysis.demand_assessment.checks.assessment import index_checks, scope_check
from analysis.demand_assessment.figures import assessment as figures
from analysis.demand_assessment.findings import index as findings
from analysis.demand_assessment.findings.outcomes import system_finding
from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.index import Index, changes_since
from analysis.demand_assessment.movement import Movement
from analysis.demand_assessment.rules import WeighingRules
from analysis.demand_assessment.tables import index as tables
from analysis.demand_assessment.tables import indicators as indicator_tables
from analysis.demand_assessment.tables import system as system_tables
from analysis.demand_assessment.wording import points
from analysis.stats import (
    attainment,
    expert_weights,
    index_change,
    pairwise_comparison,
    weighted_total,
)
from analysis.stats.multiple_outcomes import METHODS as CORRECTIONS
from analysis.stats.weighted_total import difference
from analysis.text import Quantity, message


def present_index(
    index: Index | NotAssessed,
    history: Sequence[PastPeriod],
    movements: Mapping[str, Movement],
    *,
    rules: WeighingRules,
    scope: str,
) -> Answer | NotAssessed:
    """The index with its grade, what moved it, and how far it hangs on the weights."""
    if isinstance(index, NotAssessed):
        return index
    before = history[0] if history else None
    changes = changes_since(index, before) if before else ()
    change_finding = findings.change_finding(index, before, changes, movements)
    hole = findings.hole_finding(index)
    return Answer(
        findings=(
            findings.index_finding(index),
            *((hole,) if hole else ()),
            change_finding,
            findings.weights_finding(index),
        ),
        metrics=_metrics(index, before),
        figures=(
            Figure(
                name="moved",
                caption=captions.moved(index, before, changes, movements),
                alt=message(
                    "Bars of points by indicator, gains to the right and losses to the left. "
                    "{finding}",
                    finding=change_finding.statement,
                ),
                table=tables.moved(index, changes, movements),
                draw=figures.draw_moved,
            ),
        )
        if before and changes
        else (),
        tables=(tables.by_weights(index),),
        checks=(*index_checks(index, history, rules), *scope_check(scope)),
        methods=(
            attainment.METHOD,
            weighted_total.METHOD,
            *((index_change.METHOD, CORRECTIONS["holm"]) if changes else ()),
            *(
                (pairwise_comparison.METHOD, expert_weights.METHOD)
                if index.weights.expert_ratios
                else ()
            ),
        ),
    )


def _metrics(index: Index, before: PastPeriod | None) -> tuple[Metric, ...]:
    whole_before = before is not None and before.missing_points < 1e-9
    change: Quantity | None = None
    if before is not None and before.index is not None and whole_before and index.whole:
        change = points(difference(index.points, before.index))
    return (
        Metric(
            name="index" if index.whole else "points_attained",
            label=message("Index of demand management")
            if index.whole
            else message("Points attained"),
            definition=message(
                "Attained fractions of the indicators' targets, weighed, in points of 100."
            ),
            quantity=points(index.points),
            change=change,
            higher_is="better",
        ),
        Metric(
            name="points_not_assessed",
            label=message("Points not assessed"),
            definition=message("Weight of the indicators without a value, in points of 100."),
            quantity=points(index.missing_points),
            higher_is="worse",
        ),
    )


def present_dimensions(
    index: Index | NotAssessed, history: Sequence[PastPeriod], movements: Mapping[str, Movement]
) -> Answer | NotAssessed:
    """The ten dimensions with their indicators."""
    if isinstance(index, NotAssessed):
        return NotAssessed(
            name="dimensions", question=message("What of each dimension?"), reason=index.reason
        )
    finding = findings.dimension_finding(index)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="dimensions",
                caption=captions.dimensions(index),
                alt=message(
                    "Bars of the attained share by dimension, with intervals. {finding}",
                    finding=finding.statement,
                ),
                table=tables.dimensions(index),
                draw=figures.draw_dimensions,
            ),
        ),
        tables=(
            indicator_tables.indicators(index, movements),
            indicator_tables.evidence(index, history),
            *((indicator_tables.attained_by_period(index, history),) if history else ()),
        ),
    )


def present_system(
    index: Index | NotAssessed, history: Sequence[PastPeriod], period: str
) -> Answer | NotAssessed:
    """All periods on one page."""
    if isinstance(index, NotAssessed):
        return NotAssessed(
            name="system", question=message("How did the system develop?"), reason=index.reason
        )
    finding = system_finding(index, history)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="index_trend",
                caption=captions.trend(index, history),
                alt=message(
                    "Line of the index by period with intervals. {finding}",
                    finding=finding.statement,
                ),
                table=system_tables.index_trend(index, history, period),
                draw=figures.draw_trend,
            ),
        ),
        tables=(system_tables.periods(index, history, period), tables.parts(index)),
    )
