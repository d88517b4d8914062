"""Small banks written by hand, so that every expected number can be counted in the head."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.params.source import SourceSettings

Transactions = list[tuple[str, str, float]]
Customers = list[dict[str, str | None]]


@pytest.fixture
def make_bank(tmp_path: Path) -> Iterator[Callable[..., Bank]]:
    """Write tables to a folder and open them as a bank."""
    opened = []

    def make(transactions: Transactions, customers: Customers | None = None) -> Bank:
        frame = pd.DataFrame(transactions, columns=["customer_id", "occurred_on", "amount_cny"])
        frame["occurred_on"] = pd.to_datetime(frame.occurred_on).dt.date
        frame.to_parquet(tmp_path / "transactions.parquet")
        if customers is not None:
            people = pd.DataFrame(customers)
            for name in people.columns.difference(["customer_id"]):
                people[name] = [
                    None if day is None or pd.isna(day) else dt.date.fromisoformat(day)
                    for day in people[name]
                ]
            people.to_parquet(tmp_path / "customers.parquet")
        source = connect(SourceSettings(folder=tmp_path), environment={})
        opened.append(source)
        return Bank(source, "bank")

    yield make
    for source in opened:
        source.close()
