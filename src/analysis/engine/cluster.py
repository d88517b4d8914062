"""Jobs on many machines: the workers of a Dask scheduler that somebody else has started.

Dask hands the jobs out, notices workers that die and gives their jobs to others. Each
job runs in a process of its own beneath the Dask worker, so that it can be ended with
its kernel. Paths are the same on every machine: the project, the source and the
reports folder lie on a file system that all of them share.
"""

from __future__ import annotations

import importlib.metadata
import multiprocessing
import platform
import queue
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self

from analysis.engine.executor import Crashed, Done, JobT, ResultT, Told, Work
from analysis.engine.manifest import hash_package, library_versions
from analysis.engine.workers import WorkerPool
from analysis.errors import AssessmentError, ParameterError, Problem, ReportError

if TYPE_CHECKING:
    from distributed import Client, Future

_DISTRIBUTION = "bank-assessment"
_CONNECT_SECONDS = 30
_FIRST_WORKER_SECONDS = 60
_LOOK_EVERY_SECONDS = 1.0
_RETRIES = 2


class ClusterExecutor(Generic[JobT, ResultT]):
    """Does jobs on the workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://host:8786``, or ``tls://…``.
    work : callable
        A function of a module that every machine can import.
    shared : sequence of Path
        Folders that every worker must see under the same path.

    Raises
    ------
    ParameterError
        If the extra ``cluster`` is not installed.
    ReportError
        If the scheduler does not answer, has no worker, or a machine has other code,
        other libraries or not the same folders.
    """

    def __init__(
        self, address: str, work: Work[JobT, ResultT], *, shared: tuple[Path, ...] = ()
    ) -> None:
        self._work = work
        self._batch = f"assess-{uuid.uuid4().hex}"
        self._said: queue.Queue[tuple[str, object]] = queue.Queue()
        self._jobs: dict[str, JobT] = {}
        self._futures: dict[str, Future[Any]] = {}
        self._client = _connect(address)
        try:
            _check_machines(self._client, address, shared)
            self._client.subscribe_topic(self._batch, self._hear)
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def busy(self) -> bool:
        """Whether any job runs or waits."""
        return bool(self._jobs)

    @property
    def has_room(self) -> bool:
        """Whether more jobs may be submitted: always, the scheduler keeps them."""
        return True

    def submit(self, job: JobT) -> None:
        """Give a job to the scheduler."""
        from distributed.protocol import pickle

        key = f"{self._batch}-{uuid.uuid4().hex}"
        self._jobs[key] = job
        future = self._client.submit(
            do_job, self._batch, pickle.dumps((self._work, job)), key=key, retries=_RETRIES
        )
        self._futures[key] = future
        future.add_done_callback(lambda future: self._said.put((future.key, _SETTLED)))

    def receive(
        self, timeout: float | None = None
    ) -> list[Told[JobT] | Done[JobT, ResultT] | Crashed[JobT]]:
        """Wait until some worker has something to say, and give all that is there.

        Parameters
        ----------
        timeout : float, optional
            Seconds after which nothing is given if nothing was said.
        """
        if not self._jobs:
            raise RuntimeError("no job is running")
        waited = 0.0
        while timeout is None or waited < timeout:
            messages = list(self._take())
            if messages:
                return messages
            waited += _LOOK_EVERY_SECONDS
        return []

    def stop(self) -> None:
        """Have the scheduler forget every job; workers end what they are at."""
        with suppress(Exception):  # a scheduler that is gone needs no goodbye
            self._client.cancel(list(self._futures.values()), force=True)
            self._client.run(dismiss_workers, self._batch, on_error="ignore")
        self._jobs.clear()
        self._futures.clear()
        self._client.close()

    def _hear(self, event: tuple[float, tuple[str, bytes]]) -> None:
        self._said.put(event[1])

    def _take(self) -> Iterator[Told[JobT] | Done[JobT, ResultT] | Crashed[JobT]]:
        """Give what was said; wait a moment for it."""
        try:
            said = [self._said.get(timeout=_LOOK_EVERY_SECONDS)]
        except queue.Empty:
            yield from self._bury_lost()
            return
        with suppress(queue.Empty):
            while True:
                said.append(self._said.get_nowait())
        for key, what in said:
            if key not in self._jobs:
                continue  # an event that was overtaken by its job's end
            if what is _SETTLED:
                yield self._settle(key)
            elif isinstance(what, bytes):
                yield Told(self._jobs[key], _loads(what))

    def _settle(self, key: str) -> Done[JobT, ResultT] | Crashed[JobT]:
        job, future = self._jobs.pop(key), self._futures.pop(key)
        if future.status == "finished":
            kind, content = future.result()
            return Done(job, content) if kind == "done" else Crashed(job, content)
        if future.status == "error":
            error = future.exception()
            known = isinstance(error, AssessmentError)
            return Crashed(job, str(error) if known else _describe_loss(error))
        return Crashed(job, "the connection to the scheduler was lost")

    def _bury_lost(self) -> Iterator[Crashed[JobT]]:
        if self._client.status == "closed":
            for key in list(self._jobs):
                self._futures.pop(key)
                yield Crashed(self._jobs.pop(key), "the connection to the scheduler was lost")


_SETTLED = object()


def _describe_loss(error: BaseException | None) -> str:
    if type(error).__name__ == "KilledWorker":
        return "every worker that it was given to died at it"
    return type(error).__name__


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise ParameterError(
            Problem(
                what="reports cannot run on a cluster",
                found="no library dask.distributed",
                needed="the extra 'cluster', here and on every machine of the cluster",
                next_step="Install it: python -m pip install 'bank-assessment[cluster]'",
                where=f"cluster {address}",
            )
        ) from None
    try:
        return Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise ReportError(
            Problem(
                what="the cluster's scheduler does not answer",
                found=type(error).__name__,
                next_step="Check the address and that the scheduler is up, "
                "or leave --cluster out to run on this machine.",
                where=f"cluster {address}",
            )
        ) from None


def _check_machines(client: Client, address: str, shared: tuple[Path, ...]) -> None:
    """Refuse a cluster on which a report would not come out as it does here."""
    where = f"cluster {address}"
    try:
        client.wait_for_workers(1, timeout=_FIRST_WORKER_SECONDS)
    except TimeoutError:
        raise ReportError(
            Problem(
                what="the cluster has no worker",
                needed=f"one within {_FIRST_WORKER_SECONDS} s",
                next_step="Start one: dask worker SCHEDULER --nthreads 1",
                where=where,
            )
        ) from None
    # a function of the standard library, which arrives wherever Python runs
    there: dict[str, Any] = dict(
        client.run(importlib.metadata.version, _DISTRIBUTION, on_error="return")
    )
    with suppress(Exception):
        there["scheduler"] = importlib.metadata.PackageNotFoundError(_DISTRIBUTION)
        there["scheduler"] = client.run_on_scheduler(importlib.metadata.version, _DISTRIBUTION)
    lacking = sorted(name for name, version in there.items() if isinstance(version, Exception))
    if lacking:
        raise ReportError(
            Problem(
                what=f"{', '.join(lacking)} cannot import {_DISTRIBUTION}",
                needed="the same installation on the scheduler and on every worker",
                next_step="Install it there from the same lock file.",
                where=where,
            )
        )
    found = client.run(describe_machine, [str(path) for path in shared], on_error="return")
    own = describe_machine([str(path) for path in shared])
    problems = [
        problem
        for worker, description in sorted(found.items())
        for problem in _compare(worker, description, own, where)
    ]
    if problems:
        raise ReportError(problems)


def _compare(worker: str, found: object, own: Mapping[str, Any], where: str) -> Iterator[Problem]:
    if not isinstance(found, Mapping):
        yield Problem(
            what=f"worker {worker} cannot say what it is",
            found=type(found).__name__,
            next_step="Install the same version there.",
            where=where,
        )
        return
    folders = sorted(name for name, there in found.items() if there is False)
    others = sorted(
        name for name in own if isinstance(own[name], str) and found.get(name) != own[name]
    )
    if others:
        shown = [f"{name} {found.get(name)} and here {own[name]}" for name in others[:5]]
        yield Problem(
            what=f"worker {worker} is not installed as this machine is",
            found="; ".join(shown),
            needed="the same code, Python and libraries: pages would say what is not so",
            next_step="Install it there from the same lock file, and restart the worker.",
            where=where,
        )
    if folders:
        yield Problem(
            what=f"worker {worker} does not see {' and '.join(folders)}",
            needed="a shared file system with the same paths on every machine",
            next_step="Mount it there, or name other folders.",
            where=where,
        )


def describe_machine(folders: list[str]) -> dict[str, str | bool]:
    """Say what decides how a report comes out here, and which folders are there.

    Examples
    --------
    >>> describe_machine(["."])["folder ."]
    True
    """
    return {
        "code": hash_package("analysis")[:12],
        "python": platform.python_version(),
        **dict(library_versions()),
        **{f"folder {name}": Path(name).is_dir() for name in folders},
    }


_pools: dict[str, list[WorkerPool[Any, Any]]] = {}
"""On a Dask worker: idle processes by batch. A new batch may come with new code."""
_pools_lock = threading.Lock()


def do_job(batch: str, content: bytes) -> tuple[str, Any]:
    """Do a job on a Dask worker, in a process beneath it; called by Dask.

    Returns
    -------
    tuple of str and object
        ``done`` and the result, or ``crashed`` and the reason.
    """
    from distributed import get_worker
    from distributed.protocol import pickle

    worker = get_worker()
    key = worker.get_current_task()
    work, job = pickle.loads(content)
    pool = _take_pool(batch, work)
    try:
        pool.submit(job)
        while True:
            for message in pool.receive(timeout=_LOOK_EVERY_SECONDS):
                if isinstance(message, Told):
                    worker.log_event(batch, (key, pickle.dumps(message.what)))
                elif isinstance(message, Done):
                    return "done", message.result
                else:
                    return "crashed", message.reason
            if _is_forgotten(worker, key):
                pool.stop()
                return "crashed", "it was called off"
    except BaseException:
        pool.stop()
        raise
    finally:
        with _pools_lock:
            _pools.setdefault(batch, []).append(pool)


def dismiss_workers(batch: str) -> None:
    """End the idle processes of a batch on a Dask worker; called by Dask."""
    with _pools_lock:
        idle = _pools.pop(batch, [])
    for pool in idle:
        pool.stop()


def _take_pool(batch: str, work: Callable[..., Any]) -> WorkerPool[Any, Any]:
    # a nanny's worker is a daemon by default, and a daemon may start no process
    multiprocessing.current_process().daemon = False
    with _pools_lock:
        idle = _pools.get(batch, [])
        if idle:
            return idle.pop()
        others = [name for name in _pools if name != batch]
    for name in others:
        dismiss_workers(name)
    return WorkerPool(1, work)


def _is_forgotten(worker: Any, key: object) -> bool:
    """Whether the scheduler no longer wants a task: its batch was stopped, or died."""
    task = worker.state.tasks.get(key)
    return task is None or task.state in {"cancelled", "released", "forgotten"}


def _loads(content: bytes) -> object:
    from distributed.protocol import pickle

    return pickle.loads(content)
