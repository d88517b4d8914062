"""Findings on effect, actions, compliance and the course of the system."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.answers import Finding, NotAssessed
from analysis.demand_assessment.actions import Actions
from analysis.demand_assessment.compliance import Compliance
from analysis.demand_assessment.effect import Effect
from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.index import Index
from analysis.demand_assessment.proposals import Proposal
from analysis.demand_assessment.values import HOLES
from analysis.demand_assessment.wording import listing, points
from analysis.publish.results import MissingResults
from analysis.results import Estimate, Strength
from analysis.text import Message, message


def effect_finding(found: Effect) -> Finding:
    """Name the effect measures that moved, and what is missing."""
    moved = {
        better: [m.label for m in found.measures if m.improved is better]
        for better in (True, False)
    }
    customers: Message = message("Satisfaction of customers is in the table.")
    if isinstance(found.customers, MissingResults):
        customers = message(
            "Satisfaction of customers is not assessed: {reason}.",
            reason=HOLES[found.customers.why],
        )
    return Finding(
        name="effect",
        statement=message(
            "Better beyond noise than in the period before: {better}; worse: {worse}. {customers}",
            better=listing(moved[True]),
            worse=listing(moved[False]),
            customers=customers,
        ),
        strength=Strength.CONCLUSIVE if moved[True] or moved[False] else Strength.INCONCLUSIVE,
        action=message("Ask why, where a measure got worse.")
        if moved[False]
        else message("Measure again next period."),
    )


def actions_finding(found: Actions) -> Finding:
    """Say what became of the actions, and which of them worked."""
    counts = found.counts
    return Finding(
        name="actions",
        statement=message(
            "Of {n} actions {done} are done, {late} overdue, {open} under way and {dropped} "
            "dropped. Their number moved as meant, beyond noise: {worked}. It did not: {failed}.",
            n=len(found.actions),
            done=counts["done"] + counts["done_late"],
            late=counts["late"],
            open=counts["open"],
            dropped=counts["dropped"],
            worked=listing(follow.action.title for follow in found.of("worked")),
            failed=listing(
                follow.action.title for follow in (*found.of("no_effect"), *found.of("wrong_way"))
            ),
        ),
        strength=Strength.SUGGESTIVE
        if found.of("worked") or found.of("no_effect") or found.of("wrong_way")
        else Strength.INCONCLUSIVE,
        action=message("Keep what worked, and replace what did not."),
        headline=True,
    )


def no_actions_finding() -> Finding:
    """Say that there is no register of actions."""
    return Finding(
        name="actions",
        statement=message("Not assessed: the source has no register of actions."),
        strength=Strength.INCONCLUSIVE,
        action=message("Keep the register of actions, so that the next period can follow them up."),
    )


def no_compliance_finding(found: NotAssessed) -> Finding:
    """Say that findings of audits are not on record."""
    return Finding(
        name="compliance",
        statement=message("Not assessed: {reason}", reason=found.reason),
        strength=Strength.INCONCLUSIVE,
        action=message("Keep a register of findings of audits and regulators."),
    )


def proposals_finding(found: tuple[Proposal, ...]) -> Finding:
    """Say how many actions this period's findings ask for."""
    return Finding(
        name="proposed_actions",
        statement=message(
            "The findings of this period ask for {n} actions, each with its evidence.", n=len(found)
        ),
        strength=Strength.SUGGESTIVE if found else Strength.INCONCLUSIVE,
        action=message("Decide on each, name who answers for it and until when, and register it."),
    )


def compliance_finding(found: Compliance) -> Finding:
    """Say how many findings are open and overdue, and whether they are closed in time."""
    overdue = len(found.overdue)
    in_time = (
        message("none was due")
        if found.in_time is None
        else message("{share}", share=found.in_time.quantity())
    )
    return Finding(
        name="compliance",
        statement=message(
            "{open} findings are open, {overdue} of them overdue. Of those due in the period, "
            "closed by their day: {share}.",
            open=found.open_now,
            overdue=overdue,
            share=in_time,
        ),
        strength=Strength.CONCLUSIVE,
        action=message("Close the gravest overdue findings first.")
        if overdue
        else message("Keep the dates."),
    )


def system_finding(index: Index, history: Sequence[PastPeriod]) -> Finding:
    """Say how the index went over the periods, and which were restated."""
    if not history:
        return Finding(
            name="system",
            statement=message("This is the first assessment on record."),
            strength=Strength.INCONCLUSIVE,
            action=message("Name the run of the period before as 'follows' in the run file."),
        )
    start = first_with_index(history)
    if start is None:
        return Finding(
            name="system",
            statement=message("No earlier assessment on record has an index."),
            strength=Strength.INCONCLUSIVE,
            action=message("Complete the indicators of the next assessment."),
        )
    begun, first = start
    restated = [message("{period}", period=past.period) for past in history if past.restated]
    return Finding(
        name="system",
        statement=message(
            "Over {n} periods the index went from {first} to {now} points. Periods with restated "
            "values: {restated}.",
            n=history.index(begun) + 2,
            first=points(first.value),
            now=points(index.points.value),
            restated=listing(restated),
        ),
        strength=Strength.CONCLUSIVE if has_moved(first, index.points) else Strength.INCONCLUSIVE,
        action=message("Read a single step with its interval, the course over several."),
    )


def first_with_index(history: Sequence[PastPeriod]) -> tuple[PastPeriod, Estimate] | None:
    """Give the earliest period that has an index, and that index."""
    known = ((past, past.index) for past in reversed(history))
    return next(((past, index) for past, index in known if index is not None), None)


def has_moved(first: Estimate, now: Estimate) -> bool:
    """Whether the index of two periods differs beyond their intervals."""
    return first.high < now.low or first.low > now.high
