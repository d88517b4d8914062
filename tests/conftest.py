"""A made-up project of a few reports, for tests of what runs and renders them."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import analysis

_ENDING = """
write_trace(
    os.environ["BANK_ASSESSMENT_TRACE"],
    reads=[{{"name": "customers", "sha256": "a" * 64, "rows": 3}}],
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
