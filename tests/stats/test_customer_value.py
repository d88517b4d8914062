"""Expected value: purchases to come times value per purchase."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.results import CheckStatus, Estimate
from analysis.stats import simulated_intervals
from analysis.stats.bg_nbd import BgNbd, expected_purchases, fit_bg_nbd
from analysis.stats.customer_value import (
    ValueCells,
    expected_value,
    expected_value_total,
    reduce_to_value_cells,
)
from analysis.stats.frequency_value_check import FrequencyValueCheck
from analysis.stats.gamma_gamma import (
    GammaGamma,
    SpendCells,
    expected_mean_value,
    fit_gamma_gamma,
)
from analysis.stats.pareto_nbd import ParetoNbd
from analysis.stats.purchase_cells import PurchaseCells
from analysis.text import message

BUYING = {"r": 0.6, "alpha": 8.0, "a": 0.7, "b": 2.5}
LAPSING = {"r": 0.8, "alpha": 9.0, "s": 1.4, "beta": 30.0}
SPENDING = {"p": 6.0, "q": 4.0, "v": 15.0}
YEAR_WEEKS = 365.25 / 7


def at(value):
    return Estimate(value=value, low=value, high=value, confidence=0.95)


def known_purchases(model, truth, time_unit="weeks"):
    return model(
        **{name: at(value) for name, value in truth.items()},
        log_covariance=np.eye(4) * 1e-4,
        log_likelihood=0.0,
        n_customers=1,
        n_repeat_customers=1,
        time_unit=time_unit,
    )


def known_spend(error=0.01, **truth):
    return GammaGamma(
        **{name: at(value) for name, value in (SPENDING | truth).items()},
        log_covariance=np.eye(3) * error**2,
        log_likelihood=0.0,
        n_repeat_customers=1,
        independence=FrequencyValueCheck(
            correlation=Estimate(value=0.0, low=-1.0, high=1.0, confidence=0.95),
            tolerated=0.2,
            status=CheckStatus.INFORMATIONAL,
            explanation=message("The mean values of customers do not change over time."),
        ),
    )


def simulate(simulate_bg_nbd, rng, n):
    age = rng.integers(26, 40, n).astype(float)
    frequency, recency, *_ = simulate_bg_nbd(rng, **BUYING, age=age)
    p, q, v = SPENDING.values()
    shape = p * np.maximum(frequency, 1)
    value = rng.gamma(shape) / (np.maximum(frequency, 1) * rng.gamma(q, 1 / v, n))
    return frequency, np.floor(recency), age, np.where(frequency > 0, value, 0.0)


@pytest.fixture
def sample(simulate_bg_nbd):
    return simulate(simulate_bg_nbd, np.random.default_rng(41), 2000)


@pytest.mark.parametrize(("model", "truth"), [(BgNbd, BUYING), (ParetoNbd, LAPSING)])
def test_value_is_purchases_times_value_per_purchase(sample, model, truth):
    frequency, recency, age, value = sample
    cells = reduce_to_value_cells(frequency, recency, age, value, time_unit="weeks")
    fit, spend = known_purchases(model, truth), known_spend()
    each = SpendCells(
        frequency=cells.purchases.frequency,
        mean_value=cells.mean_value,
        weight=cells.purchases.weight,
    )
    expected = expected_purchases(fit, cells.purchases, horizon=26.0) * expected_mean_value(
        spend, each
    )
    assert expected_value(fit, spend, cells, horizon=26.0) == pytest.approx(expected)


def test_cells_add_up_to_the_customers(sample):
    """Averaging mean values within a history loses nothing of the total."""
    frequency, recency, age, value = sample
    fit, spend = known_purchases(BgNbd, BUYING), known_spend()
    cells = reduce_to_value_cells(frequency, recency, age, value, time_unit="weeks")
    rows = ValueCells(
        purchases=PurchaseCells(
            frequency=frequency,
            recency=recency,
            age=age,
            weight=np.ones(len(age)),
            time_unit="weeks",
        ),
        mean_value=value,
    )
    assert len(cells.mean_value) < len(age) / 2
    by_row = expected_value(fit, spend, rows, horizon=26.0).sum()
    by_cell = cells.purchases.weight @ expected_value(fit, spend, cells, horizon=26.0)
    assert by_cell == pytest.approx(by_row, rel=1e-6)


def test_agrees_with_lifetimes_on_discounted_value(sample):
    """The peer discounts monthly, at the month's end; its month has 4.345 weeks."""
    import pandas as pd
    from lifetimes import BetaGeoFitter
    from lifetimes.utils import _customer_lifetime_value

    peer = BetaGeoFitter()
    peer.params_ = pd.Series(BUYING)
    peer.predict = peer.conditional_expected_number_of_purchases_up_to_time
    frequency, recency, age, value = (pd.Series(column) for column in sample)
    cells = reduce_to_value_cells(*sample, time_unit="weeks")
    fit, spend = known_purchases(BgNbd, BUYING), known_spend()
    each = SpendCells(frequency=frequency, mean_value=value, weight=np.ones(len(age)))
    worth = pd.Series(expected_mean_value(spend, each))
    monthly = 0.01
    of_peer = _customer_lifetime_value(
        peer, frequency, recency, age, worth, time=12, discount_rate=monthly, freq="W"
    ).sum()
    yearly = (1 + monthly) ** 12 - 1
    ours = cells.purchases.weight @ expected_value(
        fit, spend, cells, horizon=12 * 4.345, discount_rate=yearly
    )
    # half a month between the middle and the end of a month
    assert ours == pytest.approx(of_peer * (1 + monthly) ** 0.5, rel=1e-3)


def test_a_month_is_discounted_from_its_middle(sample):
    cells = reduce_to_value_cells(*sample, time_unit="weeks")
    fit, spend = known_purchases(BgNbd, BUYING), known_spend()
    month = YEAR_WEEKS / 12
    plain = expected_value(fit, spend, cells, horizon=month)
    dear = expected_value(fit, spend, cells, horizon=month, discount_rate=0.2)
    assert dear == pytest.approx(plain * 1.2 ** (-1 / 24))


def test_discounting_lowers_late_purchases_more(sample):
    cells = reduce_to_value_cells(*sample, time_unit="weeks")
    fit, spend = known_purchases(BgNbd, BUYING), known_spend()

    def share_left(years):
        ask = {"horizon": years * YEAR_WEEKS}
        plain = expected_value(fit, spend, cells, **ask).sum()
        return expected_value(fit, spend, cells, discount_rate=0.1, **ask).sum() / plain

    assert 1 > share_left(0.5) > share_left(1) > share_left(3) > 1.1**-3


def test_surface_stands_in_for_every_draw(sample, monkeypatch):
    frequency, recency, age, value = (column[:400] for column in sample)
    cells = reduce_to_value_cells(frequency, recency, age, value, time_unit="weeks")
    fit, spend = known_purchases(BgNbd, BUYING), known_spend(error=0.05)
    ask = {"horizon": 26.0, "confidence": 0.9, "draws": 300}
    exact = expected_value_total(fit, spend, cells, **ask, rng=np.random.default_rng(1))
    monkeypatch.setattr(simulated_intervals, "LARGEST_WORK", 0)
    surface = expected_value_total(fit, spend, cells, **ask, rng=np.random.default_rng(1))
    width = exact.high - exact.low
    assert surface.low == pytest.approx(exact.low, abs=0.02 * width)
    assert surface.high == pytest.approx(exact.high, abs=0.02 * width)


@pytest.mark.slow
def test_interval_holds_the_true_value_as_often_as_claimed(simulate_bg_nbd, assert_covers):
    rng, draws, hits = np.random.default_rng(43), 200, 0
    true_fit, true_spend = known_purchases(BgNbd, BUYING), known_spend()
    for _ in range(draws):
        age = rng.integers(26, 40, 1600).astype(float)
        frequency, recency, *_ = simulate_bg_nbd(rng, **BUYING, age=age)
        p, q, v = SPENDING.values()
        often = np.maximum(frequency, 1)
        value = rng.gamma(p * often) / (often * rng.gamma(q, 1 / v, 1600)) * (frequency > 0)
        cells = reduce_to_value_cells(frequency, recency, age, value, time_unit="weeks")
        fit = fit_bg_nbd(cells.purchases, confidence=0.9)
        spend = fit_gamma_gamma(
            SpendCells(frequency=frequency, mean_value=value, weight=np.ones(1600)),
            confidence=0.9,
        )
        true = cells.purchases.weight @ expected_value(true_fit, true_spend, cells, horizon=26.0)
        total = expected_value_total(
            fit, spend, cells, horizon=26.0, confidence=0.9, rng=rng, draws=100
        )
        hits += not total.excludes(true)
    assert_covers(hits, draws, 0.9)


def test_refuses_a_value_without_a_mean(sample):
    cells = reduce_to_value_cells(*sample, time_unit="weeks")
    fit = known_purchases(BgNbd, BUYING)
    with pytest.raises(EstimationError, match="does not exist: found q at most 1"):
        expected_value(fit, known_spend(q=0.8), cells, horizon=26.0)
    with pytest.raises(EstimationError, match="interval of q that reaches down to 1"):
        expected_value_total(
            fit,
            known_spend(error=0.5, q=1.3),
            cells,
            horizon=26.0,
            confidence=0.95,
            rng=np.random.default_rng(1),
        )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"horizon": -2.0}, "the horizon is no length of time"),
        ({"discount_rate": -1.0}, "the discount rate is no rate"),
        ({"discount_rate": np.nan}, "the discount rate is no rate"),
    ],
)
def test_questions_without_sense_are_refused(sample, change, said):
    cells = reduce_to_value_cells(*sample, time_unit="weeks")
    with pytest.raises(EstimationError, match=said):
        expected_value(
            known_purchases(BgNbd, BUYING), known_spend(), cells, **({"horizon": 26.0} | change)
        )


def test_other_units_of_time_are_refused(sample):
    cells = reduce_to_value_cells(*sample, time_unit="days")
    with pytest.raises(EstimationError, match="found weeks and days"):
        expected_value(known_purchases(BgNbd, BUYING), known_spend(), cells, horizon=26.0)


def test_zero_and_negative_values_are_refused():
    with pytest.raises(EstimationError, match="zero or negative mean value"):
        reduce_to_value_cells([1], [3], [9], [-5.0], time_unit="weeks")
