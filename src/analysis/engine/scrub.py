"""What of a kernel's log may be kept: how it died, and never what it had in hand.

Anything may write to a kernel's log: a library that warns of a row, a cell that starts a
program. What is kept says where the kernel was, in the words of Python's own reports of
crashes and of papermill; of every other line only that it was there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_KEPT = tuple(
    re.compile(pattern)
    for pattern in (
        r'\s*File "[^"]*", line \d+(, in [\w<>.]+| in [\w<>.]+)?',
        r"Fatal Python error: [A-Za-z ]+",
        r"(Current thread|Thread) 0x[0-9a-f]+.*most recent call first\)?:",
        r"Traceback \(most recent call last\):",
        r"Extension modules: [\w., ]+\(total: \d+\)",
        r"(Executing notebook with kernel: \w+|Executing Cell \d+-+|Ending Cell \d+-+)",
        r"(Segmentation fault|Aborted|Killed|MemoryError)( \(core dumped\))?",
    )
)
_RAISED = re.compile(r"([A-Za-z_][\w.]*(?:Error|Exception|Warning|Interrupt))\b.*")


def scrub_log(text: str) -> str:
    r"""Keep the lines of a log that hold no value, and of an exception its type.

    Examples
    --------
    >>> print(scrub_log('Fatal Python error: Segmentation fault\nrow: Li Wei, 8,120.50\n'
    ...                 'ValueError: customer C0012345\n'), end="")
    Fatal Python error: Segmentation fault
    [1 line left out: it may hold data]
    ValueError
    """
    return "".join(f"{line}\n" for line in _scrubbed(text))


def _scrubbed(text: str) -> Iterator[str]:
    left_out = 0
    for line in text.splitlines():
        kept = _kept(line)
        if kept is None:
            left_out += bool(line.strip())
            continue
        if left_out:
            yield _mark(left_out)
            left_out = 0
        yield kept
    if left_out:
        yield _mark(left_out)


def _kept(line: str) -> str | None:
    if any(pattern.fullmatch(line) for pattern in _KEPT):
        return line
    raised = _RAISED.fullmatch(line)
    return raised.group(1) if raised else None


def _mark(lines: int) -> str:
    return (
        f"[{lines} lines left out: they may hold data]"
        if lines > 1
        else "[1 line left out: it may hold data]"
    )
