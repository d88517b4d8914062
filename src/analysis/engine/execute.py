"""Runs one notebook in one kernel; the only module that knows papermill.

papermill would infer types, format paths with ``str.format``, take unknown names
and turn names into code. It is therefore given a notebook that was read here, plain
JSON values under names that were checked (`analysis.engine.judge.inspect_notebook`),
and no path at all.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import papermill
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import raise_for_execution_errors
from pydantic import JsonValue

from analysis.engine.budget import Budget
from analysis.engine.environment import kernel_environment
from analysis.engine.kernel import KERNEL_NAME, LANGUAGE, make_manager, private_sockets
from analysis.engine.outcome import Failure, FailureKind
from analysis.engine.watchdog import Watchdog
from analysis.publish.payload import mime_type

_ENGINE = "bank-assessment"
_HEADER = mime_type("report")
_IOPUB_SECONDS = 60
_KERNEL_START_SECONDS = 10**9
"""No limit of jupyter_client's, which looks at a clock that may be set: the watchdog has one."""

OnCell = Callable[[int, int], None]
"""Called after each cell with its number and the number of cells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One notebook to run.

    Attributes
    ----------
    notebook : NotebookNode
        As it was read; it is not altered.
    parameters : mapping of str to JSON value
    context : mapping of str to JSON value
        What the notebook's `open_report` reads: the run, the report, the scope.
    folder : Path
        A private, existing folder: the kernel's working directory.
    budget : Budget
    environment : mapping of str to str
        Added to the kernel's environment.
    sockets : Path or None
        A folder with a short path, for the kernel's sockets.
    warm : Path or None
        Where a warm parent listens; an ordinary kernel where None.
    """

    notebook: NotebookNode
    parameters: Mapping[str, JsonValue]
    context: Mapping[str, JsonValue]
    folder: Path
    budget: Budget
    environment: Mapping[str, str] = field(default_factory=dict)
    sockets: Path | None = None
    warm: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What became of a notebook.

    Attributes
    ----------
    notebook : NotebookNode
        With the outputs that arrived; without clocks, paths and random names.
    returned : bool
        papermill returned without an exception.
    stopped : Failure or None
        Why papermill or the watchdog did not let it come to its end.
    raised : tuple of mapping
        The exceptions that cells raised (`analysis.trace.describe_error`), each with the
        ``count`` of its cell.
    trace : mapping or None
        What the kernel said about itself (`analysis.trace.write_trace`).
    started_at : datetime
        In UTC.
    seconds : float
    cell_seconds : tuple of float
        Of each code cell that ran.
    peak_memory_bytes : int
    warm : bool
        Its kernel was forked.
    """

    notebook: NotebookNode
    returned: bool
    stopped: Failure | None
    raised: tuple[Mapping[str, Any], ...]
    trace: Mapping[str, Any] | None
    started_at: dt.datetime
    seconds: float
    cell_seconds: tuple[float, ...]
    peak_memory_bytes: int
    warm: bool = False


def execute(task: Task, *, on_cell: OnCell | None = None) -> Execution:
    """Run a notebook in a kernel of its own, and leave no process behind.

    The kernel's own output goes to ``kernel.log`` in the task's folder.

    Parameters
    ----------
    task : Task
    on_cell : callable, optional

    Returns
    -------
    Execution
        Whatever happened; `analysis.engine.judge.judge` says whether it is a success.
    """
    (task.folder / "context.json").write_text(
        json.dumps(task.context, ensure_ascii=False), encoding="utf-8"
    )
    started_at, clock = dt.datetime.now(dt.UTC), time.monotonic()
    with private_sockets(task.sockets) as sockets, _log_to(task.folder / "kernel.log") as log:
        session = _Session(task=task, sockets=sockets, log=log, on_cell=on_cell)
        try:
            stopped = _run(session)
        finally:
            session.end()
    notebook = task.notebook if session.notebook is None else session.notebook
    watchdog = session.watchdog
    return Execution(
        notebook=_strip(notebook),
        returned=session.returned,
        stopped=(watchdog.failure if watchdog else None) or stopped,
        raised=tuple((_read_json(task.folder / "error.json") or {}).get("raised", ())),
        trace=_read_json(task.folder / "trace.json"),
        started_at=started_at,
        seconds=time.monotonic() - clock,
        cell_seconds=session.cell_seconds,
        peak_memory_bytes=watchdog.peak_memory_bytes if watchdog else 0,
        warm=session.warm,
    )


@dataclass(slots=True, kw_only=True)
class _Session:
    """What one call of papermill and its engine share."""

    task: Task
    sockets: Path
    log: TextIO
    on_cell: OnCell | None
    notebook: NotebookNode | None = None
    returned: bool = False
    watchdog: Watchdog | None = None
    warm: bool = False
    cell_seconds: tuple[float, ...] = ()
    cell_began: float = 0.0

    def watch(self, pid: int, warm: bool) -> None:
        self.warm = warm
        self.watchdog = Watchdog(pid, self.task.budget)
        self.watchdog.start()

    def end(self) -> None:
        if self.watchdog is not None:
            self.watchdog.end()


class _Client(PapermillNotebookClient):  # type: ignore[misc]  # papermill has no types
    """Runs the cells in a kernel that the session's watchdog knows."""

    def __init__(self, session: _Session, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.session = session

    def go_on(self, cell: NotebookNode, reply: Mapping[str, Any]) -> None:
        """Once the report's header is out, a section that fails takes no other with it."""
        self.force_raise_errors = reply["content"].get("ename") in {
            "SystemExit",
            "KeyboardInterrupt",
        }
        if any(_HEADER in output.get("data", {}) for output in cell.get("outputs", ())):
            self.allow_errors = True

    def create_kernel_manager(self) -> AsyncKernelManager:
        session = self.session
        self.km = make_manager(session.sockets, tell=session.watch, warm=session.task.warm)
        return self.km


class _Engine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """papermill's own engine, with our kernel and our budgets."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, session: _Session, **_: Any
    ) -> None:
        task = session.task
        session.notebook = nb_man.nb
        cells = len(nb_man.nb.cells)

        def begin(cell: NotebookNode, cell_index: int, **_: Any) -> None:
            session.cell_began = time.monotonic()

        def tell(
            cell: NotebookNode, cell_index: int, execute_reply: Mapping[str, Any], **_: Any
        ) -> None:
            session.cell_seconds += (time.monotonic() - session.cell_began,)
            client.go_on(cell, execute_reply)
            if session.on_cell is not None:
                session.on_cell(cell_index + 1, cells)

        client = _Client(
            session,
            nb_man,
            kernel_name=kernel_name,
            timeout=task.budget.cell_seconds,
            startup_timeout=_KERNEL_START_SECONDS,
            iopub_timeout=_IOPUB_SECONDS,
            shell_timeout_interval=1,
            record_timing=False,
            store_widget_state=False,
            extra_arguments=["--IPKernelApp.extra_extensions=analysis.trace"],
            on_cell_execute=begin,
            on_cell_executed=tell,
            log=logging.getLogger("papermill"),
        )
        client.execute(
            cwd=str(task.folder),
            env=kernel_environment(task.folder, extra=task.environment),
            stdout=session.log,
            stderr=session.log,
        )


papermill_engines.register(_ENGINE, _Engine)


def _run(session: _Session) -> Failure | None:
    try:
        prepared = papermill.execute_notebook(
            session.task.notebook,
            None,
            parameters=dict(session.task.parameters),
            engine_name=_ENGINE,
            kernel_name=KERNEL_NAME,
            language=LANGUAGE,
            prepare_only=True,
        )
        # in one call with the above, it would write the outputs down twice, to nowhere
        executed = papermill_engines.execute_notebook_with_engine(
            _ENGINE, prepared, kernel_name=KERNEL_NAME, progress_bar=False, session=session
        )
        raise_for_execution_errors(executed, None)
        session.returned = True
    except PapermillExecutionError:
        return None  # the notebook holds the error, and `judge` reads it there
    except CellTimeoutError as error:
        return _describe_timeout(error, session.task.budget)
    except DeadKernelError:
        return Failure(
            kind=FailureKind.KERNEL_DIED,
            message=(
                "the kernel died in the middle of a cell. If the machine is short of memory, "
                "use fewer --jobs or a smaller budgets.memory_gb."
            ),
        )
    except RuntimeError:
        return Failure(
            kind=FailureKind.KERNEL_DIED,
            message="the kernel did not start; its log says why.",
        )
    return None


def _describe_timeout(error: CellTimeoutError, budget: Budget) -> Failure:
    if "IOPub" in str(error):
        return Failure(
            kind=FailureKind.OUTPUTS_LOST,
            message=f"a cell ended, but not all of its outputs arrived within {_IOPUB_SECONDS} s.",
        )
    return Failure(
        kind=FailureKind.CELL_TIMED_OUT,
        message=f"a cell took longer than its {budget.cell_seconds} s.",
    )


def _strip(notebook: NotebookNode) -> NotebookNode:
    """Take out what differs between two runs of the same input: clocks, paths, random ids."""
    parameters = notebook.metadata.get("papermill", {}).get("parameters", {})
    notebook.metadata["papermill"] = {"parameters": parameters}
    for number, cell in enumerate(notebook.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell["outputs"] = list(_join_streams(cell.outputs))
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        elif "papermill-error-cell-tag" in cell.metadata.get("tags", []):
            cell["id"] = f"error-{number}"
    return notebook


def _join_streams(outputs: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Join what was printed in one go: how it was cut depends on the time it took."""
    last: NotebookNode | None = None
    for output in outputs:
        if last is not None and output.output_type == "stream" and last.name == output.name:
            last["text"] = f"{last.text}{output.text}"
            continue
        last = output if output.output_type == "stream" else None
        yield output


@contextmanager
def _log_to(path: Path) -> Iterator[TextIO]:
    """Open a log for the kernel, and have papermill log there instead of on the terminal."""
    logger = logging.getLogger("papermill")
    with path.open("w", encoding="utf-8") as stream:
        handler = logging.StreamHandler(stream)
        before = logger.propagate
        logger.addHandler(handler)
        logger.propagate = False
        try:
            yield stream
        finally:
            logger.removeHandler(handler)
            logger.propagate = before


def _read_json(path: Path) -> Mapping[str, Any] | None:
    """Read what the kernel wrote; a kernel that was killed while writing said nothing."""
    with suppress(OSError, ValueError):
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return None
