"""The shifted beta-geometric model against print, first principles and simulation."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import betaln

from analysis.errors import EstimationError
from analysis.stats.shifted_beta_geometric import (
    fit_shifted_beta_geometric,
    fit_shifted_beta_geometric_cohorts,
    predicted_survivors,
    projected_survival,
    retention_rates,
)

SHARED = Path(__file__).resolve().parents[2] / "../shared/data/sbg_regular.json"
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
"""Fader and Hardie (2007), the 'Regular' customers, years 0 to 12."""


def survival(alpha, beta, periods):
    return math.exp(betaln(alpha, beta + periods) - betaln(alpha, beta))


def simulate(rng, n, alpha, beta, periods):
    leaving = rng.geometric(rng.beta(alpha, beta, n))
    return [int((leaving > period).sum()) for period in range(periods + 1)]


@pytest.mark.skipif(not SHARED.exists(), reason="no shared/data beside the project")
@pytest.mark.real
def test_reproduces_the_published_estimates_from_the_file():
    series = json.loads(SHARED.read_text())["regular"]
    fit = fit_shifted_beta_geometric(series[:8], confidence=0.95)
    assert (round(fit.alpha.value, 3), round(fit.beta.value, 3)) == (0.704, 1.182)


@pytest.mark.parametrize(("years", "alpha", "beta"), [(7, 0.704, 1.182), (4, 0.764, 1.296)])
def test_reproduces_the_published_estimates(years, alpha, beta):
    fit = fit_shifted_beta_geometric(REGULAR[: years + 1], confidence=0.95)
    assert (round(fit.alpha.value, 3), round(fit.beta.value, 3)) == (alpha, beta)
    assert (fit.n_customers, fit.n_periods) == (1000, years)


def test_reproduces_the_published_log_likelihood():
    fit = fit_shifted_beta_geometric(REGULAR[:8], confidence=0.95)
    assert round(fit.log_likelihood, 3) == -1680.265


def test_likelihood_is_that_of_the_times_of_leaving():
    """The paper's recursion for P(T = t), applied to the losses of each year."""
    fit = fit_shifted_beta_geometric(REGULAR[:8], confidence=0.95)
    alpha, beta = fit.parameters
    probability, total, kept = alpha / (alpha + beta), 0.0, 1.0
    for year in range(1, 8):
        if year > 1:
            probability *= (beta + year - 2) / (alpha + beta + year - 1)
        total += (REGULAR[year - 1] - REGULAR[year]) * math.log(probability)
        kept -= probability
    total += REGULAR[7] * math.log(kept)
    assert fit.log_likelihood == pytest.approx(total)


def test_retention_rises_and_multiplies_to_survival():
    fit = fit_shifted_beta_geometric(REGULAR[:8], confidence=0.95)
    rates = [rate.value for rate in retention_rates(fit, periods=12, confidence=0.95)]
    left = [share.value for share in projected_survival(fit, periods=12, confidence=0.95)]
    assert rates == sorted(rates)
    assert left == pytest.approx(np.cumprod(rates))
    assert left[-1] == pytest.approx(survival(*fit.parameters, 12))


def test_held_back_years_lie_inside_the_prediction():
    """Seven years are fitted, the five that followed are in the paper."""
    fit = fit_shifted_beta_geometric(REGULAR[:8], confidence=0.95)
    ahead = predicted_survivors(
        fit,
        survivors=REGULAR[7],
        renewals=7,
        periods_ahead=5,
        confidence=0.95,
        rng=np.random.default_rng(1),
    )
    for seen, predicted in zip(REGULAR[8:], ahead, strict=True):
        assert predicted.low <= seen <= predicted.high


def test_cohorts_are_pooled():
    one = fit_shifted_beta_geometric(REGULAR[:8], confidence=0.95)
    four = fit_shifted_beta_geometric_cohorts([REGULAR[:8]] * 4, confidence=0.95)
    assert four.parameters == pytest.approx(one.parameters, rel=1e-6)
    assert four.log_covariance == pytest.approx(one.log_covariance / 4, rel=1e-5)
    assert four.n_customers == 4000


def test_a_younger_cohort_counts_as_far_as_it_goes():
    """Cutting a cohort equals censoring it: losses beyond the cut are not seen."""
    both = fit_shifted_beta_geometric_cohorts([REGULAR[:8], REGULAR[:4]], confidence=0.95)
    alpha, beta = both.parameters
    losses = [-np.diff(REGULAR[:8]), -np.diff(REGULAR[:4])]

    def log_likelihood(alpha, beta):
        total = 0.0
        for lost, left in zip(losses, (REGULAR[7], REGULAR[3]), strict=True):
            leaving = [
                survival(alpha, beta, t) - survival(alpha, beta, t + 1) for t in range(len(lost))
            ]
            total += lost @ np.log(leaving) + left * math.log(survival(alpha, beta, len(lost)))
        return total

    assert both.log_likelihood == pytest.approx(log_likelihood(alpha, beta))
    for step in (0.98, 1.02):
        assert log_likelihood(alpha * step, beta) < both.log_likelihood
        assert log_likelihood(alpha, beta * step) < both.log_likelihood


@pytest.mark.slow
@pytest.mark.parametrize(
    ("alpha", "beta", "n", "periods"), [(0.7, 1.2, 500, 7), (0.7, 3.8, 1500, 7)]
)
def test_intervals_cover_the_truth(alpha, beta, n, periods, assert_covers):
    rng, draws = np.random.default_rng(2026), 400
    hits = np.zeros(5, int)
    for _ in range(draws):
        cohort = simulate(rng, n, alpha, beta, periods + 6)
        fit = fit_shifted_beta_geometric(cohort[: periods + 1], confidence=0.9)
        last = predicted_survivors(
            fit,
            survivors=cohort[periods],
            renewals=periods,
            periods_ahead=6,
            confidence=0.9,
            rng=rng,
            draws=400,
        )[-1]
        left = projected_survival(fit, periods=24, confidence=0.9)[-1]
        stays = retention_rates(fit, periods=24, confidence=0.9)[-1]
        hits += [
            not fit.alpha.excludes(alpha),
            not fit.beta.excludes(beta),
            not left.excludes(survival(alpha, beta, 24)),
            not stays.excludes((beta + 23) / (alpha + beta + 23)),
            not last.excludes(cohort[-1]),
        ]
    for hit in hits.tolist():
        assert_covers(hit, draws, 0.9)


@pytest.mark.parametrize(
    ("series", "said"),
    [
        ([1000, 631, 468], "too few periods: found 2, need at least 3 renewals"),
        ([1000], "too few periods"),
        ([1000, 1000, 1000, 1000], "no loss in the window: found 0"),
        ([1000, 990, 985, 980], "too few losses: found 20"),
        ([1000, 631, 700, 382], "survivors increase: found 1 periods"),
        ([1000, -1, -2, -3], "survivors are not counts"),
        ([1000, 600.5, 400, 300], "survivors are not counts"),
    ],
)
def test_series_that_bear_no_model_are_refused(series, said):
    with pytest.raises(EstimationError, match=said):
        fit_shifted_beta_geometric(series, confidence=0.95)


def test_customers_who_are_all_alike_are_refused():
    """One rate of loss for all: nothing to mix."""
    series = [round(100_000 * 0.8**period) for period in range(9)]
    with pytest.raises(
        EstimationError, match=r"Shifted beta-geometric: .*(runs off|identify|flat)"
    ):
        fit_shifted_beta_geometric(series, confidence=0.95)


def test_a_negative_count_to_project_from_is_refused():
    fit = fit_shifted_beta_geometric(REGULAR, confidence=0.95)
    with pytest.raises(EstimationError, match="negative count to project from"):
        predicted_survivors(
            fit,
            survivors=-1,
            renewals=3,
            periods_ahead=2,
            confidence=0.9,
            rng=np.random.default_rng(1),
        )
