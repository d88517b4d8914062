"""The names of customers' traits, for readers."""

from __future__ import annotations

from analysis.incentive_effectiveness.wording import outcome_name
from analysis.text import Message, message

_COLUMNS: dict[str, Message] = {
    "segment": message("segment"),
    "value_tier": message("value tier"),
    "wealth": message("wealth"),
    "region": message("region"),
}
_LEVELS: dict[str, Message] = {
    "student": message("students"),
    "employee": message("employees"),
    "family": message("families"),
    "entrepreneur": message("entrepreneurs"),
    "retired": message("retired customers"),
    "vip": message("VIP"),
    "high": message("high"),
    "medium": message("medium"),
    "low": message("low"),
    "large": message("large"),
    "small": message("small"),
    "unknown": message("not recorded"),
}


def level_name(level: str) -> Message | str:
    """Name a level; an unknown one by the data's own name."""
    return _LEVELS.get(level, level)


def trait_name(trait: str) -> Message | str:
    """Name a trait: ``segment:family``, ``age`` or an outcome.

    Examples
    --------
    >>> trait_name("segment:family").pattern
    '{column}: {level}'
    """
    column, _, level = trait.partition(":")
    if level:
        return message(
            "{column}: {level}", column=_COLUMNS.get(column, column), level=level_name(level)
        )
    if trait == "age":
        return message("age")
    return message("{outcome}, before", outcome=outcome_name(trait))
