"""The value of a purchase, customer by customer: the gamma-gamma model.

Each purchase of a customer varies around the customer's own mean with a gamma
distribution (shape p); the rates of these distributions vary over customers with a
gamma distribution (shape q, rate v). The value of a purchase is taken to be
independent of how often the customer buys, which `FrequencyValueCheck` examines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, polygamma, psi

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._blocks import lay_blocks
from analysis.stats._distinct import find_distinct
from analysis.stats.frequency_value_check import (
    FrequencyValueCheck,
    check_frequency_against_value,
)
from analysis.stats.inputs import confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.stats.maximum_likelihood import maximise_log_likelihood
from analysis.stats.purchase_cells import FloatArray, IntArray
from analysis.stats.spend_cells import SpendCells, reduce_to_spend_cells
from analysis.text import message

__all__ = [
    "METHOD",
    "GammaGamma",
    "SpendCells",
    "expected_mean_value",
    "fit_gamma_gamma",
    "population_mean_value",
    "reduce_to_spend_cells",
]

METHOD = Method(
    name=message("Gamma-gamma model of the value of a purchase"),
    citation="Fader, P. S., & Hardie, B. G. S. (2013). The gamma-gamma model of monetary value. "
    "Note 025, brucehardie.com; Colombo, R., & Jiang, W. (1999). A stochastic RFM model. "
    "Journal of Interactive Marketing 13(3), 2-12.",
    assumptions=(
        message("Purchases vary around each customer's own mean value with one shape for all."),
        message("The mean values of customers do not change over time."),
        message("The value of a purchase does not depend on how often the customer buys."),
        message("Intervals rest on the large-sample normal distribution of the log parameters."),
    ),
)

MINIMUM_REPEAT_CUSTOMERS = 200
LARGEST_LOG_ERROR = 1.0
ROUGH_CELLS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GammaGamma:
    """A fitted gamma-gamma model.

    Attributes
    ----------
    p : Estimate
        Shape of a customer's purchases around the customer's mean.
    q, v : Estimate
        Shape and rate of the distribution over customers; v in the values' currency.
    log_covariance : ndarray of float64, shape (3, 3)
        Covariance of the logarithms of (p, q, v).
    log_likelihood : float
    n_repeat_customers : int
    independence : FrequencyValueCheck
    method : Method
    """

    p: Estimate
    q: Estimate
    v: Estimate
    log_covariance: FloatArray
    log_likelihood: float
    n_repeat_customers: int
    independence: FrequencyValueCheck
    method: Method = METHOD

    @property
    def parameters(self) -> FloatArray:
        """The three values, in the order p, q, v."""
        return np.array([self.p.value, self.q.value, self.v.value])


def fit_gamma_gamma(cells: SpendCells, *, confidence: float) -> GammaGamma:
    """Fit the gamma-gamma model to repeat customers by maximum likelihood.

    Parameters
    ----------
    cells : SpendCells
        Customers without a repeat purchase may be among them; they tell nothing.
    confidence : float
        Coverage of the intervals, which are symmetric on the log scale.

    Returns
    -------
    GammaGamma

    Raises
    ------
    EstimationError
        With fewer than 200 repeat customers, or where the likelihood has no maximum
        inside that the data identify.

    Source
    ------
    Fader and Hardie (2013), equation 1a.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(7)
    >>> frequency = rng.integers(1, 6, 800)
    >>> rate = rng.gamma(4, 1 / 15, 800)
    >>> value = rng.gamma(6.0 * frequency) / (frequency * rate)
    >>> fit = fit_gamma_gamma(reduce_to_spend_cells(frequency, value), confidence=0.99)
    >>> fit.p.excludes(6.0)
    False
    """
    refuse([confidence_problem(confidence), *_find_reasons_to_refuse(cells)])
    repeats = cells.frequency > 0
    x, m = cells.frequency[repeats].astype(np.float64), cells.mean_value[repeats]
    weight = cells.weight[repeats].astype(np.float64)
    value = float(np.average(m, weights=weight))
    likelihood = _Likelihood(x, m, weight)
    step = -(-len(x) // ROUGH_CELLS)
    maximum = maximise_log_likelihood(
        likelihood.score,
        starts=[[6.0, 4.0, value / 2], [1.0, 2.0, value], [2.0, 10.0, 4.5 * value]],
        names=("p", "q", "v"),
        model="Gamma-gamma",
        largest_log_error=LARGEST_LOG_ERROR,
        information=likelihood.information,
        rough_score=_Likelihood(x[::step], m[::step], weight[::step]).score if step > 2 else None,
    )
    p, q, v = (maximum.estimate(position, confidence) for position in range(3))
    return GammaGamma(
        p=p,
        q=q,
        v=v,
        log_covariance=maximum.log_covariance,
        log_likelihood=maximum.log_likelihood,
        n_repeat_customers=cells.n_repeat_customers,
        independence=check_frequency_against_value(
            cells, maximum.parameters, confidence=confidence
        ),
    )


def _find_reasons_to_refuse(cells: SpendCells) -> list[Problem]:
    if cells.n_repeat_customers >= MINIMUM_REPEAT_CUSTOMERS:
        return []
    none = cells.n_repeat_customers == 0
    return [
        Problem(
            what="Gamma-gamma: no repeat customers" if none else "Gamma-gamma: too few customers",
            found=f"{cells.n_repeat_customers} with a repeat purchase",
            needed=f"at least {MINIMUM_REPEAT_CUSTOMERS}",
            next_step="Pool segments or use a longer window.",
        )
    ]


class _Likelihood:
    """The log-likelihood (equation 1a) and its derivatives in the log parameters."""

    def __init__(self, x: FloatArray, m: FloatArray, weight: FloatArray) -> None:
        self._x, self._weight, self._total = x, weight, x * m
        self._counts, self._of_count = find_distinct(x)
        self._by_count = np.bincount(self._of_count, weights=weight)
        self._blocks = lay_blocks(len(x))
        self._n = float(weight.sum())
        self._log_total = float((weight * x) @ np.log(self._total))
        self._data_only = -float(weight @ np.log(m))

    def score(self, log_parameters: FloatArray) -> tuple[float, FloatArray]:
        """Give the log-likelihood and its gradient."""
        p, q, v = np.exp(log_parameters)
        counts, by_count, n = self._counts, self._by_count, self._n
        shapes = p * counts
        spread, inverse = self._sum_by_count(v, np.log, np.reciprocal)
        value = (
            float(by_count @ (gammaln(shapes + q) - gammaln(shapes)))
            + n * (q * log_parameters[2] - float(gammaln(q)))
            + p * self._log_total
            + self._data_only
            - float((shapes + q) @ spread)
        )
        d_p = (
            float((by_count * counts) @ (psi(shapes + q) - psi(shapes)))
            + self._log_total
            - float(counts @ spread)
        )
        d_q = (
            float(by_count @ psi(shapes + q))
            + n * (log_parameters[2] - float(psi(q)))
            - float(spread.sum())
        )
        d_v = n * q / v - float((shapes + q) @ inverse)
        return value, np.array([p * d_p, q * d_q, v * d_v])

    def information(self, log_parameters: FloatArray) -> FloatArray:
        """Give the negative second derivative, shape (3, 3)."""
        parameters = np.exp(log_parameters)
        p, q, v = parameters
        counts, by_count, n = self._counts, self._by_count, self._n
        shapes = p * counts
        inverse, square = self._sum_by_count(v, np.reciprocal, lambda total: total**-2)
        joint = polygamma(1, shapes + q)
        pp = (by_count * counts**2) @ (joint - polygamma(1, shapes))
        pq = (by_count * counts) @ joint
        qq = by_count @ joint - n * polygamma(1, q)
        pv, qv = -counts @ inverse, n / v - inverse.sum()
        vv = -n * q / v**2 + (shapes + q) @ square
        hessian = np.array([[pp, pq, pv], [pq, qq, qv], [pv, qv, vv]])
        in_logs = hessian * np.outer(parameters, parameters)
        information: FloatArray = -(in_logs + np.diag(self.score(log_parameters)[1]))
        return information

    def _sum_by_count(
        self, v: float, *functions: Callable[[FloatArray], FloatArray]
    ) -> list[FloatArray]:
        """Sum functions of v and what was spent in all, by the number of purchases."""
        sums = [np.zeros(len(self._counts)) for _ in functions]
        for block in self._blocks:
            weight, of_count = self._weight[block], self._of_count[block]
            total = self._total[block] + v
            for place, function in enumerate(functions):
                values = weight * function(total)
                sums[place] += np.bincount(of_count, weights=values, minlength=len(sums[place]))
        return sums


def expected_mean_value(fit: GammaGamma, cells: SpendCells) -> FloatArray:
    """Mean value per purchase that is expected of a customer of each cell.

    The customer's own mean and the population's, weighted by what each is worth; the
    population's alone for customers without a repeat purchase.

    Parameters
    ----------
    fit : GammaGamma
    cells : SpendCells
        In the fit's currency.

    Returns
    -------
    ndarray of float64, shape (n_cells,)
        In the fit's currency.

    Raises
    ------
    EstimationError
        If q is at most 1, where the mean does not exist.

    Source
    ------
    Fader and Hardie (2013), equation 5.
    """
    _require_mean(fit)
    return conditional_mean_value(fit.parameters, cells.frequency, cells.mean_value)


def conditional_mean_value(
    parameters: FloatArray, frequency: FloatArray | IntArray, mean_value: FloatArray
) -> FloatArray:
    """Equation 5 at given parameters with q above 1."""
    p, q, v = parameters
    expected: FloatArray = (p * (v + frequency * mean_value)) / (p * frequency + q - 1)
    return expected


def population_mean_value(fit: GammaGamma, *, confidence: float) -> Estimate:
    """Mean value per purchase over customers, p v / (q - 1), with its interval.

    Parameters
    ----------
    fit : GammaGamma
    confidence : float

    Returns
    -------
    Estimate
        In the fit's currency; the interval is symmetric on the log scale.

    Raises
    ------
    EstimationError
        If q is at most 1, where the mean does not exist.

    Source
    ------
    Fader and Hardie (2013), page 3; delta method.
    """
    refuse([confidence_problem(confidence)])
    _require_mean(fit)
    p, q, v = fit.parameters
    slope = np.array([1.0, -q / (q - 1), 1.0])
    error = math.sqrt(float(slope @ fit.log_covariance @ slope))
    factor = math.exp(float(normal_quantile((1 + confidence) / 2)) * error)
    value = float(p * v / (q - 1))
    return Estimate(value=value, low=value / factor, high=value * factor, confidence=confidence)


def _require_mean(fit: GammaGamma) -> None:
    if fit.q.value <= 1:
        raise EstimationError(
            Problem(
                what="Gamma-gamma: the mean value per purchase does not exist",
                found=f"q of {fit.q.value:.3g}",
                needed="q above 1",
                next_step="Cap extreme values openly, or report the median instead.",
            )
        )
