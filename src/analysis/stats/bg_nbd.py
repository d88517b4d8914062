"""Repeat purchase where customers may drop out unseen after a purchase: BG/NBD.

While active, a customer buys at a steady rate; after each repeat purchase he drops
out with a probability of his own. Rates follow a gamma distribution over customers
(shape r, rate alpha), dropout probabilities a beta distribution (a, b).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import _bg_nbd_formulas as formulas
from analysis.stats.inputs import confidence_problem, refuse
from analysis.stats.maximum_likelihood import maximise_log_likelihood
from analysis.stats.purchase_cells import FloatArray, PurchaseCells, TimeUnit, reduce_to_cells
from analysis.stats.purchase_forecast import (
    expected_frequency_distribution,
    expected_purchases,
    expected_purchases_new_customer,
    expected_total,
    mean_probability_active,
    predicted_total,
    probability_active,
)
from analysis.stats.purchase_totals import PurchaseFormulas, find_reasons_to_refuse
from analysis.text import message

__all__ = [
    "METHOD",
    "BgNbd",
    "PurchaseCells",
    "expected_frequency_distribution",
    "expected_purchases",
    "expected_purchases_new_customer",
    "expected_total",
    "fit_bg_nbd",
    "mean_probability_active",
    "predicted_total",
    "probability_active",
    "reduce_to_cells",
]

METHOD = Method(
    name=message("BG/NBD model of repeat purchase"),
    citation="Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). Counting your customers the "
    "easy way: an alternative to the Pareto/NBD model. Marketing Science 24(2), 275-284.",
    assumptions=(
        message("While active, each customer buys at a steady rate of their own."),
        message("A customer can drop out only right after a repeat purchase, and never returns."),
        message("Rates of purchase and dropout probabilities vary independently over customers."),
        message("Intervals rest on the large-sample normal distribution of the log parameters."),
    ),
)

FORMULAS = PurchaseFormulas(
    probability_active=formulas.probability_active,
    purchases_if_active=formulas.purchases_if_active,
    squared_purchases_if_active=formulas.squared_purchases_if_active,
    frequency_probabilities=formulas.frequency_probabilities,
)
LARGEST_LOG_ERROR = 1.0
ROUGH_CELLS = 5_000
NAMES = ("r", "alpha", "a", "b")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BgNbd:
    """A fitted BG/NBD model.

    Attributes
    ----------
    r, alpha : Estimate
        Shape and rate of the gamma distribution of purchase rates; alpha in `time_unit`.
    a, b : Estimate
        Of the beta distribution of dropout probabilities.
    log_covariance : ndarray of float64, shape (4, 4)
        Covariance of the logarithms of (r, alpha, a, b).
    log_likelihood : float
    n_customers, n_repeat_customers : int
    time_unit : {'days', 'weeks', 'months'}
    method : Method
    """

    r: Estimate
    alpha: Estimate
    a: Estimate
    b: Estimate
    log_covariance: FloatArray
    log_likelihood: float
    n_customers: int
    n_repeat_customers: int
    time_unit: TimeUnit
    method: Method = METHOD

    @property
    def formulas(self) -> PurchaseFormulas:
        """The model's formulas, as functions of its parameters."""
        return FORMULAS

    @property
    def parameters(self) -> FloatArray:
        """The four values, in the order r, alpha, a, b."""
        return np.array([self.r.value, self.alpha.value, self.a.value, self.b.value])


def fit_bg_nbd(cells: PurchaseCells, *, confidence: float) -> BgNbd:
    """Fit the BG/NBD model by maximum likelihood.

    Parameters
    ----------
    cells : PurchaseCells
    confidence : float
        Coverage of the parameters' intervals, which are symmetric on the log scale.

    Returns
    -------
    BgNbd

    Raises
    ------
    EstimationError
        With fewer than 500 customers or 150 repeat customers, with no repeat
        purchase at all or nobody without one, or where the likelihood has no
        maximum inside that the data identify.

    Source
    ------
    Fader, Hardie and Lee (2005), equation 6.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(5)
    >>> rate, dropout = rng.gamma(1, 1 / 8, (2000, 1)), rng.beta(1, 3, (2000, 1))
    >>> times = np.cumsum(rng.exponential(1, (2000, 80)) / rate, axis=1)
    >>> seen = (times <= 40) & (np.arange(80) < rng.geometric(dropout))
    >>> cells = reduce_to_cells(seen.sum(axis=1), (seen * times).max(axis=1),
    ...                         np.full(2000, 40), time_unit="weeks")
    >>> fit_bg_nbd(cells, confidence=0.99).alpha.excludes(8)
    False
    """
    refuse([confidence_problem(confidence), *find_reasons_to_refuse(cells, model="BG/NBD")])
    age = float(np.average(cells.age, weights=cells.weight))
    likelihood = formulas.Likelihood(cells)
    maximum = maximise_log_likelihood(
        likelihood.score,
        starts=[[0.3, age / 6, 0.8, 2.4], [1.0, age / 2, 0.3, 3.0], [2.0, age, 1.0, 1.0]],
        names=NAMES,
        model="BG/NBD",
        largest_log_error=LARGEST_LOG_ERROR,
        information=likelihood.information,
        rough_score=formulas.Likelihood(cells.thin(ROUGH_CELLS)).score
        if len(cells.weight) > 2 * ROUGH_CELLS
        else None,
    )
    r, alpha, a, b = (maximum.estimate(position, confidence) for position in range(4))
    return BgNbd(
        r=r,
        alpha=alpha,
        a=a,
        b=b,
        log_covariance=maximum.log_covariance,
        log_likelihood=maximum.log_likelihood,
        n_customers=cells.n_customers,
        n_repeat_customers=cells.n_repeat_customers,
        time_unit=cells.time_unit,
    )
