"""Tables on who can be won back."""

from __future__ import annotations

from analysis.lifecycle.groups import group_name
from analysis.lifecycle.winback import WinBack, WinBackSegment
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Message, Quantity, Unit, Words, message


def winback_table(found: WinBack) -> Table:
    """Silent customers, reach, value and expected return by segment."""
    rows = [_row(group_name("segment", s.segment), s) for s in found.segments]
    rows.append(_row(message("all"), found.total))
    complete = sum(s.silent for s in found.segments) == found.total.silent
    return Table(
        name="win_back",
        caption=message(
            "Customers silent for {months} months or more: how likely active, what they would "
            "bring, and what contacting those who may be contacted would return",
            months=found.silent_months,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="segment", title=message("Segment")),
            Counts(name="silent", title=message("Silent"), adds_up=complete),
            Counts(name="reachable", title=message("May be contacted")),
            Quantities(
                name="active",
                title=message("Probability of being active"),
                measure=Measure.SHARE,
                n="reachable",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="left_value",
                title=message("Value of those who left, if back"),
                measure=Measure.AMOUNT_CNY,
                n="reachable",
                top_two_share="top_two",
            ),
            Quantities(
                name="return",
                title=message("Expected return"),
                measure=Measure.AMOUNT_CNY,
                n="reachable",
                top_two_share="top_two",
                goes_with="left_value",
            ),
            Quantities(
                name="break_even",
                title=message("Break-even: won back of 1,000 who left"),
                measure=Measure.NUMBER,
                n="reachable",
                top_two_share="top_two",
                goes_with="left_value",
            ),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,),
        notes=(_terms(found),),
    )


def _row(name: Message | Words, segment: WinBackSegment) -> Row:
    return {
        "segment": name,
        "silent": segment.silent,
        "reachable": segment.reachable,
        "active": segment.active_share,
        "left_value": segment.left_value_cny,
        "return": segment.return_cny,
        "break_even": segment.break_even_per_thousand,
        "top_two": segment.top_two_share,
    }


def _terms(found: WinBack) -> Message:
    return message(
        "Assumed: a contact costs {cost} and brings back {share} of those who have left; the "
        "margin is {margin} of what they buy in {months} months.",
        cost=Quantity(
            value=found.terms.contact_cost_cny, measure=Measure.AMOUNT_CNY, unit=Unit.NONE
        ),
        share=Quantity(value=found.terms.won_back_share, measure=Measure.SHARE, unit=Unit.NONE),
        margin=Quantity(value=found.terms.margin, measure=Measure.SHARE, unit=Unit.NONE),
        months=found.horizon_months,
    )
