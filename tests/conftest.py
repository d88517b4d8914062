"""A made-up project of a few reports, for tests of what runs and renders them."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import analysis
from analysis.batch import BatchResult, Options, run_batch
from analysis.engine.catalog import load_catalog
from analysis.engine.events import Advanced, Note, Recorder, Started
from analysis.errors import Problem

LONGEST_FIRST = (
    "test_sample_run.py",
    "test_reports.py",
    "test_faults.py",
    "test_same_bytes.py",
    "test_assessed_periods.py",
    "test_docs.py",
)
"""Files that take minutes: begun last, one of them would keep a single worker waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; all others keep their order."""
    places = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


_ENDING = """
write_trace(
    os.environ["BANK_ASSESSMENT_TRACE"],
    reads=[{{"name": "customers", "rows": 3,
             "sha256": os.environ.get("MADE_UP_CUSTOMERS", "a" * 64)}}],
    packages=("analysis", "{package}"),
)
show("end", published={published!r})
"""

_OPENING = """
import os
from analysis.trace import write_trace
from {package}.showing import show
from {package} import {name}
"""

_SHOWING = """
from IPython.display import display

FIELDS = {
    "check": {"label": {}, "status": "passed", "detail": {}, "mandatory": True},
    "method": {"title": {}, "citation": "Somebody (1900).", "assumptions": []},
    "figure": {"caption": {}, "alt": {}, "svg": {}, "table": {
        "name": "t", "caption": {}, "unit": "none", "columns": [], "rows": [],
        "total_rows": [], "notes": [], "suppressed_cells": 0}},
    "end": {},
    "verdict": {"statement": {"en": "Fine."}, "strength": "conclusive"},
    "report": {
        "title": {"en": "Made up"}, "question": {"en": "Is it?"}, "run": "sample",
        "run_title": {"en": "Sample"}, "period": "2025-Q4", "as_of": "2025-12-31",
        "previous_as_of": "2025-09-30", "scope": "bank", "scope_title": {"en": "Bank"},
        "languages": ["en"], "parameters": {}, "disclosure": {}, "rules": []},
}


def show(kind, name="end", **fields):
    payload = {"kind": kind, "name": name, **FIELDS[kind], **fields}
    mime = f"application/vnd.bank-assessment.{kind}.v1+json"
    display({mime: payload, "text/plain": kind}, raw=True)
"""

_REPORT = """
from analysis.params.report import ReportParameters, ReportSpec
from analysis.text import message


class Parameters(ReportParameters):
    size: int = 1


REPORT = ReportSpec(
    name={name!r},
    title=message("Made up {name}"),
    question=message("Is {name} made up?"),
    parameters=Parameters,
    tables=("customers",),
    after={after!r},
    reads_others={reads_others!r},
)
"""

_PAGES = """
import json

def render(folder):
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    assert (folder / "manifest.json").is_file()
    text = json.dumps([cell.get("outputs", []) for cell in notebook["cells"]])
    (folder / "report.en.html").write_text(f"<p>{len(text)} {TEMPLATE}</p>")
    (folder / "tables").mkdir()
    (folder / "tables" / "size.csv").write_text("size\\n1\\n")
    (folder / "results.json").write_text(text)


def refuse(folder):
    raise ValueError("customer 4711 owes 12345 CNY")


def index(folder):
    status = json.loads((folder / "status.json").read_text(encoding="utf-8"))
    (folder / "index.html").write_text(", ".join(entry["status"] for entry in status["reports"]))


def overview(reports):
    (reports / "index.html").write_text("all runs")


TEMPLATE = "first"
"""

_PARAMETERS = """
run = "sample"
as_of = "2025-12-31"
previous_as_of = "2025-09-30"
scope = "bank"
confidence = 0.95
size = 1
"""


@dataclass(frozen=True)
class MadeUpProject:
    """Notebooks and a package in a folder of their own; `package` is on the path."""

    folder: Path
    package: str

    def add_report(
        self,
        name: str,
        *cells: str,
        published: Sequence[str] = ("check:balance",),
        after: tuple[str, ...] = (),
        reads_others: bool = False,
        opening: str | None = None,
        ending: str | None = None,
    ) -> Path:
        """Write a report's package and its notebook; `cells` stand before its end."""
        module = self.folder / self.package / name
        module.mkdir(exist_ok=True)
        (module / "__init__.py").write_text("FACTOR = 1\n")
        (module / "report.py").write_text(
            _REPORT.format(name=name, after=after, reads_others=reads_others)
        )
        opening = _OPENING.format(package=self.package, name=name) if opening is None else opening
        if ending is None:
            ending = _ENDING.format(package=self.package, published=list(published))
        tagged = [(_PARAMETERS, "parameters"), (opening, ""), *((cell, "") for cell in cells)]
        return self.write_notebook(name, [*tagged, (ending, "end")])

    def write_notebook(self, name: str, cells: Sequence[tuple[str, str]]) -> Path:
        """Write a notebook of code cells, each with its tag or none."""
        path = self.folder / "notebooks" / f"{name}.ipynb"
        notebook = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"cell-{number}",
                    "execution_count": None,
                    "metadata": {"tags": [tag] if tag else []},
                    "outputs": [],
                    "source": textwrap.dedent(source).strip(),
                }
                for number, (source, tag) in enumerate(cells)
                if source.strip()
            ],
        }
        path.write_text(json.dumps(notebook))
        return path

    @property
    def environment(self) -> dict[str, str]:
        """What a kernel needs to find the package, and the same `analysis` as this test."""
        source = str(Path(analysis.__file__).parents[1])
        return {"PYTHONPATH": os.pathsep.join([str(self.folder), source])}


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[MadeUpProject]:
    """A project without reports, with a lock file and a renderer, importable in this test."""
    package = f"made_up_{abs(hash(request.node.nodeid)):x}"
    folder = tmp_path / "project {curly}"  # papermill would format the braces
    (folder / "notebooks").mkdir(parents=True)
    (folder / package).mkdir()
    (folder / package / "__init__.py").write_text("")
    (folder / package / "showing.py").write_text(_SHOWING)
    (folder / package / "pages.py").write_text(_PAGES)
    (folder / "requirements.lock").write_text("nothing==1\n")
    monkeypatch.syspath_prepend(str(folder))
    yield MadeUpProject(folder, package)
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


@dataclass
class MadeUpSource:
    """A source whose tables are what a test says."""

    tables: dict[str, str] = field(default_factory=lambda: {"customers": "a" * 64})
    wrong: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    unknown_scopes: tuple[str, ...] = ()
    seen: str = ""
    """What kernels find in the table of customers, where it is not what it was before."""

    def fingerprint(self, table):
        return self.tables.get(table)

    def has(self, table):
        return table in self.tables

    def problems(self, table):
        return self.wrong.get(table, ())

    def checked(self, tables):
        return ()

    def scope_problems(self, scope):
        return (Problem(what=f"no {scope!r}"),) if scope in self.unknown_scopes else ()


@dataclass
class Bench:
    """A project, its source, and one way to run it."""

    project: object
    source: MadeUpSource
    reports: Path
    recorder: Recorder = field(default_factory=Recorder)

    def write_run(self, *names: str, parameters: dict[str, str] | None = None, **lines: str):
        folder = self.project.folder / "params"
        folder.mkdir(exist_ok=True)
        settings = {
            "run": "sample",
            "title": "{en: Sample}",
            "period": "2025-Q4",
            "as_of": "2025-12-31",
            "previous_as_of": "2025-09-30",
            "scopes": "[bank]",
            "languages": "[en]",
            "source": "{folder: ../data}",
            **lines,
        }
        text = [f"{name}: {value}" for name, value in settings.items()]
        text += ["reports:", *(f"  {n}: {(parameters or {}).get(n, '{}')}" for n in names)]
        (folder / "sample.yaml").write_text("\n".join(text) + "\n")

    def run(self, **options) -> BatchResult:
        package = self.project.package
        self.recorder = Recorder()
        settings = {
            "reports": self.reports,
            "renderer": f"{package}.pages:render",
            "indexer": f"{package}.pages:index",
            "overview": f"{package}.pages:overview",
            "environment": {
                **self.project.environment,
                "MADE_UP_CUSTOMERS": self.source.seen or self.source.tables.get("customers", ""),
            },
            "kernels": "ordinary",  # these notebooks import nothing that could be warm
            **options,
        }

        @contextmanager
        def open_source(run):
            yield self.source

        return run_batch(
            self.project.folder / "params" / "sample.yaml",
            catalog=load_catalog(self.project.folder, package=package),
            options=Options(**settings),
            listener=self.recorder,
            open_source=open_source,
        )

    @property
    def started(self) -> dict[str, tuple[str, ...]]:
        """The reports that were run or rendered, with the reasons."""
        found = [event for event in self.recorder.events if isinstance(event, Started)]
        return {event.target.report: event.reasons for event in found}

    @property
    def notes(self) -> list[str]:
        return [event.text for event in self.recorder.events if isinstance(event, Note)]

    @property
    def advanced(self) -> list[Advanced]:
        return [event for event in self.recorder.events if isinstance(event, Advanced)]

    @property
    def kernels(self) -> set[str]:
        """The reports in whose kernels a cell ran."""
        return {event.target.report for event in self.advanced}

    def folder(self, report: str, scope: str = "bank") -> Path:
        return self.reports / "sample" / report / scope

    def manifest(self, report: str) -> dict:
        return json.loads((self.folder(report) / "manifest.json").read_text())

    def status(self) -> dict[str, dict]:
        text = (self.reports / "sample" / "status.json").read_text()
        return {entry["report"]: entry for entry in json.loads(text)["reports"]}


@pytest.fixture
def bench(project, tmp_path) -> Bench:
    return Bench(project, MadeUpSource(), tmp_path / "reports")
