"""Sums of whole numbers: the same as Python's own integers give, in any order."""

import numpy as np
import pytest

from analysis.stats.exact_moments import LARGEST, sum_products


def draw(n=500, k=4, *, seed=1):
    return np.random.default_rng(seed).integers(-LARGEST, LARGEST, (n, k), endpoint=True)


def test_products_are_those_of_integers_without_a_limit():
    rows = draw()
    found = sum_products(rows)
    own = [[int(cell) for cell in row] for row in rows]
    for i in range(4):
        assert found.sums[i] == sum(row[i] for row in own)
        for j in range(4):
            assert found.products[i, j] == sum(row[i] * row[j] for row in own)


def test_the_covariance_is_numpys_and_a_high_level_costs_no_digit():
    small = np.random.default_rng(2).integers(0, 50, (300, 3))
    expected = np.cov(small, rowvar=False)
    np.testing.assert_allclose(sum_products(small).covariance(), expected, rtol=1e-13)
    np.testing.assert_array_equal(
        sum_products(small + 1_000_000_000).covariance(), sum_products(small).covariance()
    )


def test_parts_add_up_to_the_whole_in_any_order():
    rows = draw()
    parts = sum_products(rows[300:]) + sum_products(rows[:300])
    whole = sum_products(rows[::-1])
    assert parts.n == whole.n
    assert (parts.products == whole.products).all()


def test_numbers_beyond_exact_sums_are_refused():
    with pytest.raises(ValueError, match="too large for exact sums"):
        sum_products(np.array([[LARGEST + 1]]))
