"""A sample bank of the newcomer's size, written once, read by SQL."""

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from analysis.data.contract import contract
from analysis.sample import SampleBank, write_sample_bank


@dataclass(frozen=True)
class Reader:
    """Reads tables and truths of a written bank."""

    bank: SampleBank
    connection: duckdb.DuckDBPyConnection
    truths: dict

    def sql(self, query):
        return self.connection.sql(query).df()

    def one(self, query):
        return self.connection.sql(query).fetchone()[0]

    def columns(self, table):
        return {
            name: kind for name, kind, *_ in self.connection.sql(f"describe {table}").fetchall()
        }

    def counts(self, table, conditions):
        """Count the rows for which each condition holds."""
        sums = ", ".join(f"count(*) filter ({condition})" for condition in conditions)
        found = self.connection.sql(f"select {sums} from {table}").fetchone()  # noqa: S608
        return dict(zip(conditions, found, strict=True))

    def count(self, table, condition="true"):
        return self.counts(table, [condition])[condition]

    def truth(self, domain, name):
        return self.truths[domain][name]["value"]


def open_bank(bank):
    connection = duckdb.connect()
    for table in contract():
        path = Path(bank.folder) / f"{table}.parquet"
        connection.execute(f"create table {table} as from read_parquet('{path}')")
    return Reader(bank, connection, json.loads(bank.truth.read_text(encoding="utf-8"))["truths"])


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "bank"
    return open_bank(write_sample_bank(folder, customers=20_000, seed=20_251_231))


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """Give a bank in which effects by segment stand out from chance."""
    folder = tmp_path_factory.mktemp("large") / "bank"
    return open_bank(write_sample_bank(folder, customers=150_000, seed=77))


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small") / "bank"
    return open_bank(write_sample_bank(folder, customers=200, seed=5))
