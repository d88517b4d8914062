"""Findings on renewal."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.renewal import HeldBack, Renewal
from analysis.results import Strength
from analysis.text import Count, Measure, Message, Quantity, Unit, message, on_customers


def renewal_finding(renewal: Renewal) -> Finding:
    """Say how many members will still be there, and whether such a projection held before."""
    held = renewal.held_back
    return Finding(
        name="renewal",
        statement=message(
            "Of the {left} members left of {product}, {ahead} are expected to be there after "
            "{renewals} more renewals. {test}",
            left=Count(renewal.n_left, Unit.CUSTOMERS),
            product=renewal.product,
            ahead=on_customers(renewal.ahead, Measure.COUNT, renewal.n_left),
            renewals=renewal.renewals_ahead,
            test=message("Too little was known earlier to test such a projection.")
            if held is None
            else held_back_sentence(held),
        ),
        strength=Strength.CONCLUSIVE if held is not None and held.inside else Strength.SUGGESTIVE,
        action=message(
            "Spend on the first renewals, where members are lost fastest: {share} do not renew "
            "the first time.",
            share=on_customers(_first_loss(renewal), Measure.SHARE, renewal.steps[0].n_due),
        ),
    )


def renewal_caption(renewal: Renewal) -> Message:
    """Say in a line how many are left after a year, counted and by the model."""
    year = max(1, 12 // renewal.renewal_months)
    seen = [(step, step.observed) for step in renewal.steps if step.observed is not None]
    if not seen:
        last = renewal.steps[-1]
        return message(
            "Members of {product} left after {renewals} renewals: the model expects {expected}",
            product=renewal.product,
            renewals=last.renewal,
            expected=on_customers(last.projected, Measure.SHARE, last.n_due),
        )
    step, observed = next((pair for pair in seen if pair[0].renewal == year), seen[-1])
    return message(
        "Members of {product} left after {renewals} renewals: {left}, by the model {expected}",
        product=renewal.product,
        renewals=step.renewal,
        left=on_customers(observed, Measure.SHARE, step.n_due),
        expected=on_customers(step.projected, Measure.SHARE, step.n_due),
    )


def _first_loss(renewal: Renewal) -> float:
    return 1 - renewal.steps[0].projected.value


def held_back_caption(held: HeldBack) -> Message:
    """Say in a line whether the members who came are those that were expected."""
    if held.inside:
        return message(
            "Members after {renewals} held-back renewals: {came} came, inside {expected} expected",
            **_held_back(held),
        )
    return message(
        "Members after {renewals} held-back renewals: {came} came, outside {expected} expected",
        **_held_back(held),
    )


def _held_back(held: HeldBack) -> dict[str, int | Quantity | Count]:
    return {
        "renewals": held.renewals,
        "expected": on_customers(held.expected, Measure.COUNT, held.n_members),
        "came": Count(held.realised, Unit.CUSTOMERS),
    }


def held_back_sentence(held: HeldBack) -> Message:
    """Say how the projection that would have been made earlier came out."""
    values = _held_back(held)
    if held.inside:
        return message(
            "From what was known {renewals} renewals earlier it expected {expected}; {came} came, "
            "inside the interval.",
            **values,
        )
    return message(
        "From what was known {renewals} renewals earlier it expected {expected}; {came} came, "
        "outside the interval.",
        **values,
    )
