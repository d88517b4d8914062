"""Retention where each customer leaves at a constant rate of their own: shifted beta-geometric.

At each renewal a customer leaves with a probability that differs between customers
(beta distribution with alpha and beta). Retention rises with time because those who
leave easily are gone first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, psi

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._cohort_problems import find_cohort_problems
from analysis.stats.inputs import bracket, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.stats.maximum_likelihood import maximise_log_likelihood
from analysis.stats.purchase_cells import FloatArray
from analysis.stats.simulated_intervals import draw_parameters, estimate_from_draws
from analysis.text import message

METHOD = Method(
    name=message("Shifted beta-geometric model of retention"),
    citation="Fader, P. S., & Hardie, B. G. S. (2007). How to project customer retention. "
    "Journal of Interactive Marketing 21(1), 76-90.",
    assumptions=(
        message("Customers decide at each renewal, with a chance of leaving that never changes."),
        message("The chance of leaving differs between customers; whoever leaves does not return."),
        message("Intervals rest on the large-sample normal distribution of the log parameters."),
    ),
)

LARGEST_LOG_ERROR = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShiftedBetaGeometric:
    """A fitted shifted beta-geometric model.

    Attributes
    ----------
    alpha, beta : Estimate
        Of the beta distribution of the chance of leaving at a renewal.
    log_covariance : ndarray of float64, shape (2, 2)
        Covariance of the logarithms of (alpha, beta).
    log_likelihood : float
    n_customers : int
        In all cohorts at their start.
    n_periods : int
        Renewals of the longest cohort.
    method : Method
    """

    alpha: Estimate
    beta: Estimate
    log_covariance: FloatArray
    log_likelihood: float
    n_customers: int
    n_periods: int
    method: Method = METHOD

    @property
    def parameters(self) -> FloatArray:
        """The two values, in the order alpha, beta."""
        return np.array([self.alpha.value, self.beta.value])


def fit_shifted_beta_geometric(
    surviving_counts: Sequence[int] | npt.NDArray[np.int64], *, confidence: float
) -> ShiftedBetaGeometric:
    """Fit the model to one cohort by maximum likelihood.

    Parameters
    ----------
    surviving_counts : sequence of int, length n_periods + 1
        Customers at the start and after each renewal.
    confidence : float
        Coverage of the intervals, which are symmetric on the log scale.

    Returns
    -------
    ShiftedBetaGeometric

    Raises
    ------
    EstimationError
        With fewer than 3 renewals, fewer than 100 losses, survivors that increase,
        or where the likelihood has no maximum inside that the data identify.

    Source
    ------
    Fader and Hardie (2007), appendix A.

    Examples
    --------
    >>> fit = fit_shifted_beta_geometric([1000, 631, 468, 382, 326, 289, 262, 241],
    ...                                  confidence=0.95)
    >>> round(fit.alpha.value, 3), round(fit.beta.value, 3)
    (0.704, 1.182)
    """
    return fit_shifted_beta_geometric_cohorts([surviving_counts], confidence=confidence)


def fit_shifted_beta_geometric_cohorts(
    cohorts: Sequence[Sequence[int] | npt.NDArray[np.int64]], *, confidence: float
) -> ShiftedBetaGeometric:
    """Fit one model to several cohorts of different ages: a retention triangle.

    Parameters
    ----------
    cohorts : sequence of sequences of int
        Per cohort, as `fit_shifted_beta_geometric`; lengths may differ.
    confidence : float

    Returns
    -------
    ShiftedBetaGeometric

    Raises
    ------
    EstimationError
        As `fit_shifted_beta_geometric`.
    """
    counts = [np.asarray(cohort, dtype=np.float64) for cohort in cohorts]
    refuse([confidence_problem(confidence), *find_cohort_problems(counts)])
    n_periods = max(len(cohort) for cohort in counts) - 1
    at_risk, lost = np.zeros(n_periods), np.zeros(n_periods)
    for cohort in counts:
        at_risk[: len(cohort) - 1] += cohort[:-1]
        lost[: len(cohort) - 1] += cohort[:-1] - cohort[1:]
    maximum = maximise_log_likelihood(
        _make_score(at_risk, lost),
        starts=[[1.0, 1.0], [0.5, 5.0], [2.0, 20.0]],
        names=("alpha", "beta"),
        model="Shifted beta-geometric",
        largest_log_error=LARGEST_LOG_ERROR,
    )
    return ShiftedBetaGeometric(
        alpha=maximum.estimate(0, confidence),
        beta=maximum.estimate(1, confidence),
        log_covariance=maximum.log_covariance,
        log_likelihood=maximum.log_likelihood,
        n_customers=int(sum(cohort[0] for cohort in counts)),
        n_periods=n_periods,
    )


def _make_score(
    at_risk: FloatArray, lost: FloatArray
) -> Callable[[FloatArray], tuple[float, FloatArray]]:
    """Binomial losses with rate alpha / (alpha + beta + t - 1) at renewal t."""
    kept = at_risk - lost
    before = np.arange(len(at_risk), dtype=np.float64)

    def score(log_parameters: FloatArray) -> tuple[float, FloatArray]:
        alpha, beta = np.exp(log_parameters)
        whole = alpha + beta + before
        value = lost.sum() * log_parameters[0] + kept @ np.log(beta + before)
        value -= at_risk @ np.log(whole)
        shared = (at_risk / whole).sum()
        d_alpha = lost.sum() / alpha - shared
        d_beta = (kept / (beta + before)).sum() - shared
        return float(value), np.array([alpha * d_alpha, beta * d_beta])

    return score


def retention_rates(
    fit: ShiftedBetaGeometric, *, periods: int, confidence: float
) -> tuple[Estimate, ...]:
    """Share of the customers left before each renewal that stays through it.

    Parameters
    ----------
    fit : ShiftedBetaGeometric
    periods : int
        Number of renewals, from the first.
    confidence : float

    Returns
    -------
    tuple of Estimate, length periods
        Fractions; intervals by the delta method on the logit scale.

    Source
    ------
    Fader and Hardie (2007), equation 8.
    """
    refuse([confidence_problem(confidence)])
    alpha, beta = fit.parameters
    before = np.arange(periods)
    slopes = np.column_stack([-np.ones(periods), beta / (beta + before)])
    return _on_logit_scale(np.log((beta + before) / alpha), slopes, fit, confidence)


def projected_survival(
    fit: ShiftedBetaGeometric, *, periods: int, confidence: float
) -> tuple[Estimate, ...]:
    """Share of a cohort that is left after each renewal.

    Parameters
    ----------
    fit : ShiftedBetaGeometric
    periods : int
        Number of renewals, from the first; may exceed those observed.
    confidence : float

    Returns
    -------
    tuple of Estimate, length periods
        Fractions; intervals by the delta method on the logit scale.

    Source
    ------
    Fader and Hardie (2007), equation 6.
    """
    refuse([confidence_problem(confidence)])
    alpha, beta = fit.parameters
    t = np.arange(1, periods + 1)
    log_survival = betaln(alpha, beta + t) - betaln(alpha, beta)
    lost = -np.expm1(log_survival)
    shared = psi(alpha + beta) - psi(alpha + beta + t)
    slopes = np.column_stack([alpha * shared, beta * (shared + psi(beta + t) - psi(beta))])
    return _on_logit_scale(log_survival - np.log(lost), slopes / lost[:, None], fit, confidence)


def _on_logit_scale(
    logits: FloatArray, slopes: FloatArray, fit: ShiftedBetaGeometric, confidence: float
) -> tuple[Estimate, ...]:
    variances = np.einsum("ij,jk,ik->i", slopes, fit.log_covariance, slopes)
    reaches = float(normal_quantile((1 + confidence) / 2)) * np.sqrt(variances)
    return tuple(
        bracket(_share(logit), _share(logit - reach), _share(logit + reach), confidence)
        for logit, reach in zip(logits.tolist(), reaches.tolist(), strict=True)
    )


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))


def predicted_survivors(
    fit: ShiftedBetaGeometric,
    *,
    survivors: int,
    renewals: int,
    periods_ahead: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int = 1000,
) -> tuple[Estimate, ...]:
    """Customers of a cohort that will be counted after each coming renewal.

    Holds the uncertainty of the parameters and the chance of each customer's decision,
    so that held-back counts lie inside as often as the intervals claim.

    Parameters
    ----------
    fit : ShiftedBetaGeometric
    survivors : int
        Customers of the cohort that are left now.
    renewals : int
        Renewals that they have been through.
    periods_ahead : int
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    tuple of Estimate, length periods_ahead
        Customers.

    Raises
    ------
    EstimationError
        If `survivors` or `renewals` is negative.
    """
    refuse([confidence_problem(confidence)])
    if survivors < 0 or renewals < 0:
        raise EstimationError(
            Problem(
                what="Shifted beta-geometric: a negative count to project from",
                found=f"{survivors} survivors, {renewals} renewals",
                needed="counts from 0",
                next_step="Give the cohort as it stands now.",
            )
        )
    drawn = draw_parameters(fit.parameters, fit.log_covariance, rng=rng, draws=draws)
    alpha, beta = fit.parameters
    left = np.full(draws, survivors)
    expected = float(survivors)
    estimates = []
    for before in range(renewals, renewals + periods_ahead):
        expected *= (beta + before) / (alpha + beta + before)
        left = rng.binomial(left, (drawn[:, 1] + before) / (drawn.sum(axis=1) + before))
        estimates.append(estimate_from_draws(expected, left.astype(np.float64), confidence))
    return tuple(estimates)
