"""Demand in the months ahead: chosen by its record from past origins, against naive forecasts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._forecast_makers import MAKERS
from analysis.stats.inputs import Floats, bracket, column, confidence_problem, refuse
from analysis.stats.laws import student_quantile, student_tail
from analysis.text import message

METHODS = MappingProxyType(
    {
        "forecast": Method(
            name=message("Forecast chosen by rolling origins against naive forecasts"),
            citation=(
                "Hyndman, R. J., Athanasopoulos, G. (2021). Forecasting: Principles and Practice, "
                "3rd edition, chapters 5 and 8; Diebold, F. X., Mariano, R. S. (1995). Comparing "
                "predictive accuracy. Journal of Business and Economic Statistics 13, 253-263, "
                "with the correction of Harvey, D., Leybourne, S., Newbold, P. (1997). "
                "International Journal of Forecasting 13, 281-291."
            ),
            assumptions=(
                message("What drove demand in the past goes on."),
                message(
                    "Errors of the logarithm are as large ahead as they were from past months."
                ),
            ),
        ),
        "stl": Method(
            name=message("Seasonal decomposition by loess (STL) with exponential smoothing"),
            citation=(
                "Cleveland, R. B., Cleveland, W. S., McRae, J. E., Terpenning, I. (1990). STL. "
                "Journal of Official Statistics 6, 3-73; Hyndman, R. J., Koehler, A. B., Ord, "
                "J. K., Snyder, R. D. (2008). Forecasting with Exponential Smoothing. Springer."
            ),
        ),
    }
)

NAIVE = ("naive", "seasonal_naive")
MODELS = ("ets", "stl_ets")
_FEWEST_SEASONS = 3
_FEWEST_KNOWN = 8
"""Past forecasts that must have come due before an interval of the time is judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackRecord:
    """How one way of forecasting did from past origins.

    Attributes
    ----------
    method : str
    error : float
        Mean absolute error over that of the seasonal naive forecast within the series:
        below 1 is better than repeating last year.
    coverage : float
        Share of later months that lay within the intervals forecast for them, each made
        of what was known at its origin.
    p_value : float or None
        Of no better than the better naive forecast; None for the naive ones.
    """

    method: str
    error: float
    coverage: float
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandForecast:
    """The forecast of one series.

    Attributes
    ----------
    method : str
        The one that is used.
    months : tuple of Estimate
        For each month ahead: the median and its prediction interval.
    records : tuple of TrackRecord
        Of all ways that were tried.
    beats_naive : bool
        Whether a model did better than both naive forecasts beyond chance.
    origins : int
    """

    method: str
    months: tuple[Estimate, ...]
    records: tuple[TrackRecord, ...]
    beats_naive: bool
    origins: int

    @property
    def record(self) -> TrackRecord:
        """The record of the method that is used."""
        return next(record for record in self.records if record.method == self.method)


@dataclass(frozen=True, slots=True, eq=False)
class _Paths:
    """Mean and standard deviation of the logarithm, by origin and month ahead."""

    mean: Floats
    spread: Floats


def forecast_demand(
    series: npt.ArrayLike,
    *,
    months: int = 6,
    origins: int = 24,
    period: int = 12,
    confidence: float = 0.95,
) -> DemandForecast:
    """Forecast a monthly series by the method that did best, if it beats naive forecasts.

    Parameters
    ----------
    series : array_like of float, shape (n,)
        Positive, in the order of the months, none missing.
    months : int
        How far ahead.
    origins : int
        Past months from which each method forecasts, to be judged, at least 8.
    period : int
        Months in a season.
    confidence : float
        Coverage of the prediction intervals, and one minus the level of the comparison.

    Returns
    -------
    DemandForecast

    Raises
    ------
    EstimationError
        If the series is too short for three seasons before the first origin, or has a
        month without demand.

    Notes
    -----
    Candidates are exponential smoothing with additive trend and season, and STL with
    exponential smoothing of the rest, both on logarithms; parameters are estimated
    before the first origin, states are updated at each. A model is used if it did better
    than the last value and the last season beyond chance (Diebold, Mariano 1995);
    otherwise the better of these. Intervals are the method's own, scaled by its past
    errors, with Student's t for so many origins.

    Examples
    --------
    >>> t = np.arange(72)
    >>> noise = np.random.default_rng(1).normal(0, 0.02, 72)
    >>> found = forecast_demand(np.exp(5 + 0.01 * t + 0.3 * np.cos(t * np.pi / 6) + noise))
    >>> found.beats_naive, len(found.months)
    (True, 6)
    """
    y = column(series, name="series")
    refuse(
        [
            confidence_problem(confidence),
            _length_problem(y.size, months, origins, period),
            _positive_problem(y),
        ]
    )
    logs = np.log(y)
    starts = np.arange(y.size - months - origins + 1, y.size - months + 1)
    truth = np.stack([logs[start : start + months] for start in starts])
    paths = {name: _paths(name, logs, starts, months, period) for name in (*NAIVE, *MODELS)}
    scale = float(np.mean(np.abs(y[period:] - y[:-period])))
    losses = {
        name: np.abs(np.exp(path.mean) - np.exp(truth)).mean(axis=1) / scale
        for name, path in paths.items()
    }
    better_naive = min(NAIVE, key=lambda name: float(losses[name].mean()))
    p_values = {
        name: _better_p_value(losses[name], losses[better_naive], months) for name in MODELS
    }
    records = tuple(
        TrackRecord(
            method=name,
            error=float(losses[name].mean()),
            coverage=_coverage(paths[name], truth, starts, confidence),
            p_value=p_values.get(name),
        )
        for name in paths
    )
    best = min(MODELS, key=lambda name: float(losses[name].mean()))
    beats = p_values[best] * len(MODELS) <= 1 - confidence
    chosen = best if beats else better_naive
    ahead = _paths(chosen, logs, np.array([y.size]), months, period, known=y.size)
    factor = _scale(truth - paths[chosen].mean, paths[chosen].spread)
    reach = float(student_quantile((1 + confidence) / 2, _freedom(origins, months))) * factor
    return DemandForecast(
        method=chosen,
        months=tuple(
            bracket(
                float(np.exp(mean)),
                float(np.exp(mean - reach * spread)),
                float(np.exp(mean + reach * spread)),
                confidence,
            )
            for mean, spread in zip(ahead.mean[0], ahead.spread[0], strict=True)
        ),
        records=records,
        beats_naive=beats,
        origins=origins,
    )


def _freedom(origins: int, months: int) -> float:
    """Count past errors as independent only where their months do not overlap."""
    return max(origins / max(months / 2, 1.0), 2.0)


def _scale(errors: Floats, spread: Floats) -> float:
    """Give the root mean square of past errors over what the method expected."""
    return float(np.sqrt(np.mean((errors / spread) ** 2)))


def _coverage(
    path: _Paths, truth: Floats, starts: npt.NDArray[np.int64], confidence: float
) -> float:
    """Count months inside intervals that used only errors known at their origin."""
    inside, months = [], truth.shape[1]
    for k in range(len(starts)):
        known = starts[:k] + months <= starts[k]
        if known.sum() < _FEWEST_KNOWN:
            continue
        errors = (truth[:k] - path.mean[:k])[known]
        factor = _scale(errors, path.spread[:k][known])
        freedom = _freedom(int(known.sum()), months)
        reach = float(student_quantile((1 + confidence) / 2, freedom)) * factor
        inside.append(np.abs(truth[k] - path.mean[k]) <= reach * path.spread[k])
    return float(np.mean(inside)) if inside else float("nan")


def _paths(
    name: str,
    logs: Floats,
    starts: npt.NDArray[np.int64],
    months: int,
    period: int,
    *,
    known: int | None = None,
) -> _Paths:
    """Forecast from each start; parameters are those of the months before the first."""
    make = MAKERS[name](logs[: known or int(starts[0])], period)
    made = [make(logs[:start], months) for start in starts]
    return _Paths(np.stack([mean for mean, _ in made]), np.stack([spread for _, spread in made]))


def _better_p_value(losses: Floats, naive: Floats, months: int) -> float:
    """Give the one-sided p value of losses no smaller, for overlapping months ahead."""
    gain = naive - losses
    n, mean = gain.size, float(gain.mean())
    centred = gain - mean
    variance = float(centred @ centred) / n
    for lag in range(1, min(months, n)):
        weight = 1 - lag / months
        variance += 2 * weight * float(centred[lag:] @ centred[:-lag]) / n
    if variance <= 0:
        return 0.0 if mean > 0 else 1.0
    shrink = np.sqrt(max((n + 1 - 2 * months + months * (months - 1) / n) / n, 1 / n))
    return float(student_tail(shrink * mean / np.sqrt(variance / n), n - 1))


def _length_problem(size: int, months: int, origins: int, period: int) -> Problem | None:
    needed = _FEWEST_SEASONS * period + months + max(origins, 8)
    if size >= needed and origins >= 8:
        return None
    return Problem(
        what="a series too short to be forecast and to test the forecast",
        found=f"{size} months, {origins} origins",
        needed=f"{needed} months and at least 8 origins",
        next_step="Give a longer series, or fewer months ahead and origins.",
    )


def _positive_problem(y: Floats) -> Problem | None:
    empty = int(np.count_nonzero(y <= 0))
    if not empty:
        return None
    return Problem(
        what="a series with months without demand",
        found=f"{empty} of {y.size}",
        needed="positive numbers",
        next_step="Join the product with another, or count by quarter.",
    )


def steady_months(months: Sequence[dt.date]) -> bool:
    """Whether first days of months follow each other without a gap.

    Examples
    --------
    >>> steady_months([dt.date(2025, 1, 1), dt.date(2025, 2, 1), dt.date(2025, 4, 1)])
    False
    """
    numbers = [12 * day.year + day.month for day in months]
    return all(later - earlier == 1 for earlier, later in pairwise(numbers))
