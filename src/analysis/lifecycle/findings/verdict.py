"""Findings on the whole report."""

from __future__ import annotations

from analysis.answers import NotAssessed, Verdict
from analysis.lifecycle.cohorts import CohortRetention
from analysis.lifecycle.stages import CustomerStages
from analysis.lifecycle.value import ExpectedValue
from analysis.results import Strength
from analysis.text import Measure, Message, Share, Unit, message, on_customers


def life_cycle_verdict(
    stages: CustomerStages, retention: CohortRetention, value: ExpectedValue | NotAssessed
) -> Verdict:
    """Answer the report's question in two or three sentences."""
    changes = [c for c in (stages.active_share_change, retention.newest_change) if c is not None]
    falling = any(change.high < 0 for change in changes)
    rising = any(change.low > 0 for change in changes)
    return Verdict(
        statement=message(
            "{opening} {active} of the customers who have or had a relationship are active. "
            "{outlook}",
            opening=_opening(rising=rising, falling=falling),
            active=Share(stages.n_active, stages.n_related, Unit.CUSTOMERS),
            outlook=_outlook(value),
        ),
        strength=Strength.CONCLUSIVE if falling or rising else Strength.INCONCLUSIVE,
    )


def _opening(*, rising: bool, falling: bool) -> Message:
    if rising and falling:
        return message("The customer base moves in two directions.")
    if falling:
        return message("The customer base is weakening.")
    if rising:
        return message("The customer base is strengthening.")
    return message("The customer base holds, within the noise of the data.")


def _outlook(value: ExpectedValue | NotAssessed) -> Message:
    if isinstance(value, NotAssessed):
        return message("What is still to come could not be assessed.")
    return message(
        "{purchases} purchases are expected of them in the next {months} months.",
        purchases=on_customers(value.expected_purchases, Measure.COUNT, value.n_customers),
        months=value.horizon_months,
    )
