"""Equal rows and values are found as numpy finds them."""

import numpy as np
import pytest

from analysis.stats._distinct import find_distinct, find_distinct_rows, find_starts


@pytest.mark.parametrize("order", [np.asarray, np.sort], ids=["as drawn", "rising"])
@pytest.mark.parametrize("kind", [np.int64, np.float64])
def test_distinct_values_and_places_are_numpys(kind, order):
    values = order(np.random.default_rng(1).integers(0, 9, 200).astype(kind))
    found, place = find_distinct(values)
    expected, expected_place = np.unique(values, return_inverse=True)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(place, expected_place)


@pytest.mark.parametrize("columns", [0, 1, 4])
def test_distinct_rows_and_places_are_numpys(columns):
    rows = np.random.default_rng(3).integers(0, 3, (200, columns)).astype(float)
    found, place = find_distinct_rows(rows)
    expected, expected_place = np.unique(rows, axis=0, return_inverse=True)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(place, expected_place.reshape(-1))


def test_runs_begin_where_sorted_rows_change():
    rng = np.random.default_rng(2)
    rows = np.unique(rng.integers(0, 3, (30, 3)), axis=0)
    repeats = rng.integers(1, 4, len(rows))
    laid = np.repeat(rows, repeats, axis=0)
    found = find_starts(list(laid.T))
    np.testing.assert_array_equal(found, np.cumsum(repeats) - repeats)


def test_rows_out_of_order_have_no_runs():
    assert find_starts([np.array([1, 1, 2]), np.array([5, 4, 9])]) is None
