"""The answer on the assignment by lot."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.incentive_effectiveness.assignment import Assignment
from analysis.incentive_effectiveness.checks.evidence import design_checks
from analysis.incentive_effectiveness.evidence import EvidenceRegister
from analysis.incentive_effectiveness.figures.assignment import draw_balance
from analysis.incentive_effectiveness.findings.assignment import assignment_finding
from analysis.incentive_effectiveness.tables.assignment import arms_table, balance_table
from analysis.text import Measure, Quantity, Unit, message

_QUESTION = message("Was the assignment sound?")


def present_assignment(found: EvidenceRegister) -> Answer | NotAssessed:
    """Sample ratio, balance, exposure, attrition and what could have been seen."""
    drawn = found.by_design("randomised")
    studies = [one.study for one in drawn if isinstance(one.study, Assignment)]
    if not studies:
        reasons = [one.reason for one in drawn if one.reason is not None]
        return NotAssessed(
            name="assignment",
            question=_QUESTION,
            reason=reasons[0] if reasons else message("No incentive was given by lot."),
        )
    return Answer(
        findings=tuple(assignment_finding(study) for study in studies),
        figures=tuple(_love_plot(study) for study in studies),
        tables=tuple(arms_table(study) for study in studies),
        checks=tuple(check for one in drawn for check in design_checks(one)),
        methods=studies[0].methods,
    )


def _love_plot(study: Assignment) -> Figure:
    finding = assignment_finding(study)
    outside = sum(abs(one.standardised_difference) > study.largest_allowed for one in study.balance)
    return Figure(
        name=f"balance_{study.campaign.campaign_id}",
        caption=message(
            "{name}: {outside} of {all} traits differ between the arms by more than {limit} "
            "standard deviations",
            outside=outside,
            all=len(study.balance),
            name=study.campaign.name,
            limit=Quantity(value=study.largest_allowed, measure=Measure.NUMBER, unit=Unit.NONE),
        ),
        alt=message(
            "Points: the standardised difference of each trait. {finding}",
            finding=finding.statement,
        ),
        table=balance_table(study),
        draw=draw_balance,
    )
