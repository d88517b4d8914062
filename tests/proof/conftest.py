"""A finished run of one or more reports: pages, manifests and status, without a kernel."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from analysis.engine.manifest import hash_renderer, seal_manifest, write_manifest
from analysis.site.index import write_index
from analysis.site.render import render_report

from .. import making as makers

RENDERER = "analysis.site.render:render_report"


@dataclass
class FinishedRun:
    """A run's folder as a batch leaves it."""

    folder: Path
    entries: list[dict] = field(default_factory=list)

    def add(self, cells, *, report="lifecycle", scope="bank", status="published", **manifest):
        """Write a report's folder from its notebook's cells."""
        place = f"{report}/{scope.replace(':', '-').lower()}"
        folder = self.folder / place
        folder.mkdir(parents=True, exist_ok=True)
        notebook = json.dumps(makers.make_notebook(*cells), sort_keys=True)
        (folder / "notebook.ipynb").write_text(notebook, encoding="utf-8")
        self.seal(folder, report=report, scope=scope, **manifest)
        self.entries = [one for one in self.entries if one["folder"] != place]
        self.entries.append(
            {"report": report, "scope": scope, "folder": place, "status": status, "title": {}}
        )
        self.write_status()
        return folder

    def seal(self, folder, **manifest):
        """Render a folder's notebook and seal it, as at the end of a run."""
        facts = {
            "schema": 1,
            "report": "lifecycle",
            "scope": "bank",
            "notebook": "1" * 64,
            "parameters": {"confidence": 0.95, "as_of": "2025-12-31"},
            "settings": {"author": "Li Wei", "period": "2025-Q4"},
            "tables": {"transactions": "2" * 64},
            "modules": {"analysis/lifecycle/stages.py": "3" * 64},
            "results": {},
            "lock": "4" * 64,
            "python": "3.11.0",
            "libraries": {"pandas": "3.1.1"},
            "checks": [{"name": "fit", "status": "passed", "mandatory": True}],
            "started_at": "2026-01-02T03:04:05+00:00",
            "seconds": 1.5,
            **manifest,
        }
        write_manifest(folder, facts)
        render_report(folder)
        seal_manifest(folder, site=hash_renderer(RENDERER))

    def write_status(self, **changes):
        status = {
            "run": "sample",
            "title": {"en": "Sample bank", "zh": "示例银行"},
            "period": "2025-Q4",
            "as_of": "2025-12-31",
            "previous_as_of": "2025-09-30",
            "follows": None,
            "languages": ["en", "zh"],
            "reports": self.entries,
            **changes,
        }
        (self.folder / "status.json").write_text(json.dumps(status), encoding="utf-8")
        write_index(self.folder)


@pytest.fixture(scope="session")
def making():
    """Makers of payloads, cells and notebooks, as for the tests of pages."""
    return makers


@pytest.fixture(scope="session")
def small_cells():
    """A short report: a verdict, a metric, a table, a figure, in two sections."""
    make = makers
    return [
        make.code('run = "sample"', make.make_header()),
        make.markdown("## Which stage?", "en"),
        make.markdown("## 哪个阶段？", "zh"),
        make.code("standing = stages.customer_stages(report.bank, as_of=p.as_of)"),
        make.code(
            "report.show(present.stages(standing))",
            make.make_finding(),
            make.make_metric("stable", make.both("Stable", "稳定"), make.same("61.1%")),
            make.make_figure("stages", svg={"en": make.SVG, "zh": make.SVG}),
        ),
        make.markdown("## Who moves?", "en"),
        make.markdown("## 谁在流动？", "zh"),
        make.code("report.show(2)", make.make_table(), make.make_verdict()),
    ]


@pytest.fixture(scope="session")
def first_run(tmp_path_factory, small_cells) -> FinishedRun:
    """A run with one report about the whole bank; not to be written to."""
    run = FinishedRun(tmp_path_factory.mktemp("first") / "sample")
    run.add(small_cells)
    return run


@pytest.fixture
def finished(tmp_path, first_run) -> FinishedRun:
    """A copy of it for one test."""
    folder = tmp_path / "reports" / "sample"
    shutil.copytree(first_run.folder, folder)
    return FinishedRun(folder, list(first_run.entries))


@pytest.fixture
def report(finished) -> Path:
    """The folder of the one report."""
    return finished.folder / "lifecycle" / "bank"
