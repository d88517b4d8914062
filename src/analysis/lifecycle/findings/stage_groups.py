"""Findings on where the customers of each group stand."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.findings.changes import KEEP_WATCHING
from analysis.lifecycle.groups import GROUPING_NAMES, UNKNOWN, group_name
from analysis.lifecycle.stage_groups import GroupStages, StagesByGroup
from analysis.results import Estimate, Strength
from analysis.text import Measure, Message, message, on_customers


def group_finding(found: StagesByGroup) -> Finding:
    """Say which groups are most and least active, and where that fell."""
    named = sorted(
        (group for group in found.groups if group.group != UNKNOWN),
        key=lambda group: group.stages.active_share.value,
    )
    lowest, highest = named[0], named[-1]
    low, high = lowest.stages.active_share, highest.stages.active_share
    fallen = _fallen(found)
    differs = low.high < high.low
    return Finding(
        name=f"stages_by_{found.grouping}",
        statement=message(
            "{grouping}: {lowest} are least active with {low}, {highest} most with {high}. "
            "{difference} {change}",
            grouping=GROUPING_NAMES[found.grouping],
            lowest=group_name(found.grouping, lowest.group),
            low=on_customers(low, Measure.SHARE, lowest.stages.n_related),
            highest=group_name(found.grouping, highest.group),
            high=on_customers(high, Measure.SHARE, highest.stages.n_related),
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
    """Say in a line what the figure shows."""
    named = [group for group in found.groups if group.group != UNKNOWN]
    lowest = min(named, key=lambda group: group.stages.active_share.value)
    highest = max(named, key=lambda group: group.stages.active_share.value)
    return message(
        "{grouping}: active share lowest for {lowest}, highest for {highest}",
        grouping=GROUPING_NAMES[found.grouping],
        lowest=group_name(found.grouping, lowest.group),
        highest=group_name(found.grouping, highest.group),
    )


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
