"""CUPED: equality to regression, what it saves, coverage, refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.errors import EstimationError
from analysis.stats.prior_outcome_adjustment import METHOD, adjust_by_prior_outcome
from analysis.stats.randomised import PairedMoments, paired_moments

# Earnings in 1978, and in 1975 before the programme, in nsw_mixtape.dta of causaldata 0.1.5
TRAINED = PairedMoments(
    n=185,
    mean=6349.143502065298,
    variance=61896017.101751834,
    other_mean=1532.0553130691117,
    other_variance=10363576.222778127,
    covariance=1888596.2424021016,
)
NOT_TRAINED = PairedMoments(
    n=260,
    mean=4554.801120215196,
    variance=30072457.290778477,
    other_mean=1266.9090145404523,
    other_variance=9628497.838232476,
    covariance=1490161.8458223103,
)


def draw_arm(rng, n, *, effect, correlation=0.8):
    prior = rng.normal(50, 10, n)
    outcome = 10 + effect + correlation * prior + rng.normal(0, 10 * (1 - correlation**2) ** 0.5, n)
    return outcome, prior


def test_point_equals_the_regression_on_the_offer_and_the_prior_outcome():
    rng = np.random.default_rng(4)
    offered, held_back = draw_arm(rng, 300, effect=2.0), draw_arm(rng, 150, effect=0.0)
    found = adjust_by_prior_outcome(paired_moments(*offered), paired_moments(*held_back))
    design = np.column_stack(
        [
            np.ones(450),
            np.repeat([1.0, 0.0], [300, 150]),
            np.concatenate([offered[1], held_back[1]]),
        ]
    )
    fit = sm.OLS(np.concatenate([offered[0], held_back[0]]), design).fit(cov_type="HC2")
    assert found.effect.estimate.value == pytest.approx(fit.params[1])
    assert found.slope == pytest.approx(fit.params[2])
    assert found.effect.standard_error == pytest.approx(fit.bse[1], rel=0.01)


def test_published_programme_loses_little_noise_to_its_weak_prior_outcome():
    found = adjust_by_prior_outcome(TRAINED, NOT_TRAINED)
    assert found.unadjusted.estimate.value == pytest.approx(1794.34, abs=0.005)
    assert 0 < found.variance_removed < 0.05


def test_variance_removed_is_the_squared_correlation():
    # Deng and others (2013), equation 4
    arm = {"other_mean": 50.0, "other_variance": 100.0, "variance": 100.0, "covariance": 60.0}
    found = adjust_by_prior_outcome(
        PairedMoments(n=1000, mean=3.0, **arm), PairedMoments(n=1000, mean=2.0, **arm)
    )
    assert found.variance_removed == pytest.approx(0.6**2)


def test_moving_the_prior_outcome_of_everybody_changes_nothing():
    def moved(arm):
        fields = {name: getattr(arm, name) for name in PairedMoments.__slots__}
        return PairedMoments(**{**fields, "other_mean": arm.other_mean + 1e4})

    before = adjust_by_prior_outcome(TRAINED, NOT_TRAINED).effect
    after = adjust_by_prior_outcome(moved(TRAINED), moved(NOT_TRAINED)).effect
    assert after.estimate.value == pytest.approx(before.estimate.value)
    assert after.standard_error == pytest.approx(before.standard_error)


def test_a_prior_outcome_without_spread_leaves_the_effect_alone():
    constant = {"other_mean": 1.0, "other_variance": 0.0, "variance": 4.0, "covariance": 0.0}
    found = adjust_by_prior_outcome(
        PairedMoments(n=50, mean=3.0, **constant), PairedMoments(n=50, mean=2.0, **constant)
    )
    assert found.effect == found.unadjusted
    assert found.variance_removed == 0


@pytest.mark.slow
def test_interval_covers_the_truth_and_is_narrower(assert_covers):
    rng = np.random.default_rng(5)
    hits, narrower = 0, 0
    for _ in range(1000):
        found = adjust_by_prior_outcome(
            paired_moments(*draw_arm(rng, 200, effect=2.0)),
            paired_moments(*draw_arm(rng, 100, effect=0.0)),
        )
        hits += not found.effect.estimate.excludes(2.0)
        narrower += found.effect.standard_error < found.unadjusted.standard_error
    assert_covers(hits, 1000, 0.95)
    assert narrower == 1000


def test_without_an_untreated_group_nothing_is_estimated():
    nobody = PairedMoments(n=0, mean=0, variance=0, other_mean=0, other_variance=0, covariance=0)
    with pytest.raises(EstimationError, match="no untreated group to compare with"):
        adjust_by_prior_outcome(TRAINED, nobody)
    assert METHOD.citation


@pytest.mark.parametrize("seed", range(5))
def test_a_peer_package_finds_the_same(seed):
    """tea-tasting takes its slope over both arms together: the same to a twentieth of an error."""
    tea_tasting = pytest.importorskip("tea_tasting")
    rng = np.random.default_rng(seed)
    offered, held_back = draw_arm(rng, 900, effect=2.0), draw_arm(rng, 600, effect=0.0)
    rows = pd.DataFrame(
        {
            "variant": np.repeat([1, 0], [900, 600]),
            "outcome": np.concatenate([offered[0], held_back[0]]),
            "prior": np.concatenate([offered[1], held_back[1]]),
        }
    )
    mean = tea_tasting.Mean("outcome", "prior", equal_var=False, use_t=True)
    peer = tea_tasting.Experiment(adjusted=mean).analyze(rows)["adjusted"]
    found = adjust_by_prior_outcome(paired_moments(*offered), paired_moments(*held_back)).effect
    width = peer.effect_size_ci_upper - peer.effect_size_ci_lower
    assert found.estimate.value == pytest.approx(peer.effect_size, abs=width / 80)
    assert found.estimate.high - found.estimate.low == pytest.approx(width, rel=0.01)
