"""New actions, each from a finding of this period and with a link to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.answers import NotAssessed
from analysis.demand_assessment.actions import Actions
from analysis.demand_assessment.assessment import Assessment
from analysis.demand_assessment.by_department import DepartmentRow, fell
from analysis.demand_assessment.compliance import Compliance
from analysis.demand_assessment.index import Index
from analysis.demand_assessment.movement import Movement
from analysis.demand_assessment.pipeline import Pipeline
from analysis.demand_assessment.priority import Priority
from analysis.demand_assessment.values import HOLES
from analysis.demand_assessment.wording import in_unit
from analysis.text import Link, Message, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One action that a finding asks for.

    Attributes
    ----------
    action, because : Message
    department : str
        Empty where none in particular.
    evidence : Link
    """

    action: Message
    because: Message
    department: str
    evidence: Link


def propose(
    assessment: Assessment,
    pipeline: Pipeline | NotAssessed,
    actions: Actions | NotAssessed,
    compliance: Compliance | NotAssessed,
    *,
    confidence: float,
) -> tuple[Proposal, ...]:
    """Derive actions from what got worse, waits, is ignored, overdue or not assessed."""
    found: list[Proposal] = []
    if not isinstance(assessment.index, NotAssessed):
        found += _from_indicators(assessment.index, assessment.movements)
        found += _from_holes(assessment.index)
    if not isinstance(pipeline, NotAssessed):
        found += _from_departments(pipeline.departments, confidence)
        found += _from_priorities(pipeline.priority)
    found += _from_actions(actions)
    found += _from_compliance(compliance)
    return tuple(found)


def _from_indicators(index: Index, movements: Mapping[str, Movement]) -> Iterator[Proposal]:
    table = Link(text=message("What moved the index"), anchor="table-moved")
    for state in index.states:
        movement = movements.get(state.indicator.key)
        if movement is None or not movement.beyond_noise or movement.better is not False:
            continue
        yield Proposal(
            action=message("Find the cause, and turn it round: {name}", name=state.indicator.name),
            because=message(
                "it got worse beyond noise: {change}",
                change=in_unit(movement.change, state.indicator.unit, change=True),
            ),
            department="",
            evidence=table,
        )


def _from_holes(index: Index) -> Iterator[Proposal]:
    for state in index.holes:
        yield Proposal(
            action=message("Have it assessed: {name}", name=state.indicator.name),
            because=HOLES[state.hole or "no_value"],
            department="",
            evidence=Link(text=message("Indicators"), anchor="table-indicators"),
        )


def _from_departments(rows: Sequence[DepartmentRow], confidence: float) -> Iterator[Proposal]:
    table = Link(text=message("Departments"), anchor="table-departments")
    for row in rows:
        if fell(row, confidence, len(rows)):
            yield Proposal(
                action=message(
                    "Agree with the department how it returns to its former punctuality"
                ),
                because=message("its punctuality fell beyond noise since the period before"),
                department=row.department,
                evidence=table,
            )
        elif row.slower:
            yield Proposal(
                action=message("Look for what holds its demands up"),
                because=message("it takes longer than all others, beyond noise"),
                department=row.department,
                evidence=table,
            )


def _from_priorities(found: Priority) -> Iterator[Proposal]:
    for row in found.departments:
        if not row.stands or row.concordance.share.value <= 0.5:
            yield Proposal(
                action=message("Take demands up in the order of their priority"),
                because=message("priority is not seen to decide who is taken up first"),
                department=row.department,
                evidence=Link(text=message("Priorities"), anchor="table-priorities"),
            )


def _from_actions(found: Actions | NotAssessed) -> Iterator[Proposal]:
    if isinstance(found, NotAssessed):
        return
    register = Link(text=message("Register of actions"), anchor="table-actions")
    outcomes = Link(text=message("Outcomes of actions"), anchor="table-action_outcomes")
    for action in found.actions:
        if action.status == "late":
            yield Proposal(
                action=message("Finish it, or drop it and say why: {name}", name=action.title),
                because=message("it is overdue"),
                department=action.department,
                evidence=register,
            )
    for follow in (*found.of("no_effect"), *found.of("wrong_way")):
        yield Proposal(
            action=message(
                "Replace it, or find why it does not work: {name}", name=follow.action.title
            ),
            because=message("the number that it was meant to move did not move so beyond noise"),
            department=follow.action.department,
            evidence=outcomes,
        )


def _from_compliance(found: Compliance | NotAssessed) -> Iterator[Proposal]:
    if isinstance(found, NotAssessed):
        return
    grave = [item for item in found.overdue if item.severity == "high"]
    for department in sorted({item.department for item in grave}):
        yield Proposal(
            action=message("Close the overdue findings of high severity"),
            because=message(
                "{n} are past their day", n=sum(item.department == department for item in grave)
            ),
            department=department,
            evidence=Link(text=message("Overdue findings"), anchor="table-overdue"),
        )
