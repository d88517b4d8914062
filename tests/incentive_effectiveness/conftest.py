"""A made-up bank with planted effects, and small banks in which one thing is broken."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.incentive_effectiveness.evidence import EvidenceRegister, evidence
from analysis.params.source import SourceSettings
from analysis.sample import write_sample_bank

AS_OF = dt.date(2025, 12, 31)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bank made up by the product's own writer."""
    folder = tmp_path_factory.mktemp("sample") / "bank"
    write_sample_bank(folder, customers=20_000, seed=2025)
    return folder


@pytest.fixture(scope="session")
def planted(sample_folder: Path) -> Any:
    """What was planted: by section, then by name."""
    return json.loads((sample_folder / "truth.json").read_text("utf-8"))["truths"]


@pytest.fixture(scope="session")
def sample_bank(sample_folder: Path) -> Iterator[Bank]:
    with connect(SourceSettings(folder=sample_folder), environment={}) as source:
        yield Bank(source, "bank")


def _grade(bank: Bank) -> EvidenceRegister:
    return evidence(
        bank, as_of=AS_OF, level=0.01, largest_imbalance=0.1, power=0.8, confidence=0.95
    )


@pytest.fixture(scope="session")
def graded() -> Callable[[Bank], EvidenceRegister]:
    """Grades every incentive of a bank, with the report's defaults."""
    return _grade


@pytest.fixture(scope="session")
def register(sample_bank: Bank) -> EvidenceRegister:
    return _grade(sample_bank)


@pytest.fixture
def broken_bank(sample_folder: Path, tmp_path: Path) -> Iterator[Callable[..., Bank]]:
    """Copy the sample bank with one table changed, or left out where nothing is left."""
    opened = []

    def make(table: str, change: Callable[[pd.DataFrame], pd.DataFrame | None]) -> Bank:
        folder = tmp_path / "broken"
        shutil.copytree(sample_folder, folder)
        path = folder / f"{table}.parquet"
        changed = change(pd.read_parquet(path))
        path.unlink()
        if changed is not None:
            changed.to_parquet(path)
        source = connect(SourceSettings(folder=folder), environment={})
        opened.append(source)
        return Bank(source, "bank")

    yield make
    for source in opened:
        source.close()
