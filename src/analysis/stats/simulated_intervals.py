"""Intervals of what follows from a fit, by drawing its parameters."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from analysis.errors import EstimationError, Problem
from analysis.results import Estimate
from analysis.stats.inputs import bracket
from analysis.stats.purchase_cells import FloatArray

MINIMUM_DRAWS = 100
LARGEST_WORK = 4_000_000
"""Cells times draws up to which a function is evaluated at every draw."""
_REACH = 1.5
"""Standard errors from the centre at which the surface is fitted."""


def draw_parameters(
    parameters: FloatArray, log_covariance: FloatArray, *, rng: np.random.Generator, draws: int
) -> FloatArray:
    """Draw positive parameters from the normal approximation on the log scale.

    Parameters
    ----------
    parameters : ndarray, shape (k,)
        The estimates.
    log_covariance : ndarray, shape (k, k)
        Covariance of their logarithms.
    rng : numpy.random.Generator
    draws : int
        At least 100.

    Returns
    -------
    ndarray, shape (draws, k)

    Raises
    ------
    EstimationError
        If fewer than 100 draws are asked for.

    Examples
    --------
    >>> import numpy as np
    >>> drawn = draw_parameters(np.array([2.0]), np.array([[0.01]]),
    ...                         rng=np.random.default_rng(1), draws=100)
    >>> drawn.shape
    (100, 1)
    """
    if draws < MINIMUM_DRAWS:
        raise EstimationError(
            Problem(
                what="too few draws for an interval",
                found=str(draws),
                needed=f"at least {MINIMUM_DRAWS}",
                next_step="Ask for more draws.",
            )
        )
    drawn: FloatArray = np.exp(
        rng.multivariate_normal(np.log(parameters), log_covariance, size=draws)
    )
    return drawn


def evaluate_at_draws(
    function: Callable[[FloatArray], float],
    parameters: FloatArray,
    log_covariance: FloatArray,
    drawn: FloatArray,
    *,
    n_cells: int,
) -> FloatArray:
    """Evaluate a positive `function` of the parameters at every draw.

    With many cells, where every evaluation is dear and the parameters lie close, the
    logarithm of the function is replaced by its quadratic surface in the log
    parameters: some dozen evaluations instead of one per draw.

    Parameters
    ----------
    function : callable
        Of the parameters, shape (k,).
    parameters : ndarray, shape (k,)
    log_covariance : ndarray, shape (k, k)
    drawn : ndarray, shape (draws, k)
    n_cells : int
        Cells that an evaluation runs over.

    Returns
    -------
    ndarray of float64, shape (draws,)

    Examples
    --------
    >>> import numpy as np
    >>> drawn = np.array([[1.0, 4.0], [2.0, 3.0]])
    >>> evaluate_at_draws(lambda theta: theta[0] * theta[1], np.ones(2), np.eye(2), drawn,
    ...                   n_cells=10**9).round(9).tolist()
    [4.0, 6.0]
    """
    if n_cells * len(drawn) <= LARGEST_WORK:
        return np.array([function(row) for row in drawn])
    centre = np.log(parameters)
    sizes, axes = np.linalg.eigh(log_covariance)
    spread = axes * np.sqrt(np.maximum(sizes, 0.0))
    k = len(centre)
    unit = _REACH * np.eye(k)

    def height(z: FloatArray) -> float:
        return math.log(max(function(np.exp(centre + spread @ z)), 1e-300))

    middle = height(np.zeros(k))
    up = np.array([height(row) for row in unit])
    down = np.array([height(-row) for row in unit])
    curvature = np.diag((up + down - 2 * middle) / _REACH**2)
    for i in range(k):
        for j in range(i):
            both = height(unit[i] + unit[j])
            curvature[i, j] = curvature[j, i] = (both - up[i] - up[j] + middle) / _REACH**2
    slope = (up - down) / (2 * _REACH)
    z = (np.log(drawn) - centre) @ axes / np.sqrt(np.maximum(sizes, 1e-300))
    surface: FloatArray = np.exp(middle + z @ slope + np.einsum("di,ij,dj->d", z, curvature, z) / 2)
    return surface


def estimate_from_draws(value: float, drawn: FloatArray, confidence: float) -> Estimate:
    """`value` with the quantiles of `drawn` that leave equal tails.

    Examples
    --------
    >>> import numpy as np
    >>> estimate_from_draws(50.0, np.arange(101.0), 0.9).high
    95.0
    """
    tail = (1 - confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return bracket(value, float(low), float(high), confidence)


def draw_counts(mean: FloatArray, variance: FloatArray, *, rng: np.random.Generator) -> FloatArray:
    """Draw a sum of independent counts from its mean and variance.

    The negative binomial distribution of that mean and variance; where the variance
    does not exceed the mean, the Poisson distribution, which is the wider of the two.

    Parameters
    ----------
    mean, variance : ndarray, shape (n,)

    Returns
    -------
    ndarray of float64, shape (n,)
        Whole numbers.

    Examples
    --------
    >>> import numpy as np
    >>> draw_counts(np.zeros(2), np.zeros(2), rng=np.random.default_rng(1)).tolist()
    [0.0, 0.0]
    """
    excess = np.maximum(variance - mean, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        shape = np.where(excess > 1e-9 * mean, mean**2 / excess, np.inf)
    mixed = np.isfinite(shape) & (shape > 0) & (shape < 1e12)
    rates = np.asarray(mean, dtype=np.float64).copy()
    rates[mixed] = rng.gamma(shape[mixed], mean[mixed] / shape[mixed])
    return rng.poisson(rates).astype(np.float64)
