"""What an incentive costs per additional unit, what it returns, and when it has paid back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.effects import Effect
from analysis.stats.grids import grid
from analysis.stats.inputs import Floats, column, refuse
from analysis.stats.ratio_interval import ratio
from analysis.text import message

METHOD = Method(
    name=message("Cost per additional unit and return with Fieller intervals"),
    citation=(
        "Willan, A. R., O'Brien, B. J. (1996). Confidence intervals for cost-effectiveness "
        "ratios: an application of Fieller's theorem. Health Economics 5, 297-305."
    ),
    assumptions=(
        message("Costs and effects are per customer of the same group."),
        message("An additional unit earns the stated margin."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayBack:
    """When cumulative gains exceed the cost.

    Attributes
    ----------
    month : int or None
        First month, from 1, in which the estimated gains have paid the cost; none within
        the months given.
    chance_by_month : tuple of float
        Chance, given the gains' errors, that the cost is paid by the end of each month.
    """

    month: int | None
    chance_by_month: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCase:
    """The return under one margin and horizon."""

    margin_cny: float
    horizon_months: float
    return_on_cost: Estimate


def cost_per_additional_unit(
    effect: Effect,
    *,
    cost_per_customer_cny: float,
    cost_error_cny: float = 0.0,
    covariance: float = 0.0,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate what one more unit of the outcome costs.

    Parameters
    ----------
    effect : Effect
        Units per customer offered.
    cost_per_customer_cny, cost_error_cny : float
        Additional cost per customer offered, and its standard error.
    covariance : float
        Between cost and effect, where the cost depends on the outcome (a bonus per unit).
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        In CNY per unit.

    Raises
    ------
    EstimationError
        If the effect cannot be told from zero: then no cost per unit can be ruled out.

    Notes
    -----
    Source: Willan and O'Brien (1996).

    Examples
    --------
    >>> from analysis.stats.effects import effect_from_error
    >>> effect = effect_from_error(0.05, 0.01, n_treated=5000, n_untreated=5000)
    >>> cost = cost_per_additional_unit(effect, cost_per_customer_cny=10.0)
    >>> round(cost.low), round(cost.value), round(cost.high)
    (144, 200, 329)
    """
    return ratio(
        cost_per_customer_cny,
        effect.estimate.value,
        numerator_variance=cost_error_cny**2,
        denominator_variance=effect.standard_error**2,
        covariance=covariance,
        confidence=confidence,
        names=("cost", "effect"),
    )


def return_on_cost(
    effect: Effect,
    *,
    margin_cny: float,
    cost_per_customer_cny: float,
    cost_error_cny: float = 0.0,
    covariance: float = 0.0,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate what is earned per CNY spent, beyond the CNY itself.

    Parameters
    ----------
    effect : Effect
        Units per customer offered.
    margin_cny : float
        What one more unit earns.
    cost_per_customer_cny, cost_error_cny, covariance, confidence
        As for `cost_per_additional_unit`.

    Returns
    -------
    Estimate
        A fraction: 0 breaks even, -1 loses all.

    Raises
    ------
    EstimationError
        If the cost cannot be told from zero.

    Notes
    -----
    Source: Willan and O'Brien (1996), with the ratio turned round.

    Examples
    --------
    >>> from analysis.stats.effects import effect_from_error
    >>> effect = effect_from_error(0.05, 0.01, n_treated=5000, n_untreated=5000)
    >>> found = return_on_cost(effect, margin_cny=300.0, cost_per_customer_cny=10.0)
    >>> round(found.value, 2), found.excludes(0)
    (0.5, False)
    """
    earned = ratio(
        margin_cny * effect.estimate.value,
        cost_per_customer_cny,
        numerator_variance=(margin_cny * effect.standard_error) ** 2,
        denominator_variance=cost_error_cny**2,
        covariance=margin_cny * covariance,
        confidence=confidence,
        names=("gain", "cost"),
    )
    return Estimate(
        value=earned.value - 1, low=earned.low - 1, high=earned.high - 1, confidence=confidence
    )


def return_sensitivity(
    monthly_effect: Effect,
    *,
    margins_cny: Sequence[float],
    horizons_months: Sequence[float],
    cost_per_customer_cny: float,
    confidence: float = 0.95,
) -> tuple[ReturnCase, ...]:
    """Compute the return for several margins and horizons.

    Parameters
    ----------
    monthly_effect : Effect
        Units per customer offered and month, taken to last for the horizon.
    margins_cny, horizons_months : sequence of float
    cost_per_customer_cny : float
        Once.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    tuple of ReturnCase
        Margins in the outer order.

    Raises
    ------
    EstimationError
        As for `return_on_cost`.

    Examples
    --------
    >>> from analysis.stats.effects import effect_from_error
    >>> effect = effect_from_error(0.05, 0.01, n_treated=5000, n_untreated=5000)
    >>> cases = return_sensitivity(
    ...     effect, margins_cny=[100, 200], horizons_months=[1, 2], cost_per_customer_cny=10.0)
    >>> [round(case.return_on_cost.value, 1) for case in cases]
    [-0.5, 0.0, 0.0, 1.0]
    """
    return tuple(
        ReturnCase(
            margin_cny=margin,
            horizon_months=horizon,
            return_on_cost=return_on_cost(
                monthly_effect,
                margin_cny=margin * horizon,
                cost_per_customer_cny=cost_per_customer_cny,
                confidence=confidence,
            ),
        )
        for margin in margins_cny
        for horizon in horizons_months
    )


def pay_back(
    gains_cny: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    cost_cny: float,
    rng: np.random.Generator,
    draws: int = 4000,
) -> PayBack:
    """Find when gains have paid for an incentive.

    Parameters
    ----------
    gains_cny : array_like of float, shape (t,)
        Gain of each month.
    covariance : array_like of float, shape (t, t)
        Between them.
    cost_cny : float
        Above 0.
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    PayBack

    Raises
    ------
    EstimationError
        If gains and covariance do not fit together, or the cost is not above 0.

    Notes
    -----
    Source: gains drawn from the normal distribution of their estimates.

    Examples
    --------
    >>> found = pay_back([40, 40, 40], np.eye(3), cost_cny=100.0, rng=np.random.default_rng(1))
    >>> found.month, found.chance_by_month
    (3, (0.0, 0.0, 1.0))
    """
    gains, spread = column(gains_cny, name="gains"), grid(covariance, name="covariances")
    refuse([_payback_problem(gains, spread, cost_cny)])
    drawn = rng.multivariate_normal(gains, spread, draws, method="eigh")
    paid = np.maximum.accumulate(np.cumsum(drawn, axis=1), axis=1) >= cost_cny
    reached = np.flatnonzero(np.cumsum(gains) >= cost_cny)
    return PayBack(
        month=int(reached[0]) + 1 if reached.size else None,
        chance_by_month=tuple(float(chance) for chance in paid.mean(axis=0)),
    )


def _payback_problem(gains: Floats, spread: Floats, cost: float) -> Problem | None:
    if spread.shape == (gains.size, gains.size) and cost > 0:
        return None
    return Problem(
        what="no pay-back to compute",
        found=f"{gains.size} gains, covariances of shape {spread.shape}, a cost of {cost:g}",
        needed="one gain per month, their covariances, and a cost above 0",
        next_step="Take gains and covariances from the same estimate.",
    )
