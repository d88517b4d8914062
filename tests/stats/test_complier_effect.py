"""Effect on the takers: equality to two-stage least squares, coverage also when weak, refusals."""

import numpy as np
import pytest
from statsmodels.sandbox.regression.gmm import IV2SLS

from analysis.errors import EstimationError
from analysis.stats.complier_effect import METHOD, complier_effect
from analysis.stats.randomised import PairedMoments, paired_moments


def draw_arms(rng, n, *, effect=3.0, takers=0.4):
    """Customers who take up are better ones: comparing takers with others misleads."""
    offer = rng.random(n) < 0.5
    complier = rng.random(n) < takers
    taken = (offer & complier).astype(float)
    outcome = 10 + 5 * complier + effect * taken + rng.normal(0, 4, n)
    return offer, taken, outcome


def reduce_arms(offer, taken, outcome):
    return (
        paired_moments(outcome[offer], taken[offer]),
        paired_moments(outcome[~offer], taken[~offer]),
    )


def test_point_equals_two_stage_least_squares():
    offer, taken, outcome = draw_arms(np.random.default_rng(6), 800)
    found = complier_effect(*reduce_arms(offer, taken, outcome))
    ones = np.ones(800)
    peer = IV2SLS(outcome, np.column_stack([ones, taken]), np.column_stack([ones, offer])).fit()
    assert found.effect.value == pytest.approx(peer.params[1])


def test_limits_are_the_effects_that_the_data_do_not_reject():
    # Anderson and Rubin: the outcome less b times take-up does not differ between the arms
    offer, taken, outcome = draw_arms(np.random.default_rng(7), 500)
    found = complier_effect(*reduce_arms(offer, taken, outcome))
    for limit in (found.effect.low, found.effect.high):
        rest = outcome - limit * taken
        error = np.sqrt(
            rest[offer].var(ddof=1) / offer.sum() + rest[~offer].var(ddof=1) / (~offer).sum()
        )
        z = (rest[offer].mean() - rest[~offer].mean()) / error
        assert abs(z) == pytest.approx(1.959964, abs=1e-5)


def test_full_take_up_gives_the_effect_of_the_offer():
    rng = np.random.default_rng(8)
    found = complier_effect(
        paired_moments(rng.normal(2, 1, 200), np.ones(200)),
        paired_moments(rng.normal(0, 1, 200), np.zeros(200)),
    )
    assert found.effect.value == pytest.approx(found.intention_to_treat.estimate.value)
    assert found.effect.low == pytest.approx(found.intention_to_treat.estimate.low, rel=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("takers", [0.4, 0.06])
def test_interval_covers_the_truth_as_often_as_claimed(assert_covers, takers):
    rng = np.random.default_rng(9)
    hits = sum(
        not complier_effect(*reduce_arms(*draw_arms(rng, 1000, takers=takers))).effect.excludes(3.0)
        for _ in range(600)
    )
    assert_covers(hits, 600, 0.95)


def test_an_offer_that_hardly_moves_take_up_has_no_bounds():
    arm = {"variance": 1.0, "other_variance": 0.25, "covariance": 0.0}
    with pytest.raises(EstimationError, match="difference in take-up cannot be told from zero"):
        complier_effect(
            PairedMoments(n=100, mean=1.0, other_mean=0.52, **arm),
            PairedMoments(n=100, mean=0.0, other_mean=0.50, **arm),
        )
    with pytest.raises(EstimationError, match="the offer did not raise take-up"):
        complier_effect(
            PairedMoments(n=100, mean=1.0, other_mean=0.4, **arm),
            PairedMoments(n=100, mean=0.0, other_mean=0.5, **arm),
        )


def test_take_up_that_is_no_share_is_refused():
    arm = {"n": 9, "mean": 1.0, "variance": 1.0, "other_variance": 1.0, "covariance": 0.0}
    with pytest.raises(EstimationError, match="take-up is no share"):
        complier_effect(PairedMoments(other_mean=12.0, **arm), PairedMoments(other_mean=0.0, **arm))
    assert METHOD.assumptions
