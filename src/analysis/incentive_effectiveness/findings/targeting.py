"""Findings on for whom an incentive works."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.targeting import SegmentEffect, Targeting
from analysis.incentive_effectiveness.traits import level_name
from analysis.incentive_effectiveness.wording import measure_of
from analysis.results import Strength
from analysis.text import Measure, Message, Quantity, Value, message, on_customers


def targeting_finding(found: Targeting) -> Finding:
    """Say for whom it works most, whom it puts off, and what choosing is worth."""
    best, last = found.segments[0], found.segments[-1]
    return Finding(
        name=f"targeting_{found.evidence.campaign.campaign_id}",
        statement=message(
            "{name} works most for {best}, {effect}, and least for {last}, {least}. {choice}",
            name=found.evidence.campaign.name,
            best=level_name(best.segment),
            effect=_effect(found, best),
            last=level_name(last.segment),
            least=_effect(found, last),
            choice=message(
                "Offering it to those alone whose expected gain exceeds its cost, {share} of the "
                "customers, is worth {gain} per customer more than offering it to all.",
                share=on_customers(found.policy.chosen_share, Measure.SHARE, found.n),
                gain=_gain(found),
            ),
        ),
        strength=Strength.CONCLUSIVE if _differ(found) else Strength.SUGGESTIVE,
        action=_action(found),
        headline=_pays(found),
    )


def segments_caption(found: Targeting) -> Message:
    """Say in a line between which segments the effect lies, and whether they differ."""
    best, last = found.segments[0], found.segments[-1]
    values: dict[str, Value | Message] = {
        "name": found.evidence.campaign.name,
        "best": level_name(best.segment),
        "effect": _effect(found, best),
        "last": level_name(last.segment),
        "least": _effect(found, last),
    }
    if _differ(found):
        return message(
            "Effect of {name} by segment: {effect} for {best}, {least} for {last}", **values
        )
    return message(
        "Effect of {name} by segment: even {best}, {effect}, and {last}, {least}, may be alike",
        **values,
    )


def qini_caption(found: Targeting) -> Message:
    """Say in a line what the scores gain over a lot, beyond chance or not."""
    name = found.evidence.campaign.name
    better = found.qini.coefficient
    gain = on_customers(
        better, measure_of(found.evidence.campaign.outcome), found.n, degrees=found.n - 2
    )
    if better.low > 0:
        return message(
            "Offering {name} by score gains more than by lot: {gain} per customer on average",
            name=name,
            gain=gain,
        )
    if better.high < 0:
        return message(
            "Offering {name} by score gains less than by lot: {gain} per customer on average",
            name=name,
            gain=gain,
        )
    return message(
        "Offering {name} by score gains no more than by lot beyond chance: {gain} per customer",
        name=name,
        gain=gain,
    )


def policy_caption(found: Targeting) -> Message:
    """Say in a line what choosing is worth against offering it to all."""
    values: dict[str, Value | Message] = {
        "name": found.evidence.campaign.name,
        "gain": _gain(found),
    }
    if _pays(found):
        return message(
            "{name}: choosing customers is worth {gain} each more than offering it to all, net",
            **values,
        )
    return message(
        "{name}: choosing customers is not shown to be worth more than offering it to all: {gain}",
        **values,
    )


def _gain(found: Targeting) -> Quantity:
    """Give what choosing is worth over an offer to all, CNY per customer net of the cost."""
    return on_customers(
        found.policy.against_all.estimate, Measure.AMOUNT_CNY, found.n, degrees=found.n - 2
    )


def _pays(found: Targeting) -> bool:
    return found.policy.against_all.estimate.low > 0


def _effect(found: Targeting, one: SegmentEffect) -> Quantity:
    return on_customers(
        one.shrunk, measure_of(found.evidence.campaign.outcome), one.n, degrees=one.n - 2
    )


def _differ(found: Targeting) -> bool:
    """Whether the largest and the smallest effect have intervals apart."""
    return found.segments[0].shrunk.low > found.segments[-1].shrunk.high


def _action(found: Targeting) -> Message:
    if _pays(found):
        return message("Offer it by score, and hold some back by lot to check the score.")
    return message("Offer it to all or to none; choosing by score is not shown to pay.")
