"""Words of this report: units, stages, states, grades."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analysis.results import Estimate, Strength
from analysis.stats.attainment import TargetScale
from analysis.text import Measure, Message, Quantity, Unit, Words, message

STAGE_NAMES: Mapping[str, Message] = {
    "analysis": message("Analysis"),
    "planning": message("Prioritising and planning"),
    "coordination": message("Communication and coordination"),
    "queue": message("Waiting for work to begin"),
    "work": message("Implementation"),
    "evaluation": message("Evaluation and feedback"),
}
STATUSES: Mapping[str, Message] = {
    "done": message("done in time"),
    "done_late": message("done late"),
    "open": message("under way"),
    "late": message("overdue"),
    "dropped": message("dropped"),
}
WORKED: Mapping[str, Message] = {
    "worked": message("moved as meant, beyond noise"),
    "no_effect": message("did not move beyond noise"),
    "wrong_way": message("moved the wrong way, beyond noise"),
    "unknown": message("cannot be told"),
    "no_aim": message("no indicator was named"),
}
STRENGTHS: Mapping[Strength, Message] = {
    Strength.CONCLUSIVE: message("conclusive evidence"),
    Strength.SUGGESTIVE: message("suggestive evidence"),
    Strength.INCONCLUSIVE: message("inconclusive evidence"),
}
SEVERITY_NAMES: Mapping[str, Message] = {
    "high": message("high severity"),
    "medium": message("medium severity"),
    "low": message("low severity"),
}
FOUND_BY: Mapping[str, Message] = {
    "internal_audit": message("internal audit"),
    "outside_assessor": message("outside assessor"),
    "regulator": message("regulator"),
    "own_review": message("own review"),
}
MODES: Mapping[str, Message] = {
    "equal": message("all dimensions alike"),
    "given": message("weights given by management"),
    "ahp": message("weights from experts (AHP)"),
    "entropy": message("weights from the data (entropy)"),
}
BETTER: Mapping[bool | None, Message] = {
    True: message("better"),
    False: message("worse"),
    None: message("within noise"),
}
NONE = message("none")


def plain(value: float | Estimate, measure: Measure) -> Quantity:
    """Make a quantity behind which no person stands."""
    return Quantity(value=value, measure=measure, unit=Unit.NONE)


def points(value: float | Estimate) -> Quantity:
    """Make a quantity of points of 100, to two decimals.

    Examples
    --------
    >>> points(68.41699).value
    68.417
    """
    if isinstance(value, Estimate):
        return plain(value, Measure.NUMBER)
    return plain(round(value, 3), Measure.NUMBER)


def in_unit(value: float | Estimate, unit: str, *, change: bool = False) -> Message:
    """Write a value, or a change of it, in its indicator's unit.

    Examples
    --------
    >>> in_unit(0.8, "fraction").values["value"].measure
    <Measure.SHARE: 'share'>
    """
    if unit == "fraction":
        return message("{value}", value=plain(value, Measure.POINTS if change else Measure.SHARE))
    if unit == "CNY":
        return message("{value}", value=plain(value, Measure.AMOUNT_CNY))
    if unit == "days":
        return message("{value} days", value=plain(value, Measure.NUMBER))
    if unit in {"", "ratio", "count"}:
        return message("{value}", value=plain(value, Measure.NUMBER))
    return message("{value} {unit}", value=plain(value, Measure.NUMBER), unit=unit)


def target_text(scale: TargetScale | None, unit: str) -> Message:
    """Write a target: from where on, up to where, or between which two.

    Examples
    --------
    >>> target_text(TargetScale(target_high=18, zero_high=30), "CNY").pattern
    'at most {high}'
    """
    if scale is None:
        return NONE
    low, high = scale.target_low, scale.target_high
    if low is not None and high is not None:
        return message("{low} to {high}", low=in_unit(low, unit), high=in_unit(high, unit))
    if low is not None:
        return message("at least {low}", low=in_unit(low, unit))
    if high is not None:
        return message("at most {high}", high=in_unit(high, unit))
    return NONE


def listing(items: Iterable[Message | Words | str]) -> Message | Words | str:
    """Join names with the language's comma."""
    found = list(items)
    if not found:
        return NONE
    joined = found[0]
    for item in found[1:]:
        joined = message("{first}, {second}", first=joined, second=item)
    return joined


def named(departments: Mapping[str, Words], key: str) -> Words:
    """Name a department; its key stands in where it has no name.

    Examples
    --------
    >>> named({}, "DP9").en
    'DP9'
    """
    return departments.get(key) or Words(en=key, zh=key)
