"""Who can be won back: sizes, reach and return; never a list of people."""

import dataclasses
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.definitions import StageRules
from analysis.lifecycle import present
from analysis.lifecycle.purchases import purchase_histories
from analysis.lifecycle.rules import WinBackTerms
from analysis.lifecycle.value import ExpectedValue, expected_value
from analysis.lifecycle.winback import WinBack, win_back
from analysis.params.source import SourceSettings
from analysis.results import Strength
from analysis.sample import write_sample_bank

from ..captions import captions

AS_OF = dt.date(2025, 12, 31)
RULES = StageRules(new_within_months=6, dormant_after_months=6, lost_after_months=12)
TERMS = WinBackTerms(won_back_share=0.05, margin=0.02, contact_cost_cny=1.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("winback") / "bank"
    write_sample_bank(folder, customers=4000, seed=9)
    return folder


@pytest.fixture(scope="module")
def bank(folder: Path) -> Iterator[Bank]:
    with connect(SourceSettings(folder=folder), environment={}) as source:
        yield Bank(source, "bank")


@pytest.fixture(scope="module")
def value(bank: Bank) -> ExpectedValue:
    histories = purchase_histories(bank, as_of=AS_OF, count_by="transaction")
    found = expected_value(
        histories, horizon_months=12, confidence=0.95, rng=np.random.default_rng(1), draws=100
    )
    assert isinstance(found, ExpectedValue)
    return found


def ask(bank: Bank, value: ExpectedValue, **terms: float) -> WinBack | NotAssessed:
    options: dict[str, Any] = {"as_of": AS_OF, "rules": RULES, "count_by": "transaction"}
    return win_back(
        bank,
        value,
        **options,
        terms=dataclasses.replace(TERMS, **terms),
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=200,
    )


@pytest.fixture(scope="module")
def found(bank: Bank, value: ExpectedValue) -> WinBack:
    result = ask(bank, value)
    assert isinstance(result, WinBack)
    return result


def test_sizes_equal_a_count_row_by_row(folder: Path, found: WinBack) -> None:
    customers = pd.read_parquet(folder / "customers.parquet").set_index("customer_id")
    bought = pd.read_parquet(folder / "transactions.parquet")
    last = pd.to_datetime(bought.groupby("customer_id").occurred_on.max())
    people = customers.join(last.rename("last_on"), how="inner")
    closed = pd.to_datetime(people.closed_on)
    silent = people[
        (people.last_on <= "2025-06-30") & (closed.isna() | (closed > pd.Timestamp(AS_OF)))
    ]
    assert found.total.silent == len(silent)
    assert found.total.reachable == int(silent.reachable.sum())
    sizes = silent[silent.reachable].groupby("segment").size()
    assert {s.segment: s.reachable for s in found.segments} == sizes.to_dict()


def test_segments_add_up_to_all(found: WinBack) -> None:
    for name in ("returning_cny", "left_value_cny", "return_cny"):
        parts = sum(getattr(segment, name).value for segment in found.segments)
        assert parts == pytest.approx(getattr(found.total, name).value)


def test_the_return_is_zero_at_the_break_even_share(
    bank: Bank, value: ExpectedValue, found: WinBack
) -> None:
    assert found.total.break_even_per_thousand is not None
    share = found.total.break_even_per_thousand.value / 1000
    at_it = ask(bank, value, won_back_share=share)
    assert isinstance(at_it, WinBack)
    assert at_it.total.return_cny.value == pytest.approx(0, abs=1e-6)
    assert not at_it.worthwhile


def test_an_interval_of_the_return_holds_chance_not_parameters_alone(found: WinBack) -> None:
    """The value of a few who come back varies far more than the model's parameters do."""
    total = found.total
    gain = TERMS.won_back_share * TERMS.margin
    parameters = gain * (total.left_value_cny.high - total.left_value_cny.low)
    assert total.return_cny.high - total.return_cny.low > 3 * parameters


def test_a_costly_contact_does_not_pay_and_a_cheap_one_does(
    bank: Bank, value: ExpectedValue
) -> None:
    dear, cheap = ask(bank, value, contact_cost_cny=50), ask(bank, value, contact_cost_cny=0.01)
    assert isinstance(dear, WinBack)
    assert isinstance(cheap, WinBack)
    assert dear.total.return_cny.high < 0
    assert cheap.total.return_cny.low > 0
    for result in (dear, cheap):
        answer = present.win_back(result)
        assert "segments contacting the silent pays" in captions(answer)["win_back"]
        assert isinstance(answer, Answer)
        assert answer.findings[0].strength is Strength.SUGGESTIVE  # the share is assumed


def test_no_person_is_named(folder: Path, found: WinBack) -> None:
    answer = present.win_back(found)
    assert isinstance(answer, Answer)
    known = pd.read_parquet(folder / "customers.parquet").customer_id
    said = json.dumps([repr(answer.findings), repr(answer.figures[0].table), repr(found)])
    assert not [person for person in known if person in said]


def test_without_knowing_who_may_be_contacted_it_is_not_assessed(
    folder: Path, tmp_path: Path, value: ExpectedValue
) -> None:
    pd.read_parquet(folder / "transactions.parquet").to_parquet(tmp_path / "transactions.parquet")
    with connect(SourceSettings(folder=tmp_path), environment={}) as source:
        result = ask(Bank(source, "bank"), value)
    assert isinstance(result, NotAssessed)
    assert "does not say which customers may be contacted" in result.reason.pattern
