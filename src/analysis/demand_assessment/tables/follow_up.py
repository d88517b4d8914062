"""Tables on actions: the register, whether they worked, what is proposed."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.demand_assessment.actions import Actions
from analysis.demand_assessment.proposals import Proposal
from analysis.demand_assessment.values import IndicatorState
from analysis.demand_assessment.wording import STATUSES, WORKED, in_unit, named
from analysis.tables import Labels, Table
from analysis.text import Unit, Words, message


def register(found: Actions, states: Mapping[str, IndicatorState]) -> Table:
    """Every action: who, until when, where it stands, what it is to move."""
    return Table(
        name="actions",
        caption=message("Register of actions"),
        unit=Unit.NONE,
        columns=(
            Labels(name="key", title=message("Number")),
            Labels(name="action", title=message("Action")),
            Labels(name="department", title=message("Department")),
            Labels(name="raised", title=message("Decided")),
            Labels(name="due", title=message("Due")),
            Labels(name="done", title=message("Done")),
            Labels(name="status", title=message("Status")),
            Labels(name="indicator", title=message("To move")),
        ),
        rows=tuple(
            {
                "key": action.key,
                "action": action.title,
                "department": named(found.departments, action.department),
                "raised": action.raised_on,
                "due": action.due_on,
                "done": action.done_on,
                "status": STATUSES[action.status],
                "indicator": states[action.indicator].indicator.name
                if action.indicator in states
                else None,
            }
            for action in found.actions
        ),
    )


def outcomes(found: Actions, states: Mapping[str, IndicatorState]) -> Table:
    """Each done action, held against the number that it was meant to move."""
    rows = []
    for follow in found.follow_ups:
        state = states.get(follow.action.indicator)
        unit = state.indicator.unit if state else ""
        movement, expected = follow.movement, follow.action.expected
        rows.append(
            {
                "action": follow.action.title,
                "indicator": state.indicator.name if state else None,
                "since": follow.since or None,
                "expected": None if expected is None else in_unit(expected, unit, change=True),
                "change": None if movement is None else in_unit(movement.change, unit, change=True),
                "worked": WORKED[follow.worked],
            }
        )
    return Table(
        name="action_outcomes",
        caption=message("Whether the number moved that each done action was meant to move"),
        unit=Unit.NONE,
        columns=(
            Labels(name="action", title=message("Action")),
            Labels(name="indicator", title=message("Indicator")),
            Labels(name="since", title=message("Assessment compared with")),
            Labels(name="expected", title=message("Expected")),
            Labels(name="change", title=message("Change")),
            Labels(name="worked", title=message("The number")),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "Compared with the last assessment before the action was done; all done actions "
                "counted (Holm). A number may move for other reasons than the action."
            ),
        ),
    )


def proposals(found: tuple[Proposal, ...], departments: Mapping[str, Words]) -> Table:
    """Actions that follow from this period's findings."""
    return Table(
        name="proposed_actions",
        caption=message("Actions proposed from the findings of this period"),
        unit=Unit.NONE,
        columns=(
            Labels(name="action", title=message("Action")),
            Labels(name="department", title=message("Department")),
            Labels(name="because", title=message("Because")),
            Labels(name="evidence", title=message("Where the evidence is")),
        ),
        rows=tuple(
            {
                "action": proposal.action,
                "department": named(departments, proposal.department)
                if proposal.department
                else None,
                "because": proposal.because,
                "evidence": proposal.evidence,
            }
            for proposal in found
        ),
    )
