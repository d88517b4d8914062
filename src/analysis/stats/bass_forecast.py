"""Adopters of the coming periods under a fitted Bass model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.results import Estimate
from analysis.stats import _bass_curve as curves
from analysis.stats.bass import Bass
from analysis.stats.inputs import bracket, confidence_problem, count_problem, refuse
from analysis.stats.purchase_cells import FloatArray
from analysis.stats.simulated_intervals import draw_counts, draw_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptionForecast:
    """Adopters to come, per period.

    Attributes
    ----------
    periods : tuple of int
        Counted from launch.
    expected : tuple of Estimate
        The model's adopters, with the uncertainty of its parameters.
    predicted : tuple of Estimate
        The number that will be counted: the scatter of single periods is added.
    cumulative : tuple of Estimate
        Adopters counted up to the period's end, those so far included.
    """

    periods: tuple[int, ...]
    expected: tuple[Estimate, ...]
    predicted: tuple[Estimate, ...]
    cumulative: tuple[Estimate, ...]


def forecast_adopters(
    fit: Bass,
    *,
    periods_ahead: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int = 2000,
) -> AdoptionForecast:
    """Forecast the adopters of the coming periods by drawing parameters and scatter.

    Parameters are drawn from a t distribution on the log scale, with the degrees of
    freedom that the fit left.

    Parameters
    ----------
    fit : Bass
    periods_ahead : int
        At least 1.
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    AdoptionForecast

    Raises
    ------
    EstimationError
        If `confidence` is no coverage or `periods_ahead` no count from 1.

    Examples
    --------
    >>> import numpy as np
    >>> from analysis.stats.bass import fit_bass_nonlinear
    >>> vcr = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]
    >>> fit = fit_bass_nonlinear(vcr, confidence=0.95)
    >>> ahead = forecast_adopters(fit, periods_ahead=2, confidence=0.95,
    ...                           rng=np.random.default_rng(1))
    >>> ahead.periods
    (11, 12)
    """
    refuse(
        [
            confidence_problem(confidence),
            count_problem("the number of periods ahead", periods_ahead, minimum=1),
        ]
    )
    spread = np.sqrt(fit.degrees_of_freedom / rng.chisquare(fit.degrees_of_freedom, draws))
    centre = np.log(fit.parameters)
    drawn = np.log(draw_parameters(fit.parameters, fit.log_covariance, rng=rng, draws=draws))
    logs = centre + (drawn - centre) * spread[:, None]
    curve = curves.increments if fit.form == "increments" else curves.density
    ahead = fit.n_periods + np.arange(1.0, periods_ahead + 1)
    central = curve(centre, ahead)
    expected = np.stack([curve(row, ahead) for row in logs])
    variance = fit.dispersion * spread[:, None] ** 2
    if fit.scatter == "counts":
        predicted = draw_counts(expected, variance * expected, rng=rng)
    else:
        predicted = np.maximum(rng.normal(expected, np.sqrt(variance)), 0.0)
    cumulative = fit.adopted + np.cumsum(predicted, axis=1)
    return AdoptionForecast(
        periods=tuple(range(fit.n_periods + 1, fit.n_periods + periods_ahead + 1)),
        expected=_state(central, expected, confidence),
        predicted=_state(central, predicted, confidence),
        cumulative=_state(fit.adopted + np.cumsum(central), cumulative, confidence),
    )


def _state(values: FloatArray, drawn: FloatArray, confidence: float) -> tuple[Estimate, ...]:
    tail = (1 - confidence) / 2
    lows, highs = np.quantile(drawn, [tail, 1 - tail], axis=0)
    return tuple(
        bracket(value, low, high, confidence)
        for value, low, high in zip(values.tolist(), lows.tolist(), highs.tolist(), strict=True)
    )
