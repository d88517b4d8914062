"""Small banks on disk: each test writes the tables that it is about."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.data.connect import connect
from analysis.data.tables import Source
from analysis.params.source import SourceSettings

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class BankFolder:
    """A folder of a bank's files, and the content of its usual tables."""

    path: Path

    customers: ClassVar[Columns] = {
        "customer_id": ["007", "C2", "C3", "C4"],
        "opened_on": ["2020-01-31", "2021-05-01", "2022-07-15", None],
        "closed_on": [None, "2024-02-29", None, None],
        "region": ["North", "North", "South", "South"],
        "branch_id": ["B1", "B2", "B3", "B3"],
    }
    transactions: ClassVar[Columns] = {
        "customer_id": ["007", "007", "C2", "C3"],
        "occurred_on": ["2025-01-01", "2025-06-30", "2023-03-03", "2025-12-31"],
        "amount_cny": ["0.10", "0.20", "1234567.89", "5"],
    }
    branches: ClassVar[Columns] = {
        "branch_id": ["B1", "B2", "B3"],
        "name_en": ["Harbour", "Station", "Market"],
        "name_zh": ["港口", "车站", "市场"],
        "region": ["North", "North", "South"],
        "region_zh": ["北方", "北方", "南方"],
    }

    def csv(
        self, name: str, columns: Columns, *, encoding: str = "utf-8", separator: str = ","
    ) -> Path:
        path = self.path / name
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.writer(stream, delimiter=separator)
            writer.writerow(columns)
            writer.writerows(
                ["" if value is None else value for value in row]
                for row in zip(*columns.values(), strict=True)
            )
        return path

    def parquet(self, name: str, columns: Columns) -> Path:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.table(dict(columns)), path)
        return path

    def file(self, name: str, content: bytes | str) -> Path:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def usual(self) -> BankFolder:
        """Write three tables with nothing wrong in them."""
        self.csv("customers.csv", self.customers)
        self.csv("transactions.csv", self.transactions)
        self.csv("branches.csv", self.branches)
        return self


@pytest.fixture
def bank_folder(tmp_path: Path) -> BankFolder:
    """An empty folder to write a bank into."""
    path = tmp_path / "bank"
    path.mkdir()
    return BankFolder(path)


@pytest.fixture
def open_source() -> Iterator[Callable[..., Source]]:
    """Open sources by the settings of a run file; they are closed after the test."""
    with ExitStack() as stack:

        def open_it(*, environment: Mapping[str, str] | None = None, **settings: Any) -> Source:
            checked = SourceSettings.model_validate(settings)
            return stack.enter_context(connect(checked, environment=environment or {}, threads=1))

        yield open_it
