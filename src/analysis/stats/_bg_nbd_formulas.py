"""The formulas of the BG/NBD model at given parameters (r, alpha, a, b).

Equation numbers are those of Fader, Hardie and Lee (2005).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import betaincinv, betaln, gammaln, hyp2f1, psi

from analysis.stats.purchase_cells import FloatArray, PurchaseCells

_NODES, _NODE_WEIGHTS = leggauss(48)
_QUANTILES = (np.arange(200) + 0.5) / 200


def make_score(cells: PurchaseCells) -> Callable[[FloatArray], tuple[float, FloatArray]]:
    """Log-likelihood of `cells` (equation 6) and its gradient in the log parameters."""
    x, weight = cells.frequency.astype(np.float64), cells.weight.astype(np.float64)
    counts, position = np.unique(x, return_inverse=True)
    count_weight = np.bincount(position, weights=weight)
    n = float(weight.sum())
    repeats = x > 0

    def score(log_parameters: FloatArray) -> tuple[float, FloatArray]:
        r, alpha, a, b = np.exp(log_parameters)
        log_age, log_recency = np.log(alpha + cells.age), np.log(alpha + cells.recency)
        active = -(r + x) * log_age
        lapsed = np.where(
            repeats, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * log_recency, -np.inf
        )
        either = np.logaddexp(active, lapsed)
        share = np.exp(lapsed - either)
        purchases = gammaln(r + counts) - gammaln(r) + r * log_parameters[1]
        dropouts = betaln(a, b + counts) - betaln(a, b)
        value = float(count_weight @ (purchases + dropouts) + weight @ either)

        sum_share = float(weight @ share)
        d_r = (
            count_weight @ psi(r + counts)
            + n * (log_parameters[1] - psi(r))
            - weight @ ((1 - share) * log_age + share * log_recency)
        )
        d_alpha = n * r / alpha - weight @ (
            (r + x) * ((1 - share) / (alpha + cells.age) + share / (alpha + cells.recency))
        )
        both = n * psi(a + b) - count_weight @ psi(a + b + counts)
        d_a = both + sum_share / a
        d_b = (
            both
            + count_weight @ psi(b + counts)
            - n * psi(b)
            - weight @ (share / (b + np.maximum(x, 1) - 1))
        )
        return value, np.array([r * d_r, alpha * d_alpha, a * d_a, b * d_b])

    return score


def probability_active(parameters: FloatArray, cells: PurchaseCells) -> FloatArray:
    """Probability that a customer has not dropped out, per cell."""
    r, alpha, a, b = parameters
    x = cells.frequency
    log_odds = (
        np.log(a)
        - np.log(b + np.maximum(x, 1) - 1)
        + (r + x) * (np.log(alpha + cells.age) - np.log(alpha + cells.recency))
    )
    active: FloatArray = np.where(x > 0, 1 / (1 + np.exp(np.minimum(log_odds, 700))), 1.0)
    return active


def purchases_if_active(
    parameters: FloatArray, frequency: FloatArray, age: FloatArray, horizon: float
) -> FloatArray:
    """Expected purchases within `horizon` of customers known to be active.

    Equation 10 without its denominator, after Euler's transformation of the
    hypergeometric series: scipy's function loses all digits in the printed form (a
    long history) and at negative arguments, and none in this one. What is left is
    the cancellation at a = 1 and at a + b + x = 1; there the rate of purchase is
    integrated instead.
    """
    r, alpha, a, b = parameters
    shape, rate = r + frequency, alpha + age
    c = a + b + frequency - 1
    with np.errstate(all="ignore"):
        series = hyp2f1(a - 1, c - shape, c, horizon / (rate + horizon))
        expected: FloatArray = c / (a - 1) * (1 - (1 + horizon / rate) ** (1 - a) * series)
    ceiling = shape * horizon / rate
    doubtful = ~((expected >= 0) & (expected <= ceiling)) | (np.abs(c) < 1e-3)
    doubtful |= abs(a - 1) < 1e-3
    if doubtful.any():
        expected[doubtful] = _integrate_rate(
            shape[doubtful], rate[doubtful], c[doubtful], a, horizon
        )
    return expected


def _integrate_rate(
    shape: FloatArray, rate: FloatArray, c: FloatArray, a: float, horizon: float
) -> FloatArray:
    """Integral over [0, horizon] of the expected rate of purchase, in log(rate + time)."""
    span = np.log1p(horizon / rate)
    steps = span[:, None] * (_NODES + 1) / 2
    shape, c = shape[:, None], c[:, None]
    rates = np.exp((1 - a) * steps) * hyp2f1(a, c - shape, c + 1, -np.expm1(-steps))
    total: FloatArray = shape[:, 0] * span / 2 * (rates @ _NODE_WEIGHTS)
    return total


def squared_purchases_if_active(
    parameters: FloatArray, frequency: FloatArray, age: FloatArray, horizon: float
) -> FloatArray:
    """Expected square of the purchases within `horizon` of customers known to be active.

    Given the dropout probability p, purchases are the smaller of a Poisson count and
    a geometric one; the expectation over p is a mean over 200 quantiles.
    """
    r, alpha, a, b = parameters
    pairs, position = np.unique(frequency, return_inverse=True)
    p = betaincinv(a, b + pairs[:, None], _QUANTILES)[position]
    shape, theta = (r + frequency)[:, None], (horizon / (alpha + age))[:, None]
    z = p * theta
    log_void = -shape * np.log1p(z)
    once = -np.expm1(log_void)
    direct = once - shape * z / (1 + z) * np.exp(log_void)
    small = z < 1e-4
    safe = np.where(small, 1.0, p)
    factorial = np.where(
        small, shape * (shape + 1) * theta**2 / 2 * (1 - p), (1 - p) * direct / safe**2
    )
    mean = np.where(small, shape * theta, once / safe)
    second: FloatArray = (mean + 2 * factorial).mean(axis=1)
    return second


def frequency_probabilities(
    parameters: FloatArray, ages: FloatArray, max_frequency: int
) -> FloatArray:
    """Probability of 0, 1, ... `max_frequency` repeat purchases by each age (equation 8).

    Returns
    -------
    ndarray, shape (n_ages, max_frequency + 1)
    """
    r, alpha, a, b = parameters
    x = np.arange(max_frequency + 1)
    purchased = ages / (alpha + ages)
    with np.errstate(divide="ignore", invalid="ignore"):
        powers = np.where(x == 0, 0.0, x * np.log(purchased)[:, None])
    counts = np.exp(
        gammaln(r + x) - gammaln(r) - gammaln(x + 1) + r * np.log1p(-purchased)[:, None] + powers
    )
    still = np.exp(betaln(a, b + x) - betaln(a, b))
    at_least = 1 - np.concatenate(
        [np.zeros((len(ages), 1)), np.cumsum(counts, axis=1)[:, :-1]], axis=1
    )
    dropped = np.zeros(max_frequency + 1)
    dropped[1:] = np.exp(betaln(a + 1, b + x[1:] - 1) - betaln(a, b))
    probabilities: FloatArray = still * counts + dropped * np.maximum(at_least, 0.0)
    return probabilities
