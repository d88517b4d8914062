"""Which reports does a run's folder hold?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import ParameterError, Problem
from analysis.params.names import join_options, suggest

STATUS = "status.json"
_FOLDER = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """One report of a run about one scope.

    Attributes
    ----------
    report, scope : str
    folder : Path
        Where it is, if it is.
    status : {"published", "failed", "skipped"}
        How the last run of it came out.
    """

    report: str
    scope: str
    folder: Path
    status: str

    def __str__(self) -> str:
        return f"{self.report} · {self.scope}"


def find_run(name: str, reports: Path) -> Path:
    """Find a run's folder: a path, or a name beneath the reports folder.

    Raises
    ------
    ParameterError
        If neither holds a ``status.json``.
    """
    for folder in (Path(name), reports / name):
        if (folder / STATUS).is_file():
            return folder
    known = sorted(path.parent.name for path in reports.glob(f"*/{STATUS}"))
    raise ParameterError(
        Problem(
            what=f"there is no run {name!r}",
            found=f"the runs {', '.join(known)}" if known else f"no run in {reports}",
            needed=f"a folder with {STATUS}",
            next_step=suggest(name, known),
        )
    )


def read_run_status(run_folder: Path) -> dict[str, Any]:
    """Read a run's ``status.json``.

    Raises
    ------
    ParameterError
        If it cannot be read.
    """
    try:
        status = json.loads((run_folder / STATUS).read_text(encoding="utf-8"))
        _ = [(entry["report"], entry["scope"], entry["folder"]) for entry in status["reports"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ParameterError(
            Problem(
                what="the run's status cannot be read",
                found=type(error).__name__,
                next_step="Run the reports again.",
                where=f"{run_folder.name}/{STATUS}",
            )
        ) from error
    return dict(status)


def list_reports(run_folder: Path) -> tuple[RunReport, ...]:
    """List the reports of a run, in its order.

    Raises
    ------
    ParameterError
        If its ``status.json`` cannot be read.
    """
    return tuple(
        RunReport(
            report=str(entry["report"]),
            scope=str(entry["scope"]),
            folder=run_folder / str(entry["folder"]),
            status=str(entry.get("status", "published")),
        )
        for entry in read_run_status(run_folder)["reports"]
        if _FOLDER.fullmatch(str(entry["folder"]))
    )


def pick_reports(
    run_folder: Path, names: Sequence[str] = (), scopes: Sequence[str] = ()
) -> tuple[RunReport, ...]:
    """Pick the reports of a run by name and by scope; all where nothing is asked for.

    Raises
    ------
    ParameterError
        If the run has no such report or scope; the nearest one is named.
    """
    found = list_reports(run_folder)
    problems = [
        Problem(
            what=f"the run {run_folder.name!r} has no {kind} {name!r}",
            needed=f"one of {join_options(sorted(known))}",
            next_step=suggest(name, known),
        )
        for kind, wanted, known in (
            ("report", names, {one.report for one in found}),
            ("scope", scopes, {one.scope for one in found}),
        )
        for name in wanted
        if name not in known
    ]
    if problems:
        raise ParameterError(problems)
    return tuple(
        one
        for one in found
        if (not names or one.report in names) and (not scopes or one.scope in scopes)
    )


def pick_report(run_folder: Path, name: str, scope: str | None) -> RunReport:
    """Pick one report; the scope may be left out where the run has one only.

    Raises
    ------
    ParameterError
        If it is not there, or there are several.
    """
    picked = pick_reports(run_folder, [name], [] if scope is None else [scope])
    if len(picked) != 1:
        raise ParameterError(
            Problem(
                what=f"the run has report {name!r} about several scopes",
                found=join_options(one.scope for one in picked),
                needed="one of them: --scope SCOPE",
            )
        )
    if not picked[0].folder.is_dir():
        raise ParameterError(
            Problem(
                what=f"{picked[0]} has no page",
                found=picked[0].status,
                next_step="Run it first.",
            )
        )
    return picked[0]
