"""Concentration of value: published values, weighted cells, coverage, refusals."""

import numpy as np
import pytest
from scipy.stats import pareto

from analysis.errors import EstimationError
from analysis.stats.concentration import METHODS, gini, lorenz_curve, top_share

INCOMES = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


def test_gini_equals_the_published_one():
    # R package ineq, example of ineq(): class means of incomes in the USA, 1968
    assert gini(INCOMES).value == pytest.approx(0.4620911, abs=5.1e-8)


def test_gini_of_a_known_distribution_is_the_textbook_value():
    # the exponential distribution has 1/2, the uniform from 0 has 1/3
    grid = (np.arange(200_000) + 0.5) / 200_000
    assert gini(-np.log(1 - grid)).value == pytest.approx(1 / 2, abs=1e-4)
    assert gini(grid).value == pytest.approx(1 / 3, abs=1e-6)


def test_top_share_of_a_pareto_distribution_is_the_textbook_value():
    # the top q of Pareto with shape a hold q ** (1 - 1 / a)
    grid = (np.arange(400_000) + 0.5) / 400_000
    assert top_share(pareto.ppf(grid, 3), top=0.1).value == pytest.approx(0.1 ** (2 / 3), abs=1e-3)


def test_weighted_cells_equal_rows():
    rng = np.random.default_rng(81)
    values, customers = rng.integers(0, 60, 50).astype(float), rng.integers(0, 8, 50)
    rows = np.repeat(values, customers)
    for estimate in (gini, top_share):
        cells, per_row = estimate(values, customers), estimate(rows)
        assert (cells.value, cells.low, cells.high) == pytest.approx(
            (per_row.value, per_row.low, per_row.high), abs=1e-12
        )
    assert lorenz_curve(values, customers).value == pytest.approx(lorenz_curve(rows).value)


def test_error_equals_the_jackknife():
    # an independent estimate of the same standard error, equal up to terms of order 1 / n
    rng = np.random.default_rng(82)
    values = rng.lognormal(0, 1, 400)
    for estimate in (gini, top_share):
        left_out = [estimate(np.delete(values, i)).value for i in range(400)]
        jackknife = np.sqrt(399 / 400 * np.sum((left_out - np.mean(left_out)) ** 2))
        found = estimate(values)
        logit = np.log(found.high / (1 - found.high)) - np.log(found.low / (1 - found.low))
        error = logit / 2 / 1.959964 * found.value * (1 - found.value)
        assert error == pytest.approx(jackknife, rel=0.03)


def test_unit_order_and_splitting_do_not_matter():
    values, customers = np.array([5.0, 1.0, 40.0]), np.array([10, 80, 6])
    found = gini(values, customers)
    for other in (gini(100 * values, customers), gini([1, 1, 5, 40], [30, 50, 10, 6])):
        assert (other.value, other.low, other.high) == pytest.approx(
            (found.value, found.low, found.high)
        )


def test_curve_runs_from_nobody_to_all_and_bounds_the_gini():
    curve = lorenz_curve(INCOMES)
    assert (curve.customers[0], curve.value[0]) == (0, 0)
    assert (curve.customers[-1], curve.value[-1]) == pytest.approx((1, 1))
    assert np.all(np.diff(curve.value) > 0)
    area = np.sum(np.diff(curve.customers) * (curve.value[1:] + curve.value[:-1]) / 2)
    assert gini(INCOMES).value == pytest.approx(1 - 2 * area)
    tenth = top_share(INCOMES, top=0.1).value
    assert tenth == pytest.approx(1 - curve.value[-2])


def test_equal_and_lonely_values_are_points():
    assert gini([7, 7, 7]).high == 0
    assert top_share([7, 7, 7, 7], top=0.25).value == pytest.approx(0.25)
    assert top_share([0, 0, 0, 9], top=0.5).value == 1


def test_customers_at_the_limit_are_counted_in_part():
    # the top three of ten customers: the one with 100 and two of the four with 20
    assert top_share([100, 20, 1], [1, 4, 5], top=0.3).value == pytest.approx(140 / 185)


@pytest.mark.slow
@pytest.mark.parametrize("estimate", [gini, top_share])
def test_interval_covers_the_truth_as_often_as_claimed(assert_covers, estimate):
    rng = np.random.default_rng(83)
    truth = {gini: 1 / 2, top_share: 0.1 * (1 + np.log(10))}[estimate]
    hits = sum(not estimate(rng.exponential(1, 1000)).excludes(truth) for _ in range(1000))
    assert_covers(hits, 1000, 0.95)


def test_values_without_a_concentration_are_refused():
    with pytest.raises(EstimationError, match=r"negative values .* found 3 customers"):
        gini([-1, 5], [3, 4])
    with pytest.raises(EstimationError, match="no value to be concentrated"):
        gini([0, 0])
    with pytest.raises(EstimationError, match="too few customers for a concentration: found 1"):
        gini([5, 8], [1, 0])
    with pytest.raises(EstimationError, match="no whole numbers: found 1 of 2 cells"):
        gini([5, 8], [1.5, 1])
    with pytest.raises(EstimationError, match="differ in length: found 2 and 1"):
        gini([5, 8], [1])
    with pytest.raises(EstimationError, match="top is no share of the customers: found 10"):
        top_share([5, 8], top=10)


def test_every_method_names_its_source():
    assert set(METHODS) == {"gini", "top-share"}
