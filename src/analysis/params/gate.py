"""The gate: a run file and every report's parameters, judged before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from analysis.errors import ParameterError, Problem
from analysis.params.documents import Document, read_document
from analysis.params.explain import URL_PATH
from analysis.params.names import is_plain, join_options, suggest
from analysis.params.positions import Finding, KeyPath, dotted
from analysis.params.reading import read_reports, read_settings
from analysis.params.report import ReportParameters, ReportSpec
from analysis.params.run import RunFile
from analysis.params.secrets import holds_password, holds_placeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentRun:
    """A run file that has passed the gate.

    Attributes
    ----------
    file : Path
        The run file, absolute.
    settings : RunFile
        As written: a relative source folder is relative to the file's folder.
    parameters : mapping of report to mapping of scope to ReportParameters
        Typed, in the order of the file.
    """

    file: Path
    settings: RunFile
    parameters: Mapping[str, Mapping[str, ReportParameters]]


def load_run(path: Path, *, catalog: Mapping[str, ReportSpec]) -> AssessmentRun:
    """Read a run file and judge all of it.

    Parameters
    ----------
    path : Path
        ``params/NAME.yaml``.
    catalog : mapping of str to ReportSpec
        Every report that there is, by name.

    Returns
    -------
    AssessmentRun

    Raises
    ------
    ParameterError
        With everything that is wrong, each with file, line, column, the value's
        name and the nearest valid one.
    """
    document = read_document(path)
    findings = [*document.findings, *_check_file(path, document)]
    settings, wrong = read_settings(document, catalog)
    findings += _without(wrong, findings)
    parameters, wrong = read_reports(document, catalog)
    findings += _without(wrong, findings)
    findings += _without(list(_check_secrets(document, document.data, ())), findings)
    if findings or settings is None:
        raise ParameterError(_sort(findings))
    return AssessmentRun(file=path.absolute(), settings=settings, parameters=parameters)


def load_settings(path: Path) -> RunFile:
    """Read a run file for a notebook that is run by hand: all but the reports' parameters.

    Raises
    ------
    ParameterError
        With everything that is wrong, as `load_run` does.
    """
    document = read_document(path)
    findings = [*document.findings, *_check_file(path, document)]
    settings, wrong = read_settings(document, {})
    findings += _without(wrong, findings)
    findings += _without(list(_check_secrets(document, document.data, ())), findings)
    if findings or settings is None:
        raise ParameterError(_sort(findings))
    return settings


def report_values(run: AssessmentRun, report: str, scope: str) -> dict[str, JsonValue]:
    """Give a report's parameters as plain JSON values, for the notebook's cell.

    Returns
    -------
    dict of str to JSON value
        Its keys are exactly the names of the fields of the report's model.

    Raises
    ------
    ParameterError
        If the run has no such report or scope.
    """
    for what, name, options in (
        ("report", report, run.settings.reports),
        ("scope", scope, run.settings.scopes),
    ):
        if name not in options:
            raise ParameterError(
                Problem(
                    what=f"the run {run.settings.run!r} has no {what} {name!r}",
                    needed=join_options(options),
                    next_step=suggest(name, options),
                )
            )
    values: dict[str, JsonValue] = run.parameters[report][scope].model_dump(
        mode="json", by_alias=False
    )
    return values


def _check_file(path: Path, document: Document) -> Iterator[Finding]:
    name = document.data.get("run")
    if isinstance(name, str) and is_plain(name) and name != path.stem:
        yield _note(
            document,
            ("run",),
            Problem(
                what="'run' is not the file's name",
                found=repr(name),
                needed=repr(path.stem),
                next_step="Rename the run or the file.",
            ),
        )
    if path.suffix != ".yaml":
        yield _note(document, (), Problem(what="the file's name does not end in .yaml"))
    for other in sorted(path.parent.glob("*.yaml")):
        if other.stem != path.stem and other.stem.casefold() == path.stem.casefold():
            yield _note(
                document,
                (),
                Problem(
                    what=f"{other.name!r} beside this file differs by case only",
                    needed="names that also differ on Windows and macOS",
                    next_step="Rename one of the two runs.",
                ),
            )


def _check_secrets(document: Document, value: Any, path: KeyPath) -> Iterator[Finding]:
    """Find placeholders outside the source's url, and passwords anywhere else."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _check_secrets(document, item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _check_secrets(document, item, (*path, index))
    elif path == URL_PATH:
        return
    elif holds_placeholder(value) or holds_password(value):
        yield _note(
            document,
            path,
            Problem(
                what=f"{dotted(path)!r} holds a secret or the placeholder of one",
                found="(hidden)",
                needed="${NAME} in source.url only",
                next_step="Parameters and titles are published; keep secrets out of them.",
            ),
        )


def _note(document: Document, path: KeyPath, problem: Problem) -> Finding:
    position = document.position(path)
    located = replace(problem, where=document.where(position))
    return Finding(path=path, position=position, problem=located)


def _without(findings: list[Finding], earlier: list[Finding]) -> list[Finding]:
    """Leave out what is said of a value that is known to be wrong already."""
    known = {finding.path for finding in earlier if finding.path}
    kept: list[Finding] = []
    for finding in findings:
        if finding.path not in known and finding not in kept:
            kept.append(finding)
    return kept


def _sort(findings: list[Finding]) -> list[Problem]:
    return [finding.problem for finding in sorted(findings, key=lambda found: found.position)]
