"""What the page says of its rules, of the tables it read and of what it could not answer."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.answers import Answer, Check, Finding, NotAssessed
from analysis.data.contract import contract
from analysis.data.quality import TableQuality
from analysis.data.reads import TableRead
from analysis.disclosure.rules import round_count
from analysis.params.policy import DisclosurePolicy
from analysis.publish.payload import PublishedInput
from analysis.publish.wording import Wording
from analysis.results import CheckStatus, Strength
from analysis.text import Count, Measure, Message, Quantity, Unit, Words, message


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
        message(
            "Groups of fewer than {units} are not shown to be all, or not at all, of one kind.",
            units=policy.full_group_units,
        ),
        message("Further cells are withheld where a withheld one would follow from the totals."),
        message("What other reports, other scopes and earlier periods show is taken into account."),
    )


def describe_input(
    read: TableRead, quality: TableQuality | None, wording: Wording
) -> PublishedInput:
    """Say where a table came from, how much of it was used, how fresh and how sound it is.

    Parameters
    ----------
    read : TableRead
    quality : TableQuality or None
        None where the table was not checked.
    wording : Wording
    """
    table = contract()[read.name]
    policy = wording.policy
    return PublishedInput(
        name=read.name,
        title=wording.say(Words(en=table.title, zh=table.title_zh)),
        source=read.source,
        rows=round_count(read.rows, policy),
        rows_used=round_count(read.rows_in_scope - read.rows_after, policy),
        left_out=tuple(wording.say(reason) for reason in _left_out(read)),
        first_date=read.first_date,
        last_date=read.last_date,
        sha256=read.sha256,
        quality=()
        if quality is None
        else tuple(wording.say(finding) for finding in quality.messages()),
    )


def _left_out(read: TableRead) -> Iterator[Message]:
    outside = read.rows - read.rows_in_scope
    if outside:
        yield message("{rows} rows are outside the scope.", rows=Count(outside, Unit.CUSTOMERS))
    if read.rows_after:
        yield message(
            "{rows} rows are dated after the as-of date.",
            rows=Count(read.rows_after, Unit.CUSTOMERS),
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
