"""A small project: a stand-in notebook for each of the package's reports, and a little data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import cli
from analysis.engine.catalog import load_catalog

REPOSITORY = Path(__file__).resolve().parents[2]

_RUN = """\
run: sample
title: {en: Sample}
period: 2025-Q4
as_of: 2025-12-31
previous_as_of: 2025-09-30
scopes: [bank]
languages: [en]
source: {folder: ../data}
reports:
  lifecycle: {}
"""

_TRANSACTIONS = """\
customer_id,occurred_on,amount_cny
C1,2025-01-05,10.00
C1,2025-06-05,20.00
C2,2025-03-01,5.50
"""


@dataclass(frozen=True)
class SmallProject:
    """What a user has in front of them; `run` runs ``assess`` in it."""

    folder: Path

    @property
    def run_file(self) -> Path:
        return self.folder / "params" / "sample.yaml"

    @property
    def transactions(self) -> Path:
        return self.folder / "data" / "transactions.csv"

    def assess(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments), prog_name="assess")

    def write_notebook(self, name: str, *cells: str) -> None:
        """Write a stand-in notebook: the report's own parameters, then these cells."""
        model = load_catalog(REPOSITORY).specs[name].parameters
        values = model().model_dump(mode="json")
        parameters = "\n".join(f"{key} = {value!r}" for key, value in values.items())
        sources = [(parameters, ["parameters"]), *((cell, []) for cell in cells), ("0", ["end"])]
        notebook = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"cell-{number}",
                    "execution_count": None,
                    "metadata": {"tags": tags},
                    "outputs": [],
                    "source": source,
                }
                for number, (source, tags) in enumerate(sources)
            ],
        }
        (self.folder / "notebooks" / f"{name}.ipynb").write_text(json.dumps(notebook))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallProject:
    """A project in the working directory."""
    project = SmallProject(tmp_path / "bank")
    for name in ("notebooks", "params", "data"):
        (project.folder / name).mkdir(parents=True)
    for name in load_catalog(REPOSITORY).specs:
        project.write_notebook(name)
    project.run_file.write_text(_RUN)
    project.transactions.write_text(_TRANSACTIONS)
    monkeypatch.chdir(project.folder)
    return project
