"""Which results lie beside a report's own, and in the runs before?

In a batch the engine says so; by hand in JupyterLab the same is read from the
``status.json`` that the last batch left in the run's folder.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from analysis.params.history import STATUS, EarlierRun, earlier_runs
from analysis.params.run import RunFile

RESULTS = "results.json"
"""The file in a report's folder that holds all that it published."""


class ReportResults(BaseModel):
    """Where one report's results are, and whether they may be read.

    Attributes
    ----------
    report : str
    status : {"published", "failed", "absent"}
        Results of a report that failed are those of an earlier state of the data; one that
        is absent was not run.
    folder : str
        Of the report, relative to its run's folder, with ``/``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    report: str
    status: Literal["published", "failed", "absent"]
    folder: str


class EarlierResults(BaseModel):
    """A run of an earlier period, with its folder, absolute."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: str
    period: str
    as_of: dt.date
    folder: Path


class Neighbours(BaseModel):
    """What a report may read of other reports.

    Attributes
    ----------
    folder : Path or None
        The run's folder, absolute.
    results : tuple of ReportResults
        About the same scope in the same run, its own left out.
    earlier : tuple of EarlierResults
        The latest first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path | None = None
    results: tuple[ReportResults, ...] = ()
    earlier: tuple[EarlierResults, ...] = ()


def describe_earlier(runs: tuple[EarlierRun, ...]) -> tuple[EarlierResults, ...]:
    """Give earlier runs as a kernel is told of them."""
    return tuple(
        EarlierResults(
            run=run.run, period=run.period, as_of=run.as_of, folder=run.folder.absolute()
        )
        for run in runs
    )


def find_neighbours(reports: Path, settings: RunFile, *, report: str, scope: str) -> Neighbours:
    """Find by hand what a batch would tell a report's kernel.

    Parameters
    ----------
    reports : Path
        The reports folder.
    settings : RunFile
    report, scope : str

    Returns
    -------
    Neighbours
        Without results where the run has left no ``status.json``.

    Raises
    ------
    ParameterError
        As `earlier_runs`.
    """
    folder = (reports / settings.output_folder).absolute()
    earlier = earlier_runs(reports, settings.follows, as_of=settings.as_of)
    return Neighbours(
        folder=folder,
        results=tuple(
            found
            for found in read_results_of(folder, scope=scope)
            if found.report != report and found.report in settings.reports
        ),
        earlier=describe_earlier(earlier),
    )


def read_results_of(folder: Path, *, scope: str) -> tuple[ReportResults, ...]:
    """List the results about a scope that a run's folder holds, as its status says.

    Examples
    --------
    >>> read_results_of(Path("there is no such folder"), scope="bank")
    ()
    """
    return tuple(
        ReportResults(
            report=entry["report"],
            status=_status(entry, folder),
            folder=entry["folder"],
        )
        for entry in _read_entries(folder / STATUS)
        if entry["scope"] == scope
    )


def _status(entry: dict[str, Any], folder: Path) -> Literal["published", "failed", "absent"]:
    if entry["status"] == "failed":
        return "failed"
    there = (folder / entry["folder"] / RESULTS).is_file()
    return "published" if entry["status"] in {"published", "partial"} and there else "absent"


def _read_entries(path: Path) -> list[dict[str, Any]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["reports"]
        return [
            entry
            for entry in entries
            if all(isinstance(entry[key], str) for key in ("report", "scope", "status", "folder"))
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
