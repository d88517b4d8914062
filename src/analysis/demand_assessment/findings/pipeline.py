"""Findings on the pipeline: where it waits, how long it takes, who and what is held up."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.answers import Finding
from analysis.demand_assessment.by_department import (
    DepartmentRow,
    contribution_to_fall,
    fell,
)
from analysis.demand_assessment.delivery import Delivery
from analysis.demand_assessment.findings.strength import change_strength
from analysis.demand_assessment.flow import Flow, StageFlow
from analysis.demand_assessment.lead_time import LeadTime
from analysis.demand_assessment.priority import Priority
from analysis.demand_assessment.wording import STAGE_NAMES, listing, named, plain
from analysis.results import Strength
from analysis.text import Measure, Words, message


def flow_finding(found: Flow) -> Finding:
    """Say where demands wait, and whether as many leave as come."""
    longest, share = fullest_stage(found)
    balanced = found.p_balanced >= 0.05
    return Finding(
        name="flow",
        statement=message(
            "{identified} demands came, {delivered} were delivered and {withdrawn} withdrawn; "
            "{open} are open, {before} at the beginning. {share} of the work in progress is in the "
            "stage {stage}. {balance}",
            identified=found.identified,
            delivered=found.delivered,
            withdrawn=found.withdrawn,
            open=found.open_now,
            before=found.open_before,
            share=plain(share, Measure.SHARE),
            stage=STAGE_NAMES[longest.name],
            balance=message("As many leave as come, within noise.")
            if balanced
            else message("More come than leave.")
            if found.identified > found.delivered + found.withdrawn
            else message("More leave than come."),
        ),
        strength=Strength.CONCLUSIVE if not balanced else Strength.SUGGESTIVE,
        action=message("Shorten the stage that holds most of the work."),
    )


def fullest_stage(found: Flow) -> tuple[StageFlow, float]:
    """Give the stage before delivery that holds most of the work, and its share of it."""
    before_delivery = [stage for stage in found.stages if stage.name != "evaluation"]
    longest = max(before_delivery, key=lambda stage: stage.average)
    return longest, longest.average / found.average if found.average else 0.0


def lead_time_finding(found: LeadTime) -> Finding:
    """Say how long a demand takes, and whether that changed."""
    half = found.quantiles[0]
    if found.median is not None:
        told = message("{days}", days=found.median.quantity())
    elif half.value is not None:
        told = message("{days}", days=plain(half.value, Measure.DAYS))
    else:
        told = message("longer than can be seen")
    change = found.mean_change
    return Finding(
        name="lead_time",
        statement=message(
            "Half of the demands are delivered within {median} of identification. {moved}",
            median=told,
            moved=message("There is no period before to compare with.")
            if change is None
            else message(
                "The mean within {horizon} days moved by {change} days since the period before.",
                horizon=found.horizon_days,
                change=plain(change, Measure.NUMBER),
            ),
        ),
        strength=change_strength(change),
        action=message("Look at the stages and departments below before promising dates."),
    )


def delivery_finding(
    found: Delivery, rows: tuple[DepartmentRow, ...], names: Mapping[str, Words], confidence: float
) -> Finding | None:
    """Say how punctual delivery is, and which departments account for a fall."""
    if found.on_time is None:
        return None
    fallen = fallen_departments(rows, confidence)
    change = found.on_time.change
    return Finding(
        name="on_time",
        statement=message(
            "Delivered by their day: {share} of the demands due. {moved} Departments whose "
            "punctuality fell beyond noise: {departments}.",
            share=found.on_time.quantity(),
            moved=message("There is no period before to compare with.")
            if change is None
            else message(
                "Change since the period before: {change}.", change=plain(change, Measure.POINTS)
            ),
            departments=listing(named(names, row.department) for row in fallen),
        ),
        strength=change_strength(change),
        action=message("Agree with these departments how they catch up.")
        if fallen
        else message("Keep the dates as they are set."),
        headline=True,
    )


def fallen_departments(rows: tuple[DepartmentRow, ...], confidence: float) -> list[DepartmentRow]:
    """Give the departments whose punctuality fell beyond noise, the weightiest first."""
    return sorted(
        (row for row in rows if fell(row, confidence, len(rows))), key=contribution_to_fall
    )


def department_finding(rows: tuple[DepartmentRow, ...], names: Mapping[str, Words]) -> Finding:
    """Name the departments that take longer than all others."""
    slow = [named(names, row.department) for row in rows if row.slower]
    fast = [named(names, row.department) for row in rows if row.slower is False]
    return Finding(
        name="departments",
        statement=message(
            "Slower than all others beyond noise: {slow}; faster: {fast}.",
            slow=listing(slow),
            fast=listing(fast),
        ),
        strength=Strength.CONCLUSIVE if slow or fast else Strength.INCONCLUSIVE,
        action=message("Compare how the two kinds work before moving staff."),
    )


def priority_finding(found: Priority, names: Mapping[str, Words]) -> Finding | None:
    """Say whether the more urgent demand is taken up first."""
    if found.overall is None:
        return None
    ignoring = [
        named(names, row.department)
        for row in found.departments
        if not row.stands or row.concordance.share.value <= 0.5
    ]
    share = found.overall.share
    return Finding(
        name="priority",
        statement=message(
            "Of two demands of different priority the more urgent one waits less in {share} of the "
            "pairs; chance gives one half. Priority is not seen to matter in: {departments}.",
            share=plain(share, Measure.SHARE),
            departments=listing(ignoring),
        ),
        strength=change_strength_of_half(share.low, share.high),
        action=message("Have these departments take demands up in the order of priority.")
        if ignoring
        else message("Keep to the order of priority."),
    )


def change_strength_of_half(low: float, high: float) -> Strength:
    """Say how sure it is that a share is not one half.

    Examples
    --------
    >>> change_strength_of_half(0.6, 0.7)
    <Strength.CONCLUSIVE: 'conclusive'>
    """
    return Strength.INCONCLUSIVE if low <= 0.5 <= high else Strength.CONCLUSIVE
