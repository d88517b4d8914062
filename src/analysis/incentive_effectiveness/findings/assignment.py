"""Findings on the assignment by lot."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.assignment import Assignment
from analysis.incentive_effectiveness.wording import outcome_name
from analysis.results import Strength
from analysis.text import Count, Unit, message


def assignment_finding(study: Assignment) -> Finding:
    """Say whether the lot was sound, and what it could have seen."""
    failed = [check for check in study.checks if not check.passed]
    return Finding(
        name=f"assignment_{study.campaign.campaign_id}",
        statement=message(
            "{name}: the assignment of {n} customers is sound in {passed} of {all} checks; an "
            "effect of {smallest} on {outcome} would have been seen.",
            name=study.campaign.name,
            n=Count(study.n, Unit.CUSTOMERS),
            passed=len(study.checks) - len(failed),
            all=len(study.checks),
            smallest=study.detectable_quantity,
            outcome=outcome_name(study.campaign.outcome),
        ),
        strength=Strength.INCONCLUSIVE if failed else Strength.CONCLUSIVE,
        action=message("Find out before reading any effect: {check}.", check=failed[0].label)
        if failed
        else message("Use the same lot for the next round."),
    )
