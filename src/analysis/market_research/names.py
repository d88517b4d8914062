"""Names for readers: groups of customers, kinds of product, lists."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.text import Message, Words, message

VARIABLES: dict[str, Message] = {
    "age_band": message("Age band"),
    "region": message("Region"),
    "segment": message("Segment"),
    "value_tier": message("Value tier"),
}
"""What the frame knows of a person, in the order of the page."""

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
}
_FAMILIES: dict[str, Message] = {
    "": message("all products"),
    "card": message("cards"),
    "deposit": message("deposits"),
    "wealth": message("wealth products"),
    "loan": message("loans"),
    "insurance": message("insurance"),
    "assets": message("total assets"),
}
_SCALES: dict[str, Message] = {
    "trust": message("trust"),
    "satisfaction": message("satisfaction"),
    "loyalty": message("loyalty"),
    "ease": message("ease"),
}


def in_order(levels: Iterable[str]) -> tuple[str, ...]:
    """Put a variable's categories in the order of the page: as named above, then by name.

    Examples
    --------
    >>> in_order(["low", "vip", "medium"])
    ('vip', 'medium', 'low')
    """
    ranks = {level: rank for rank, level in enumerate(_LEVELS)}
    return tuple(sorted(levels, key=lambda level: (ranks.get(level, len(ranks)), level)))


def level_name(variable: str, level: str, regions: dict[str, Words]) -> Message | Words | str:
    """Name a category of the frame for readers.

    Examples
    --------
    >>> level_name("segment", "family", {}).pattern
    'families'
    >>> level_name("age_band", "18-29", {})
    '18-29'
    """
    if variable == "region":
        return regions.get(level) or Words(en=level, zh=level)
    return _LEVELS.get(level, level)


def family_name(family: str) -> Message | Words:
    """Name a kind of product for readers.

    Examples
    --------
    >>> family_name("card").pattern
    'cards'
    """
    return _FAMILIES.get(family) or Words(en=family, zh=family)


def scale_name(scale: str) -> Message | Words:
    """Name a scale of several questions for readers.

    Examples
    --------
    >>> scale_name("trust").pattern, scale_name("S4").zh
    ('trust', 'S4')
    """
    return _SCALES.get(scale) or Words(en=scale, zh=scale)


def listing(items: Iterable[Message | Words | str]) -> Message | Words | str:
    """Join names with the language's comma.

    Examples
    --------
    >>> listing(["a", "b"]).pattern
    '{first}, {second}'
    """
    found = list(items)
    if not found:
        return message("none")
    joined = found[0]
    for item in found[1:]:
        joined = message("{first}, {second}", first=joined, second=item)
    return joined
