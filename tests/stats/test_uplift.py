"""Uplift scores and what they are judged by: planted effects, coverage, refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.tree import DecisionTreeRegressor

from analysis.errors import EstimationError
from analysis.stats.policy_value import METHOD as POLICY
from analysis.stats.policy_value import policy_value
from analysis.stats.qini import METHOD as QINI
from analysis.stats.qini import qini_curve
from analysis.stats.uplift import METHODS, uplift_scores

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"


def draw_customers(rng, n=2000, *, share=0.5):
    """The offer gains as much as the first trait says; the second only moves the level."""
    x = rng.normal(size=(n, 2))
    offered = rng.random(n) < share
    return 5 * x[:, 1] + x[:, 0] * offered + rng.normal(size=n), offered, x


@pytest.mark.parametrize("learner", ["t", "x"])
def test_scores_find_the_planted_effect(learner):
    rng = np.random.default_rng(1)
    y, d, x = draw_customers(rng, 4000, share=0.3)
    scores = uplift_scores(y, d, x, rng=rng, learner=learner)
    assert np.corrcoef(scores, x[:, 0])[0, 1] > 0.95
    assert scores.mean() == pytest.approx(0, abs=0.15)


def test_no_customer_scores_by_the_own_outcome():
    # a tree that remembers its rows would score customers with their own noise
    rng = np.random.default_rng(2)
    x, d = rng.normal(size=(2000, 2)), rng.random(2000) < 0.5
    noise = rng.normal(size=2000)
    scores = uplift_scores(noise, d, x, rng=rng, learner="t", make_model=DecisionTreeRegressor)
    assert abs(np.corrcoef(scores[d], noise[d])[0, 1]) < 0.1
    assert not qini_curve(noise, d, scores, rng=rng).coefficient.excludes(0)


@pytest.mark.parametrize("learner", ["t", "x"])
def test_a_constant_added_to_all_outcomes_leaves_the_scores(learner):
    y, d, x = draw_customers(np.random.default_rng(3))
    one = uplift_scores(y, d, x, rng=np.random.default_rng(4), learner=learner)
    other = uplift_scores(y + 100, d, x, rng=np.random.default_rng(4), learner=learner)
    assert other == pytest.approx(one)


def test_the_curve_ends_at_the_average_effect_and_counts_ranks_only():
    rng = np.random.default_rng(5)
    y, d, x = draw_customers(rng)
    one = qini_curve(y, d, x[:, 0], rng=np.random.default_rng(6))
    other = qini_curve(y, d, np.exp(x[:, 0]), rng=np.random.default_rng(6))
    assert one.gains[-1].value == pytest.approx(y[d].mean() - y[~d].mean())
    assert other == one
    turned = qini_curve(y, d, -x[:, 0], rng=np.random.default_rng(6))
    assert one.coefficient.low > 0 > turned.coefficient.high


@pytest.mark.slow
def test_intervals_of_the_curve_cover_the_truth_as_often_as_claimed(assert_covers):
    # gain of the best fraction f of normal scores: the density at their quantile; the area
    # under it is 1 / (2 sqrt(pi)), here by the same twenty steps
    fractions = np.arange(0, 21) / 20
    gains = norm.pdf(norm.isf(fractions))
    area = np.trapezoid(gains, fractions)
    rng = np.random.default_rng(7)
    hits, half = 0, 0
    for _ in range(300):
        x, d = rng.normal(size=1500), rng.random(1500) < 0.5
        y = x * d + rng.normal(size=1500)
        curve = qini_curve(y, d, x, rng=rng, draws=200)
        hits += not curve.coefficient.excludes(area)
        half += not curve.gains[9].excludes(gains[10])
    assert_covers(hits, 300, 0.95)
    assert_covers(half, 300, 0.95)


def test_policy_values_add_up():
    rng = np.random.default_rng(8)
    y, d, x = draw_customers(rng)
    found = policy_value(y, d, x[:, 0] > 0.5, cost_per_offer=0.5, margin=2.0)
    assert found.against_none.estimate.value - found.against_all.estimate.value == pytest.approx(
        found.all_against_none.estimate.value
    )
    everybody = policy_value(y, d, np.ones(2000, dtype=bool))
    assert everybody.against_none.estimate.value == pytest.approx(y[d].mean() - y[~d].mean())
    assert everybody.against_all.estimate.value == 0
    assert found.chosen_share == pytest.approx((x[:, 0] > 0.5).mean())


@pytest.mark.slow
def test_policy_values_cover_the_truth_as_often_as_claimed(assert_covers):
    # offering where the trait is above .5 gains E[x | x > .5] less the cost of .5
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(600):
        y, d, x = draw_customers(rng, 1000)
        found = policy_value(y, d, x[:, 0] > 0.5, cost_per_offer=0.5)
        expected = found.chosen_share * (norm.pdf(0.5) / norm.sf(0.5) - 0.5)
        hits += not found.against_none.estimate.excludes(expected)
    assert_covers(hits, 600, 0.95)


@pytest.mark.real
@pytest.mark.slow
def test_published_womens_email_moves_buyers_of_womens_goods():
    # Radcliffe (2008), Hillstrom's challenge: the women's e-mail raises visits of customers
    # who bought women's goods, and hardly those of others
    if not (SHARED / "hillstrom.csv").exists():
        pytest.skip("shared/data/hillstrom.csv is missing")
    rows = pd.read_csv(SHARED / "hillstrom.csv")
    rows = rows[rows["treatment"] != "Mens E-Mail"]
    offered = (rows["treatment"] == "Womens E-Mail").to_numpy()
    traits = rows[["recency", "mens", "womens", "newbie"]].to_numpy(dtype=float)
    rng = np.random.default_rng(10)
    scores = uplift_scores(rows["visit"], offered, traits, rng=rng)
    assert qini_curve(rows["visit"], offered, scores, rng=rng, draws=100).coefficient.low > 0
    bought = traits[:, 2] == 1
    gain = rows["visit"][bought & offered].mean() - rows["visit"][bought & ~offered].mean()
    rest = rows["visit"][~bought & offered].mean() - rows["visit"][~bought & ~offered].mean()
    assert scores[bought].mean() == pytest.approx(gain, abs=0.005)
    assert gain > 2 * rest


def test_cases_without_an_arm_are_refused():
    rng = np.random.default_rng(11)
    y, d, x = draw_customers(rng, 400)
    with pytest.raises(EstimationError, match="no untreated group to compare with"):
        uplift_scores(y, np.ones_like(d), x, rng=rng)
    with pytest.raises(EstimationError, match="too few in the untreated group"):
        qini_curve(y, np.arange(400) >= 50, x[:, 0], rng=rng)
    with pytest.raises(EstimationError, match="no untreated chosen group"):
        policy_value(y, d, d)
    with pytest.raises(EstimationError, match="judged on the customers that made them"):
        uplift_scores(y, d, x, rng=rng, folds=1)
    with pytest.raises(EstimationError, match="do not fit together"):
        uplift_scores(y, d, x[1:], rng=rng)
    with pytest.raises(EstimationError, match="scores differ in length"):
        qini_curve(y, d, x[1:, 0], rng=rng)
    with pytest.raises(EstimationError, match="choices differ in length"):
        policy_value(y, d, d[1:])
    assert all(method.citation for method in (*METHODS.values(), QINI, POLICY))
