"""Customers left of many renewing cohorts together, projected with one model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.errors import EstimationError, Problem
from analysis.results import Estimate
from analysis.stats.inputs import confidence_problem, refuse
from analysis.stats.shifted_beta_geometric import ShiftedBetaGeometric
from analysis.stats.simulated_intervals import draw_parameters, estimate_from_draws


def predicted_total_survivors(
    fit: ShiftedBetaGeometric,
    *,
    survivors: Sequence[int],
    renewals: Sequence[int],
    periods_ahead: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int = 1000,
) -> tuple[Estimate, ...]:
    """Customers of all cohorts together that will be counted after each coming renewal.

    The cohorts share the uncertainty of the parameters; each customer decides alone.

    Parameters
    ----------
    fit : ShiftedBetaGeometric
    survivors : sequence of int, length k
        Customers left of each cohort now.
    renewals : sequence of int, length k
        Renewals that each cohort has been through.
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
        If there is no cohort, the lengths differ, or a count is negative.

    Source
    ------
    Fader and Hardie (2007), equation 7, for each cohort; parameters drawn once for all.

    Examples
    --------
    >>> from analysis.stats.shifted_beta_geometric import fit_shifted_beta_geometric
    >>> fit = fit_shifted_beta_geometric([1000, 869, 743, 653, 593], confidence=0.95)
    >>> (total,) = predicted_total_survivors(
    ...     fit, survivors=[593, 700], renewals=[4, 2], periods_ahead=1, confidence=0.95,
    ...     rng=np.random.default_rng(1))
    >>> 1100 < total.low < total.value < total.high < 1250
    True
    """
    left_now, before = np.asarray(survivors, dtype=np.int64), np.asarray(renewals, dtype=np.int64)
    fits = left_now.ndim == 1 and left_now.shape == before.shape and left_now.size > 0
    refuse(
        [
            confidence_problem(confidence),
            None
            if fits and (left_now >= 0).all() and (before >= 0).all()
            else Problem(
                what="cohorts that cannot be projected",
                found=f"{left_now.size} counts of survivors, {before.size} of renewals",
                needed="as many of each, at least one, from 0",
                next_step="Give every cohort as it stands now.",
            ),
        ]
    )
    if periods_ahead < 1:
        raise EstimationError(
            Problem(what="no renewal to project", found=str(periods_ahead), needed="at least 1")
        )
    drawn = draw_parameters(fit.parameters, fit.log_covariance, rng=rng, draws=draws)
    alpha, beta = fit.parameters
    left = np.tile(left_now, (draws, 1))
    expected = left_now.astype(np.float64)
    estimates = []
    for ahead in range(periods_ahead):
        passed = before + ahead
        expected = expected * (beta + passed) / (alpha + beta + passed)
        kept = (drawn[:, 1:] + passed) / (drawn.sum(axis=1)[:, None] + passed)
        left = rng.binomial(left, kept)
        totals = left.sum(axis=1).astype(np.float64)
        estimates.append(estimate_from_draws(float(expected.sum()), totals, confidence))
    return tuple(estimates)
