"""Where jobs are done: what a batch asks of worker processes, or of a cluster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")
Tell = Callable[[object], None]
Work = Callable[[JobT, Tell], ResultT]
"""Does a job and tells, while at it, what happens. Importable by name."""


@dataclass(frozen=True, slots=True)
class Told(Generic[JobT]):
    """A worker says something while at a job."""

    job: JobT
    what: object


@dataclass(frozen=True, slots=True)
class Done(Generic[JobT, ResultT]):
    """A job is done."""

    job: JobT
    result: ResultT


@dataclass(frozen=True, slots=True)
class Crashed(Generic[JobT]):
    """A job raised, or its worker died; `reason` names no value from the data."""

    job: JobT
    reason: str


class Executor(Protocol[JobT, ResultT]):
    """Does jobs side by side, each exactly once.

    Of every job that was submitted, `receive` gives any number of `Told`, and last of
    all either one `Done` or one `Crashed`. Leaving the ``with`` block stops whatever
    still runs.
    """

    def __enter__(self) -> Self:
        """Give the executor itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop, kernels included."""
        ...

    @property
    def busy(self) -> bool:
        """Whether any job runs or waits."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether one more job may be submitted now; always true where none runs."""
        ...

    def submit(self, job: JobT) -> None:
        """Add a job."""
        ...

    def receive(
        self, timeout: float | None = None
    ) -> list[Told[JobT] | Done[JobT, ResultT] | Crashed[JobT]]:
        """Wait until there is something to say, and give all that is there.

        Parameters
        ----------
        timeout : float, optional
            Seconds after which nothing is given if nothing was said.
        """
        ...

    def stop(self) -> None:
        """End every job at once, with all that it has started."""
        ...


class OnDemand(Generic[JobT, ResultT]):
    """An executor that is opened with its first job: a batch without one starts nothing.

    Parameters
    ----------
    open_executor : callable
        Gives the executor; called once, or never.
    """

    def __init__(self, open_executor: Callable[[], Executor[JobT, ResultT]]) -> None:
        self._open = open_executor
        self._opened: Executor[JobT, ResultT] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._opened is not None:
            self._opened.__exit__(kind, error, trace)

    @property
    def busy(self) -> bool:
        """Whether any job runs or waits."""
        return self._opened is not None and self._opened.busy

    @property
    def has_room(self) -> bool:
        """Whether one more job may be submitted now."""
        return self._opened is None or self._opened.has_room

    def submit(self, job: JobT) -> None:
        """Add a job; open the executor for the first."""
        if self._opened is None:
            self._opened = self._open().__enter__()
        self._opened.submit(job)

    def receive(
        self, timeout: float | None = None
    ) -> list[Told[JobT] | Done[JobT, ResultT] | Crashed[JobT]]:
        """Wait until there is something to say; only while `busy`."""
        if self._opened is None:
            raise RuntimeError("no job is running")
        return self._opened.receive(timeout)

    def stop(self) -> None:
        """End every job at once, with all that it has started."""
        if self._opened is not None:
            self._opened.stop()
