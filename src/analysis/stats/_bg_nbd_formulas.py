"""The formulas of the BG/NBD model at given parameters (r, alpha, a, b).

Equation numbers are those of Fader, Hardie and Lee (2005).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.special import betaincinv, betaln, gammaln, hyp2f1, polygamma, psi

from analysis.stats._blocks import lay_blocks
from analysis.stats._distinct import find_distinct
from analysis.stats.purchase_cells import FloatArray, PurchaseCells

_NODES, _NODE_WEIGHTS = leggauss(48)
_QUANTILES = (np.arange(200) + 0.5) / 200


@dataclass(frozen=True, slots=True, eq=False)
class _Lapses:
    """Sums over the cells bought again of what depends on the odds of having dropped out."""

    value: float
    by_count: FloatArray
    slope_r: float
    slope_alpha: float


class Likelihood:
    """The log-likelihood of cells (equation 6) and its derivatives in the log parameters.

    What depends on frequency, recency or age alone is computed once for each of their
    values; only what depends on all three is computed for every cell.
    """

    def __init__(self, cells: PurchaseCells) -> None:
        weight = cells.weight.astype(np.float64)
        self._counts, of_count = find_distinct(cells.frequency)
        self._ages, of_age = find_distinct(cells.age)
        self._n = float(weight.sum())
        self._by_count = np.bincount(of_count, weights=weight)
        self._by_age = np.bincount(of_age, weights=weight)
        self._bought_by_age = np.bincount(of_age, weights=weight * cells.frequency)
        # whoever has not bought again cannot have dropped out
        again = cells.frequency > 0
        self._recencies, self._of_recency = find_distinct(cells.recency[again])
        self._of_count, self._of_age = of_count[again], of_age[again]
        self._weight = weight[again]
        self._blocks = lay_blocks(len(self._weight))

    def score(self, log_parameters: FloatArray) -> tuple[float, FloatArray]:
        """Give the log-likelihood and its gradient."""
        r, alpha, a, b = np.exp(log_parameters)
        counts, by_count, n = self._counts, self._by_count, self._n
        log_age = np.log(alpha + self._ages)
        lapses = self._sum_lapses(r, alpha, a, b)
        purchases = gammaln(r + counts) - gammaln(r) + r * log_parameters[1]
        dropouts = betaln(a, b + counts) - betaln(a, b)
        value = (
            by_count @ (purchases + dropouts)
            - (r * self._by_age + self._bought_by_age) @ log_age
            + lapses.value
        )
        d_r = (
            by_count @ psi(r + counts)
            + n * (log_parameters[1] - psi(r))
            - self._by_age @ log_age
            + lapses.slope_r
        )
        d_alpha = (
            n * r / alpha
            - (r * self._by_age + self._bought_by_age) @ (1 / (alpha + self._ages))
            - lapses.slope_alpha
        )
        both = n * psi(a + b) - by_count @ psi(a + b + counts)
        d_a = both + lapses.by_count.sum() / a
        d_b = (
            both
            + by_count @ psi(b + counts)
            - n * psi(b)
            - lapses.by_count @ (1 / (b + np.maximum(counts, 1) - 1))
        )
        return float(value), np.array([r * d_r, alpha * d_alpha, a * d_a, b * d_b])

    def information(self, log_parameters: FloatArray) -> FloatArray:
        """Give the negative second derivative, shape (4, 4)."""
        parameters = np.exp(log_parameters)
        r, alpha, a, b = parameters
        counts, by_count, n = self._counts, self._by_count, self._n
        hessian = self._curve_lapses(r, alpha, a, b)
        hessian[0, 0] += by_count @ polygamma(1, r + counts) - n * polygamma(1, r)
        hessian[0, 1] += n / alpha - self._by_age @ (1 / (alpha + self._ages))
        hessian[1, 1] += -n * r / alpha**2 + (r * self._by_age + self._bought_by_age) @ (
            1 / (alpha + self._ages) ** 2
        )
        both = n * polygamma(1, a + b) - by_count @ polygamma(1, a + b + counts)
        hessian[2, 2] += both
        hessian[2, 3] += both
        hessian[3, 3] += both + by_count @ polygamma(1, b + counts) - n * polygamma(1, b)
        upper = np.triu(hessian)
        in_logs = (upper + np.triu(upper, 1).T) * np.outer(parameters, parameters)
        # the gradient is that in the logarithms already
        information: FloatArray = -(in_logs + np.diag(self.score(log_parameters)[1]))
        return information

    def _sum_lapses(self, r: float, alpha: float, a: float, b: float) -> _Lapses:
        spans, odds_at = self._odds(r, alpha, a, b)
        inverse_at = self._inverse_spans(alpha, 1)
        value = slope_r = slope_alpha = 0.0
        by_count = np.zeros(len(self._counts))
        for block in self._blocks:
            of_count, weight = self._of_count[block], self._weight[block]
            span = spans(block)
            odds = odds_at(block, span)
            faded = np.exp(-np.abs(odds))
            lapsed = weight * np.where(odds > 0, 1.0, faded) / (1 + faded)
            value += weight @ (np.maximum(odds, 0.0) + np.log1p(faded))
            by_count += np.bincount(of_count, weights=lapsed, minlength=len(by_count))
            slope_r += lapsed @ span
            slope_alpha += lapsed @ ((r + self._counts)[of_count] * inverse_at(block))
        return _Lapses(value, by_count, slope_r, slope_alpha)

    def _curve_lapses(self, r: float, alpha: float, a: float, b: float) -> FloatArray:
        """Second derivatives of the same sums in r, alpha, a and b."""
        spans, odds_at = self._odds(r, alpha, a, b)
        inverse_at, square_at = (self._inverse_spans(alpha, power) for power in (1, 2))
        dropped = 1 / (b + np.maximum(self._counts, 1) - 1)
        hessian = np.zeros((4, 4))
        by_count = np.zeros(len(self._counts))
        for block in self._blocks:
            of_count, span = self._of_count[block], spans(block)
            odds, inverse = odds_at(block, span), inverse_at(block)
            faded = np.exp(-np.abs(odds))
            lapsed = self._weight[block] * np.where(odds > 0, 1.0, faded) / (1 + faded)
            unsure = lapsed * (np.where(odds > 0, faded, 1.0) / (1 + faded))
            bought = (r + self._counts)[of_count]
            slopes = np.stack(
                [span, -bought * inverse, np.full(len(span), 1 / a), -dropped[of_count]]
            )
            hessian += (slopes * unsure) @ slopes.T
            by_count += np.bincount(of_count, weights=lapsed, minlength=len(by_count))
            hessian[0, 1] -= lapsed @ inverse
            hessian[1, 1] += lapsed @ (bought * square_at(block))
        hessian[2, 2] -= by_count.sum() / a**2
        hessian[3, 3] += by_count @ dropped**2
        return hessian

    def _odds(
        self, r: float, alpha: float, a: float, b: float
    ) -> tuple[Callable[[slice], FloatArray], Callable[[slice, FloatArray], FloatArray]]:
        """Log odds of having dropped out in a block, and their slope in r, the span."""
        log_age, log_recency = np.log(alpha + self._ages), np.log(alpha + self._recencies)
        start = np.log(a) - np.log(b + np.maximum(self._counts, 1) - 1)
        bought = r + self._counts

        def spans(block: slice) -> FloatArray:
            found: FloatArray = log_age[self._of_age[block]] - log_recency[self._of_recency[block]]
            return found

        def odds(block: slice, span: FloatArray) -> FloatArray:
            of_count = self._of_count[block]
            found: FloatArray = start[of_count] + bought[of_count] * span
            return found

        return spans, odds

    def _inverse_spans(self, alpha: float, power: int) -> Callable[[slice], FloatArray]:
        recent, aged = ((alpha + times) ** -power for times in (self._recencies, self._ages))

        def find(block: slice) -> FloatArray:
            found: FloatArray = recent[self._of_recency[block]] - aged[self._of_age[block]]
            return found

        return find


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
