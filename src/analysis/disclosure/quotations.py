"""What in a person's own words points at the person."""

from __future__ import annotations

import re

_POINTERS = (
    re.compile(r"[^\s@]+@[^\s@]+\.\w+"),  # an address
    re.compile(r"https?://|www\.", re.IGNORECASE),
    re.compile(r"(?:\d[\s-]?){6,}[0-9Xx]"),  # an account, a card, a telephone, an identity card
    re.compile(r"(?<!\w)[A-Za-z]{1,4}-?\d{4,}(?!\w)"),  # a customer's or an employee's number
)


def points_at_a_person(text: str) -> bool:
    """Whether a text holds what identifies a person directly.

    It looks for numbers and addresses. Names it does not know: they are to be taken out
    where the words come from.

    Examples
    --------
    >>> points_at_a_person("The queue was long."), points_at_a_person("Call me: 138 0013 8000")
    (False, True)
    """
    return any(pattern.search(text) for pattern in _POINTERS)
