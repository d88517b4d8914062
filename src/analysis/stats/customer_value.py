"""What customers will still buy, in money: purchases to come times value per purchase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import EstimationError, Problem
from analysis.results import Estimate
from analysis.stats import bg_nbd, gamma_gamma, pareto_nbd
from analysis.stats.gamma_gamma import GammaGamma, conditional_mean_value
from analysis.stats.inputs import confidence_problem, refuse
from analysis.stats.purchase_cells import (
    TIME_UNITS_PER_YEAR,
    FloatArray,
    PurchaseCells,
    TimeUnit,
)
from analysis.stats.purchase_forecast import PurchaseModel
from analysis.stats.purchase_totals import (
    PurchaseFormulas,
    find_pairs,
    require_horizon,
    require_same_unit,
)
from analysis.stats.simulated_intervals import (
    draw_parameters,
    estimate_from_draws,
    evaluate_at_draws,
)
from analysis.stats.spend_cells import SpendCells

METHODS = (bg_nbd.METHOD, pareto_nbd.METHOD, gamma_gamma.METHOD)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValueCells:
    """Purchase histories with the average of what their customers spend.

    Expected value is linear in a customer's mean value per purchase, so the average
    over a cell loses nothing.

    Attributes
    ----------
    purchases : PurchaseCells
    mean_value : ndarray of float64, shape (n_cells,)
        Average over the cell's customers of their mean value per repeat purchase;
        0 for cells without a repeat purchase.

    Raises
    ------
    EstimationError
        If a mean value is missing, zero or negative where there are repeat
        purchases, or the lengths differ.
    """

    purchases: PurchaseCells
    mean_value: FloatArray

    def __post_init__(self) -> None:
        spend = SpendCells(
            frequency=self.purchases.frequency,
            mean_value=self.mean_value,
            weight=self.purchases.weight,
        )
        object.__setattr__(self, "mean_value", spend.mean_value)


def reduce_to_value_cells(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    mean_value: npt.ArrayLike,
    *,
    time_unit: TimeUnit,
    weight: npt.ArrayLike | None = None,
) -> ValueCells:
    """Count equal purchase histories and average their mean values.

    Parameters
    ----------
    frequency, recency, age : array_like, shape (n,)
        As `reduce_to_cells`.
    mean_value : array_like, shape (n,)
        Mean value of the repeat purchases, 0 without one.
    time_unit : {'days', 'weeks', 'months'}
    weight : array_like of int, shape (n,), optional

    Returns
    -------
    ValueCells

    Raises
    ------
    EstimationError
        As `ValueCells` and `PurchaseCells`.

    Examples
    --------
    >>> cells = reduce_to_value_cells([1, 1], [4, 4], [9, 9], [10, 20], time_unit="months")
    >>> cells.mean_value.tolist(), cells.purchases.weight.tolist()
    ([15.0], [2])
    """
    counts = np.ones(np.shape(frequency), dtype=np.int64) if weight is None else np.asarray(weight)
    rows = ValueCells(
        purchases=PurchaseCells(
            frequency=np.asarray(frequency),
            recency=np.asarray(recency),
            age=np.asarray(age),
            weight=counts,
            time_unit=time_unit,
        ),
        mean_value=np.asarray(mean_value),
    )
    frame = pd.DataFrame(
        {
            "frequency": rows.purchases.frequency,
            "recency": rows.purchases.recency,
            "age": rows.purchases.age,
            "weight": rows.purchases.weight,
            "value": rows.mean_value * rows.purchases.weight,
        }
    )
    summed = frame.groupby(["frequency", "recency", "age"], as_index=False).sum()
    return ValueCells(
        purchases=PurchaseCells(
            frequency=summed["frequency"].to_numpy(),
            recency=summed["recency"].to_numpy(),
            age=summed["age"].to_numpy(),
            weight=summed["weight"].to_numpy(),
            time_unit=time_unit,
        ),
        mean_value=(summed["value"] / summed["weight"]).to_numpy(),
    )


def expected_value(
    purchases: PurchaseModel,
    spend: GammaGamma,
    cells: ValueCells,
    *,
    horizon: float,
    discount_rate: float = 0.0,
) -> FloatArray:
    """Value that a customer of each cell is expected to bring within `horizon`.

    Parameters
    ----------
    purchases : BgNbd or ParetoNbd
    spend : GammaGamma
    cells : ValueCells
        In the time unit and currency of the fits.
    horizon : float
        In the time unit of `purchases`.
    discount_rate : float
        Per year, a fraction; purchases count as made in the middle of their month.

    Returns
    -------
    ndarray of float64, shape (n_cells,)
        Per customer, averaged over the cell, in the currency of `spend`.

    Raises
    ------
    EstimationError
        If the units differ, q is at most 1, or the rate is no rate.

    Source
    ------
    Fader, Hardie and Lee (2005), RFM and CLV, JMR 42, 415-430.
    """
    steps = _plan_steps(purchases, cells, horizon, discount_rate)
    if spend.q.value <= 1:
        raise EstimationError(_no_mean("q at most 1"))
    values = _Values(cells)
    per_pair = values.purchases_by_pair(purchases.formulas, purchases.parameters, steps)
    active = purchases.formulas.probability_active(purchases.parameters, cells.purchases)
    value = conditional_mean_value(spend.parameters, cells.purchases.frequency, cells.mean_value)
    expected: FloatArray = active * per_pair[values.position] * value
    return expected


def expected_value_total(
    purchases: PurchaseModel,
    spend: GammaGamma,
    cells: ValueCells,
    *,
    horizon: float,
    confidence: float,
    rng: np.random.Generator,
    draws: int = 400,
    discount_rate: float = 0.0,
) -> Estimate:
    """Value expected of all customers together, with the uncertainty of both models.

    Parameters
    ----------
    purchases, spend, cells, horizon, discount_rate
        As `expected_value`.
    confidence : float
    rng : numpy.random.Generator
    draws : int
        Draws of the parameters, independent between the two models.

    Returns
    -------
    Estimate
        In the currency of `spend`.

    Raises
    ------
    EstimationError
        As `expected_value`; also where the interval of q reaches down to 1, so that
        the value has no upper limit.
    """
    refuse([confidence_problem(confidence)])
    each = expected_value(purchases, spend, cells, horizon=horizon, discount_rate=discount_rate)
    steps = _plan_steps(purchases, cells, horizon, discount_rate)
    values, n_buying = _Values(cells), len(purchases.parameters)
    parameters = np.concatenate([purchases.parameters, spend.parameters])
    covariance = np.zeros((len(parameters), len(parameters)))
    covariance[:n_buying, :n_buying] = purchases.log_covariance
    covariance[n_buying:, n_buying:] = spend.log_covariance
    drawn = draw_parameters(parameters, covariance, rng=rng, draws=draws)
    with_mean = drawn[:, n_buying + 1] > 1
    if (~with_mean).mean() >= (1 - confidence) / 2:
        raise EstimationError(_no_mean("an interval of q that reaches down to 1"))

    def total(drawn_now: FloatArray) -> float:
        buy, pay = drawn_now[:n_buying], drawn_now[n_buying:]
        return values.total(purchases.formulas, buy, pay, steps)

    totals = np.full(draws, np.finfo(np.float64).max / 4)
    totals[with_mean] = evaluate_at_draws(
        total, parameters, covariance, drawn[with_mean], n_cells=len(values.position)
    )
    return estimate_from_draws(float(cells.purchases.weight @ each), totals, confidence)


class _Values:
    """Cells laid out so that each draw of the parameters costs little."""

    def __init__(self, cells: ValueCells) -> None:
        self.cells = cells
        self.frequency, self.age, self.position = find_pairs(cells.purchases)

    def purchases_by_pair(
        self, formulas: PurchaseFormulas, parameters: FloatArray, steps: FloatArray
    ) -> FloatArray:
        """Discounted purchases if active, per (frequency, age); `steps` as planned."""
        before = np.zeros_like(self.age)
        total = np.zeros_like(self.age)
        for end, discount in steps:
            until = formulas.purchases_if_active(parameters, self.frequency, self.age, float(end))
            total += discount * (until - before)
            before = until
        return total

    def total(
        self, formulas: PurchaseFormulas, buy: FloatArray, pay: FloatArray, steps: FloatArray
    ) -> float:
        cells = self.cells.purchases
        worth = (
            cells.weight
            * formulas.probability_active(buy, cells)
            * conditional_mean_value(pay, cells.frequency, self.cells.mean_value)
        )
        by_pair = np.bincount(self.position, weights=worth, minlength=len(self.age))
        return float(by_pair @ self.purchases_by_pair(formulas, buy, steps))


def _plan_steps(
    purchases: PurchaseModel, cells: ValueCells, horizon: float, discount_rate: float
) -> FloatArray:
    """Ends of the steps to `horizon` and their discount factors, shape (n_steps, 2)."""
    require_same_unit(purchases.time_unit, cells.purchases)
    require_horizon(horizon)
    if not (np.isfinite(discount_rate) and discount_rate > -1):
        raise EstimationError(
            Problem(
                what="the discount rate is no rate",
                found=str(discount_rate),
                needed="a fraction per year above -1",
                next_step="Give 0.05 for 5 % a year.",
            )
        )
    if discount_rate == 0 or horizon == 0:
        return np.array([[horizon, 1.0]])
    year = TIME_UNITS_PER_YEAR[purchases.time_unit]
    n_steps = int(np.ceil(12 * horizon / year - 1e-9))
    ends = np.minimum(np.arange(1, n_steps + 1) * year / 12, horizon)
    middles = (ends + np.concatenate([[0.0], ends[:-1]])) / 2
    return np.column_stack([ends, (1 + discount_rate) ** (-middles / year)])


def _no_mean(found: str) -> Problem:
    return Problem(
        what="the expected value per purchase does not exist",
        found=found,
        needed="q above 1 throughout its interval",
        next_step="Cap extreme values openly, or use more customers.",
    )
