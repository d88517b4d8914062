"""How unequally the value to come is spread, and what of it is at risk."""

import datetime as dt
import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from analysis.answers import Answer, NotAssessed
from analysis.data.connect import connect
from analysis.data.tables import Bank
from analysis.lifecycle import present
from analysis.lifecycle.purchases import purchase_histories
from analysis.lifecycle.value import ExpectedValue, expected_value
from analysis.lifecycle.value_concentration import (
    ValueConcentration,
    read_worths,
    two_largest_share,
    value_concentration,
)
from analysis.params.source import SourceSettings
from analysis.sample import write_sample_bank
from analysis.stats import customer_value
from analysis.stats.concentration import gini
from analysis.stats.customer_value import ValueCells
from analysis.stats.purchase_cells import PurchaseCells
from analysis.text import message

from ..captions import captions

AS_OF = dt.date(2025, 12, 31)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("concentration") / "bank"
    write_sample_bank(folder, customers=3000, seed=8)
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


@pytest.fixture(scope="module")
def spread(bank: Bank, value: ExpectedValue) -> ValueConcentration:
    found = value_concentration(
        bank,
        value,
        as_of=AS_OF,
        count_by="transaction",
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=100,
    )
    assert isinstance(found, ValueConcentration)
    return found


def test_expected_value_adds_up_to_that_of_the_value_section(
    spread: ValueConcentration, value: ExpectedValue
) -> None:
    assert value.expected_value_cny is not None
    expected = sum(band.expected_cny.value for band in spread.bands)
    assert expected == pytest.approx(value.expected_value_cny.value, rel=1e-6)
    assert sum(band.customers for band in spread.bands) == value.n_customers


def test_at_risk_is_what_is_missing_to_all_active(spread: ValueConcentration) -> None:
    for band in spread.bands:
        missing = band.if_active_cny.value - band.expected_cny.value
        assert band.at_risk_cny.value == pytest.approx(missing)
    at_risk = sum(band.at_risk_cny.value for band in spread.bands)
    assert spread.at_risk_cny.value == pytest.approx(at_risk)
    assert spread.share_at_risk.value == pytest.approx(at_risk / spread.if_active_cny.value)


def test_doubtful_value_is_that_of_the_middle_bands(spread: ValueConcentration) -> None:
    middle = [band for band in spread.bands if band.low > 0.1 and band.high < 0.9]
    assert spread.doubtful_customers == sum(band.customers for band in middle)
    assert spread.doubtful_cny.value == pytest.approx(
        sum(band.at_risk_cny.value for band in middle)
    )


def test_gini_equals_that_of_customers_row_by_row(
    bank: Bank, value: ExpectedValue, spread: ValueConcentration
) -> None:
    """Each customer alone, not joined into cells: the same coefficient to 1e-6."""
    assert value.gamma_gamma is not None
    worths = read_worths(bank, value.gamma_gamma, as_of=AS_OF, count_by="transaction")
    cells = worths.cells
    person = np.repeat(np.arange(len(cells.weight)), cells.weight)
    rows = ValueCells(
        purchases=PurchaseCells(
            frequency=cells.frequency[person],
            recency=cells.recency[person],
            age=cells.age[person],
            weight=np.ones(len(person), dtype=np.int64),
            time_unit="weeks",
        ),
        mean_value=worths.mean_value_cny[person],
    )
    each = customer_value.expected_value(value.bg_nbd, value.gamma_gamma, rows, horizon=365.25 / 7)
    assert len(each) == spread.customers
    assert spread.gini.value == pytest.approx(gini(each).value, rel=1e-6)


def test_the_lorenz_curve_rises_below_the_line_of_equality(spread: ValueConcentration) -> None:
    shares = [point.value_share for point in spread.lorenz]
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(1)
    assert all(a <= b for a, b in itertools.pairwise(shares))
    assert all(p.value_share <= p.customers_share + 1e-12 for p in spread.lorenz)


def test_top_shares_read_the_same_curve(spread: ValueConcentration) -> None:
    half = next(top for top in spread.tops if top.top == 0.5)
    at_half = next(p for p in spread.lorenz if p.customers_share == pytest.approx(0.5))
    assert half.share.value == pytest.approx(1 - at_half.value_share, abs=2e-3)


def test_two_contributors_of_one_value_are_both_counted() -> None:
    assert two_largest_share(np.array([30.0, 10.0]), np.array([2, 4])) == 0.6
    assert two_largest_share(np.zeros(2), np.array([2, 4])) == 0.0


def test_without_a_value_model_it_is_not_assessed(bank: Bank) -> None:
    refused = NotAssessed(
        name="expected_value", question=message("Customers"), reason=message("Customers")
    )
    found = value_concentration(
        bank,
        refused,
        as_of=AS_OF,
        count_by="transaction",
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=100,
    )
    assert isinstance(found, NotAssessed)
    assert found.reason is refused.reason


def test_the_answer_states_the_tenth_and_the_risk(spread: ValueConcentration) -> None:
    answer = present.concentration(spread)
    assert set(captions(answer)) == {"value_lorenz", "value_at_risk"}
    assert isinstance(answer, Answer)
    assert [finding.name for finding in answer.findings] == ["value_concentration", "value_at_risk"]
    assert [metric.name for metric in answer.metrics] == ["value_at_risk"]
