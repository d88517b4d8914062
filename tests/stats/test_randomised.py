"""Randomised effects: published values, equality to regression, coverage, refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.errors import EstimationError
from analysis.stats.randomised import (
    METHODS,
    ArmMoments,
    arm_moments,
    intention_to_treat,
    paired_moments,
    response_difference,
)

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"

# Moments of earnings in 1978 in nsw_mixtape.dta of the package causaldata 0.1.5
TRAINED = ArmMoments(n=185, mean=6349.143502065298, variance=61896017.101751834)
NOT_TRAINED = ArmMoments(n=260, mean=4554.801120215196, variance=30072457.290778477)


def test_published_effect_of_the_training_programme():
    # LaLonde (1986); Dehejia and Wahba (1999)
    pooled = intention_to_treat(TRAINED, NOT_TRAINED, errors="pooled")
    assert pooled.estimate.value == pytest.approx(1794.34, abs=0.005)
    assert pooled.standard_error == pytest.approx(632.85, abs=0.005)
    robust = intention_to_treat(TRAINED, NOT_TRAINED, errors="hc1")
    assert robust.standard_error == pytest.approx(670.82, abs=0.005)


@pytest.mark.real
def test_published_response_to_the_email_offer():
    # MineThatData e-mail challenge, men's e-mail against none
    if not (SHARED / "hillstrom.csv").exists():
        pytest.skip("shared/data/hillstrom.csv is missing")
    rows = pd.read_csv(SHARED / "hillstrom.csv")
    visits = rows.groupby("treatment")["visit"].agg(["sum", "size"])
    mail, none = visits.loc["Mens E-Mail"], visits.loc["No E-Mail"]
    effect = response_difference(mail["sum"], mail["size"], none["sum"], none["size"])
    assert effect.estimate.value / effect.standard_error == pytest.approx(22.486, abs=5e-4)


def test_published_response_to_the_email_offer_from_its_counts():
    effect = response_difference(3894, 21307, 2262, 21306)
    assert effect.estimate.value == pytest.approx(0.1828 - 0.1062, abs=1e-4)
    assert effect.estimate.value / effect.standard_error == pytest.approx(22.486, abs=5e-4)


@pytest.mark.parametrize(
    ("errors", "peer"), [("hc2", "HC2"), ("hc1", "HC1"), ("pooled", "nonrobust")]
)
def test_moments_equal_the_regression_on_rows(errors, peer):
    rng = np.random.default_rng(1)
    offered, held_back = rng.gamma(2, 30, 300), rng.gamma(2, 20, 120)
    effect = intention_to_treat(arm_moments(offered), arm_moments(held_back), errors=errors)
    offer = np.repeat([1.0, 0.0], [300, 120])
    fit = sm.OLS(np.concatenate([offered, held_back]), sm.add_constant(offer)).fit(cov_type=peer)
    assert effect.estimate.value == pytest.approx(fit.params[1])
    assert effect.standard_error == pytest.approx(fit.bse[1])


def test_degrees_of_freedom_are_welchs():
    rng = np.random.default_rng(2)
    offered, held_back = rng.normal(1, 3, 12), rng.normal(0, 1, 7)
    effect = intention_to_treat(arm_moments(offered), arm_moments(held_back))
    peer = sm.stats.CompareMeans.from_data(offered, held_back)
    low, high = peer.tconfint_diff(usevar="unequal")
    assert (effect.estimate.low, effect.estimate.high) == pytest.approx((low, high))


def test_the_unit_of_the_outcome_does_not_matter():
    scaled = [
        ArmMoments(n=arm.n, mean=arm.mean * 7, variance=arm.variance * 49)
        for arm in (TRAINED, NOT_TRAINED)
    ]
    before, after = intention_to_treat(TRAINED, NOT_TRAINED), intention_to_treat(*scaled)
    assert after.p_value == pytest.approx(before.p_value)
    assert after.estimate.low == pytest.approx(before.estimate.low * 7)


def test_swapping_the_arms_turns_the_sign():
    there, back = (
        intention_to_treat(TRAINED, NOT_TRAINED),
        intention_to_treat(NOT_TRAINED, TRAINED),
    )
    assert there.estimate.low == pytest.approx(-back.estimate.high)


@pytest.mark.slow
@pytest.mark.parametrize(("n_offered", "n_held_back"), [(400, 100), (25, 60)])
def test_interval_covers_the_truth_as_often_as_claimed(assert_covers, n_offered, n_held_back):
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(1000):
        effect = intention_to_treat(
            arm_moments(rng.normal(12, 8, n_offered)), arm_moments(rng.normal(10, 3, n_held_back))
        )
        hits += not effect.estimate.excludes(2.0)
    assert_covers(hits, 1000, 0.95)


def test_without_an_untreated_group_nothing_is_estimated():
    with pytest.raises(EstimationError, match="no untreated group to compare with: found 0"):
        intention_to_treat(TRAINED, ArmMoments(n=0, mean=0.0, variance=0.0))
    with pytest.raises(EstimationError, match="reference share of"):
        response_difference(10, 100, 0, 0)


def test_broken_moments_are_refused():
    with pytest.raises(EstimationError, match="untreated group's moments are none"):
        intention_to_treat(TRAINED, ArmMoments(n=5, mean=float("nan"), variance=1.0))
    with pytest.raises(EstimationError, match="differ in length: found 3 and 2"):
        paired_moments([1, 2, 3], [1, 2])


def test_every_method_names_its_source():
    assert all(method.citation and method.assumptions for method in METHODS.values())
