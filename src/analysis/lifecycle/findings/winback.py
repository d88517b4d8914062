"""Findings on who can be won back."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.groups import group_name
from analysis.lifecycle.winback import WinBack
from analysis.results import Strength
from analysis.text import Count, Measure, Message, Quantity, Unit, message, on_customers


def winback_finding(found: WinBack) -> Finding:
    """Say who can be won back, and whether it pays under the stated terms."""
    total = found.total
    return Finding(
        name="win_back",
        statement=message(
            "{silent} customers have been silent for {months} months or more; {reachable} of them "
            "may be contacted. Those who have left would bring {value} in {horizon} months if they "
            "were back. {pays}",
            silent=Count(total.silent, Unit.CUSTOMERS),
            months=found.silent_months,
            reachable=Count(total.reachable, Unit.CUSTOMERS),
            value=on_customers(
                total.left_value_cny,
                Measure.AMOUNT_CNY,
                total.reachable,
                top_two_share=total.top_two_share,
            ),
            horizon=found.horizon_months,
            pays=_pays(found),
        ),
        strength=Strength.INCONCLUSIVE if not total.return_cny.excludes(0) else Strength.SUGGESTIVE,
        action=_action(found),
    )


def _pays(found: WinBack) -> Message:
    total = found.total
    back = on_customers(
        total.return_cny, Measure.AMOUNT_CNY, total.reachable, top_two_share=total.top_two_share
    )
    share = Quantity(value=found.terms.won_back_share, measure=Measure.SHARE, unit=Unit.NONE)
    if total.return_cny.low > 0:
        return message(
            "If {share} of them come back, contacting all returns {back}.", share=share, back=back
        )
    if total.return_cny.high < 0:
        return message(
            "If {share} of them come back, contacting all does not pay: {back}.",
            share=share,
            back=back,
        )
    return message(
        "If {share} of them come back, whether contacting all pays is within chance: {back}.",
        share=share,
        back=back,
    )


def _action(found: WinBack) -> Message:
    if found.worthwhile:
        best = found.worthwhile[0]
        return message(
            "Begin with {segment}, where the return is largest, and hold a random part back to "
            "learn the share that a contact wins.",
            segment=group_name("segment", best.segment),
        )
    if found.total.break_even_per_thousand is None:
        return message("Contact nobody for this: nothing is to be won.")
    return message(
        "Try it on a random part first: it pays only if more than {number} of every 1,000 who "
        "have left come back.",
        number=on_customers(
            found.total.break_even_per_thousand,
            Measure.NUMBER,
            found.total.reachable,
            top_two_share=found.total.top_two_share,
        ),
    )
