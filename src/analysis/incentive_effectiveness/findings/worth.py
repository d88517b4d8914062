"""Findings on whether the incentives are worth their cost."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.worth import Split, Worth, WorthOfAll
from analysis.results import Strength
from analysis.text import Measure, Message, Quantity, Unit, message, on_customers


def worth_findings(found: WorthOfAll) -> tuple[Finding, ...]:
    """Say of each incentive whether it pays, and what another split would gain."""
    findings = [worth_finding(one) for one in found.incentives]
    return (*findings, *((split_finding(found.split),) if found.split else ()))


def worth_finding(one: Worth) -> Finding:
    """Say whether one incentive returns its cost: surely only where its effect is."""
    pays, loses, sure = _pays(one), _loses(one), one.evidence.causal
    return Finding(
        name=f"worth_{one.evidence.campaign.campaign_id}",
        statement=message(
            "{verdict} {pay_back}",
            verdict=_verdict(one),
            pay_back=_pay_back(one),
        ),
        strength=Strength.INCONCLUSIVE
        if not (pays or loses)
        else Strength.CONCLUSIVE
        if sure
        else Strength.SUGGESTIVE,
        action=_action(pays=pays, loses=loses, sure=sure),
    )


def worth_caption(found: WorthOfAll) -> Message:
    """Say in a line how many established effects pay and lose, and what rests on less."""
    sure = [one for one in found.incentives if one.evidence.causal]
    others = len(found.incentives) - len(sure)
    if not sure:
        return message(
            "Return on cost: none of {others} incentives rests on an established effect",
            others=others,
        )
    return message(
        "Return on cost: {pays} of {sure} established effects above the cost, {loses} below; mere "
        "associations: {others}",
        sure=len(sure),
        pays=sum(_pays(one) for one in sure),
        loses=sum(_loses(one) for one in sure),
        others=others,
    )


def _pays(one: Worth) -> bool:
    """Whether the return lies above the cost beyond chance."""
    return one.return_on_cost.low > 0


def _loses(one: Worth) -> bool:
    """Whether the return lies below the cost beyond chance."""
    return one.return_on_cost.high < 0


def _verdict(one: Worth) -> Message:
    returned = on_customers(one.return_on_cost, Measure.NUMBER, one.n)
    name = one.evidence.campaign.name
    if not one.evidence.causal:
        return message(
            "If the association of {name} were its effect, it would return {returned} CNY for each "
            "CNY spent, beyond that CNY.",
            name=name,
            returned=returned,
        )
    return message(
        "{name} returns {returned} CNY for each CNY spent, beyond that CNY.",
        name=name,
        returned=returned,
    )


def _pay_back(one: Worth) -> Message:
    if one.pay_back is None:
        return message("What it gains is earned at once.")
    if one.pay_back.month is None:
        return message("Its gains do not pay it back within the horizon.")
    return message("Its gains pay it back in month {month}.", month=one.pay_back.month)


def _action(*, pays: bool, loses: bool, sure: bool) -> Message:
    if loses:
        return message("Stop it, or make it cheaper.")
    if pays and sure:
        return message("Keep it, and extend it step by step.")
    if pays:
        return message("Test it by lot before it is extended.")
    return message("Keep it as it is, and measure it with more customers or for longer.")


def split_finding(split: Split) -> Finding:
    """Say what another split of the budget would gain over today's."""
    gain, kept = split.best.gain_over_today, split.best.gain_over_today_corrected
    return Finding(
        name="budget_split",
        statement=message(
            "The best split of {budget} would gain {gain} more than today's by the estimates that "
            "chose it; less the flattery of choosing, {corrected}.",
            budget=_amount(split.budget_cny),
            gain=_amount(gain.value),
            corrected=Quantity(value=kept, measure=Measure.AMOUNT_CNY, unit=Unit.NONE),
        ),
        strength=Strength.SUGGESTIVE if kept.low > 0 else Strength.INCONCLUSIVE,
        action=message("Move the budget step by step, and measure each step.")
        if kept.low > 0
        else message("Leave the split as it is."),
    )


def _amount(value: float) -> Quantity:
    return Quantity(value=value, measure=Measure.AMOUNT_CNY, unit=Unit.NONE)
