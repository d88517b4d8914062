"""The formulas of the Pareto/NBD model at given parameters (r, alpha, s, beta).

Equation numbers are those of Fader and Hardie (2005), A note on deriving the
Pareto/NBD model and related expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import gammaln, psi

from analysis.stats.purchase_cells import FloatArray, PurchaseCells

_NODES, _NODE_WEIGHTS = leggauss(24)
_NEGLIGIBLE = 60.0
"""Where the integrand has fallen by a factor of e^60, the rest is left out."""
_CELLS_AT_A_TIME = 2_000
"""Small enough for the nodes of all to stay in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class _Lapse:
    """Integral over [recency, age] of (alpha + t)^-(r + x) (beta + t)^-(s + 1), per cell.

    Attributes
    ----------
    log_value : ndarray, shape (n,)
    mass : ndarray, shape (n, n_nodes)
        The integrand's share at each node; rows add up to 1.
    alpha, beta : ndarray, shape (n, n_nodes)
        alpha + t and beta + t at the nodes.
    log_alpha, log_beta : ndarray, shape (n, n_nodes)
        Their logarithms.
    """

    log_value: FloatArray
    mass: FloatArray
    alpha: FloatArray
    beta: FloatArray
    log_alpha: FloatArray
    log_beta: FloatArray

    def mean(self, at_nodes: FloatArray) -> FloatArray:
        """Mean over time of what has these values at the nodes, shape (n,)."""
        mean: FloatArray = np.einsum("ij,ij->i", self.mass, at_nodes)
        return mean


def _integrate_lapse(
    parameters: FloatArray, x: FloatArray, recency: FloatArray, age: FloatArray
) -> _Lapse:
    """Gauss-Legendre in the logarithm of time plus the smaller of alpha and beta.

    In that variable the integrand is log-concave and analytic far off the real line,
    so that 24 nodes leave an error near that of the arithmetic.
    """
    r, alpha, s, beta = parameters
    base, gap = min(alpha, beta), abs(alpha - beta)
    by_purchase, by_dropout = r + x, np.full_like(x, s + 1)
    near, far = (by_purchase, by_dropout) if alpha <= beta else (by_dropout, by_purchase)
    start = base + recency
    span = _shorten(np.log((base + age) / start), start, gap, near, far)
    log_near = np.log(start)[:, None] + span[:, None] * (_NODES + 1) / 2
    grown_near = np.exp(log_near)
    grown_far = grown_near + gap
    log_far = np.log(grown_far)
    mass = (1 - near)[:, None] * log_near
    mass -= far[:, None] * log_far
    top = mass.max(axis=1)
    mass -= top[:, None]
    np.exp(mass, out=mass)
    mass *= _NODE_WEIGHTS
    total = mass.sum(axis=1)
    mass /= total[:, None]
    with np.errstate(divide="ignore"):
        log_value = top + np.log(total * span / 2)
    if alpha <= beta:
        return _Lapse(log_value, mass, grown_near, grown_far, log_near, log_far)
    return _Lapse(log_value, mass, grown_far, grown_near, log_far, log_near)


def _shorten(
    span: FloatArray, start: FloatArray, gap: float, near: FloatArray, far: FloatArray
) -> FloatArray:
    """Leave out what is negligible: Newton from the right, where it never oversteps.

    The logarithm of the integrand falls by a convex function of the variable.
    """
    for _ in range(8):
        grown = start * np.exp(span)
        excess = (near - 1) * span + far * np.log((grown + gap) / (start + gap)) - _NEGLIGIBLE
        if not (excess > 1).any():
            break
        slope = near - 1 + far * grown / (grown + gap)
        span = np.where(excess > 0, span - excess / np.where(excess > 0, slope, 1.0), span)
    return span


def make_score(cells: PurchaseCells) -> Callable[[FloatArray], tuple[float, FloatArray]]:
    """Log-likelihood of `cells` (equation 17) and its gradient in the log parameters."""
    counts, position = np.unique(cells.frequency, return_inverse=True)
    count_weight = np.bincount(position, weights=cells.weight)
    n = float(cells.weight.sum())
    blocks = [
        tuple(
            np.asarray(column[block], dtype=np.float64)
            for column in (cells.frequency, cells.recency, cells.age, cells.weight)
        )
        for block in _blocks(len(cells.weight))
    ]

    def score(log_parameters: FloatArray) -> tuple[float, FloatArray]:
        parameters = np.exp(log_parameters)
        r, _, s, _ = parameters
        value = float(count_weight @ (gammaln(r + counts) - gammaln(r)))
        value += n * (r * log_parameters[1] + s * log_parameters[3])
        gradient = n * np.array(
            [log_parameters[1] - psi(r), r / parameters[1], log_parameters[3], s / parameters[3]]
        )
        gradient[0] += count_weight @ psi(r + counts)
        for x, recency, age, weight in blocks:
            part, slopes = _score_block(parameters, x, recency, age)
            value += float(weight @ part)
            gradient += slopes @ weight
        return value, parameters * gradient

    return score


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, start + _CELLS_AT_A_TIME) for start in range(0, n, _CELLS_AT_A_TIME))


def _score_block(
    parameters: FloatArray, x: FloatArray, recency: FloatArray, age: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r, alpha, s, beta = parameters
    lapse = _integrate_lapse(parameters, x, recency, age)
    log_alpha, log_beta = np.log(alpha + age), np.log(beta + age)
    active = -(r + x) * log_alpha - s * log_beta
    lapsed = np.log(s) + lapse.log_value
    either = np.logaddexp(active, lapsed)
    share = np.exp(lapsed - either)
    stay = 1 - share
    slopes = np.stack(
        [
            -stay * log_alpha - share * lapse.mean(lapse.log_alpha),
            -(r + x) * (stay / (alpha + age) + share * lapse.mean(1 / lapse.alpha)),
            -stay * log_beta + share * (1 / s - lapse.mean(lapse.log_beta)),
            -s * stay / (beta + age) - (s + 1) * share * lapse.mean(1 / lapse.beta),
        ]
    )
    return either, slopes


def probability_active(parameters: FloatArray, cells: PurchaseCells) -> FloatArray:
    """Probability that a customer has not dropped out, per cell (equation 36)."""
    r, alpha, s, beta = parameters
    active = np.empty(len(cells.weight))
    for block in _blocks(len(active)):
        x, age = cells.frequency[block].astype(np.float64), cells.age[block]
        lapse = _integrate_lapse(parameters, x, cells.recency[block], age)
        log_odds = (
            np.log(s) + lapse.log_value + (r + x) * np.log(alpha + age) + s * np.log(beta + age)
        )
        active[block] = 1 / (1 + np.exp(np.minimum(log_odds, 700)))
    return active


def purchases_if_active(
    parameters: FloatArray, frequency: FloatArray, age: FloatArray, horizon: float
) -> FloatArray:
    """Expected purchases within `horizon` of customers known to be active (equation 41)."""
    r, alpha, s, beta = parameters
    rate = (r + frequency) / (alpha + age)
    expected: FloatArray = rate * _power_integral(beta + age, s, horizon)
    return expected


def squared_purchases_if_active(
    parameters: FloatArray, frequency: FloatArray, age: FloatArray, horizon: float
) -> FloatArray:
    """Expected square of the purchases within `horizon` of customers known to be active.

    Given rate and time active, purchases are Poisson; the time active within the
    horizon has second moment 2 (B L(s - 1) - B L(s)) with B = beta + age and L the
    integral of (B / (B + u))^s over the horizon.
    """
    r, alpha, s, beta = parameters
    shape, scale = r + frequency, alpha + age
    b = beta + age
    time = _power_integral(b, s, horizon)
    squared_time = 2 * b * (_power_integral(b, s - 1, horizon) - time)
    second: FloatArray = shape / scale * time + shape * (shape + 1) / scale**2 * np.maximum(
        squared_time, 0.0
    )
    return second


def _power_integral(b: FloatArray, s: float, horizon: float) -> FloatArray:
    """Integral of (b / (b + u))^s over u in [0, horizon], steady through s = 1."""
    grown = np.log1p(horizon / b)
    exponent = (1 - s) * grown
    near = np.abs(exponent) < 1e-8
    ratio = np.where(near, 1 + exponent / 2, np.expm1(exponent) / np.where(near, 1.0, exponent))
    integral: FloatArray = b * grown * ratio
    return integral


def frequency_probabilities(
    parameters: FloatArray, ages: FloatArray, max_frequency: int
) -> FloatArray:
    """Probability of 0, 1, ... `max_frequency` repeat purchases by each age (equation 16).

    Customers active to the end, and those lapsed at some time before, whose purchases
    are counted up to then: the latter integral runs over 24 nodes.

    Returns
    -------
    ndarray, shape (n_ages, max_frequency + 1)
    """
    r, alpha, s, beta = parameters
    x = np.arange(max_frequency + 1)

    def bought(time: FloatArray) -> FloatArray:
        share = (time / (alpha + time))[..., None]
        with np.errstate(divide="ignore", invalid="ignore"):
            powers = np.where(x == 0, 0.0, x * np.log(share))
        log_pmf = gammaln(r + x) - gammaln(r) - gammaln(x + 1) + r * np.log1p(-share) + powers
        pmf: FloatArray = np.exp(log_pmf)
        return pmf

    end = np.log1p(ages / beta)
    steps = end[:, None] * (_NODES + 1) / 2
    lapsing = s * np.exp(-s * steps) * end[:, None] / 2 * _NODE_WEIGHTS
    lapsed = np.einsum("ak,akx->ax", lapsing, bought(beta * np.expm1(steps)))
    probabilities: FloatArray = np.exp(-s * end)[:, None] * bought(ages) + lapsed
    return probabilities
