"""How unequally value is spread: Lorenz curve, Gini coefficient, share of the top.

Values come as cells: how many customers have which value. Intervals rest on the
influence of each customer on the estimate and are set on the logit scale, which keeps
them within 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, column, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

_ASSUMPTION = message("Single very large values do not decide the total.")

METHODS = MappingProxyType(
    {
        "gini": Method(
            name=message("Gini coefficient with a logit interval"),
            citation=(
                "Davidson, R. (2009). Reliable inference for the Gini index. Journal of "
                "Econometrics 150, 30-40."
            ),
            assumptions=(_ASSUMPTION,),
        ),
        "top-share": Method(
            name=message("Share of value held by the top customers with a logit interval"),
            citation=(
                "Beach, C. M., Davidson, R. (1983). Distribution-free statistical inference with "
                "Lorenz curves and income shares. Review of Economic Studies 50, 723-735."
            ),
            assumptions=(_ASSUMPTION,),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LorenzCurve:
    """Share of value held by the share of customers with the least.

    Attributes
    ----------
    customers, value : arrays of float, shape (k + 1,)
        Cumulative fractions, from 0 to 1; one step per distinct value.
    n : int
        Customers.
    """

    customers: Floats
    value: Floats
    n: int


def lorenz_curve(values: npt.ArrayLike, customers: npt.ArrayLike | None = None) -> LorenzCurve:
    """Draw up the Lorenz curve.

    Parameters
    ----------
    values : array_like of float, shape (m,)
        Not negative.
    customers : array_like of int, shape (m,), optional
        Customers per cell; 1 each by default.

    Returns
    -------
    LorenzCurve

    Raises
    ------
    EstimationError
        If there are fewer than two customers, a value is negative, or all are 0.

    Examples
    --------
    >>> curve = lorenz_curve([10, 20, 70])
    >>> curve.value.round(2).tolist()
    [0.0, 0.1, 0.3, 1.0]
    """
    x, w = _cells(values, customers)
    return LorenzCurve(
        customers=np.concatenate([[0.0], np.cumsum(w) / w.sum()]),
        value=np.concatenate([[0.0], np.cumsum(w * x) / (w @ x)]),
        n=int(w.sum()),
    )


def gini(
    values: npt.ArrayLike, customers: npt.ArrayLike | None = None, *, confidence: float = 0.95
) -> Estimate:
    """Estimate the Gini coefficient: 0 where all have the same, near 1 where one has all.

    Parameters
    ----------
    values : array_like of float, shape (m,)
        Not negative.
    customers : array_like of int, shape (m,), optional
        Customers per cell; 1 each by default.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        A fraction: the plain coefficient, not multiplied by ``n / (n - 1)``.

    Raises
    ------
    EstimationError
        If there are fewer than two customers, a value is negative, or all are 0.

    Notes
    -----
    Source: Davidson (2009), the variance of the asymptotic representation.

    Examples
    --------
    >>> incomes = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]
    >>> round(gini(incomes).value, 7)
    0.4620911
    """
    refuse([confidence_problem(confidence)])
    x, w = _cells(values, customers)
    n, mean = w.sum(), w @ x / w.sum()
    middle_rank = np.cumsum(w) - w / 2
    share = np.maximum(2 * (w * middle_rank) @ x / (n**2 * mean) - 1, 0.0)
    partial = (np.cumsum(w * x) - w * x / 2) / n
    influence = (2 * middle_rank / n - share - 1) * x - 2 * partial
    influence = (influence - (w @ influence) / n) / mean
    return _logit_interval(float(share), influence, w, confidence)


def two_largest_share(values: npt.ArrayLike, customers: npt.ArrayLike | None = None) -> float:
    """Give the share of a sum that its two largest contributors hold; 0 of nothing.

    It is what the rules of dominance ask of every published sum.

    Parameters
    ----------
    values : array_like of float, shape (m,)
        Of one customer each, not negative.
    customers : array_like of int, shape (m,), optional
        How many customers have each value; one each where it is left out.

    Examples
    --------
    >>> two_largest_share([50.0, 10.0], [1, 5])
    0.6
    """
    x = np.asarray(values, dtype=np.float64)
    n = np.ones(x.size) if customers is None else np.asarray(customers, dtype=np.float64)
    total = float(n @ x)
    if total <= 0:
        return 0.0
    order = np.argsort(x)[::-1]
    taken = np.minimum(np.cumsum(n[order]), 2)
    return float(np.diff(taken, prepend=0) @ x[order]) / total


def top_share(
    values: npt.ArrayLike,
    customers: npt.ArrayLike | None = None,
    *,
    top: float = 0.1,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate the share of value that the top customers hold.

    Parameters
    ----------
    values : array_like of float, shape (m,)
        Not negative.
    customers : array_like of int, shape (m,), optional
        Customers per cell; 1 each by default.
    top : float
        The fraction of customers with the most value.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        A fraction of all value.

    Raises
    ------
    EstimationError
        If there are fewer than two customers, a value is negative, all are 0, or `top` is no
        fraction.

    Notes
    -----
    Source: Beach and Davidson (1983). Customers who share the value at the limit are counted
    in part.

    Examples
    --------
    >>> top_share([10, 20, 70, 100], top=0.25).value
    0.5
    """
    refuse(
        [
            confidence_problem(confidence),
            None
            if 0 < top < 1
            else Problem(
                what="top is no share of the customers",
                found=str(top),
                needed="a fraction between 0 and 1",
                next_step="Give 0.1 for the top tenth.",
            ),
        ]
    )
    x, w = _cells(values, customers)
    n, total = w.sum(), w @ x
    above = n - np.cumsum(w)
    limit = x[np.searchsorted(-above, -top * n * (1 + 1e-12))]
    excess = np.maximum(x - limit, 0.0)
    share = (w @ excess + top * n * limit) / total
    influence = (excess + top * limit - share * x) * n / total
    return _logit_interval(float(min(share, 1.0)), influence, w, confidence)


def _cells(values: npt.ArrayLike, customers: npt.ArrayLike | None) -> tuple[Floats, Floats]:
    """Sort the cells by value, one per distinct value, without those of nobody."""
    x = column(values, name="values")
    w = np.ones(x.size) if customers is None else column(customers, name="customers")
    refuse([_length_problem(x.size, w.size)])
    whole = (w >= 0) & (w == np.floor(w))
    negative = int(w[x < 0].sum())
    refuse(
        [
            None
            if whole.all()
            else Problem(
                what="customers that are negative or no whole numbers",
                found=f"{int(np.count_nonzero(~whole))} of {w.size} cells",
                needed="whole numbers from 0",
                next_step="Count customers, not shares.",
            ),
            None
            if negative <= 0
            else Problem(
                what="negative values have no concentration",
                found=f"{negative} customers",
                needed="values from 0",
                next_step="Leave them out and say so, or use balances instead of results.",
            ),
            None
            if w.sum() >= 2
            else Problem(
                what="too few customers for a concentration",
                found=str(int(w.sum())),
                needed="2",
                next_step="Pool segments.",
            ),
            None
            if w @ x != 0
            else Problem(
                what="no value to be concentrated",
                found="a total of 0",
                needed="a positive total",
                next_step="Choose another measure of value.",
            ),
        ]
    )
    distinct, position = np.unique(x[w > 0], return_inverse=True)
    counts = np.bincount(position, weights=w[w > 0], minlength=distinct.size)
    return distinct, np.asarray(counts, dtype=np.float64)


def _length_problem(values: int, customers: int) -> Problem | None:
    if values == customers:
        return None
    return Problem(
        what="values and customers differ in length",
        found=f"{values} and {customers}",
        needed="one of each per cell",
        next_step="Take both from the same table.",
    )


def _logit_interval(
    value: float, influence: Floats, customers: Floats, confidence: float
) -> Estimate:
    """Give the interval from the influence of each customer; a point at 0 and 1."""
    if not 0 < value < 1:
        return bracket(value, value, value, confidence)
    n = customers.sum()
    error = float(np.sqrt(customers @ influence**2 / n / (n - 1)))
    half = float(normal_quantile((1 + confidence) / 2)) * error / (value * (1 - value))
    logit = np.log(value / (1 - value))
    low, high = 1 / (1 + np.exp(-(logit - half))), 1 / (1 + np.exp(-(logit + half)))
    return bracket(value, float(low), float(high), confidence)
