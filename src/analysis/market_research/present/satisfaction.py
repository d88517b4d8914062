"""The answer on satisfaction."""

from __future__ import annotations

import datetime as dt

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.market_research.captions import satisfaction as captions
from analysis.market_research.figures import satisfaction as figures
from analysis.market_research.findings import satisfaction as findings
from analysis.market_research.satisfaction import Satisfaction, Satisfied
from analysis.market_research.scales import Scale
from analysis.market_research.tables import satisfaction as tables
from analysis.market_research.wording import ESTIMATES, MEASURES, of_respondents
from analysis.stats import multiple_outcomes, scale_reliability, survey_design
from analysis.stats.survey_design import DesignEstimate
from analysis.text import Measure, Message, message, on_customers

_DEFINITIONS = {
    "mean": message("Weighted mean of the answers to the question on overall satisfaction."),
    "top_two": message("Weighted share of the two best answers to overall satisfaction."),
    "promoters": message(
        "Weighted share of answers 9 and 10 on recommendation less that of 0 to 6, times 100 "
        "(Reichheld 2003)."
    ),
}


def present_satisfaction(
    satisfaction: Satisfaction | NotAssessed,
    scales: tuple[Scale, ...],
    *,
    previous_as_of: dt.date,
) -> Answer | NotAssessed:
    """Satisfaction by question and group, its change, and the reliability of scales."""
    if isinstance(satisfaction, NotAssessed):
        return satisfaction
    found = (
        findings.overall_finding(satisfaction),
        findings.change_finding(satisfaction),
        findings.extremes_finding(satisfaction),
        *(findings.scale_finding(scale) for scale in scales),
    )
    measured = any(scale.reliability for scale in scales)
    correction = satisfaction.rules.correction
    return Answer(
        findings=tuple(finding for finding in found if finding is not None),
        metrics=_metrics(satisfaction, satisfaction.overall, previous_as_of),
        figures=_figures(satisfaction),
        tables=(
            tables.by_question(satisfaction),
            *((tables.by_group(satisfaction),) if satisfaction.groups else ()),
            *((tables.changes(satisfaction),) if satisfaction.comparisons else ()),
            *((tables.reliability(scales),) if measured else ()),
        ),
        methods=(
            survey_design.METHODS["mean"],
            *(
                (survey_design.METHODS["difference"], multiple_outcomes.METHODS[correction])
                if satisfaction.comparisons
                else ()
            ),
            *(scale_reliability.METHODS.values() if measured else ()),
        ),
    )


def _figures(satisfaction: Satisfaction) -> tuple[Figure, ...]:
    finding: Message = findings.overall_finding(satisfaction).statement
    shown = [(tables.satisfaction_figure(satisfaction), captions.questions(satisfaction))]
    extremes = findings.extreme_groups(satisfaction)
    if extremes is not None:
        groups = captions.groups(satisfaction, *extremes)
        shown.append((tables.groups_figure(satisfaction), groups))
    return tuple(
        Figure(
            name=table.name,
            caption=caption,
            alt=message(
                "Points with intervals, a row each; hollow where they were in the wave before. "
                "{finding}",
                finding=finding,
            ),
            table=table,
            draw=figures.draw_means,
        )
        for table, caption in shown
        if len(table.rows) > 1
    )


def _metrics(
    satisfaction: Satisfaction, overall: Satisfied, previous_as_of: dt.date
) -> tuple[Metric, ...]:
    values: dict[str, DesignEstimate | None] = {
        "top_two": overall.top_two,
        "mean": overall.mean,
        "promoters": overall.promoters,
    }
    changes = satisfaction.changes if satisfaction.field.is_new_since(previous_as_of) else {}
    before = satisfaction.field.before.respondents if satisfaction.field.before else 0
    return tuple(
        Metric(
            name=f"satisfaction_{name}",
            label=ESTIMATES[name],
            definition=_DEFINITIONS[name],
            quantity=of_respondents(value, MEASURES[name]),
            change=on_customers(
                changes[name],
                Measure.POINTS if MEASURES[name] is Measure.SHARE else MEASURES[name],
                min(before, value.n),
            )
            if name in changes
            else None,
            higher_is="better",
        )
        for name, value in values.items()
        if value is not None
    )
