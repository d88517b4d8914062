"""How to split the next period's budget: a linear or mixed-integer programme.

Effects are estimates: the programme favours what happens to be overestimated. The gain
over today's split is therefore also given less what choosing by noise adds to it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, confidence_problem, refuse
from analysis.stats.laws import chi_squared_quantile, normal_quantile
from analysis.text import message

METHOD = Method(
    name=message("Budget allocation by linear or mixed-integer programme"),
    citation=(
        "Dantzig, G. B. (1963). Linear Programming and Extensions; Smith, J. E., Winkler, R. L. "
        "(2006). The optimizer's curse. Management Science 52, 311-322; Scheffé, H. (1953). A "
        "method for judging all contrasts in the analysis of variance. Biometrika 40, 87-110; "
        "Andrews, I., Kitagawa, T., McCloskey, A. (2024). Inference on winners. QJE 139, 305-358."
    ),
    assumptions=(
        message("Each further unit of an incentive has the same cost and effect."),
        message("Incentives do not change each other's effects."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incentive:
    """One incentive that the budget may pay for.

    Attributes
    ----------
    name : str
    cost_cny : float
        Of one unit (a customer offered, a branch enrolled), above 0.
    effect, standard_error : float
        What one unit gains, in the common unit of all incentives.
    minimum_units, maximum_units : float
    today_units : float
    whole : bool
        Whether only whole units can be bought.
    """

    name: str
    cost_cny: float
    effect: float
    standard_error: float
    maximum_units: float
    today_units: float = 0.0
    minimum_units: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """The best split, and how far it may be trusted.

    Attributes
    ----------
    units : tuple of float, length k
        By incentive, in the order given.
    gain : float
        Of the best split, by the estimates.
    gain_over_today : Estimate
        Best minus today's split, with the error of the effects; the value is flattered by
        the choice.
    gain_over_today_corrected : Estimate
        The same less the flattery: what splits chosen on drawn effects gain by those draws
        beyond what they gain by the estimates. Its interval covers the gain of the chosen
        split however it was chosen, for it covers those of all splits together.
    budget_price : float
        Gain of one more CNY of budget; with whole units that of the relaxed programme.
    limit_prices : tuple of float, length k
        Gain of one more unit allowed, by incentive.
    spread : tuple of (float, float), length k
        Units between which the best split lies in the middle 80 % of the draws.
    """

    units: tuple[float, ...]
    gain: float
    gain_over_today: Estimate
    gain_over_today_corrected: Estimate
    budget_price: float
    limit_prices: tuple[float, ...]
    spread: tuple[tuple[float, float], ...]


def allocate_budget(
    incentives: Sequence[Incentive],
    *,
    budget_cny: float,
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = 200,
) -> Allocation:
    """Split a budget so that the estimated gain is largest.

    Parameters
    ----------
    incentives : sequence of Incentive, length k
    budget_cny : float
    rng : numpy.random.Generator
    confidence : float
        Coverage of the gain over today for these two splits, a fraction.
    draws : int
        Programmes solved with effects drawn from their errors.

    Returns
    -------
    Allocation

    Raises
    ------
    EstimationError
        If a cost is not above 0, limits cross, or the minimum exceeds the budget.

    Notes
    -----
    Source: Dantzig (1963), solved by scipy (HiGHS); optimiser's curse: Smith and Winkler
    (2006); interval after the choice: projection (Andrews, Kitagawa and McCloskey 2024) of
    the region in which all effects lie (Scheffé 1953).

    Examples
    --------
    >>> points = Incentive(name="points", cost_cny=1.0, effect=2.0, standard_error=0.1,
    ...                    maximum_units=60, today_units=20)
    >>> rate = Incentive(name="rate", cost_cny=2.0, effect=3.0, standard_error=0.1,
    ...                  maximum_units=100, today_units=40)
    >>> best = allocate_budget([points, rate], budget_cny=100, rng=np.random.default_rng(1))
    >>> best.units, best.gain, best.gain_over_today.value, best.budget_price
    ((60.0, 20.0), 180.0, 20.0, 1.5)
    """
    refuse([confidence_problem(confidence), *_problems(incentives, budget_cny)])
    effects = np.array([option.effect for option in incentives])
    errors = np.array([option.standard_error for option in incentives])
    today = np.array([option.today_units for option in incentives])
    units = _solve(incentives, effects, budget_cny)
    budget_price, limit_prices = _prices(incentives, effects, budget_cny)
    drawn = effects + rng.normal(size=(draws, effects.size)) * errors
    splits = np.array([_solve(incentives, row, budget_cny) for row in drawn])
    # against the chosen split, not today's: the same mean, and never below zero
    flattery = float(((splits - units) * (drawn - effects)).sum(axis=1).mean())
    difference = units - today
    value = float(difference @ effects)
    error = float(np.sqrt(difference**2 @ errors**2))
    margin = float(normal_quantile((1 + confidence) / 2)) * error
    free = sum(_is_free(option) for option in incentives)
    widest = math.sqrt(float(chi_squared_quantile(confidence, max(free, 1)))) * error
    low, high = np.quantile(splits, [0.1, 0.9], axis=0)
    return Allocation(
        units=tuple(float(number) for number in units),
        gain=float(units @ effects),
        gain_over_today=bracket(value, value - margin, value + margin, confidence),
        gain_over_today_corrected=bracket(
            value - flattery, value - widest, value + widest, confidence
        ),
        budget_price=budget_price,
        limit_prices=limit_prices,
        spread=tuple((float(a), float(b)) for a, b in zip(low, high, strict=True)),
    )


def _is_free(option: Incentive) -> bool:
    """Whether the error of an effect can enter the gain over today's split."""
    fixed = option.maximum_units == option.minimum_units == option.today_units
    return option.standard_error > 0 and not fixed


def _solve(incentives: Sequence[Incentive], effects: Floats, budget: float) -> Floats:
    costs = np.array([option.cost_cny for option in incentives])
    found = milp(
        -effects,
        integrality=np.array([option.whole for option in incentives], dtype=int),
        bounds=Bounds(
            [option.minimum_units for option in incentives],
            [option.maximum_units for option in incentives],
        ),
        constraints=LinearConstraint(costs[None], -np.inf, budget),
    )
    if found.x is None:
        raise EstimationError(
            Problem(
                what="no split of the budget keeps all limits",
                found=str(found.message),
                needed="whole units within the limits and the budget",
                next_step="Widen a limit or the budget.",
            )
        )
    return np.asarray(found.x, dtype=np.float64)


def _prices(
    incentives: Sequence[Incentive], effects: Floats, budget: float
) -> tuple[float, tuple[float, ...]]:
    found = linprog(
        -effects,
        A_ub=np.array([[option.cost_cny for option in incentives]]),
        b_ub=[budget],
        bounds=[(option.minimum_units, option.maximum_units) for option in incentives],
    )
    return float(-found.ineqlin.marginals[0]) + 0.0, tuple(
        float(-price) + 0.0 for price in found.upper.marginals
    )


def _problems(incentives: Sequence[Incentive], budget: float) -> list[Problem | None]:
    if not incentives:
        return [
            Problem(
                what="no incentive to spend the budget on",
                found="none",
                needed="at least 1",
                next_step="List the incentives with their costs and effects.",
            )
        ]
    problems: list[Problem | None] = [
        Problem(
            what=f"incentive '{option.name}' cannot be bought",
            found=f"a cost of {option.cost_cny:g}, an error of {option.standard_error:g}, "
            f"{option.minimum_units:g} to {option.maximum_units:g} units",
            needed="a cost above 0, an error from 0, limits from 0 that do not cross",
            next_step="Correct the incentive's row.",
        )
        for option in incentives
        if not (
            option.cost_cny > 0
            and option.standard_error >= 0
            and 0 <= option.minimum_units <= option.maximum_units
        )
    ]
    least = sum(option.cost_cny * option.minimum_units for option in incentives)
    if least > budget:
        problems.append(
            Problem(
                what="the minimum units exceed the budget",
                found=f"{least:g} of {budget:g} CNY",
                needed="a budget of at least the minimum",
                next_step="Lower a minimum or raise the budget.",
            )
        )
    return problems
