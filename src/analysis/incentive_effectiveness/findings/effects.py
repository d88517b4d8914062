"""Findings on what the incentives given by lot changed: the words follow the checks."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.effects import CampaignEffects
from analysis.incentive_effectiveness.wording import (
    direction,
    effect_statement,
    measure_of,
    strength_of,
)
from analysis.text import Message, Quantity, message, on_customers


def lot_finding(found: CampaignEffects) -> Finding:
    """Say what the main outcome did, in the words that the evidence bears."""
    causal, campaign = found.evidence.causal, found.evidence.campaign
    main = found.main
    n = main.offered.n_treated + main.offered.n_untreated
    effect = on_customers(main.offered.estimate, measure_of(main.outcome), n, degrees=n - 3)
    said = effect_statement(campaign.name, main.outcome, effect, causal=causal)
    return Finding(
        name=f"effect_{campaign.campaign_id}",
        statement=message(
            "{effect} {takers} {looks}", effect=said, takers=_takers(found, n), looks=_looks(found)
        ),
        strength=strength_of(effect, causal=causal),
        action=action(effect, causal=causal),
        headline=True,
    )


def action(effect: Quantity, *, causal: bool) -> Message:
    """Say what to do with an effect of such evidence."""
    if not causal:
        return message("Do not extend it on this evidence; hold some back by lot first.")
    if direction(effect) > 0:
        return message("Keep it where it pays; see whether it is worth its cost.")
    if direction(effect) < 0:
        return message("Stop it, or find out whom it puts off.")
    return message("Stop it, or repeat it with more customers.")


def _takers(found: CampaignEffects, n: int) -> Message:
    takers = found.main.takers
    if takers is None:
        return message("No effect on the takers can be told.")
    return message(
        "Per taker the difference is {effect}.",
        effect=on_customers(takers.effect, measure_of(found.main.outcome), n, degrees=n - 2),
    )


def _looks(found: CampaignEffects) -> Message:
    if not found.looks:
        return message("It was looked at once.")
    first = next((look for look in found.looks if look.crossed), None)
    if first is None:
        return message(
            "In {all} looks it crossed no bound that counts all of them.", all=len(found.looks)
        )
    return message(
        "Of {all} looks, counted together, it stands from look {first} on.",
        all=len(found.looks),
        first=first.number,
    )
