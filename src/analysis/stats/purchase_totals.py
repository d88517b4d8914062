"""What the models of repeat purchase share: when they refuse, and how they add up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.errors import EstimationError, Problem
from analysis.stats._distinct import find_distinct
from analysis.stats.purchase_cells import FloatArray, IntArray, PurchaseCells, TimeUnit

MINIMUM_CUSTOMERS = 500
MINIMUM_REPEAT_CUSTOMERS = 150

IfActive = Callable[[FloatArray, FloatArray, FloatArray, float], FloatArray]
"""Of (parameters, frequency, age, horizon)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseFormulas:
    """The formulas of one model, as functions of its parameters.

    Attributes
    ----------
    probability_active : callable
        Of (parameters, cells): probability of being active, per cell.
    purchases_if_active, squared_purchases_if_active : callable
        Of (parameters, frequency, age, horizon): first and second moment of the
        purchases within the horizon of a customer known to be active.
    frequency_probabilities : callable
        Of (parameters, ages, max_frequency): probability of 0, 1, ... repeat
        purchases by each age, shape (n_ages, max_frequency + 1).
    """

    probability_active: Callable[[FloatArray, PurchaseCells], FloatArray]
    purchases_if_active: IfActive
    squared_purchases_if_active: IfActive
    frequency_probabilities: Callable[[FloatArray, FloatArray, int], FloatArray]


def conditional_purchases(
    formulas: PurchaseFormulas, parameters: FloatArray, cells: PurchaseCells, horizon: float
) -> FloatArray:
    """Purchases expected of a customer of each cell, computed once per (frequency, age).

    Returns
    -------
    ndarray of float64, shape (n_cells,)
    """
    frequency, age, position = find_pairs(cells)
    if_active = formulas.purchases_if_active(parameters, frequency, age, horizon)
    expected: FloatArray = formulas.probability_active(parameters, cells) * if_active[position]
    return expected


def make_total(
    formulas: PurchaseFormulas, cells: PurchaseCells, horizon: float
) -> Callable[[FloatArray], float]:
    """Purchases expected of all customers together, as a function of the parameters."""
    frequency, age, position = find_pairs(cells)

    def total(parameters: FloatArray) -> float:
        active = np.bincount(
            position,
            weights=cells.weight * formulas.probability_active(parameters, cells),
            minlength=len(age),
        )
        return float(active @ formulas.purchases_if_active(parameters, frequency, age, horizon))

    return total


def find_pairs(cells: PurchaseCells) -> tuple[FloatArray, FloatArray, IntArray]:
    """Distinct (frequency, age), and the position of each cell's pair among them."""
    ages, of_age = find_distinct(cells.age)
    # one whole number for each pair, in the pairs' order: told apart far faster than rows
    pairs, position = find_distinct(cells.frequency * len(ages) + of_age)
    frequency, age = np.divmod(pairs.astype(np.int64), len(ages))
    return frequency.astype(np.float64), np.asarray(ages[age], dtype=np.float64), position


def find_reasons_to_refuse(cells: PurchaseCells, *, model: str) -> list[Problem]:
    """Say why `cells` cannot bear a model of repeat purchase and dropout."""
    n, repeats = cells.n_customers, cells.n_repeat_customers
    if repeats == 0:
        return [
            Problem(
                what=f"{model}: no customer made a repeat purchase",
                found=f"0 of {n}",
                needed=f"at least {MINIMUM_REPEAT_CUSTOMERS} repeat customers",
                next_step="Use a longer window.",
            )
        ]
    problems = []
    if repeats == n:
        problems.append(
            Problem(
                what=f"{model}: every customer made a repeat purchase",
                found=f"{repeats} of {n}",
                needed="all customers with a first purchase, the single purchases too",
                next_step="Check that customers with one purchase were not left out.",
            )
        )
    if n < MINIMUM_CUSTOMERS:
        problems.append(_too_few(model, "customers", n, MINIMUM_CUSTOMERS))
    if repeats < MINIMUM_REPEAT_CUSTOMERS:
        problems.append(_too_few(model, "repeat customers", repeats, MINIMUM_REPEAT_CUSTOMERS))
    return problems


def _too_few(model: str, whom: str, found: int, needed: int) -> Problem:
    return Problem(
        what=f"{model}: too few {whom}",
        found=str(found),
        needed=f"at least {needed}",
        next_step="Pool segments or use a longer window.",
    )


def require_same_unit(time_unit: TimeUnit, cells: PurchaseCells) -> None:
    """Refuse cells that are counted in another time unit than the fit.

    Raises
    ------
    EstimationError
    """
    if cells.time_unit != time_unit:
        raise EstimationError(
            Problem(
                what="the fit and the purchase histories count time differently",
                found=f"{time_unit} and {cells.time_unit}",
                needed="one time unit",
                next_step="Reduce the histories in the fit's unit.",
            )
        )


def require_horizon(horizon: float) -> None:
    """Refuse a horizon that is no length of time.

    Raises
    ------
    EstimationError
    """
    if not (np.isfinite(horizon) and horizon >= 0):
        raise EstimationError(
            Problem(
                what="the horizon is no length of time",
                found=str(horizon),
                needed="a finite number from 0",
                next_step="Give it in the fit's time unit.",
            )
        )
