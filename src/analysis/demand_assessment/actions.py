"""The register of actions: done, late, dropped; and whether the number moved that was meant."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.rows import day, fetch, names, number, text
from analysis.data.tables import Bank
from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.measured import Counted, Measured, measured_share
from analysis.demand_assessment.movement import Movement, better, change_of, judge_changes
from analysis.demand_assessment.rules import Period
from analysis.demand_assessment.values import IndicatorState
from analysis.text import Words, message

if TYPE_CHECKING:
    from analysis.demand_assessment.assessment import Assessment

Status = Literal["done", "done_late", "open", "late", "dropped"]
Worked = Literal["worked", "no_effect", "wrong_way", "unknown", "no_aim"]
_WORDS = {
    "label": message("Actions done in time"),
    "definition": message(
        "Of the actions due in the period and not dropped, the share done by their day."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action and where it stands at the end of the period."""

    key: str
    title: Words
    department: str
    raised_on: dt.date
    due_on: dt.date
    done_on: dt.date | None
    dropped_on: dt.date | None
    indicator: str
    expected: float | None
    source_report: str
    source_finding: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A done action, held against the number that it was meant to move.

    Attributes
    ----------
    action : Action
    worked : str
        ``worked`` where the number moved the right way beyond noise, all done actions
        counted; ``unknown`` where it is not known before or after.
    movement : Movement or None
    since : str
        Period with which it is compared.
    expected_reached : bool or None
        Whether the expected change lies within the interval, or was exceeded.
    """

    action: Action
    worked: Worked
    movement: Movement | None
    since: str
    expected_reached: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The register at the end of the period.

    Attributes
    ----------
    actions : tuple of Action
    follow_ups : tuple of FollowUp
        Of all that are done.
    closed_in_time : Measured or None
    departments : mapping of str to Words
    """

    actions: tuple[Action, ...]
    follow_ups: tuple[FollowUp, ...]
    closed_in_time: Measured | None
    departments: Mapping[str, Words]

    @property
    def counts(self) -> Counter[str]:
        """How many stand where."""
        return Counter(action.status for action in self.actions)

    def of(self, worked: Worked) -> tuple[FollowUp, ...]:
        """Give the done actions that came out so."""
        return tuple(found for found in self.follow_ups if found.worked == worked)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRegister:
    """The actions before they are held against any number."""

    actions: tuple[Action, ...]
    closed_in_time: Measured | None
    departments: Mapping[str, Words]


def load_actions(
    bank: Bank, departments: Mapping[str, Words], *, period: Period, confidence: float
) -> ActionRegister | NotAssessed:
    """Read the actions that were raised by the end of the period."""
    question = message("What became of the actions?")
    if not bank.has("actions"):
        return NotAssessed(
            name="actions",
            question=question,
            reason=message("the source has no register of actions."),
        )
    frame = fetch(bank, "actions").sort_values("action_id")
    found = [_action(row, period.until) for row in frame.itertuples()]
    raised = tuple(action for action in found if action.raised_on <= period.until)
    return ActionRegister(
        actions=raised,
        closed_in_time=measured_share(
            _in_time(raised, period),
            _in_time(raised, period.before()),
            words=_WORDS,
            name="actions_in_time",
            confidence=confidence,
        ),
        departments=departments,
    )


def follow_up(
    register: ActionRegister,
    states: Sequence[IndicatorState],
    history: Sequence[PastPeriod],
    *,
    confidence: float,
) -> Actions:
    """Hold each done action against the number that it was meant to move.

    The number of this period is compared with that of the last assessment before the
    action was done. All done actions are counted together (Holm).

    Parameters
    ----------
    register : ActionRegister
    states : sequence of IndicatorState
    history : sequence of PastPeriod
        The latest first.
    confidence : float
    """
    known = {state.indicator.key: state for state in states}
    since: dict[str, PastPeriod] = {}
    changes = {}
    done = [a for a in register.actions if a.status in ("done", "done_late")]
    for action in done:
        state = known.get(action.indicator)
        past = next((p for p in history if action.done_on and p.as_of < action.done_on), None)
        if state is None or past is None:
            continue
        part = past.parts.get(action.indicator)
        change = change_of(state, part, published=past is history[0])
        if change is not None and part is not None and part.value is not None and state.value:
            since[action.key] = past
            wanted = better(state.indicator, part.value.value, state.value.value)
            changes[action.key] = (change, wanted)
    moved = judge_changes(changes, confidence)
    return Actions(
        actions=register.actions,
        follow_ups=tuple(
            FollowUp(
                action=action,
                worked=_judge(action, moved.get(action.key)),
                movement=moved.get(action.key),
                since=since[action.key].period if action.key in since else "",
                expected_reached=_reached(action, moved.get(action.key)),
            )
            for action in done
        ),
        closed_in_time=register.closed_in_time,
        departments=register.departments,
    )


def follow_up_all(
    register: ActionRegister | NotAssessed, assessment: Assessment, *, confidence: float
) -> Actions | NotAssessed:
    """Hold each done action against the assessment, as `follow_up` does."""
    if isinstance(register, NotAssessed):
        return register
    index = assessment.index
    states = () if isinstance(index, NotAssessed) else index.states
    return follow_up(register, states, assessment.history, confidence=confidence)


def _action(row: Any, today: dt.date) -> Action:
    done, dropped = _day(row.done_on, today), _day(row.dropped_on, today)
    due = day(row.due_on)
    return Action(
        key=str(row.action_id),
        title=names(row, "title_en", "title_zh"),
        department=str(row.department_id),
        raised_on=day(row.raised_on),
        due_on=due,
        done_on=done,
        dropped_on=dropped,
        indicator=text(getattr(row, "indicator_id", None)),
        expected=number(getattr(row, "expected_change", None)),
        source_report=text(getattr(row, "source_report", None)),
        source_finding=text(getattr(row, "source_finding", None)),
        status=_status(due, done, dropped, today),
    )


def _day(value: Any, today: dt.date) -> dt.date | None:
    found = None if value is None or pd.isna(value) else day(value)
    return found if found is not None and found <= today else None


def _status(due: dt.date, done: dt.date | None, dropped: dt.date | None, today: dt.date) -> Status:
    if done is not None:
        return "done" if done <= due else "done_late"
    if dropped is not None:
        return "dropped"
    return "late" if due < today else "open"


def _in_time(actions: Sequence[Action], period: Period) -> Counted:
    due = [
        action
        for action in actions
        if period.after < action.due_on <= period.until and action.status != "dropped"
    ]
    return Counted(
        part=sum(a.done_on is not None and a.done_on <= a.due_on for a in due), whole=len(due)
    )


def _judge(action: Action, movement: Movement | None) -> Worked:
    if not action.indicator:
        return "no_aim"
    if movement is None:
        return "unknown"
    if not movement.beyond_noise or movement.better is None:
        return "no_effect"
    return "worked" if movement.better else "wrong_way"


def _reached(action: Action, movement: Movement | None) -> bool | None:
    if movement is None or action.expected is None:
        return None
    if action.expected >= 0:
        return movement.change.high >= action.expected
    return movement.change.low <= action.expected
