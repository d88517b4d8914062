"""Findings on what the incentives given by lot changed: the words follow the checks."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.effects import CampaignEffects, Look
from analysis.incentive_effectiveness.wording import (
    direction,
    effect_caption,
    effect_statement,
    measure_of,
    strength_of,
)
from analysis.text import Message, Quantity, message, on_customers


def lot_finding(found: CampaignEffects) -> Finding:
    """Say what the main outcome did, in the words that the evidence bears."""
    causal, campaign = found.evidence.causal, found.evidence.campaign
    effect = _offered(found)
    said = effect_statement(campaign.name, found.main.outcome, effect, causal=causal)
    return Finding(
        name=f"effect_{campaign.campaign_id}",
        statement=message(
            "{effect} {takers} {looks}", effect=said, takers=_takers(found), looks=_looks(found)
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


def lot_caption(found: CampaignEffects) -> Message:
    """Say in a line what the main outcome did, of all who were offered and of the takers."""
    effect, takers = _offered(found), _per_taker(found)
    return effect_caption(
        found.evidence.campaign.name,
        found.main.outcome,
        effect,
        message("{effect} for each offered", effect=effect)
        if takers is None
        else message(
            "{effect} for each offered, {takers} for each taker", effect=effect, takers=takers
        ),
        causal=found.evidence.causal,
    )


def _offered(found: CampaignEffects) -> Quantity:
    """Give the effect on everybody offered."""
    main = found.main
    n = main.offered.n_treated + main.offered.n_untreated
    return on_customers(main.offered.estimate, measure_of(main.outcome), n, degrees=n - 3)


def _per_taker(found: CampaignEffects) -> Quantity | None:
    main = found.main
    if main.takers is None:
        return None
    n = main.offered.n_treated + main.offered.n_untreated
    return on_customers(main.takers.effect, measure_of(main.outcome), n, degrees=n - 2)


def _takers(found: CampaignEffects) -> Message:
    takers = _per_taker(found)
    if takers is None:
        return message("No effect on the takers can be told.")
    return message("Per taker the difference is {effect}.", effect=takers)


def looks_caption(found: CampaignEffects) -> Message:
    """Say in a line from which look on the result stands, if from any."""
    name, first = found.evidence.campaign.name, _first_crossed(found)
    if first is None:
        return message(
            "{name}: in none of {all} looks does the result stand", name=name, all=len(found.looks)
        )
    return message(
        "{name}: of {all} looks the result stands from look {first} on",
        name=name,
        all=len(found.looks),
        first=first.number,
    )


def _first_crossed(found: CampaignEffects) -> Look | None:
    return next((look for look in found.looks if look.crossed), None)


def _looks(found: CampaignEffects) -> Message:
    if not found.looks:
        return message("It was looked at once.")
    first = _first_crossed(found)
    if first is None:
        return message(
            "In {all} looks it crossed no bound that counts all of them.", all=len(found.looks)
        )
    return message(
        "Of {all} looks, counted together, it stands from look {first} on.",
        all=len(found.looks),
        first=first.number,
    )
