"""The groups that customers are compared by: their order, and their names for readers."""

from __future__ import annotations

from typing import Literal

from analysis.text import Message, Words, message

Grouping = Literal["segment", "value_tier", "acquisition_channel"]

UNKNOWN = "unknown"

GROUPING_NAMES: dict[str, Message] = {
    "segment": message("Segment"),
    "value_tier": message("Value tier"),
    "acquisition_channel": message("Channel of arrival"),
}

_NAMES: dict[str, dict[str, Message]] = {
    "segment": {
        "student": message("students"),
        "employee": message("employees"),
        "family": message("families"),
        "entrepreneur": message("entrepreneurs"),
        "retired": message("retired people"),
    },
    "value_tier": {
        "vip": message("VIP tier"),
        "high": message("high tier"),
        "medium": message("medium tier"),
        "low": message("low tier"),
    },
    "acquisition_channel": {
        "branch": message("came by a branch"),
        "mobile": message("came by the mobile application"),
        "online": message("came online"),
        "referral": message("came by referral"),
        "employer": message("came by the employer"),
    },
}
_NOT_STATED = message("not stated")


def group_name(grouping: str, value: str) -> Message | Words:
    """Name a group for readers; a value that the product does not know stays as it is.

    Examples
    --------
    >>> group_name("value_tier", "vip").pattern
    'VIP tier'
    """
    if value == UNKNOWN:
        return _NOT_STATED
    return _NAMES.get(grouping, {}).get(value, Words(en=value, zh=value))


def order_groups(grouping: str, values: set[str]) -> tuple[str, ...]:
    """Put groups into the order in which readers know them; the unknown come last.

    Examples
    --------
    >>> order_groups("value_tier", {"low", "unknown", "vip"})
    ('vip', 'low', 'unknown')
    """
    known = [value for value in _NAMES.get(grouping, {}) if value in values]
    others = sorted(values - set(known) - {UNKNOWN})
    return (*known, *others, *([UNKNOWN] if UNKNOWN in values else []))
