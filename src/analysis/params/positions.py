"""Where a value stands in a file, what it is called, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from analysis.errors import Problem
from analysis.params.names import breaks_line
from analysis.params.secrets import is_sensitive

KeyPath = tuple[str | int, ...]
Raw = str | list[Any] | dict[str, Any]
"""Text, a list of `Raw`, or a mapping of text to `Raw`."""


class Position(NamedTuple):
    """A place in a file, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem and the value that it concerns."""

    path: KeyPath
    position: Position
    problem: Problem


def dotted(path: KeyPath) -> str:
    """Give a value's name for a message.

    Examples
    --------
    >>> dotted(("reports", "lifecycle", "scopes", 0))
    'reports.lifecycle.scopes[0]'
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{shown(part)}" for part in path)
    return "".join(parts).removeprefix(".")


def shown(text: str, *, most: int = 60) -> str:
    """Shorten a text for a message; what may hold a secret is not shown at all.

    Examples
    --------
    >>> shown("postgres://reader:hunter2@host/db")
    '(hidden)'
    """
    if is_sensitive(text):
        return "(hidden)"
    line = "".join("�" if breaks_line(character) else character for character in text)
    return line if len(line) <= most else f"{line[: most - 1]}…"
