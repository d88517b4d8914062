"""From a notebook to a finished report folder: what one worker process does."""

from __future__ import annotations

import importlib
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import JsonValue

from analysis.engine.budget import Budget
from analysis.engine.events import Advanced, Outcome, Started, State, Target
from analysis.engine.layout import HISTORY, LOG, NOTEBOOK
from analysis.engine.leaks import Leak, find_leaks, hide_leaks, known_secrets
from analysis.engine.manifest import (
    Inputs,
    build_manifest,
    hash_renderer,
    hash_text,
    list_checks,
    seal_manifest,
    write_manifest,
)
from analysis.engine.outcome import Failure, FailureKind
from analysis.engine.scrub import scrub_log
from analysis.engine.startup import import_jsonschema, import_papermill
from analysis.engine.stopwatch import Stopwatch
from analysis.engine.store import cannot_write, make_private_folder, replace_folder
from analysis.errors import AssessmentError, ExitCode, OutputError
from analysis.origin import describe_origin
from analysis.params.secrets import mask

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from analysis.engine.steadiness import CodeStamps

_TRACEBACK = "error.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One report about one scope, to be run or only rendered.

    Attributes
    ----------
    target : Target
    reasons : tuple of str
        Why it is to be done.
    notebook : Path
    inputs : Inputs
    context : mapping of str to JSON value
    destination : Path
        Where the finished folder goes.
    failed : Path
        Where the notebook and the log go if it fails.
    work : Path
        Where private folders are made.
    budget : Budget
    renderer : str
        ``module:function``, called with the folder that holds the notebook and the
        manifest.
    site : str
        Hash of what the renderer consists of.
    render_only : bool
    history : str
        What the report said in earlier periods; it goes beside the notebook, for the
        renderer.
    environment : mapping of str to str
        Added to the kernel's.
    sockets : Path or None
        A folder with a short path, for the kernel's sockets.
    warm : Path or None
        Where a warm parent listens; an ordinary kernel where None.
    """

    target: Target
    reasons: tuple[str, ...]
    notebook: Path
    inputs: Inputs
    context: Mapping[str, JsonValue]
    destination: Path
    failed: Path
    work: Path
    budget: Budget
    renderer: str
    site: str
    render_only: bool = False
    history: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    sockets: Path | None = None
    warm: Path | None = None


def run_job(job: Job, tell: Callable[[object], None]) -> Outcome:
    """Run and render a report, and put it into place if all went well.

    Parameters
    ----------
    job : Job
    tell : callable
        Told `Started`, then `Advanced` after each cell.

    Returns
    -------
    Outcome
        ``DONE``, ``RENDERED``, ``PARTIAL`` or ``FAILED``. The last good version stays
        in place when the job fails. Its phases: ``kernel`` (its start and end),
        ``cells``, ``judge`` (and writing down), ``render``, ``place``.
    """
    clock = time.monotonic()
    way = _Way(tell=tell)
    tell(Started(job.target, job.reasons))
    private = make_private_folder(job.work, f"{job.target.report}-{job.destination.name}"[:40])
    pages = private / "report"
    secrets = _secrets_of(job)
    gaps: tuple[Failure, ...] = ()
    try:
        if job.render_only:
            failures = _render_again(job, pages)
        else:
            failures, gaps = _run(job, private, pages, way)
        way.watch.lap("render")
        failures = failures or _describe_leaks(find_leaks(pages, secrets))
        if not failures:
            replace_folder(pages, job.destination)
        if not failures and not gaps:
            shutil.rmtree(job.failed, ignore_errors=True)
        way.watch.lap("place")
    except OutputError as error:
        failures = (_failed(FailureKind.OUTPUT, error),)
    except OSError as error:
        failures = (_failed(FailureKind.OUTPUT, cannot_write(job.destination, error)),)
    except Exception as error:  # whatever it is, it must not pass as a report
        failures = (_unforeseen(job.failed, FailureKind.INTERNAL, error),)
    finally:
        shutil.rmtree(private, ignore_errors=True)
        hide_leaks(job.failed, secrets)
    told = failures or gaps
    return Outcome(
        target=job.target,
        state=_state(job, failures, gaps),
        reasons=job.reasons,
        failures=tuple(replace(f, message=mask(f.message, secrets=secrets)) for f in told),
        seconds=round(time.monotonic() - clock, 3),
        phases=tuple((name, round(seconds, 3)) for name, seconds in way.watch.seconds.items()),
        kernel=way.kernel,
    )


@dataclass(slots=True, kw_only=True)
class _Way:
    """What happens on a job's way: told, timed, and in which kernel."""

    tell: Callable[[object], None]
    watch: Stopwatch = field(default_factory=Stopwatch)
    kernel: str = ""


def _state(job: Job, failures: tuple[Failure, ...], gaps: tuple[Failure, ...]) -> State:
    if failures:
        return State.FAILED
    if gaps:
        return State.PARTIAL
    return State.RENDERED if job.render_only else State.DONE


def _run(
    job: Job, private: Path, pages: Path, way: _Way
) -> tuple[tuple[Failure, ...], tuple[Failure, ...]]:
    """Run and render a report; say why it failed, or which of its parts did."""
    import_papermill()
    from analysis.engine.execute import Task, execute
    from analysis.engine.gaps import find_gaps, gap_number, list_missing, mark_gaps
    from analysis.engine.judge import inspect_notebook, judge, read_notebook
    from analysis.engine.steadiness import CodeStamps, find_changes

    try:
        notebook = read_notebook(job.notebook)
    except AssessmentError as error:
        return (_failed(FailureKind.BAD_NOTEBOOK, error),), ()
    fit = inspect_notebook(notebook, job.inputs.parameters)
    if not fit.succeeded:
        return fit.failures, ()
    code = CodeStamps.take(("analysis", job.renderer.partition(".")[0]))
    kernel_folder = private / "kernel"
    kernel_folder.mkdir()
    execution = execute(
        Task(
            notebook=notebook,
            parameters=job.inputs.parameters,
            context=job.context,
            folder=kernel_folder,
            budget=job.budget,
            environment={**job.environment, **_shared_drawings(job, code)},
            sockets=job.sockets,
            warm=job.warm,
        ),
        on_cell=lambda cell, cells: way.tell(Advanced(job.target, cell, cells)),
    )
    way.kernel = "warm" if execution.warm else "ordinary"
    in_cells = sum(execution.cell_seconds)
    way.watch.lap("kernel", but=in_cells)
    way.watch.add("cells", in_cells)
    verdict = judge(execution)
    changes = find_changes(job.inputs, execution, notebook=job.notebook, code=code)
    if verdict.succeeded and changes:
        return changes, ()
    found = () if verdict.succeeded else find_gaps(execution)
    if not verdict.succeeded and not found:
        _keep_failed(job.failed, execution.notebook, kernel_folder / LOG)
        return verdict.failures, ()
    gaps = {gap_number(gap): gap for gap, _ in found}
    pages.mkdir()
    done = mark_gaps(execution.notebook, gaps) if gaps else execution.notebook
    _write_notebook(pages / NOTEBOOK, done)
    partial = list_missing(tuple(gaps.values()))
    checks = list_checks(done)
    write_manifest(pages, build_manifest(job.inputs, execution, checks=checks, partial=partial))
    way.watch.lap("judge")
    failures = _render(job, pages)
    if failures or gaps:
        _keep_failed(job.failed, execution.notebook, kernel_folder / LOG)
    return failures, tuple(failure for _, failure in found)


def _shared_drawings(job: Job, code: CodeStamps) -> dict[str, str]:
    """Tell a kernel where the batch keeps drawings that the code as it is now has made."""
    from analysis.publish.kept import DRAWINGS_VARIABLE

    return {DRAWINGS_VARIABLE: str(job.work / "drawings" / code.digest()[:32])}


def _render_again(job: Job, pages: Path) -> tuple[Failure, ...]:
    """Make the pages anew from the notebook and the manifest of the last run."""
    pages.mkdir()
    for name in (NOTEBOOK, "manifest.json"):
        shutil.copy2(job.destination / name, pages / name)
    import_jsonschema()
    return _render(job, pages)


def _render(job: Job, pages: Path) -> tuple[Failure, ...]:
    if job.history:
        (pages / HISTORY).write_text(job.history, encoding="utf-8", newline="\n")
    module, _, function = job.renderer.partition(":")
    try:
        getattr(importlib.import_module(module), function)(pages)
    except AssessmentError as error:
        return (_failed(FailureKind.RENDERING, error),)
    except Exception as error:  # whatever it is, it must not pass as a page
        return (_unforeseen(job.failed, FailureKind.RENDERING, error),)
    # templates that changed meanwhile: the pages count as made by none, and are made again
    steady = hash_renderer(job.renderer) == job.site
    seal_manifest(pages, site=job.site if steady else "", history=hash_text(job.history))
    return ()


def _secrets_of(job: Job) -> dict[str, str]:
    run = job.context.get("run")
    source = run.get("source") if isinstance(run, dict) else None
    url = source.get("url") if isinstance(source, dict) else None
    environment = {**os.environ, **job.environment}
    return known_secrets(url if isinstance(url, str) else None, environment)


def _describe_leaks(leaks: tuple[Leak, ...]) -> tuple[Failure, ...]:
    return tuple(
        Failure(
            kind=FailureKind.SECRET_WRITTEN,
            message=(
                f"{leak.file} would hold the value of {leak.name}; nothing was published. "
                "Take out of the notebook what prints it."
            ),
            exit_code=ExitCode.DISCLOSURE,
        )
        for leak in leaks
    )


def _failed(kind: FailureKind, error: AssessmentError) -> Failure:
    return Failure(kind=kind, message=str(error), exit_code=error.exit_code)


def _unforeseen(folder: Path, kind: FailureKind, error: Exception) -> Failure:
    """Describe an exception by its type alone; the log says where it came from."""
    name = type(error).__name__
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _TRACEBACK).write_text(describe_origin(error), encoding="utf-8")
    except OSError:
        return Failure(kind=kind, message=f"unexpected {name}")
    return Failure(kind=kind, message=f"unexpected {name}; the traceback is in {_TRACEBACK}.")


def _keep_failed(folder: Path, notebook: NotebookNode, log: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write_notebook(folder / NOTEBOOK, notebook)
    if log.is_file():
        text = log.read_text(encoding="utf-8", errors="replace")
        (folder / LOG).write_text(scrub_log(text), encoding="utf-8", newline="\n")


def _write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook, a line for each cell: indented, it takes ten times as long."""
    cells = ",\n".join(map(_write_json, notebook.cells))
    others = {name: value for name, value in notebook.items() if name != "cells"}
    text = f'{{"cells": [\n{cells}\n],\n{_write_json(others).removeprefix("{")}\n'
    path.write_text(text, encoding="utf-8", newline="\n")


def _write_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
