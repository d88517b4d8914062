"""What may be said of an effect: ``raised`` only where the design's checks pass."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.results import Estimate, Strength
from analysis.text import Measure, Message, Quantity, Words, message

OUTCOMES: dict[str, Message] = {
    "balance_cny": message("the balance per customer"),
    "signed_up": message("the share that signs up"),
    "complained": message("the share that complains"),
    "logins": message("logins per customer"),
    "wealth_sales_cny": message("monthly wealth sales per customer"),
    "deposits_cny": message("deposits per customer"),
    "sales_points": message("sales points per month"),
    "sales_after_points": message("sales points of the next quarter"),
}
DESIGNS: dict[str, Message] = {
    "randomised": message("randomised"),
    "staggered": message("staggered roll-out"),
    "regional": message("one region"),
    "threshold": message("threshold"),
    "matched": message("matched"),
    "none": message("no comparison"),
}
KINDS: dict[str, Message] = {
    "points": message("points"),
    "preferential_rate": message("preferential rate"),
    "exclusive_product": message("exclusive product"),
    "offer": message("offer"),
    "bonus": message("bonus"),
    "commission": message("commission per unit"),
    "recognition": message("recognition"),
    "career": message("career"),
    "team": message("team"),
}
_MEASURES = {
    "signed_up": Measure.POINTS,
    "complained": Measure.POINTS,
    "logins": Measure.NUMBER,
    "sales_points": Measure.NUMBER,
    "sales_after_points": Measure.NUMBER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignCheck:
    """An assumption of a design that can be held against the data.

    Attributes
    ----------
    name : str
        Plain: ``sample_ratio``.
    label : Message
        What must hold.
    passed : bool
    detail : Message
        What was found.
    """

    name: str
    label: Message
    passed: bool
    detail: Message


def outcome_name(outcome: str) -> Message | str:
    """Name an outcome for readers; an unknown one by the data's own name."""
    return OUTCOMES.get(outcome, outcome)


def measure_of(outcome: str) -> Measure:
    """Say how an effect on an outcome is written."""
    return _MEASURES.get(outcome, Measure.AMOUNT_CNY)


def effect_statement(name: Words, outcome: str, effect: Quantity, *, causal: bool) -> Message:
    """Say what an incentive did, in the words that its evidence bears.

    Parameters
    ----------
    name : Words
        Of the incentive.
    outcome : str
    effect : Quantity
        With an `Estimate`.
    causal : bool
        Whether every check of the design passed.

    Examples
    --------
    >>> from analysis.results import Estimate
    >>> from analysis.text import on_customers
    >>> gain = on_customers(
    ...     Estimate(value=5.0, low=1.0, high=9.0, confidence=0.95), Measure.NUMBER, 500)
    >>> effect_statement(Words("Points", "积分"), "logins", gain, causal=True).pattern
    '{name} raised {outcome} by {effect}.'
    >>> effect_statement(Words("Points", "积分"), "logins", gain, causal=False).pattern
    '{name} is associated with a difference of {effect} in {outcome}.'
    """
    said = outcome_name(outcome)
    if not causal:
        return message(
            "{name} is associated with a difference of {effect} in {outcome}.",
            name=name,
            outcome=said,
            effect=effect,
        )
    if direction(effect) > 0:
        return message(
            "{name} raised {outcome} by {effect}.", name=name, outcome=said, effect=effect
        )
    if direction(effect) < 0:
        return message(
            "{name} lowered {outcome}: the change is {effect}.",
            name=name,
            outcome=said,
            effect=effect,
        )
    return message(
        "{name} did not change {outcome} beyond chance: {effect}.",
        name=name,
        outcome=said,
        effect=effect,
    )


def effect_caption(
    name: Words, outcome: str, effect: Quantity, shown: Message, *, causal: bool
) -> Message:
    """Say in a line what an incentive did, in the words that its evidence bears.

    Parameters
    ----------
    name : Words
        Of the incentive.
    outcome : str
    effect : Quantity
        Its interval decides the words.
    shown : Message
        The effect as the figure shows it.
    causal : bool
        Whether every check of the design passed.

    Examples
    --------
    >>> from analysis.results import Estimate
    >>> from analysis.text import on_customers
    >>> gain = on_customers(
    ...     Estimate(value=5.0, low=1.0, high=9.0, confidence=0.95), Measure.NUMBER, 500)
    >>> shown = message("{effect} on average", effect=gain)
    >>> effect_caption(Words("Points", "积分"), "logins", gain, shown, causal=True).pattern
    '{name} raised {outcome}: {shown}'
    >>> effect_caption(Words("Points", "积分"), "logins", gain, shown, causal=False).pattern
    '{name} is associated with a difference in {outcome}: {shown}'
    """
    values = {"name": name, "outcome": outcome_name(outcome), "shown": shown}
    sign = direction(effect)
    if not causal:
        if isinstance(effect.value, Estimate) and sign == 0:
            return message(
                "{name} is associated with no difference in {outcome} beyond chance: {shown}",
                **values,
            )
        return message("{name} is associated with a difference in {outcome}: {shown}", **values)
    if sign > 0:
        return message("{name} raised {outcome}: {shown}", **values)
    if sign < 0:
        return message("{name} lowered {outcome}: {shown}", **values)
    return message("{name} did not change {outcome} beyond chance: {shown}", **values)


def direction(effect: Quantity) -> int:
    """Give 1 for an interval above zero, -1 for one below, 0 for one that holds it."""
    value = effect.value
    if not isinstance(value, Estimate) or not value.excludes(0):
        return 0
    return 1 if value.value > 0 else -1


def strength_of(effect: Quantity, *, causal: bool) -> Strength:
    """Say how far an effect may be relied upon."""
    if direction(effect) == 0:
        return Strength.INCONCLUSIVE
    return Strength.CONCLUSIVE if causal else Strength.SUGGESTIVE
