"""How well each quarter's arrivals are kept."""

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from analysis.data.tables import Bank
from analysis.definitions import quarter_label
from analysis.errors import DataError
from analysis.lifecycle.cohorts import cohort_retention
from analysis.lifecycle.present.cohorts import present_cohorts
from analysis.results import Estimate

from ..captions import captions

MakeBank = Callable[..., Bank]
NOW = dt.date(2025, 12, 31)


def triangle(bank: Bank, *, as_of: dt.date = NOW, cohorts: int = 4) -> dict[tuple[str, int], str]:
    retention = cohort_retention(bank, as_of=as_of, cohorts=cohorts, confidence=0.95)
    return {
        (quarter_label(cell.cohort), cell.quarters_since): f"{cell.retained}/{cell.customers}"
        for cell in retention.cells
    }


PURCHASES = [
    ("a", "2025-01-15", 1.0),
    ("a", "2025-02-15", 1.0),  # twice in one quarter counts once
    ("a", "2025-04-15", 1.0),
    ("a", "2025-10-15", 1.0),  # pauses, returns
    ("b", "2025-03-31", 1.0),
    ("c", "2025-07-01", 1.0),
    ("c", "2025-12-31", 1.0),
    ("d", "2023-01-01", 1.0),  # came before the cohorts that are asked for
]


def test_the_triangle_counts_each_customer_once_a_quarter(make_bank: MakeBank) -> None:
    assert triangle(make_bank(PURCHASES)) == {
        ("2025-Q1", 0): "2/2",
        ("2025-Q1", 1): "1/2",
        ("2025-Q1", 2): "0/2",
        ("2025-Q1", 3): "1/2",
        ("2025-Q3", 0): "1/1",
        ("2025-Q3", 1): "1/1",
    }


def test_a_quarter_that_has_not_ended_is_left_out(make_bank: MakeBank) -> None:
    assert max(triangle(make_bank(PURCHASES), as_of=dt.date(2025, 12, 30))) == ("2025-Q3", 0)


def test_the_order_of_rows_does_not_matter(make_bank: MakeBank) -> None:
    assert triangle(make_bank(PURCHASES)) == triangle(make_bank(PURCHASES[::-1]))


def test_pooled_retention_takes_the_cohorts_that_are_old_enough(make_bank: MakeBank) -> None:
    retention = cohort_retention(make_bank(PURCHASES), as_of=NOW, cohorts=4, confidence=0.95)
    assert [(since, n, round(e.value, 4)) for since, n, e in retention.retention] == [
        (1, 3, 0.6667),
        (2, 2, 0.0),
        (3, 2, 0.5),
    ]


def test_the_newest_cohort_is_compared_with_the_one_before(make_bank: MakeBank) -> None:
    retention = cohort_retention(make_bank(PURCHASES), as_of=NOW, cohorts=4, confidence=0.95)
    assert retention.newest_cohort is not None
    assert quarter_label(retention.newest_cohort) == "2025-Q3"
    assert retention.newest_change is not None
    assert retention.newest_change.value == pytest.approx(1 / 1 - 1 / 2)


def test_a_first_quarter_alone_has_no_retention_yet(make_bank: MakeBank) -> None:
    retention = cohort_retention(
        make_bank([("a", "2025-11-01", 1.0)]), as_of=NOW, cohorts=4, confidence=0.95
    )
    assert retention.retention == ()
    assert retention.newest_retention is None
    assert "no cohort is old enough" in captions(present_cohorts(retention))["retention_triangle"]


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.1, 0.9, "more than of the cohort before"),
        (-0.9, -0.1, "fewer than of the cohort before"),
        (-0.5, 0.5, "within the noise of the cohort before"),
    ],
)
def test_the_caption_compares_the_newest_cohort_as_far_as_chance_lets_it(
    make_bank: MakeBank, low: float, high: float, words: str
) -> None:
    change = Estimate(value=(low + high) / 2, low=low, high=high, confidence=0.95)
    retention = dataclasses.replace(
        cohort_retention(make_bank(PURCHASES), as_of=NOW, cohorts=4, confidence=0.95),
        newest_change=change,
    )
    assert words in captions(present_cohorts(retention))["retention_triangle"]


def test_no_arrival_in_the_window_is_refused(make_bank: MakeBank) -> None:
    with pytest.raises(DataError, match="no cohort to follow"):
        cohort_retention(
            make_bank([("d", "2020-01-01", 1.0)]), as_of=NOW, cohorts=4, confidence=0.95
        )


@pytest.mark.parametrize("cohorts", [34, 60])
def test_a_triangle_of_many_quarters_is_counted_like_a_short_one(
    make_bank: MakeBank, cohorts: int
) -> None:
    long_ago = [("e", "2017-09-30", 1.0), ("e", "2025-12-01", 1.0)]
    found = triangle(make_bank(PURCHASES + long_ago), cohorts=cohorts)
    assert (found["2017-Q3", 0], found["2017-Q3", 32], found["2017-Q3", 33]) == (
        "1/1",
        "0/1",
        "1/1",
    )
    assert found["2025-Q1", 1] == "1/2"


@pytest.mark.parametrize("cohorts", [0, 61])
def test_more_quarters_than_can_be_followed_are_refused(make_bank: MakeBank, cohorts: int) -> None:
    with pytest.raises(ValueError, match="quarters of arrival"):
        triangle(make_bank(PURCHASES), cohorts=cohorts)
