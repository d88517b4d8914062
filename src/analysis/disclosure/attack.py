"""What a reader can work out: the smallest and the largest value of a number not shown.

A reader knows that the numbers of a table add up, that counts are whole and not
negative, how they are rounded, and that a count below the minimum is never shown.
Every table that agrees with all this is possible; a hidden number is known as well as
its smallest and its largest value over all possible tables are close.

Source: Hundepool et al. (2012), Statistical Disclosure Control, section 4.3.2;
Fischetti and Salazar-González (2000), Management Science 46(7), the attacker's problems.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array, hstack, identity

Floats = NDArray[np.float64]
Equation = tuple[tuple[int, float], ...]
"""Numbers and their factors; the products add up to nothing."""

_TOLERANCE = 1e-6
_WITHOUT_END = {3, 4}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a reader knows of some numbers.

    Attributes
    ----------
    lower, upper : ndarray of shape (numbers,)
        Bounds; infinite where nothing is known.
    equations : csr_array of shape (equations, numbers)
        Each row times the numbers is nothing.
    whole : bool
        The numbers are whole.
    """

    lower: Floats
    upper: Floats
    equations: csr_array
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """How little a reader may learn of a number: both values must remain possible.

    Attributes
    ----------
    number : int
    at_most, at_least : float
        The number must be able to be as small as the first, and as large as the second;
        infinite where nothing is asked.
    """

    number: int
    at_most: float
    at_least: float


def matrix(equations: Sequence[Equation], numbers: int) -> csr_array:
    """Write equations as a matrix with a column for each number."""
    rows = [i for i, equation in enumerate(equations) for _ in equation]
    columns = [j for equation in equations for j, _ in equation]
    factors = [factor for equation in equations for _, factor in equation]
    return csr_array((factors, (rows, columns)), shape=(len(equations), numbers))


def bounds(known: Knowledge, number: int) -> tuple[float, float]:
    """Give the smallest and the largest value that a number can have.

    Raises
    ------
    ValueError
        If no value agrees with what is known.

    Examples
    --------
    A hidden count, 80 to 84 by its neighbour's and 95 to 99 by their total's rounding:

    >>> known = Knowledge(np.array([0.0, 78, 93]), np.array([np.inf, 82, 97]),
    ...                   matrix([((0, 1.0), (1, 1.0), (2, -1.0))], 3))
    >>> bounds(known, 0)
    (11.0, 19.0)
    """
    return _extreme(known, number, 1.0), _extreme(known, number, -1.0)


def _extreme(known: Knowledge, number: int, sign: float) -> float:
    goal = np.zeros(len(known.lower))
    goal[number] = sign
    found = _solve(known, goal, whole=known.whole)
    if found.x is None:
        # in whole numbers, without end and without an answer are not told apart
        if _solve(known, goal, whole=False).status in _WITHOUT_END:
            return -sign * np.inf
        raise ValueError("no table agrees with what is known")
    value = float(found.x[number])
    return float(round(value)) if known.whole else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """A demand that is not met, and which bounds are to blame.

    Attributes
    ----------
    demand : Demand
    side : float
        1 where the largest value is too small, -1 where the smallest is too large.
    at_lower, at_upper : ndarray of shape (numbers,)
        Prices of the bounds: what the number loses towards the asked value as one rises.
        All 0 where only the wholeness of the numbers stands in the way.
    """

    demand: Demand
    side: float
    at_lower: Floats
    at_upper: Floats

    @property
    def target(self) -> float:
        """What prices times bounds must not exceed where the demand is met."""
        return -self.demand.at_least if self.side > 0 else self.demand.at_most


def unmet(known: Knowledge, demands: Iterable[Demand]) -> list[Unmet]:
    """Give the demands that are not met, once for each side.

    One possible table usually shows for many numbers at once that they may be as large,
    or as small, as is asked; what no such table shows is looked at by itself.
    """
    waiting = list(demands)
    sides = (
        (1.0, [demand for demand in waiting if np.isfinite(demand.at_least)]),
        (-1.0, [demand for demand in waiting if np.isfinite(demand.at_most)]),
    )
    looked_at = (
        _look_at(known, demand, side)
        for side, asked in sides
        for demand in _not_shown_together(known, asked, side)
    )
    return [found for found in looked_at if found is not None]


def _look_at(known: Knowledge, demand: Demand, side: float) -> Unmet | None:
    aimed, goal = _towards(known, demand, side)
    found = _solve(aimed, goal, whole=False)
    if found.x is None:
        return None  # the number cannot be on this side of the asked value at all
    if not _reaches(found.x, demand, side):
        prices = [found.lower.marginals.copy(), found.upper.marginals.copy()]
        for some in prices:
            some[np.abs(some) < 1e-9] = 0.0
        return Unmet(demand=demand, side=side, at_lower=prices[0], at_upper=prices[1])
    if not known.whole or _is_whole(found.x):
        return None
    found = _solve(aimed, goal, whole=True)
    if found.x is None or _reaches(found.x, demand, side):
        return None
    nothing = np.zeros(len(known.lower))
    return Unmet(demand=demand, side=side, at_lower=nothing, at_upper=nothing)


def _towards(known: Knowledge, demand: Demand, side: float) -> tuple[Knowledge, Floats]:
    """Aim at the asked value and no further, so that the programme has an end."""
    lower, upper = known.lower.copy(), known.upper.copy()
    goal = np.zeros(len(lower))
    goal[demand.number] = -side
    if side > 0:
        upper[demand.number] = min(upper[demand.number], max(demand.at_least, lower[demand.number]))
    else:
        lower[demand.number] = max(lower[demand.number], min(demand.at_most, upper[demand.number]))
    return Knowledge(lower, upper, known.equations, known.whole), goal


def _reaches(values: Floats, demand: Demand, side: float) -> bool:
    value = values[demand.number]
    if side > 0:
        return bool(value >= demand.at_least - _TOLERANCE)
    return bool(value <= demand.at_most + _TOLERANCE)


def _not_shown_together(known: Knowledge, demands: Sequence[Demand], side: float) -> list[Demand]:
    """Give the demands that one table, made to meet as many as it can, does not meet."""
    if len(demands) < 3:
        return list(demands)
    n, m = len(known.lower), len(demands)
    pick = csr_array(
        (np.ones(m), (np.arange(m), [demand.number for demand in demands])), shape=(m, n)
    )
    asked = np.array([d.at_least if side > 0 else d.at_most for d in demands])
    # a helper for each demand lies between the number and the asked value
    beyond = hstack([-side * pick, side * identity(m, format="csr")], format="csr")
    goal = np.concatenate([np.zeros(n), np.full(m, -side)])
    helper = (np.full(m, -np.inf), asked) if side > 0 else (asked, np.full(m, np.inf))
    limits = np.column_stack(
        [np.concatenate([known.lower, helper[0]]), np.concatenate([known.upper, helper[1]])]
    )
    equations = hstack([known.equations, csr_array((known.equations.shape[0], m))], format="csr")
    found = linprog(
        goal,
        A_ub=beyond,
        b_ub=np.zeros(m),
        A_eq=equations if equations.shape[0] else None,
        b_eq=np.zeros(equations.shape[0]) if equations.shape[0] else None,
        bounds=limits,
        method="highs",
    )
    if found.x is None or (known.whole and not _is_whole(found.x[:n])):
        return list(demands)
    return [demand for demand in demands if not _reaches(found.x[:n], demand, side)]


def _is_whole(values: Floats) -> bool:
    return bool(np.all(np.abs(values - np.rint(values)) < _TOLERANCE))


def _solve(known: Knowledge, goal: Floats, *, whole: bool) -> OptimizeResult:
    equations = known.equations
    if whole:
        return milp(
            goal,
            integrality=np.ones(len(goal)),
            bounds=Bounds(known.lower, known.upper),
            constraints=[LinearConstraint(equations, 0.0, 0.0)] if equations.shape[0] else (),
        )
    return linprog(
        goal,
        A_eq=equations if equations.shape[0] else None,
        b_eq=np.zeros(equations.shape[0]) if equations.shape[0] else None,
        bounds=np.column_stack([known.lower, known.upper]),
        method="highs",
    )
