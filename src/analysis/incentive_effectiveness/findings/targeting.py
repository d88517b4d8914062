"""Findings on for whom an incentive works."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.targeting import Targeting
from analysis.incentive_effectiveness.traits import level_name
from analysis.incentive_effectiveness.wording import measure_of
from analysis.results import Strength
from analysis.text import Measure, Message, message, on_customers


def targeting_finding(found: Targeting) -> Finding:
    """Say for whom it works most, whom it puts off, and what choosing is worth."""
    best, last = found.segments[0], found.segments[-1]
    measure = measure_of(found.evidence.campaign.outcome)
    gain = found.policy.against_all.estimate
    return Finding(
        name=f"targeting_{found.evidence.campaign.campaign_id}",
        statement=message(
            "{name} works most for {best}, {effect}, and least for {last}, {least}. {choice}",
            name=found.evidence.campaign.name,
            best=level_name(best.segment),
            effect=on_customers(best.shrunk, measure, best.n, degrees=best.n - 2),
            last=level_name(last.segment),
            least=on_customers(last.shrunk, measure, last.n, degrees=last.n - 2),
            choice=message(
                "Offering it to those alone whose expected gain exceeds its cost, {share} of the "
                "customers, is worth {gain} per customer more than offering it to all.",
                share=on_customers(found.policy.chosen_share, Measure.SHARE, found.n),
                gain=on_customers(gain, Measure.AMOUNT_CNY, found.n, degrees=found.n - 2),
            ),
        ),
        strength=Strength.CONCLUSIVE if best.shrunk.low > last.shrunk.high else Strength.SUGGESTIVE,
        action=_action(found),
        headline=gain.low > 0,
    )


def _action(found: Targeting) -> Message:
    if found.policy.against_all.estimate.low > 0:
        return message("Offer it by score, and hold some back by lot to check the score.")
    return message("Offer it to all or to none; choosing by score is not shown to pay.")
