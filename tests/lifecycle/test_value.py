"""What is still to come, and when that is not said."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from analysis.answers import NotAssessed
from analysis.lifecycle import present
from analysis.lifecycle.checks.value import value_checks
from analysis.lifecycle.purchases import PurchaseHistories
from analysis.lifecycle.value import ExpectedValue, expected_value
from analysis.results import CheckStatus
from analysis.stats.purchase_cells import reduce_to_cells

from ..captions import captions

R, ALPHA, A, B = 0.8, 8.0, 0.9, 3.0
P, Q, V = 6.0, 4.0, 60.0


def simulate(customers: int, *, seed: int, weeks: float = 104) -> tuple[PurchaseHistories, int]:
    """Customers of a BG/NBD process whose spending is Gamma-Gamma, and what they do in a year.

    Written from the story that the models tell, not from their formulas.
    """
    rng = np.random.default_rng(seed)
    frequency, recency, value, future = [], [], [], 0
    ages = rng.uniform(10, weeks, customers)
    for age in ages:
        rate, dropout, scale = rng.gamma(R, 1 / ALPHA), rng.beta(A, B), rng.gamma(Q, 1 / V)
        clock, spent, last = 0.0, [], 0.0
        while True:
            clock += rng.exponential(1 / rate)
            if clock > age + 52.18:
                break
            if clock <= age:
                last = clock
                spent.append(rng.gamma(P, 1 / scale))
            else:
                future += 1
            if rng.random() < dropout:
                break
        frequency.append(len(spent))
        recency.append(last)
        value.append(np.mean(spent) if spent else np.nan)
    x, t, z = np.array(frequency), np.array(recency), np.array(value)
    cells = reduce_to_cells(x, t, ages, time_unit="weeks")
    order = np.lexsort((ages, t, x))
    assert len(cells.frequency) == customers  # continuous times: every history is its own cell
    return (
        PurchaseHistories(
            cells=cells,
            mean_value_cny=z[order],
            spenders_frequency=x[x > 0],
            spenders_mean_value_cny=z[x > 0],
            n_without_value=0,
        ),
        future,
    )


def expect(histories: PurchaseHistories, **more: Any) -> ExpectedValue | NotAssessed:
    options: dict[str, Any] = {
        "horizon_months": 12,
        "confidence": 0.95,
        "rng": np.random.default_rng(1),
        "draws": 200,
        **more,
    }
    return expected_value(histories, **options)


@pytest.fixture(scope="module")
def simulated() -> tuple[PurchaseHistories, int]:
    return simulate(6000, seed=11)


@pytest.fixture(scope="module")
def value(simulated: tuple[PurchaseHistories, int]) -> ExpectedValue:
    found = expect(simulated[0])
    assert isinstance(found, ExpectedValue)
    return found


def test_the_year_that_follows_is_what_was_expected(
    value: ExpectedValue, simulated: tuple[PurchaseHistories, int]
) -> None:
    """The simulated purchases of the next year, within the estimate and chance.

    Their own chance adds to the interval: about twice the square root of the total
    for purchases that come in bursts of a few.
    """
    _, future = simulated
    estimate = value.expected_purchases
    slack = 2 * 2 * np.sqrt(future)
    assert estimate.low - slack < future < estimate.high + slack


def test_the_bands_add_up_to_the_totals(value: ExpectedValue) -> None:
    assert sum(band.customers for band in value.bands) == value.n_customers == 6000
    assert sum(band.expected_purchases for band in value.bands) == pytest.approx(
        value.expected_purchases.value
    )
    assert value.expected_value_cny is not None
    assert sum(band.expected_value_cny or 0 for band in value.bands) == pytest.approx(
        value.expected_value_cny.value
    )


def test_counted_and_expected_customers_add_up(value: ExpectedValue) -> None:
    assert sum(count.customers for count in value.frequencies) == 6000
    assert sum(count.expected for count in value.frequencies) == pytest.approx(6000)


def test_on_data_of_its_own_story_the_model_fits(value: ExpectedValue) -> None:
    assert value.model_fits
    assert "the model fits, at most" in captions(present.value(value))["purchase_frequency"]
    statuses = {check.name: check.status for check in value_checks(value)}
    assert statuses["purchase_model_fits"] is CheckStatus.PASSED
    assert statuses["value_independent_of_frequency"] is not CheckStatus.FAILED


def test_on_another_story_the_check_fails() -> None:
    """Half never come back, half come every week for a year: no BG/NBD."""
    rng = np.random.default_rng(3)
    regular = rng.random(4000) < 0.5
    frequency = np.where(regular, 6, 0)
    recency = np.where(regular, 42.0, 0.0)
    cells = reduce_to_cells(frequency, recency, np.full(4000, 52.0), time_unit="weeks")
    found = expect(
        PurchaseHistories(
            cells=cells,
            mean_value_cny=np.where(cells.frequency > 0, 10.0, np.nan),
            spenders_frequency=np.empty(0, dtype=np.int64),
            spenders_mean_value_cny=np.empty(0),
            n_without_value=0,
        )
    )
    assert isinstance(found, NotAssessed) or not found.model_fits


def test_the_caption_says_where_the_model_does_not_fit(value: ExpectedValue) -> None:
    first, *rest = value.frequencies
    apart = dataclasses.replace(first, expected=first.expected + 0.05 * value.n_customers)
    found = dataclasses.replace(value, frequencies=(apart, *rest))
    assert "the model does not fit" in captions(present.value(found))["purchase_frequency"]


def test_customers_without_a_value_are_taken_for_average_ones(
    simulated: tuple[PurchaseHistories, int],
) -> None:
    histories, _ = simulated
    blank = histories.mean_value_cny.copy()
    blank[np.flatnonzero(histories.cells.frequency > 0)[:5]] = np.nan
    found = expect(
        PurchaseHistories(
            cells=histories.cells,
            mean_value_cny=blank,
            spenders_frequency=histories.spenders_frequency,
            spenders_mean_value_cny=histories.spenders_mean_value_cny,
            n_without_value=5,
        )
    )
    assert isinstance(found, ExpectedValue)
    assert found.expected_value_cny is not None
    assert np.isfinite(found.expected_value_cny.value)


def test_too_few_customers_are_not_assessed_and_the_reason_is_said() -> None:
    histories, _ = simulate(120, seed=5)
    found = expect(histories)
    assert isinstance(found, NotAssessed)
    assert "The model needs {customers} customers" in found.reason.pattern
