"""A document against the models: of the run, and of each report that it names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from analysis.errors import Problem
from analysis.params.documents import Document
from analysis.params.explain import (
    explain,
    explain_twin,
    explain_unknown,
    explain_unread,
    explain_value,
    list_errors,
)
from analysis.params.names import is_plain
from analysis.params.positions import Finding, KeyPath, dotted
from analysis.params.report import ReportParameters, ReportSpec
from analysis.params.run import RunFile, RunScope
from analysis.params.shape import Shape, read_typed, shape_of

RUN_LEVEL = ("run", "as_of", "previous_as_of", "scope")
"""Parameters that every report has and that the run file states once, for all."""

_SCOPE: TypeAdapter[str] = TypeAdapter(RunScope)

Typed = Mapping[str, Mapping[str, ReportParameters]]
"""Report to scope to parameters."""


def read_settings(
    document: Document, catalog: Mapping[str, ReportSpec]
) -> tuple[RunFile | None, list[Finding]]:
    """Give the run file's model, None where it is wrong, and all that is wrong."""
    shape = shape_of(RunFile)
    typed, unread = read_typed(document.data, shape)
    findings = [explain_unread(path, document=document, shape=shape.down(path)) for path in unread]
    try:
        return RunFile.model_validate(typed), findings
    except ValidationError as refused:
        errors = list_errors(refused, document.data)
    twins = _find_twins(document)
    findings += twins
    known = {(finding.path[0],) for finding in twins}
    homes = dict(_list_homes(shape, ())) | _list_report_homes(catalog)

    def hint(name: str) -> str:
        return f"It belongs under {homes[name]!r}." if name in homes else ""

    findings += [
        explain(error, document=document, raw=document.data, shape=shape, hint=hint)
        for error in errors
        if error["loc"] not in known and not _names_report(error)
    ]
    return None, findings


def read_reports(
    document: Document, catalog: Mapping[str, ReportSpec]
) -> tuple[Typed, list[Finding]]:
    """Give each report's parameters for each scope, and all that is wrong with them."""
    parameters: dict[str, Mapping[str, ReportParameters]] = {}
    findings: list[Finding] = []
    shared = _read_shared(document)
    scopes = _list_scopes(document)
    reports = document.data.get("reports")
    for name, raw in reports.items() if isinstance(reports, dict) else ():
        if name not in catalog:
            path: KeyPath = ("reports", name)
            unknown = explain_unknown(path, document=document, names=tuple(catalog))
            what = unknown.problem.what.replace("unknown name", "unknown report")
            findings.append(replace(unknown, problem=replace(unknown.problem, what=what)))
        elif isinstance(raw, dict):
            reader = _ReportReader(name, raw, catalog[name].parameters, document)
            parameters[name] = MappingProxyType(reader.read(shared, scopes))
            findings += reader.findings
    return MappingProxyType(parameters), findings


def _names_report(error: ErrorDetails) -> bool:
    """Whether a report's name is refused, which the catalog explains better."""
    return error["loc"][:1] == ("reports",) and error["loc"][-1] == "[key]"


def _find_twins(document: Document) -> list[Finding]:
    """Find each value of a list that stands in it already, but for its case."""
    findings: list[Finding] = []
    for name in ("languages", "scopes"):
        first: dict[str, int] = {}
        values = document.data.get(name)
        for index, value in enumerate(values if isinstance(values, list) else ()):
            if isinstance(value, str) and first.setdefault(value.casefold(), index) != index:
                findings.append(
                    explain_twin((name, index), (name, first[value.casefold()]), document=document)
                )
    return findings


class _ReportReader:
    """Judges one report's parameters, for every scope of the run."""

    def __init__(
        self, name: str, raw: dict[str, Any], model: type[ReportParameters], document: Document
    ) -> None:
        self.path: KeyPath = ("reports", name)
        self.raw = raw
        self.model = model
        self.document = document
        self.whole = shape_of(model)
        self.shape = self.whole.without(RUN_LEVEL)
        self.findings: list[Finding] = []

    def read(
        self, shared: Mapping[str, Any], scopes: list[tuple[int, str]]
    ) -> dict[str, ReportParameters]:
        """Give the typed parameters by scope, as far as they can be read."""
        for key in self.raw:
            if key in RUN_LEVEL:
                self._refuse_run_level(key)
        own = {key: value for key, value in self.raw.items() if key not in RUN_LEVEL}
        typed, unread = read_typed(own, self.shape)
        for path in unread:
            shape = self.shape.down(path)
            self._add(explain_unread((*self.path, *path), document=self.document, shape=shape))
        found: dict[str, ReportParameters] = {}
        for index, scope in scopes:
            values = {**typed, **shared, "scope": scope}
            try:
                found[scope] = self.model.model_validate(values)
            except ValidationError as refused:
                for error in list_errors(refused, own):
                    self._explain(error, own, index)
        return found

    def _explain(self, error: ErrorDetails, own: dict[str, Any], index: int) -> None:
        head = error["loc"][0] if error["loc"] else ""
        if head in RUN_LEVEL:
            path: KeyPath = ("scopes", index) if head == "scope" else (head,)
            shape = self.whole.at(head)
            self._add(explain_value(error, path, document=self.document, shape=shape))
            return
        self._add(
            explain(error, document=self.document, raw=own, shape=self.shape, prefix=self.path)
        )

    def _refuse_run_level(self, key: str) -> None:
        path = (*self.path, key)
        position = self.document.position(path, key=True)
        top = "scopes" if key == "scope" else key
        problem = Problem(
            what=f"{dotted(path)!r} is stated once for the whole run",
            next_step=f"Delete the line; {top!r} at the top of the file holds for every report.",
            where=self.document.where(position),
        )
        self._add(Finding(path=path, position=position, problem=problem))

    def _add(self, finding: Finding) -> None:
        if finding not in self.findings:
            self.findings.append(finding)


def _read_shared(document: Document) -> dict[str, Any]:
    """Give the run's values that every report takes over, as far as they are right."""
    typed, _ = read_typed(document.data, shape_of(RunFile))
    shared: dict[str, Any] = {}
    if isinstance(typed.get("run"), str) and is_plain(typed["run"]):
        shared["run"] = typed["run"]
    as_of, previous = typed.get("as_of"), typed.get("previous_as_of")
    if isinstance(as_of, dt.date) and isinstance(previous, dt.date) and previous < as_of:
        shared |= {"as_of": as_of, "previous_as_of": previous}
    return shared


def _list_scopes(document: Document) -> list[tuple[int, str]]:
    """Give the scopes that a report can be judged for, with their places in the list."""
    scopes = document.data.get("scopes")
    found: list[tuple[int, str]] = []
    for index, text in enumerate(scopes if isinstance(scopes, list) else ()):
        try:
            found.append((index, _SCOPE.validate_python(text)))
        except ValidationError:  # said of the run file itself already
            continue
    return found or [(0, "bank")]


def _list_homes(shape: Shape, path: KeyPath) -> Iterator[tuple[str, str]]:
    for name in shape.schema.get("properties", ()):
        inner = shape.at(name)
        if path:
            yield name, dotted(path)
        if inner is not None and inner.kind == "object":
            yield from _list_homes(inner, (*path, name))


def _list_report_homes(catalog: Mapping[str, ReportSpec]) -> dict[str, str]:
    return {
        name: f"reports.{report}"
        for report, spec in catalog.items()
        for name in spec.parameters.model_fields
        if name not in RUN_LEVEL and name not in ReportParameters.model_fields
    }
