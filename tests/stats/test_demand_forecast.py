"""Forecasts: what is chosen, whether intervals hold, what does not change them, refusals."""

import numpy as np
import pytest
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from analysis.errors import EstimationError
from analysis.stats.demand_forecast import forecast_demand

PERIOD = 4  # quarters keep the simulation short; the method is that of months


def seasonal(rng: np.random.Generator, size: int) -> np.ndarray:
    t = np.arange(size)
    season = np.array([0.15, -0.05, -0.2, 0.1])[t % PERIOD]
    return np.exp(6 + 0.01 * t + season + rng.normal(0, 0.04, size))


def wandering(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.exp(6 + np.cumsum(rng.normal(0, 0.06, size)))


def test_a_seasonal_series_is_forecast_by_a_model_that_beats_naive() -> None:
    found = forecast_demand(
        seasonal(np.random.default_rng(1), 60), months=3, origins=20, period=PERIOD
    )
    assert found.beats_naive
    assert found.method in {"ets", "stl_ets"}
    assert found.record.error < min(
        record.error for record in found.records if record.method.endswith("naive")
    )


def test_the_model_is_a_peers() -> None:
    """statsmodels' Holt-Winters by another route, on logarithms."""
    y = seasonal(np.random.default_rng(2), 80) * np.exp(0.03 * np.arange(80))
    found = forecast_demand(y, months=3, origins=20, period=PERIOD)
    assert found.method == "ets"
    peer = ExponentialSmoothing(
        np.log(y), trend="add", seasonal="add", seasonal_periods=PERIOD
    ).fit()
    assert [month.value for month in found.months] == pytest.approx(
        np.exp(peer.forecast(3)), rel=0.02
    )


def test_nothing_beats_the_last_value_of_a_random_walk() -> None:
    """In at most as many of a hundred walks as the level allows, and then some for chance."""
    rng = np.random.default_rng(3)
    beaten = sum(
        forecast_demand(wandering(rng, 40), months=2, origins=16, period=PERIOD).beats_naive
        for _ in range(40)
    )
    assert beaten <= 6  # 2 expected at 5 %; 6 or fewer in 99.7 %


@pytest.mark.slow
@pytest.mark.parametrize("make", [seasonal, wandering], ids=["seasonal", "wandering"])
def test_prediction_intervals_hold_later_months_as_often_as_they_claim(make) -> None:
    """At 80 %, over the months ahead of 60 series; months of one series are one draw."""
    rng = np.random.default_rng(4)
    held = []
    for _ in range(60):
        y = make(rng, 55)
        found = forecast_demand(y[:52], months=3, origins=20, period=PERIOD, confidence=0.8)
        inside = [m.low <= v <= m.high for m, v in zip(found.months, y[52:], strict=True)]
        held.append(np.mean(inside))
    error = np.std(held) / np.sqrt(len(held))
    assert 0.8 - 3 * error <= np.mean(held) <= 0.8 + 4 * error


def test_units_do_not_matter() -> None:
    y = seasonal(np.random.default_rng(5), 48)
    one = forecast_demand(y, months=2, origins=12, period=PERIOD)
    thousand = forecast_demand(1000 * y, months=2, origins=12, period=PERIOD)
    assert thousand.method == one.method
    assert [m.high for m in thousand.months] == pytest.approx(
        [1000 * m.high for m in one.months], rel=1e-2
    )


def test_what_cannot_be_forecast_is_refused() -> None:
    with pytest.raises(EstimationError, match="a series too short to be forecast"):
        forecast_demand(np.full(40, 10.0))
    empty = seasonal(np.random.default_rng(6), 80)
    empty[7] = 0
    with pytest.raises(EstimationError, match="months without demand: found 1 of 80"):
        forecast_demand(empty)
