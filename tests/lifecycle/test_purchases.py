"""Purchase histories as the value models define them."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.data.tables import Bank
from analysis.errors import DataError
from analysis.lifecycle.purchases import CountBy, purchase_histories

MakeBank = Callable[..., Bank]
END = dt.date(2025, 3, 12)


def histories(bank: Bank, count_by: CountBy = "transaction") -> dict[tuple[float, ...], int]:
    found = purchase_histories(bank, as_of=END, count_by=count_by).cells
    return {
        (int(x), round(float(t * 7), 6), round(float(age * 7), 6)): int(n)
        for x, t, age, n in zip(
            found.frequency, found.recency, found.age, found.weight, strict=True
        )
    }


PURCHASES = [
    ("a", "2025-01-01", 100.0),
    ("a", "2025-01-15", 30.0),
    ("a", "2025-01-15", 50.0),
    ("b", "2025-01-01", 20.0),
    ("c", "2025-01-01", 40.0),
    ("c", "2025-05-01", 40.0),  # after the end of observation
]


def test_the_first_purchase_is_no_repeat(make_bank: MakeBank) -> None:
    """And is watched from the middle of its day: half a day more than the dates differ."""
    assert histories(make_bank(PURCHASES)) == {(0, 0, 70.5): 2, (2, 14, 70.5): 1}


def test_counted_by_day_two_transactions_of_one_day_are_one_purchase(make_bank: MakeBank) -> None:
    """And time is counted in whole days, as in published tables."""
    assert histories(make_bank(PURCHASES), "day") == {(0, 0, 70.0): 2, (1, 14, 70.0): 1}


@pytest.mark.parametrize(("count_by", "mean"), [("transaction", 40.0), ("day", 80.0)])
def test_the_mean_value_leaves_the_first_purchase_out(
    make_bank: MakeBank, count_by: CountBy, mean: float
) -> None:
    found = purchase_histories(make_bank(PURCHASES), as_of=END, count_by=count_by)
    assert found.spenders_mean_value_cny.tolist() == [mean]
    assert np.isnan(found.mean_value_cny[found.cells.frequency == 0]).all()


def test_repeat_customers_without_a_positive_mean_are_counted_not_dropped(
    make_bank: MakeBank,
) -> None:
    refund = [("r", "2025-01-01", 10.0), ("r", "2025-01-08", -10.0)]
    found = purchase_histories(make_bank(PURCHASES + refund), as_of=END, count_by="transaction")
    assert found.n_without_value == 1
    assert found.cells.n_customers == 4
    assert len(found.spenders_frequency) == 1


def test_equal_to_the_definition_row_by_row(make_bank: MakeBank) -> None:
    """Against pandas on random purchases, customer by customer."""
    rng = np.random.default_rng(7)
    rows = [
        (str(c), (dt.date(2024, 1, 1) + dt.timedelta(days=int(d))).isoformat(), float(v))
        for c, d, v in zip(
            rng.integers(0, 60, 500),
            rng.integers(0, 436, 500),
            rng.uniform(1, 9, 500).round(2),
            strict=True,
        )
    ]
    frame = pd.DataFrame(rows, columns=["customer", "day", "value"])
    frame["day"] = pd.to_datetime(frame.day)
    people = frame[frame.day <= pd.Timestamp(END)].groupby("customer")
    first, last = people.day.min(), people.day.max()
    expected = (
        pd.DataFrame(
            {
                "x": people.size() - 1,
                "t": (last - first).dt.days,
                # to the end of the last day, from the middle of the first one
                "age": (pd.Timestamp(END) - first).dt.days + 0.5,
            }
        )
        .value_counts()
        .to_dict()
    )
    assert histories(make_bank(rows)) == expected


def test_no_transaction_by_the_date_is_refused(make_bank: MakeBank) -> None:
    with pytest.raises(DataError, match="no transaction by the as-of date"):
        purchase_histories(make_bank([("a", "2025-05-01", 1.0)]), as_of=END, count_by="transaction")


@pytest.mark.parametrize(("count_by", "mean"), [("transaction", (95 - 15) / 2), ("day", 65.0)])
def test_several_transactions_on_the_first_day(
    make_bank: MakeBank, count_by: CountBy, mean: float
) -> None:
    """Their mean is the first purchase; counted by day, their sum."""
    rows = [
        ("a", "2025-01-01", 10.0),
        ("a", "2025-01-01", 20.0),
        ("a", "2025-02-01", 65.0),
    ]
    found = purchase_histories(make_bank(rows), as_of=END, count_by=count_by)
    assert found.spenders_mean_value_cny.tolist() == [mean]
