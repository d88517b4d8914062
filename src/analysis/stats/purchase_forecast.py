"""What customers will still buy, under a fitted model of repeat purchase and dropout.

The functions take a fit of `analysis.stats.bg_nbd` or `analysis.stats.pareto_nbd`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np

from analysis.results import Estimate
from analysis.stats.inputs import confidence_problem, refuse
from analysis.stats.purchase_cells import FloatArray, PurchaseCells, TimeUnit
from analysis.stats.purchase_totals import (
    PurchaseFormulas,
    conditional_purchases,
    find_pairs,
    make_total,
    require_horizon,
    require_same_unit,
)
from analysis.stats.simulated_intervals import (
    draw_counts,
    draw_parameters,
    estimate_from_draws,
    evaluate_at_draws,
)


class PurchaseModel(Protocol):
    """What a fit has to offer."""

    @property
    def parameters(self) -> FloatArray:
        """Values of the parameters, shape (k,)."""

    @property
    def log_covariance(self) -> FloatArray:
        """Covariance of their logarithms, shape (k, k)."""

    @property
    def time_unit(self) -> TimeUnit:
        """Unit in which times and horizons are counted."""

    @property
    def formulas(self) -> PurchaseFormulas:
        """The model's formulas."""


def probability_active(fit: PurchaseModel, cells: PurchaseCells) -> FloatArray:
    """Probability that a customer is still active at the end of observation.

    Under BG/NBD it is 1 without a repeat purchase: nobody can drop out before one.

    Parameters
    ----------
    fit : BgNbd or ParetoNbd
    cells : PurchaseCells
        In the fit's time unit.

    Returns
    -------
    ndarray of float64, shape (n_cells,)

    Raises
    ------
    EstimationError
        If the time units differ.

    Source
    ------
    BG/NBD: Fader and Hardie (2008), Computing P(alive) using the BG/NBD model, note 021.
    Pareto/NBD: Fader and Hardie (2005), equation 36.
    """
    require_same_unit(fit.time_unit, cells)
    return fit.formulas.probability_active(fit.parameters, cells)


def mean_probability_active(
    fit: PurchaseModel,
    cells: PurchaseCells,
    *,
    confidence: float,
    rng: np.random.Generator,
    draws: int = 400,
) -> Estimate:
    """Share of the customers that is expected to be still active.

    Parameters
    ----------
    fit : BgNbd or ParetoNbd
    cells : PurchaseCells
        The customers asked about, in the fit's time unit.
    confidence : float
    rng : numpy.random.Generator
    draws : int
        Draws of the parameters.

    Returns
    -------
    Estimate
        A fraction, with the uncertainty of the parameters.

    Raises
    ------
    EstimationError
        As `probability_active`, or with fewer than 100 draws.

    Source
    ------
    As `probability_active`, averaged over customers.
    """
    refuse([confidence_problem(confidence)])
    require_same_unit(fit.time_unit, cells)

    def share(parameters: FloatArray) -> float:
        active = fit.formulas.probability_active(parameters, cells)
        return float(cells.weight @ active) / cells.n_customers

    shares = np.minimum(_draw(fit, share, len(cells.weight), rng, draws), 1.0)
    return estimate_from_draws(share(fit.parameters), shares, confidence)


def expected_purchases(fit: PurchaseModel, cells: PurchaseCells, *, horizon: float) -> FloatArray:
    """Purchases that a customer of each cell is expected to make within `horizon`.

    Parameters
    ----------
    fit : BgNbd or ParetoNbd
    cells : PurchaseCells
        In the fit's time unit.
    horizon : float
        Time after the end of observation, in the fit's time unit.

    Returns
    -------
    ndarray of float64, shape (n_cells,)
        Per customer, not per cell.

    Raises
    ------
    EstimationError
        If the time units differ or the horizon is negative.

    Source
    ------
    BG/NBD: Fader, Hardie and Lee (2005), equation 10. Pareto/NBD: Fader and Hardie
    (2005), equation 41.
    """
    require_same_unit(fit.time_unit, cells)
    require_horizon(horizon)
    return conditional_purchases(fit.formulas, fit.parameters, cells, horizon)


def expected_total(
    fit: PurchaseModel,
    cells: PurchaseCells,
    *,
    horizon: float,
    confidence: float,
    rng: np.random.Generator,
    draws: int = 400,
) -> Estimate:
    """Purchases expected of all customers together, with the parameters' uncertainty.

    Parameters
    ----------
    fit : BgNbd or ParetoNbd
    cells : PurchaseCells
        The customers asked about, in the fit's time unit.
    horizon : float
        In the fit's time unit.
    confidence : float
    rng : numpy.random.Generator
    draws : int
        Draws of the parameters.

    Returns
    -------
    Estimate
        Purchases.

    Raises
    ------
    EstimationError
        As `expected_purchases`.
    """
    refuse([confidence_problem(confidence)])
    each = expected_purchases(fit, cells, horizon=horizon)
    total = make_total(fit.formulas, cells, horizon)
    totals = _draw(fit, total, len(cells.weight), rng, draws)
    return estimate_from_draws(float(cells.weight @ each), totals, confidence)


def _draw(
    fit: PurchaseModel,
    function: Callable[[FloatArray], float],
    n_cells: int,
    rng: np.random.Generator,
    draws: int,
) -> FloatArray:
    drawn = draw_parameters(fit.parameters, fit.log_covariance, rng=rng, draws=draws)
    return evaluate_at_draws(function, fit.parameters, fit.log_covariance, drawn, n_cells=n_cells)


def predicted_total(
    fit: PurchaseModel,
    cells: PurchaseCells,
    *,
    horizon: float,
    confidence: float,
    rng: np.random.Generator,
    draws: int = 400,
) -> Estimate:
    """Purchases of all customers together that will be counted: for hold-out checks.

    Adds to `expected_total` the chance variation of the purchases themselves, so that
    the count that comes out lies inside as often as the interval claims.

    Parameters
    ----------
    fit, cells, horizon, confidence, rng, draws
        As `expected_total`.

    Returns
    -------
    Estimate
        Purchases.

    Raises
    ------
    EstimationError
        As `expected_purchases`.
    """
    refuse([confidence_problem(confidence)])
    each = expected_purchases(fit, cells, horizon=horizon)
    value = float(cells.weight @ each)
    total = make_total(fit.formulas, cells, horizon)
    totals = _draw(fit, total, len(cells.weight), rng, draws)
    frequency, age, position = find_pairs(cells)
    squares = fit.formulas.squared_purchases_if_active(fit.parameters, frequency, age, horizon)
    active = fit.formulas.probability_active(fit.parameters, cells)
    variance = float(cells.weight @ np.maximum(active * squares[position] - each**2, 0.0))
    share = totals / value if value > 0 else np.zeros_like(totals)
    counts = draw_counts(totals, variance * share, rng=rng)
    return estimate_from_draws(value, counts, confidence)


def expected_purchases_new_customer(fit: PurchaseModel, *, horizon: float) -> float:
    """Repeat purchases that a customer makes within `horizon` of the first purchase.

    Parameters
    ----------
    fit : BgNbd or ParetoNbd
    horizon : float
        In the fit's time unit.

    Returns
    -------
    float

    Raises
    ------
    EstimationError
        If the horizon is negative.

    Source
    ------
    BG/NBD: Fader, Hardie and Lee (2005), equation 9. Pareto/NBD: Fader and Hardie
    (2005), equation 27.
    """
    require_horizon(horizon)
    at_start = np.zeros(1)
    return float(fit.formulas.purchases_if_active(fit.parameters, at_start, at_start, horizon)[0])


def expected_frequency_distribution(
    fit: PurchaseModel, cells: PurchaseCells, *, max_frequency: int
) -> FloatArray:
    """Customers that the model expects with 0, 1, ... repeat purchases by their age.

    Parameters
    ----------
    fit : BgNbd or ParetoNbd
    cells : PurchaseCells
        In the fit's time unit; only age and weight are used.
    max_frequency : int
        The last entry counts the customers with this many repeat purchases or more.

    Returns
    -------
    ndarray of float64, shape (max_frequency + 1,)
        Adds up to the number of customers.

    Raises
    ------
    EstimationError
        If the time units differ.

    Source
    ------
    BG/NBD: Fader, Hardie and Lee (2005), equation 8. Pareto/NBD: Fader and Hardie
    (2005), equation 16.
    """
    require_same_unit(fit.time_unit, cells)
    ages, position = np.unique(cells.age, return_inverse=True)
    customers = np.bincount(position, weights=cells.weight)
    expected = customers @ fit.formulas.frequency_probabilities(fit.parameters, ages, max_frequency)
    expected[-1] = customers.sum() - expected[:-1].sum()
    return np.asarray(expected, dtype=np.float64)
