"""Mean amounts from weighted cells: t and bootstrap intervals, and differences of means.

Weights are frequencies: a cell of value 100 with 30 customers stands for 30 rows.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, column, confidence_problem, refuse
from analysis.stats.laws import normal_cdf, normal_quantile
from analysis.text import message

if TYPE_CHECKING:  # a second of processor time, which most processes need not spend
    from statsmodels.stats.weightstats import DescrStatsW

METHODS = MappingProxyType(
    {
        "mean": Method(
            name=message("Mean with Student's t interval"),
            citation="Student (1908). The probable error of a mean. Biometrika 6, 1-25.",
            assumptions=(
                message("Customers decide independently of each other."),
                message("The mean of so many customers varies nearly normally."),
            ),
        ),
        "bootstrap": Method(
            name=message("Mean with a bootstrap interval (BCa)"),
            citation=("Efron, B. (1987). Better bootstrap confidence intervals. JASA 82, 171-185."),
            assumptions=(message("Customers decide independently of each other."),),
        ),
        "difference": Method(
            name=message("Difference of two means with Welch's interval"),
            citation=(
                "Welch, B. L. (1947). The generalization of Student's problem when several "
                "different population variances are involved. Biometrika 34, 28-35."
            ),
            assumptions=(
                message("The two groups have no customer in common."),
                message("The mean of so many customers varies nearly normally."),
            ),
        ),
    }
)

_BATCH_CELLS = 20_000_000


def mean(
    values: npt.ArrayLike, customers: npt.ArrayLike | None = None, *, confidence: float = 0.95
) -> Estimate:
    """Estimate a mean with its t interval.

    Parameters
    ----------
    values : array_like of float, shape (m,)
    customers : array_like of int, shape (m,), optional
        Customers per cell; 1 each by default.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        In the unit of the values.

    Raises
    ------
    EstimationError
        If there are fewer than two customers or a count is no count.

    Notes
    -----
    Source: Student (1908), computed by statsmodels with weights as frequencies. For skewed
    amounts of few customers use `bootstrap_mean`.

    Examples
    --------
    >>> balance = mean([100, 200], customers=[30, 10])
    >>> balance.value
    125.0
    """
    cells = _cells("group", values, customers)
    refuse([confidence_problem(confidence)])
    low, high = cells.tconfint_mean(alpha=1 - confidence)
    return bracket(float(cells.mean), low, high, confidence)


def bootstrap_mean(
    values: npt.ArrayLike,
    customers: npt.ArrayLike | None = None,
    *,
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = 4000,
) -> Estimate:
    """Estimate a mean of skewed amounts with its BCa bootstrap interval.

    Parameters
    ----------
    values : array_like of float, shape (m,)
    customers : array_like of int, shape (m,), optional
        Customers per cell; 1 each by default.
    rng : numpy.random.Generator
    confidence : float
        Coverage, a fraction.
    draws : int
        Resamples, at least 1000.

    Returns
    -------
    Estimate
        In the unit of the values; a point where all values are the same.

    Raises
    ------
    EstimationError
        If there are fewer than two customers, a count is no count, or draws are too few.

    Notes
    -----
    Source: Efron (1987). Resampling customers means drawing how often each cell comes up.

    Examples
    --------
    >>> spent = bootstrap_mean([0, 10, 500], [900, 90, 10], rng=np.random.default_rng(1))
    >>> spent.value
    5.9
    """
    cells = _cells("group", values, customers)
    x, w = np.asarray(cells.data, dtype=np.float64), np.asarray(cells.weights, dtype=np.float64)
    refuse(
        [
            confidence_problem(confidence),
            None
            if draws >= 1000
            else Problem(
                what="too few resamples",
                found=str(draws),
                needed="1000",
                next_step="Raise draws.",
            ),
        ]
    )
    value, n = float(cells.mean), int(w.sum())
    centred = x - value
    spread = float(w @ centred**2)
    if spread == 0:
        return bracket(value, value, value, confidence)
    resampled = np.concatenate(
        [
            rng.multinomial(n, w / n, size=size) @ x / n
            for size in _batches(draws, max(_BATCH_CELLS // x.size, 1))
        ]
    )
    acceleration = float(w @ centred**3) / (6 * spread**1.5)
    below = (np.sum(resampled < value) + np.sum(resampled == value) / 2) / draws
    bias = float(normal_quantile(np.clip(below, 0.5 / draws, 1 - 0.5 / draws)))
    z = bias + normal_quantile([(1 - confidence) / 2, (1 + confidence) / 2])
    low, high = np.quantile(resampled, normal_cdf(bias + z / (1 - acceleration * z)))
    return bracket(value, float(low), float(high), confidence)


def mean_difference(
    values: npt.ArrayLike,
    reference_values: npt.ArrayLike,
    *,
    customers: npt.ArrayLike | None = None,
    reference_customers: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate the mean of a group minus that of another, separate one.

    Parameters
    ----------
    values, reference_values : array_like of float, shapes (m,) and (l,)
    customers, reference_customers : array_like of int, shapes (m,) and (l,), optional
        Customers per cell; 1 each by default.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        In the unit of the values.

    Raises
    ------
    EstimationError
        If a group has fewer than two customers or a count is no count.

    Notes
    -----
    Source: Welch (1947), computed by statsmodels with weights as frequencies.

    Examples
    --------
    >>> mean_difference([3, 5, 7], [1, 2, 3]).value
    3.0
    """
    group = _cells("group", values, customers)
    other = _cells("reference", reference_values, reference_customers)
    refuse([confidence_problem(confidence)])
    from statsmodels.stats.weightstats import CompareMeans

    low, high = CompareMeans(group, other).tconfint_diff(alpha=1 - confidence, usevar="unequal")
    return bracket(float(group.mean - other.mean), low, high, confidence)


def _cells(name: str, values: npt.ArrayLike, customers: npt.ArrayLike | None) -> DescrStatsW:
    x = column(values, name=f"{name} values")
    w: Floats = (
        np.ones(x.size) if customers is None else column(customers, name=f"{name} customers")
    )
    wrong = int(np.count_nonzero((w < 0) | (w != np.floor(w))))
    total = int(w.sum())
    refuse(
        [
            None
            if x.size == w.size
            else Problem(
                what=f"{name} values and customers differ in length",
                found=f"{x.size} and {w.size}",
                needed="one of each per cell",
                next_step="Take both from the same table.",
            ),
            None
            if not wrong
            else Problem(
                what=f"{name} customers that are negative or no whole numbers",
                found=f"{wrong} of {w.size} cells",
                needed="whole numbers from 0",
                next_step="Count customers; survey weights need a survey estimator.",
            ),
            None
            if total >= 2
            else Problem(
                what=f"too few customers in {name} for a mean with an interval",
                found=str(total),
                needed="2",
                next_step="Pool segments.",
            ),
        ]
    )
    from statsmodels.stats.weightstats import DescrStatsW

    return DescrStatsW(x, weights=w)


def _batches(draws: int, size: int) -> list[int]:
    return [min(size, draws - start) for start in range(0, draws, size)]
