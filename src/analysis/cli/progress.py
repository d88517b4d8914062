"""Tells what a batch is doing: bars on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from analysis.cli.command import echo
from analysis.engine.estimate import Estimate, word_seconds
from analysis.engine.events import (
    Advanced,
    Event,
    Finished,
    Listener,
    Note,
    Outcome,
    Planned,
    Started,
    State,
    Target,
)
from analysis.visible import clean_text

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_REASONS_SHOWN = 4
_WORDS = {
    State.DONE: "done",
    State.RENDERED: "pages made anew",
    State.UP_TO_DATE: "up to date",
    State.PARTIAL: "PARTIAL",
    State.FAILED: "FAILED",
    State.SKIPPED: "skipped",
    State.NOT_ASKED: "left out",
}


@contextmanager
def show_progress() -> Iterator[Listener]:
    """Show progress on standard error while a batch runs.

    Yields
    ------
    callable
        The listener to give to the batch.
    """
    if not sys.stderr.isatty():
        yield PlainLines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Bars(progress)


@contextmanager
def show_count(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how many of something are done.

    Yields
    ------
    callable
        Called with how many are done and how many there are.
    """
    if not sys.stderr.isatty():

        def tell(done: int, total: int) -> None:
            click.echo(f"{done:,} of {total:,} {what}", err=True)

        yield tell
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what)

        def advance(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield advance


class PlainLines:
    """Prints a line for each step, with how many are done and what is left; no cells.

    Parameters
    ----------
    clock : callable
        Gives seconds; never goes back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._estimate = Estimate()

    def __call__(self, event: Event) -> None:
        """Print what there is to say."""
        self._estimate.hear(event, now=self._clock())
        line = _describe(event)
        if isinstance(event, Finished):
            estimate = self._estimate
            left = _word_left(estimate, self._clock())
            line += f" ({estimate.done} of {estimate.total}{f', {left}' if left else ''})"
        if line:
            echo(line, err=True)


def _word_left(estimate: Estimate, now: float) -> str:
    left = estimate.seconds_left(now=now)
    return f"{word_seconds(left)} left" if left else ""


def _describe(event: Event) -> str:
    match event:
        case Note(text):
            return f"{text} …"
        case Started(target, reasons):
            return f"{target}: running, because {_list_reasons(reasons)}"
        case Finished(outcome):
            return describe_outcome(outcome)
        case _:
            return ""


def _list_reasons(reasons: tuple[str, ...]) -> str:
    more = len(reasons) - _REASONS_SHOWN
    shown = "; ".join(reasons[:_REASONS_SHOWN])
    return f"{shown}; and {more} more reasons" if more > 0 else shown


def describe_outcome(outcome: Outcome) -> str:
    """Say in a line how a target came out.

    Examples
    --------
    >>> target = Target("lifecycle", "bank")
    >>> describe_outcome(Outcome(target=target, state=State.DONE, seconds=12.34))
    'lifecycle · bank: done in 12.3 s'
    """
    text = f"{outcome.target}: {_WORDS[outcome.state]}"
    if outcome.state in {State.DONE, State.RENDERED, State.PARTIAL}:
        return f"{text} in {outcome.seconds:.1f} s"
    if outcome.state is State.SKIPPED:
        return f"{text}, {'; '.join(outcome.reasons)}"
    return text


class _Bars:
    """A bar for the batch and one for each report that runs."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._estimate = Estimate()
        self._whole = progress.add_task("Reports", total=None, left="")
        self._tasks: dict[Target, TaskID] = {}

    def __call__(self, event: Event) -> None:
        progress = self._progress
        self._estimate.hear(event, now=time.monotonic())
        match event:
            case Planned(targets):
                progress.update(self._whole, total=len(targets), completed=0)
            case Started(target, reasons):
                self._say(f"{target}: running, because {_list_reasons(reasons)}")
                self._drop(target)  # a lost machine's job begins again
                self._tasks[target] = progress.add_task(str(target), total=None, left="")
            case Advanced(target, cell, cells) if target in self._tasks:
                progress.update(self._tasks[target], completed=cell, total=cells)
            case Finished(outcome):
                self._finish(outcome)
            case Note(text):
                self._say(f"{text} …")

    def _say(self, line: str) -> None:
        self._progress.console.print(
            clean_text(line), markup=False, highlight=False, soft_wrap=True
        )

    def _finish(self, outcome: Outcome) -> None:
        self._drop(outcome.target)
        self._progress.advance(self._whole)
        left = _word_left(self._estimate, time.monotonic())
        self._progress.update(self._whole, left=left)
        self._say(describe_outcome(outcome))

    def _drop(self, target: Target) -> None:
        task = self._tasks.pop(target, None)
        if task is not None:
            self._progress.remove_task(task)
