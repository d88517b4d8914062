"""How latent opinions become answers, and what the answers then amount to exactly.

An answer on a scale counts how many cut points a normally distributed opinion
exceeds. Means, variances and covariances of such answers are integrals over one
normal variable, taken here by Gauss-Hermite quadrature, so that `truth.json`
holds what the population's answers amount to, not what was drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from analysis.sample.span import FloatArray, IntArray

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_FAR = 9.0
"""Beyond which nothing of a standard normal variable is left."""


def to_scale(opinion: FloatArray, cuts: tuple[float, ...], *, lowest: int = 1) -> IntArray:
    """Turn opinions into answers.

    Examples
    --------
    >>> to_scale(np.array([-2.0, 0.0, 2.0]), (-1.0, 1.0)).tolist()
    [1, 2, 3]
    """
    return lowest + np.searchsorted(cuts, opinion, side="right")


def mean_answer(
    mean: npt.ArrayLike, spread: float, cuts: tuple[float, ...], *, lowest: int = 1
) -> FloatArray:
    """Give the mean answer where opinions are normal with `mean` and `spread`.

    Examples
    --------
    >>> mean_answer(0.0, 1.0, (-1.0, 1.0)).item()
    2.0
    """
    above = ndtr((np.asarray(mean)[..., np.newaxis] - np.array(cuts)) / spread)
    return np.asarray(lowest + above.sum(axis=-1))


def second_moment(mean: float, spread: float, cuts: tuple[float, ...], *, lowest: int = 1) -> float:
    """Give the mean square of the answers."""
    above = ndtr((mean - np.array(cuts)) / spread)
    levels = lowest + np.arange(len(cuts) + 1)
    return float(levels[0] ** 2 + (np.diff(levels**2) * above).sum())


def mean_over_normal(values: FloatArray) -> float:
    """Average over a standard normal variable what was computed at `normal_nodes`."""
    return float(_WEIGHTS @ values)


def normal_nodes() -> FloatArray:
    """Points at which to compute what is to be averaged over a standard normal variable."""
    return np.asarray(_NODES)


def mean_above(values: Callable[[FloatArray], FloatArray], limits: Sequence[float]) -> float:
    """Sum, over limits, the means of ``values(z) * (z > limit)``, z being standard normal.

    Examples
    --------
    >>> round(mean_above(np.ones_like, [0.0, 10.0]), 9)
    0.5
    """
    nodes, weights = np.polynomial.legendre.leggauss(80)
    total = 0.0
    for limit in limits:
        half = max(_FAR - limit, 0.0) / 2
        z = limit + half * (nodes + 1)
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        total += float(half * weights @ (density * values(z)))
    return total


def cronbach_alpha(loading: float, n_items: int, cuts: tuple[float, ...]) -> float:
    """Give the alpha of answers to items that share one factor with one loading.

    Source: Cronbach (1951), Coefficient alpha and the internal structure of tests.
    """
    rest = float(np.sqrt(1 - loading**2))
    given = mean_answer(loading * normal_nodes(), rest, cuts)
    covariance = mean_over_normal(given**2) - mean_over_normal(given) ** 2
    variance = second_moment(0.0, 1.0, cuts) - float(mean_answer(0.0, 1.0, cuts)) ** 2
    total = n_items * variance + n_items * (n_items - 1) * covariance
    return n_items / (n_items - 1) * (1 - n_items * variance / total)


def lmg_shares(covariance: FloatArray, with_outcome: FloatArray, outcome: float) -> FloatArray:
    """Share out R-squared among predictors, averaging over the orders of entry.

    Parameters
    ----------
    covariance : ndarray, shape (k, k)
        Of the predictors.
    with_outcome : ndarray, shape (k,)
        Covariance of each predictor with the outcome.
    outcome : float
        Variance of the outcome.

    Returns
    -------
    ndarray, shape (k,)
        Sums to R-squared.

    Source: Lindeman, Merenda, Gold (1980); Grömping (2006), relaimpo.

    Examples
    --------
    >>> lmg_shares(np.eye(2), np.array([0.6, 0.3]), 1.0).round(6).tolist()
    [0.36, 0.09]
    """
    k = len(with_outcome)
    explained: dict[tuple[int, ...], float] = {(): 0.0}
    for size in range(1, k + 1):
        for chosen in combinations(range(k), size):
            index = list(chosen)
            part = with_outcome[index]
            solved = np.linalg.solve(covariance[np.ix_(index, index)], part)
            explained[chosen] = float(part @ solved) / outcome
    shares = np.zeros(k)
    for j in range(k):
        others = [i for i in range(k) if i != j]
        for size in range(k):
            weight = factorial(size) * factorial(k - size - 1) / factorial(k)
            for chosen in combinations(others, size):
                more = tuple(sorted((*chosen, j)))
                shares[j] += weight * (explained[more] - explained[chosen])
    return shares
