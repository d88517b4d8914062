import numpy as np
import pytest

from analysis.results import CheckStatus
from analysis.stats.frequency_value_check import check_frequency_against_value
from analysis.stats.spend_cells import SpendCells, reduce_to_spend_cells

PARAMETERS = np.array([6.25, 2.6, 15.0])


def simulate(rng, n, *, dependence=0.0):
    """Mean values of the model; with dependence, they grow with the frequency."""
    p, q, v = PARAMETERS
    frequency = rng.geometric(0.35, n)
    value = rng.gamma(p * frequency) / (frequency * rng.gamma(q, 1 / v, n))
    return frequency, value * frequency**dependence


def check(columns, **options):
    return check_frequency_against_value(
        reduce_to_spend_cells(*columns), PARAMETERS, **({"confidence": 0.95} | options)
    )


def test_passes_where_the_model_holds():
    found = check(simulate(np.random.default_rng(1), 5000))
    assert found.status is CheckStatus.PASSED
    assert not found.correlation.excludes(0)


@pytest.mark.parametrize(("dependence", "sign"), [(0.6, 1), (-0.6, -1)])
def test_fails_where_frequent_buyers_spend_otherwise(dependence, sign):
    found = check(simulate(np.random.default_rng(2), 5000, dependence=dependence))
    assert found.status is CheckStatus.FAILED
    assert np.sign(found.correlation.value) == sign
    assert "biased" in found.explanation.pattern


def test_says_when_the_data_do_not_settle_it():
    found = check(simulate(np.random.default_rng(3), 60))
    assert found.status is CheckStatus.INFORMATIONAL


def test_tolerance_decides():
    columns = simulate(np.random.default_rng(4), 5000, dependence=0.25)
    assert check(columns, tolerated=0.02).status is CheckStatus.FAILED
    assert check(columns, tolerated=0.9).status is CheckStatus.PASSED


def test_splitting_cells_changes_nothing():
    frequency, value = simulate(np.random.default_rng(5), 400)
    whole = SpendCells(frequency=frequency, mean_value=value, weight=np.full(400, 4))
    parts = SpendCells(
        frequency=np.tile(frequency, 2),
        mean_value=np.tile(value, 2),
        weight=np.repeat([1, 3], 400),
    )
    of_whole, of_parts = (
        check_frequency_against_value(each, PARAMETERS, confidence=0.95).correlation
        for each in (whole, parts)
    )
    assert of_parts.low == pytest.approx(of_whole.low)
    assert of_parts.value == pytest.approx(of_whole.value)


def test_one_frequency_for_all_tells_nothing():
    found = check(([2, 2, 2, 2, 2], [10.0, 20.0, 30.0, 40.0, 50.0]))
    assert (found.correlation.low, found.correlation.high) == (-1, 1)


@pytest.mark.slow
def test_interval_holds_zero_as_often_as_claimed_though_values_have_heavy_tails(assert_covers):
    rng, draws = np.random.default_rng(6), 400
    hits = sum(
        not check(simulate(rng, 500), confidence=0.9).correlation.excludes(0) for _ in range(draws)
    )
    assert_covers(hits, draws, 0.9)
