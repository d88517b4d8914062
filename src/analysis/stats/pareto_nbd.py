"""Repeat purchase where customers may drop out unseen at any time: Pareto/NBD.

While active, a customer buys at a steady rate and drops out at a steady rate. Rates of
purchase follow a gamma distribution over customers (shape r, rate alpha), rates of
dropout another (shape s, rate beta).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import _pareto_nbd_formulas as formulas
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
    "ParetoNbd",
    "PurchaseCells",
    "expected_frequency_distribution",
    "expected_purchases",
    "expected_purchases_new_customer",
    "expected_total",
    "fit_pareto_nbd",
    "mean_probability_active",
    "predicted_total",
    "probability_active",
    "reduce_to_cells",
]

METHOD = Method(
    name=message("Pareto/NBD model of repeat purchase"),
    citation="Schmittlein, D. C., Morrison, D. G., & Colombo, R. (1987). Counting your customers: "
    "who are they and what will they do next? Management Science 33(1), 1-24; Fader, P. S., & "
    "Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD model and related expressions. "
    "Note 009, brucehardie.com.",
    assumptions=(
        message("While active, each customer buys at a steady rate of their own."),
        message("A customer can drop out at any time, and never returns."),
        message("Rates of purchase and of dropout vary independently over customers."),
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
NAMES = ("r", "alpha", "s", "beta")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ParetoNbd:
    """A fitted Pareto/NBD model.

    Attributes
    ----------
    r, alpha : Estimate
        Shape and rate of the gamma distribution of purchase rates; alpha in `time_unit`.
    s, beta : Estimate
        Shape and rate of the gamma distribution of dropout rates; beta in `time_unit`.
    log_covariance : ndarray of float64, shape (4, 4)
        Covariance of the logarithms of (r, alpha, s, beta).
    log_likelihood : float
    n_customers, n_repeat_customers : int
    time_unit : {'days', 'weeks', 'months'}
    method : Method
    """

    r: Estimate
    alpha: Estimate
    s: Estimate
    beta: Estimate
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
        """The four values, in the order r, alpha, s, beta."""
        return np.array([self.r.value, self.alpha.value, self.s.value, self.beta.value])


def fit_pareto_nbd(cells: PurchaseCells, *, confidence: float) -> ParetoNbd:
    """Fit the Pareto/NBD model by maximum likelihood.

    Parameters
    ----------
    cells : PurchaseCells
    confidence : float
        Coverage of the parameters' intervals, which are symmetric on the log scale.

    Returns
    -------
    ParetoNbd

    Raises
    ------
    EstimationError
        With fewer than 500 customers or 150 repeat customers, with no repeat
        purchase at all or nobody without one, or where the likelihood has no
        maximum inside that the data identify.

    Source
    ------
    Fader and Hardie (2005), equation 17.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(5)
    >>> rate, dropout = rng.gamma(1, 1 / 8, (2000, 1)), rng.gamma(1, 1 / 20, (2000, 1))
    >>> times = np.cumsum(rng.exponential(1, (2000, 80)) / rate, axis=1)
    >>> seen = times <= np.minimum(40, rng.exponential(1, (2000, 1)) / dropout)
    >>> cells = reduce_to_cells(seen.sum(axis=1), (seen * times).max(axis=1),
    ...                         np.full(2000, 40), time_unit="weeks")
    >>> fit_pareto_nbd(cells, confidence=0.99).alpha.excludes(8)
    False
    """
    refuse([confidence_problem(confidence), *find_reasons_to_refuse(cells, model="Pareto/NBD")])
    age = float(np.average(cells.age, weights=cells.weight))
    maximum = maximise_log_likelihood(
        formulas.make_score(cells),
        starts=[[0.5, age / 3, 0.6, age / 3], [1.0, age / 2, 1.0, 2 * age]],
        names=NAMES,
        model="Pareto/NBD",
        largest_log_error=LARGEST_LOG_ERROR,
        rough_score=formulas.make_score(cells.thin(ROUGH_CELLS))
        if len(cells.weight) > 2 * ROUGH_CELLS
        else None,
    )
    r, alpha, s, beta = (maximum.estimate(position, confidence) for position in range(4))
    return ParetoNbd(
        r=r,
        alpha=alpha,
        s=s,
        beta=beta,
        log_covariance=maximum.log_covariance,
        log_likelihood=maximum.log_likelihood,
        n_customers=cells.n_customers,
        n_repeat_customers=cells.n_repeat_customers,
        time_unit=cells.time_unit,
    )
