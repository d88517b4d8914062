"""Ways of forecasting that are tried from past origins: naive ones, and smoothed ones."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.seasonal import STL

from analysis.stats.inputs import Floats

Maker = Callable[[Floats, int], tuple[Floats, Floats]]
"""Takes logarithms up to an origin and a number of months; gives their mean and spread."""


def _naive(_: Floats, period: int) -> Maker:
    del period

    def make(logs: Floats, months: int) -> tuple[Floats, Floats]:
        ahead = np.arange(1, months + 1)
        return np.full(months, logs[-1]), np.std(np.diff(logs)) * np.sqrt(ahead)

    return make


def _seasonal_naive(_: Floats, period: int) -> Maker:
    def make(logs: Floats, months: int) -> tuple[Floats, Floats]:
        ahead = np.arange(months)
        spread = np.sqrt(np.mean((logs[period:] - logs[:-period]) ** 2))
        return logs[-period + ahead % period], spread * np.sqrt(ahead // period + 1)

    return make


def _ets(known: Floats, period: int) -> Maker:
    parameters = _fit(known, period)

    def make(logs: Floats, months: int) -> tuple[Floats, Floats]:
        return _smooth(logs, months, parameters, period)

    return make


def _stl_ets(known: Floats, period: int) -> Maker:
    parameters = _fit(known - _season(known, period), 0)

    def make(logs: Floats, months: int) -> tuple[Floats, Floats]:
        season = _season(logs, period)
        mean, spread = _smooth(logs - season, months, parameters, 0)
        return mean + season[-period + np.arange(months) % period], spread

    return make


MAKERS: dict[str, Callable[[Floats, int], Maker]] = {
    "naive": _naive,
    "seasonal_naive": _seasonal_naive,
    "ets": _ets,
    "stl_ets": _stl_ets,
}


def _season(logs: Floats, period: int) -> Floats:
    return np.asarray(STL(logs, period=period).fit().seasonal)


def _fit(logs: Floats, period: int) -> Floats:
    """Estimate smoothing parameters and the first states; without a season where `period` is 0."""
    seasonal = {"seasonal": "add", "seasonal_periods": period} if period else {}
    model = ETSModel(pd.Series(logs), error="add", trend="add", **seasonal)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the optimiser at the edge of the parameters
        return np.asarray(model.fit(disp=False).params)


def _smooth(logs: Floats, months: int, parameters: Floats, period: int) -> tuple[Floats, Floats]:
    """Follow the states through the series, and give the mean and spread of the months ahead.

    Additive errors, trend and season: Hyndman and others (2008), tables 2.2 and 6.1.
    """
    rates, first = parameters[: 3 if period else 2], parameters[3 if period else 2 :]
    alpha, trend_rate = float(rates[0]), float(rates[1])
    season_rate = float(rates[2]) if period else 0.0
    level, trend = float(first[0]), float(first[1])
    season = [float(value) for value in first[:1:-1]] or [0.0]  # stated latest first
    squares = 0.0
    for t, value in enumerate(logs):
        k = t % len(season)
        error = float(value) - level - trend - season[k]
        level += trend + alpha * error
        trend += trend_rate * error
        season[k] += season_rate * error
        squares += error**2
    ahead = np.arange(1, months + 1)
    later = (len(logs) + ahead - 1) % len(season)
    mean = level + ahead * trend + np.array(season)[later]
    weights = alpha + trend_rate * ahead[:-1]
    if period:
        weights = weights + season_rate * (ahead[:-1] % period == 0)
    growth = np.sqrt(1 + np.concatenate([[0.0], np.cumsum(weights**2)]))
    return mean, np.sqrt(max(squares / len(logs), 1e-12)) * growth
