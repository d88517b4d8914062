"""What the page says of its rules, of the tables it read and of what it could not answer."""

from __future__ import annotations

from analysis.answers import Answer, Check, Finding, NotAssessed
from analysis.data.contract import contract
from analysis.data.reads import TableRead
from analysis.disclosure.rules import round_count
from analysis.params.policy import DisclosurePolicy
from analysis.publish.payload import PublishedInput
from analysis.publish.wording import Wording
from analysis.results import CheckStatus, Strength
from analysis.text import Measure, Message, Quantity, Unit, Words, message


def describe_rules(policy: DisclosurePolicy) -> tuple[Message, ...]:
    """Say the disclosure rules in force, a sentence each.

    Examples
    --------
    >>> describe_rules(DisclosurePolicy())[0].pattern
    'Numbers on fewer than {minimum} customers or members of staff are withheld.'
    """
    return (
        message(
            "Numbers on fewer than {minimum} customers or members of staff are withheld.",
            minimum=policy.minimum_units,
        ),
        message(
            "Counts are rounded to multiples of {base}; shares are made of rounded counts, so "
            "sums may differ from their totals by the rounding.",
            base=policy.rounding_base,
        ),
        message(
            "A sum is withheld where its two largest contributors hold more than {share} of it.",
            share=Quantity(value=policy.dominance_share, measure=Measure.SHARE, unit=Unit.NONE),
        ),
        message("Further cells are withheld where a withheld one would follow from the totals."),
    )


def describe_input(read: TableRead, wording: Wording) -> PublishedInput:
    """Say where a table came from, how much of it was used and how fresh it is."""
    table = contract()[read.name]
    outside = read.rows - read.rows_in_scope
    policy = wording.policy
    return PublishedInput(
        name=read.name,
        title=wording.say(Words(en=table.title, zh=table.title_zh)),
        source=read.source,
        rows=round_count(read.rows, policy),
        rows_used=round_count(read.rows_in_scope, policy),
        left_out=()
        if outside == 0
        else (
            wording.say(
                message("{rows} rows are outside the scope.", rows=round_count(outside, policy))
            ),
        ),
        first_date=read.first_date,
        last_date=read.last_date,
        sha256=read.sha256,
        quality=(),
    )


def not_assessed(answer: NotAssessed) -> Answer:
    """Say on the page that a question could not be answered, and why."""
    return Answer(
        findings=(
            Finding(
                name=answer.name,
                statement=message("Not assessed: {reason}", reason=answer.reason),
                strength=Strength.INCONCLUSIVE,
                action=message("Widen the scope or the window, or pool groups."),
            ),
        ),
        checks=(
            Check(
                name=answer.name,
                label=answer.question,
                status=CheckStatus.FAILED,
                detail=answer.reason,
            ),
        ),
    )
