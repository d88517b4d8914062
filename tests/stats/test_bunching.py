"""Bunching at a target: planted moves, coverage, invariance, refusals."""

import dataclasses

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.bunching import METHOD as BUNCHING
from analysis.stats.bunching import TargetWindow, bunching
from analysis.stats.pull_forward import METHOD as PULL_FORWARD
from analysis.stats.pull_forward import pull_forward

WINDOW = TargetWindow(target=1.0, bin_width=0.02, below=0.1, above=0.04, reach=0.5, degree=4)


def draw_sales(rng, n=6000, *, share=0.4):
    """Of those up to 10 % short of the target a share pulls the rest forward."""
    own = rng.normal(1.0, 0.3, n)
    short = (own > 0.9) & (own < 1.0) & (rng.random(n) < share)
    gamed = np.where(short, 1.0 + 0.02 * rng.random(n), own)
    later = rng.normal(1.0, 0.1, n) + 0.3 * (own - 1) - (gamed - own)
    return own, gamed, later


# share of the normal between .9 and 1 that moved
EXPECTED = 6000 * 0.4 * 0.1305587


def test_planted_bunching_is_found():
    rng = np.random.default_rng(1)
    own, gamed, _ = draw_sales(rng)
    truth = ((gamed >= 1) & (own < 1)).sum()
    found = bunching(gamed, WINDOW, rng=rng)
    assert not found.excess.excludes(truth)
    assert found.excess.excludes(0)
    assert found.counterfactual.sum() == pytest.approx(found.counts.sum(), rel=0.05)


def test_a_smooth_distribution_shows_none():
    rng = np.random.default_rng(2)
    own, _, _ = draw_sales(rng)
    assert not bunching(own, WINDOW, rng=rng).excess.excludes(0)


def test_results_exactly_at_the_target_count_as_reaching_it():
    rng = np.random.default_rng(3)
    own, _, _ = draw_sales(rng)
    at_target = np.where((own > 0.95) & (own < 1.0), 1.0, own)
    found = bunching(at_target, WINDOW, rng=rng)
    assert found.excess.value > 200


def test_the_unit_of_the_results_does_not_matter():
    _, gamed, _ = draw_sales(np.random.default_rng(4))
    one = bunching(gamed, WINDOW, rng=np.random.default_rng(5))
    scaled = TargetWindow(target=1e4, bin_width=200.0, below=1e3, above=400.0, reach=5e3, degree=4)
    other = bunching(gamed * 1e4, scaled, rng=np.random.default_rng(5))
    assert other.excess.value == pytest.approx(one.excess.value)
    assert other.excess.high == pytest.approx(one.excess.high)


@pytest.mark.slow
def test_interval_covers_the_expected_bunching_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(200):
        _, gamed, _ = draw_sales(rng)
        hits += not bunching(gamed, WINDOW, rng=rng, draws=200).excess.excludes(EXPECTED)
    assert_covers(hits, 200, 0.95)


@pytest.mark.slow
def test_share_pulled_forward_is_covered_as_often_as_claimed(assert_covers):
    # every unit of sales gained is missing afterwards
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(200):
        _, gamed, later = draw_sales(rng, 4000)
        found = pull_forward(gamed, later, WINDOW, rng=rng, draws=200)
        hits += not found.share.excludes(1.0)
    assert_covers(hits, 200, 0.95)


def test_effort_that_is_new_is_not_called_pulled_forward():
    rng = np.random.default_rng(8)
    own, gamed, later = draw_sales(rng)
    found = pull_forward(gamed, later + (gamed - own), WINDOW, rng=rng)
    assert found.gained.excludes(0)
    assert not found.share.excludes(0)
    assert found.share.excludes(1)


def test_a_target_without_mass_on_one_side_is_refused():
    rng = np.random.default_rng(9)
    own, gamed, later = draw_sales(rng)
    with pytest.raises(EstimationError, match="too little mass at or above the target: found 0 of"):
        bunching(own[own < 1], WINDOW, rng=rng)
    with pytest.raises(EstimationError, match="too little mass below the target"):
        bunching(own[own > 1], WINDOW, rng=rng)
    with pytest.raises(EstimationError, match="too few bins outside the window"):
        dataclasses.replace(WINDOW, reach=0.12)
    with pytest.raises(EstimationError, match="no window around the target"):
        dataclasses.replace(WINDOW, below=0.0)
    with pytest.raises(EstimationError, match="nothing was gained at the target"):
        pull_forward(own, later, WINDOW, rng=rng)
    with pytest.raises(EstimationError, match="differ in length"):
        pull_forward(gamed, later[1:], WINDOW, rng=rng)
    assert BUNCHING.assumptions
    assert PULL_FORWARD.assumptions
