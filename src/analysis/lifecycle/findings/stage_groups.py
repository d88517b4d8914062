"""Findings on where the customers of each group stand."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.findings.changes import KEEP_WATCHING
from analysis.lifecycle.groups import GROUPING_NAMES, UNKNOWN, group_name
from analysis.lifecycle.stage_groups import GroupStages, StagesByGroup
from analysis.results import Estimate, Strength
from analysis.text import Measure, Message, Quantity, Value, message, on_customers


def group_finding(found: StagesByGroup) -> Finding:
    """Say which groups are most and least active, and where that fell."""
    lowest, highest = _extremes(found)
    fallen = _fallen(found)
    differs = _differs(lowest, highest)
    return Finding(
        name=f"stages_by_{found.grouping}",
        statement=message(
            "{grouping}: {lowest} are least active with {low}, {highest} most with {high}. "
            "{difference} {change}",
            grouping=GROUPING_NAMES[found.grouping],
            lowest=group_name(found.grouping, lowest.group),
            low=_active(lowest),
            highest=group_name(found.grouping, highest.group),
            high=_active(highest),
            difference=message("These two differ beyond chance.")
            if differs
            else message("That difference may be chance."),
            change=_change(found, fallen),
        ),
        strength=Strength.CONCLUSIVE if differs or fallen else Strength.INCONCLUSIVE,
        action=message(
            "Win back first in this group, where activity fell most: {group}.",
            group=group_name(found.grouping, fallen[0][0].group),
        )
        if fallen
        else message(
            "Ask in this group why fewer are active, before spending on it: {group}.",
            group=group_name(found.grouping, lowest.group),
        )
        if differs
        else KEEP_WATCHING,
    )


def group_caption(found: StagesByGroup) -> Message:
    """Say in a line between which groups the active share lies, beyond chance or not."""
    lowest, highest = _extremes(found)
    values: dict[str, Value | Message] = {
        "grouping": GROUPING_NAMES[found.grouping],
        "low": _active(lowest),
        "lowest": group_name(found.grouping, lowest.group),
        "high": _active(highest),
        "highest": group_name(found.grouping, highest.group),
    }
    if _differs(lowest, highest):
        return message(
            "{grouping}: the active share runs from {low} for {lowest} to {high} for {highest}",
            **values,
        )
    return message(
        "{grouping}: active shares may differ by chance only, {low} for {lowest}, {high} for "
        "{highest}",
        **values,
    )


def _extremes(found: StagesByGroup) -> tuple[GroupStages, GroupStages]:
    """Give the groups that are least and most active."""
    named = sorted(
        (group for group in found.groups if group.group != UNKNOWN),
        key=lambda group: group.stages.active_share.value,
    )
    return named[0], named[-1]


def _differs(lowest: GroupStages, highest: GroupStages) -> bool:
    return lowest.stages.active_share.high < highest.stages.active_share.low


def _active(group: GroupStages) -> Quantity:
    return on_customers(group.stages.active_share, Measure.SHARE, group.stages.n_related)


def _fallen(found: StagesByGroup) -> list[tuple[GroupStages, Estimate]]:
    """Give the groups whose active share fell beyond chance, the largest fall first."""
    changes = [(group, group.stages.active_share_change) for group in found.groups]
    fallen = [(group, change) for group, change in changes if change and change.high < 0]
    return sorted(fallen, key=lambda pair: pair[1].value)


def _change(found: StagesByGroup, fallen: list[tuple[GroupStages, Estimate]]) -> Message:
    if not fallen:
        return message(
            "Since {before} the active share fell beyond chance in none of them.",
            before=found.previous_as_of,
        )
    worst, change = fallen[0]
    return message(
        "Since {before} it fell beyond chance in {n} of {all}, most in this one: {group}, {by}.",
        before=found.previous_as_of,
        n=len(fallen),
        all=len(found.groups),
        group=group_name(found.grouping, worst.group),
        by=on_customers(change, Measure.POINTS, worst.stages.n_related),
    )
