"""Accounts for a batch that has run: why each report ran, and where the time went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from analysis.engine.events import State

if TYPE_CHECKING:
    from analysis.batch import BatchResult
    from analysis.engine.events import Outcome

_VERBS = {
    State.DONE: "ran",
    State.RENDERED: "pages made anew, without a kernel",
    State.UP_TO_DATE: "up to date",
    State.PARTIAL: "ran, with gaps",
    State.FAILED: "failed",
    State.SKIPPED: "skipped",
    State.NOT_ASKED: "left out by --only",
}
_PHASES = ("kernel", "cells", "judge", "render", "place")


def list_reasons(result: BatchResult) -> Iterator[str]:
    """Give, for each report, what was done about it, and a line for each reason."""
    for outcome in result.outcomes:
        yield f"{outcome.target}: {_VERBS[outcome.state]}"
        yield from (f"  {reason}" for reason in outcome.reasons)


def list_phases(result: BatchResult) -> Iterator[str]:
    """Give a table of the seconds of each phase of each report, and those of the batch."""
    ran = [outcome for outcome in result.outcomes if outcome.phases]
    if ran:
        yield from _align(
            [
                ["report", *_PHASES, "in all", "kernel"],
                *(_row(outcome) for outcome in ran),
                ["all", *(_sum(ran, phase) for phase in _PHASES), _all(ran), _kernels(ran)],
            ]
        )
    for name, seconds in result.phases:
        yield f"{name}: {seconds:.2f} s"


def _row(outcome: Outcome) -> list[str]:
    seconds = dict(outcome.phases)
    parts = (f"{seconds.get(phase, 0):.2f}" for phase in _PHASES)
    return [str(outcome.target), *parts, f"{outcome.seconds:.2f}", outcome.kernel or "none"]


def _sum(ran: Iterable[Outcome], phase: str) -> str:
    return f"{sum(dict(outcome.phases).get(phase, 0) for outcome in ran):.2f}"


def _all(ran: Iterable[Outcome]) -> str:
    return f"{sum(outcome.seconds for outcome in ran):.2f}"


def _kernels(ran: Iterable[Outcome]) -> str:
    counts = Counter(outcome.kernel or "none" for outcome in ran)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))


def _align(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Set the first and the last column left, numbers right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for first, *numbers, last in rows:
        middle = (f"{text:>{width}}" for text, width in zip(numbers, widths[1:-1], strict=True))
        yield "  ".join([f"{first:<{widths[0]}}", *middle, last]).rstrip()
