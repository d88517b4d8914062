"""Months of the same persons count as less than months of as many persons."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import binom

from analysis.errors import EstimationError
from analysis.stats.bunching import TargetWindow, bunching
from analysis.stats.density_test import density_test
from analysis.stats.persons import spread_of_sum
from analysis.stats.pull_forward import pull_forward
from analysis.stats.regression_discontinuity import regression_discontinuity

WINDOW = TargetWindow(target=1.0, bin_width=0.05, below=0.1, above=0.05, reach=0.5, degree=3)


def draw_months(rng, people=150, months=12, *, jump=1.0):
    """Persons with a level of their own, whose months stand near one another."""
    who = np.repeat(np.arange(people), months)
    running = np.repeat(rng.uniform(-1, 1, people), months) + rng.uniform(-0.03, 0.03, who.size)
    own = np.repeat(rng.normal(size=people), months)
    return who, running, running + jump * (running >= 0) + own + rng.normal(0, 0.5, who.size)


def test_persons_with_one_month_each_change_hardly_anything():
    _, running, outcome = draw_months(np.random.default_rng(1), 600, 1)
    plain = regression_discontinuity(running, outcome)
    alone = regression_discontinuity(running, outcome, persons=np.arange(600))
    assert alone.bias_corrected == plain.bias_corrected
    assert alone.robust_error == pytest.approx(plain.robust_error, rel=0.1)
    alone, plain = density_test(running, persons=np.arange(600)), density_test(running)
    assert alone.standard_error == pytest.approx(plain.standard_error, rel=0.002)


def test_the_error_is_near_that_of_a_weighted_regression_clustered_by_person():
    who, running, outcome = draw_months(np.random.default_rng(2), 400)
    found = regression_discontinuity(running, outcome, persons=who, bandwidth=0.5)
    near = np.abs(running) < 0.5
    x, above = running[near], running[near] >= 0
    design = np.column_stack([np.ones(x.size), above, x, x * above])
    peer = sm.WLS(outcome[near], design, weights=1 - np.abs(x) / 0.5).fit(
        cov_type="cluster", cov_kwds={"groups": who[near]}
    )
    assert found.effect.value == pytest.approx(peer.params[1], rel=1e-9)
    assert found.conventional_error == pytest.approx(peer.bse[1], rel=0.01)


def test_the_jump_is_covered_only_if_months_are_known_to_be_of_persons():
    rng = np.random.default_rng(3)
    covered = np.zeros(2, dtype=int)
    for _ in range(200):
        who, running, outcome = draw_months(rng)
        covered += [
            not regression_discontinuity(
                running, outcome, persons=given, bandwidth=0.5
            ).effect.excludes(1.0)
            for given in (who, None)
        ]
    # persons near the threshold are few: a little below the claim is what a sandwich gives
    assert covered[0] >= binom.ppf(0.0005, 200, 0.93)
    assert covered[1] < binom.ppf(0.0005, 200, 0.93)


def test_a_smooth_density_alarms_seldom_only_if_months_are_known_to_be_of_persons():
    rng = np.random.default_rng(4)
    alarms = np.zeros(2)
    for _ in range(200):
        who, running, _ = draw_months(rng)
        chances = [
            density_test(running, persons=given, bandwidths=(0.6, 0.6)).p_value
            for given in (who, None)
        ]
        alarms += np.array(chances) < 0.05
    assert alarms[0] <= binom.ppf(0.9995, 200, 0.07)
    assert alarms[1] > binom.ppf(0.9995, 200, 0.07)


def test_bunching_and_what_is_pulled_forward_are_less_sure_of_persons():
    rng = np.random.default_rng(5)
    # a fourth of the persons game their months, all of them
    who = np.repeat(np.arange(80), 40)
    sales = rng.uniform(0.5, 1.5, who.size)
    moved = (sales > 0.9) & (sales < 1) & (who % 4 == 0)
    gamed = np.where(moved, 1.02, sales)
    rngs = [np.random.default_rng(6) for _ in range(4)]
    plain = bunching(gamed, WINDOW, rng=rngs[0], draws=300)
    clustered = bunching(gamed, WINDOW, rng=rngs[1], persons=who, draws=300)
    assert clustered.excess.value == plain.excess.value
    assert not clustered.excess.excludes(plain.excess.value)
    after = 1 - (gamed - sales) + np.repeat(rng.normal(0, 0.1, 80), 40)
    loose = pull_forward(gamed, after, WINDOW, rng=rngs[2], draws=300)
    tied = pull_forward(gamed, after, WINDOW, rng=rngs[3], persons=who, draws=300)
    assert tied.share.value == loose.share.value
    wide, narrow = (found.missing_next.high - found.missing_next.low for found in (tied, loose))
    assert wide > narrow


def test_bunching_of_persons_is_covered(assert_covers):
    rng = np.random.default_rng(9)
    window = TargetWindow(target=1.0, bin_width=0.1, below=0.1, above=0.1, reach=0.6, degree=1)
    hits = 0
    for _ in range(200):
        who = np.repeat(np.arange(60), 20)
        sales = rng.uniform(0.4, 1.6, who.size)
        gamer = np.repeat(rng.random(60) < 0.5, 20)
        moved = (sales > 0.9) & (sales < 1) & gamer
        found = bunching(
            np.where(moved, 1.02, sales), window, rng=rng, persons=who, confidence=0.8, draws=100
        )
        hits += not found.excess.excludes(who.size * 0.5 / 12)
    assert_covers(hits, 200, 0.8)


def test_the_spread_of_a_sum_is_that_of_the_persons_sums():
    rng = np.random.default_rng(7)
    persons = rng.integers(0, 30, 400)
    parts = rng.normal(size=400)
    sums = [parts[persons == person].sum() for person in range(30)]
    assert spread_of_sum(parts, persons) == pytest.approx(np.square(sums).sum() * 30 / 29)


def test_too_few_persons_are_refused():
    rng = np.random.default_rng(8)
    who, running, outcome = draw_months(rng, 12, 50)
    said = "too few clusters: persons behind the units: found 12, need at least 20"
    with pytest.raises(EstimationError, match=said):
        regression_discontinuity(running, outcome, persons=who)
    with pytest.raises(EstimationError, match=said):
        density_test(running, persons=who)
    with pytest.raises(EstimationError, match=said):
        bunching(1 + running / 2, WINDOW, rng=rng, persons=who)
    with pytest.raises(EstimationError, match="differ in length"):
        density_test(running, persons=who[:-1])
