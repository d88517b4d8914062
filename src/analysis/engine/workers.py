"""Worker processes: a batch's jobs run side by side, and one that dies takes none with it.

`concurrent.futures` gives up its whole pool when a worker is killed, and cannot stop
a job that runs. Here a dead worker costs its own job and is replaced, and
`WorkerPool.stop` ends every process, kernels included.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from types import TracebackType
from typing import Any, Generic, Protocol, Self

import psutil

from analysis.engine.executor import Crashed, Done, JobT, ResultT, Told, Work
from analysis.engine.memory import MemoryGate
from analysis.engine.nursery import Nursery, Serve
from analysis.engine.warm import can_fork
from analysis.engine.watchdog import kill_processes

_SPAWN = multiprocessing.get_context("spawn")


class WorkerPool(Generic[JobT, ResultT]):
    """A few processes that do one job each at a time.

    Parameters
    ----------
    size : int
        How many jobs run at once, at least 1.
    work : callable
        A function of a module, given a job and a way to tell what happens.
    memory : MemoryGate, optional
        Asked before each job but the first that runs.
    preload : tuple of str
        ``module`` or ``module:function`` that every job needs: imported, or called, once,
        where workers can be forked.
    """

    def __init__(
        self,
        size: int,
        work: Work[JobT, ResultT],
        *,
        memory: MemoryGate | None = None,
        preload: tuple[str, ...] = (),
    ) -> None:
        if size < 1:
            raise ValueError(f"a pool has at least one worker: {size}")
        self._size = size
        self._work = work
        self._memory = memory
        self._waiting: deque[JobT] = deque()
        self._workers: list[_Worker[JobT]] = []
        self._preload = preload if can_fork() else ()
        self._nursery: Nursery | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._dismiss()
        self.stop()

    @property
    def busy(self) -> bool:
        """Whether any job runs or waits."""
        return bool(self._waiting) or any(worker.job is not None for worker in self._workers)

    @property
    def has_room(self) -> bool:
        """Whether a job that is submitted now starts at once, and memory holds it."""
        running = [worker.pid for worker in self._workers if worker.job is not None]
        if self._waiting or len(running) >= self._size:
            return False
        return not running or self._memory is None or self._memory.admits(running)

    def submit(self, job: JobT) -> None:
        """Add a job; it starts as soon as a worker is free."""
        self._waiting.append(job)
        self._hand_out()

    def receive(
        self, timeout: float | None = None
    ) -> list[Told[JobT] | Done[JobT, ResultT] | Crashed[JobT]]:
        """Wait until some worker has something to say, and give all that is there.

        Parameters
        ----------
        timeout : float, optional
            Seconds after which nothing is given if nothing was said.
        """
        busy: dict[object, _Worker[JobT]] = {
            worker.connection: worker for worker in self._workers if worker.job is not None
        }
        if not busy:
            raise RuntimeError("no job is running")
        ready = wait([worker.connection for worker in busy.values()], timeout)
        messages = [message for connection in ready for message in self._hear(busy[connection])]
        self._hand_out()
        return messages

    def stop(self) -> None:
        """Kill every worker with all that it has started."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()
        self._waiting.clear()
        if self._nursery is not None:
            self._nursery.close()
            self._nursery = None

    def _hand_out(self) -> None:
        while self._waiting:
            worker = next((worker for worker in self._workers if worker.job is None), None)
            if worker is None:
                if len(self._workers) >= self._size:
                    return
                worker = self._take_on()
                self._workers.append(worker)
            worker.start(self._waiting.popleft())

    def _take_on(self) -> _Worker[JobT]:
        """Fork a worker, or start one by itself."""
        serve = partial(_serve, work=self._work)
        if self._preload and self._nursery is None:
            self._nursery = Nursery(serve, self._preload)
        if self._nursery is not None:
            with suppress(OSError, EOFError):  # one that has died: workers start by themselves
                return _Worker(_Forked(self._nursery))
        return _Worker(_Started(serve))

    def _hear(
        self, worker: _Worker[JobT]
    ) -> Iterator[Told[JobT] | Done[JobT, ResultT] | Crashed[JobT]]:
        job = worker.job
        if job is None:
            return
        try:
            kind, content = worker.connection.recv()
        except (EOFError, OSError):
            worker.bury()
            self._workers.remove(worker)
            yield Crashed(job, f"its process ended with code {worker.exit_code}")
            return
        if kind == "told":
            yield Told(job, content)
            return
        worker.job = None
        yield Done(job, content) if kind == "done" else Crashed(job, content)

    def _dismiss(self) -> None:
        for worker in self._workers:
            if worker.job is None:
                worker.dismiss()


class _Process(Protocol):
    """A worker's process, and this end of its connection."""

    pid: int
    connection: Connection[Any, Any]

    def join(self) -> int | None:
        """Wait for its end, and give its exit code if it is known."""
        ...


class _Started:
    """A process that was started by itself."""

    def __init__(self, serve: Serve) -> None:
        self.connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        self.pid = self._process.pid or 0
        theirs.close()

    def join(self) -> int | None:
        self._process.join(timeout=5)
        return self._process.exitcode


class _Forked:
    """A process that was forked."""

    def __init__(self, nursery: Nursery) -> None:
        self.pid, self.connection = nursery.fork()
        self._nursery = nursery

    def join(self) -> int | None:
        return self._nursery.reap(self.pid)


class _Worker(Generic[JobT]):
    """One process and the job that it is at."""

    def __init__(self, process: _Process) -> None:
        self.connection = process.connection
        self.pid = process.pid
        self.job: JobT | None = None
        self.exit_code: int | None = None
        self._process = process

    def start(self, job: JobT) -> None:
        self.job = job
        with suppress(OSError):  # a worker that has died is noticed in `receive`
            self.connection.send(job)

    def dismiss(self) -> None:
        """Let an idle worker end by itself."""
        self.connection.close()
        self._join()

    def bury(self) -> None:
        """Take leave of a worker that has died; its kernel notices and ends by itself."""
        self._join()
        self.kill()

    def kill(self) -> None:
        """End a worker with all that it has started."""
        if self.exit_code is None:
            with suppress(psutil.Error):
                process = psutil.Process(self.pid)
                kill_processes([process, *process.children(recursive=True)])
            self._join()
        self.connection.close()

    def _join(self) -> None:
        if self.exit_code is None:
            self.exit_code = self._process.join()


def _serve(connection: Connection[Any, Any], work: Callable[..., Any]) -> None:
    """Do jobs until the other end is closed; the parent alone answers Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def tell(what: object) -> None:
        connection.send(("told", what))

    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = ("done", work(job, tell))
        except Exception as error:  # whatever it is, the others go on
            answer = ("crashed", type(error).__name__)
        connection.send(answer)


def _end_with_parent() -> None:
    """Leave no kernel behind when the parent is killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    here = psutil.Process()
    kill_processes(here.children(recursive=True))
    here.kill()
