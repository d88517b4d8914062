"""What happens in a batch, told as it happens: for a terminal, a log, a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from analysis.engine.outcome import Failure


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """One report about one scope."""

    report: str
    scope: str

    def __str__(self) -> str:
        return f"{self.report} · {self.scope}"


class State(StrEnum):
    """What became of a target."""

    DONE = "done"
    """Its notebook ran and its pages are in place."""
    RENDERED = "rendered"
    """Its pages were made again from the notebook of the last run."""
    UP_TO_DATE = "up_to_date"
    PARTIAL = "partial"
    """Its pages are in place, with gaps where sections failed."""
    FAILED = "failed"
    SKIPPED = "skipped"
    """A report that it reads failed."""
    NOT_ASKED = "not_asked"
    """Left out by ``--only``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a target came out.

    Attributes
    ----------
    target : Target
    state : State
    reasons : tuple of str
        Why it was run or skipped, or what was compared where it is up to date.
    failures : tuple of Failure
    seconds : float
        0 where nothing ran.
    phases : tuple of (str, float)
        The seconds of each phase of a report that ran (`analysis.engine.job.run_job`).
    kernel : str
        ``warm`` or ``ordinary``; empty where none was started.
    """

    target: Target
    state: State
    reasons: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0
    phases: tuple[tuple[str, float], ...] = ()
    kernel: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """The batch knows what it is asked for."""

    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What is to be run, and how many seconds each took the last time, if that is known."""

    seconds: Mapping[Target, float | None]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that concerns the whole batch."""

    text: str


@dataclass(frozen=True, slots=True)
class Started:
    """A target's notebook runs, or its pages are made."""

    target: Target
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Advanced:
    """A code cell has run."""

    target: Target
    cell: int
    cells: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A target has come out, one way or another."""

    outcome: Outcome


Event = Planned | Expected | Note | Started | Advanced | Finished
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Listen to nothing."""


@dataclass(slots=True)
class Recorder:
    """Listens and remembers.

    Examples
    --------
    >>> recorder = Recorder()
    >>> recorder(Note("two reports"))
    >>> recorder.events
    [Note(text='two reports')]
    """

    events: list[Event] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        """Remember an event."""
        self.events.append(event)
