"""Names: the nearest valid one, and which are safe as a file name everywhere."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)}
)

_REORDERING = frozenset(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def nearest(name: str, options: Iterable[str]) -> str | None:
    """Give the option that `name` most likely stands for, or None.

    Examples
    --------
    >>> nearest("lifecycel", ["lifecycle", "market_research"])
    'lifecycle'
    >>> nearest("EN", ["en", "zh"])
    'en'
    """
    by_folded: dict[str, str] = {}
    for option in options:
        by_folded.setdefault(option.casefold(), option)
    found = difflib.get_close_matches(name.casefold()[:200], list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def suggest(name: str, options: Iterable[str]) -> str:
    """Give ``Did you mean 'OPTION'?``, or nothing where no option is near.

    Examples
    --------
    >>> suggest("as_off", ["as_of", "period"])
    "Did you mean 'as_of'?"
    """
    found = nearest(name, options)
    return f"Did you mean {found!r}?" if found is not None else ""


def is_plain(name: str) -> bool:
    """Whether a name has only letters, digits, ``-`` and ``_``, at most 64 of them.

    Examples
    --------
    >>> is_plain("north-2025"), is_plain("../north")
    (True, False)
    """
    return _PLAIN.fullmatch(name) is not None


def is_reserved(name: str) -> bool:
    """Whether Windows keeps the name for a device, with or without an ending.

    Examples
    --------
    >>> is_reserved("NUL"), is_reserved("com1.yaml"), is_reserved("console")
    (True, True, False)
    """
    return name.partition(".")[0].strip().casefold() in _RESERVED


def breaks_line(character: str) -> bool:
    r"""Whether a character has no place within one line: control, break, reordering.

    Examples
    --------
    >>> breaks_line("\t"), breaks_line("\u3000")
    (True, False)
    """
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _REORDERING


def join_options(options: Iterable[str], *, most: int = 12) -> str:
    """List options for a message: ``one of a, b, c``, cut after `most`.

    Examples
    --------
    >>> join_options(["en", "zh"])
    'one of en, zh'
    """
    names = list(options)
    shown = ", ".join(names[:most])
    if len(names) == 1:
        return shown
    return f"one of {shown}" + (f" and {len(names) - most} more" if len(names) > most else "")
