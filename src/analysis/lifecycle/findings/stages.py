"""Findings on where customers stand and who moved."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.findings.changes import KEEP_WATCHING, strength_of_change
from analysis.lifecycle.stages import CustomerStages
from analysis.results import Estimate, Strength
from analysis.text import Count, Measure, Message, Unit, message, on_customers


def stage_finding(stages: CustomerStages) -> Finding:
    """Say where customers stand, and whether more or fewer are active than before."""
    change = stages.active_share_change
    statement = message(
        "{active} customers are active, {share} of all who have or had a relationship. {change}",
        active=Count(stages.n_active, Unit.CUSTOMERS),
        share=on_customers(stages.active_share, Measure.SHARE, stages.n_related),
        change=_active_change(stages),
    )
    return Finding(
        name="active_customers",
        statement=statement,
        strength=strength_of_change(change),
        action=_active_action(change),
        headline=True,
    )


def movement_finding(stages: CustomerStages) -> Finding:
    """Say who came, who left, who fell silent and who returned."""
    gain, loss = stages.n_came + stages.n_returned, stages.n_left + stages.n_fell_dormant
    return Finding(
        name="movement",
        statement=message(
            "Since {before}, {came} customers came and {returned} returned; {dormant} active ones "
            "fell dormant and {left} customers were lost.",
            before=stages.previous_as_of,
            came=Count(stages.n_came, Unit.CUSTOMERS),
            returned=Count(stages.n_returned, Unit.CUSTOMERS),
            dormant=Count(stages.n_fell_dormant, Unit.CUSTOMERS),
            left=Count(stages.n_left, Unit.CUSTOMERS),
        ),
        strength=Strength.CONCLUSIVE,
        action=message("Contact those who fell dormant this period first: they left last.")
        if loss > gain
        else message("Keep what brings customers in, and contact those who fell dormant."),
    )


def _active_change(stages: CustomerStages) -> Message:
    change = stages.active_share_change
    if change is None:
        return message("There is no earlier period to compare with.")
    by = on_customers(change, Measure.POINTS, stages.n_related)
    if change.low > 0:
        return message(
            "The share has risen since {before}: {by}.", before=stages.previous_as_of, by=by
        )
    if change.high < 0:
        return message(
            "The share has fallen since {before}: {by}.", before=stages.previous_as_of, by=by
        )
    return message(
        "The change since {before} is within the noise: {by}.", before=stages.previous_as_of, by=by
    )


def _active_action(change: Estimate | None) -> Message:
    if change is not None and change.high < 0:
        return message("Find out in which group activity fell, and win those customers back first.")
    return KEEP_WATCHING
