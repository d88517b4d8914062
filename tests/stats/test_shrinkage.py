"""Empirical Bayes by segment: published values, coverage, invariance, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.shrinkage import METHOD, shrink_effects

# Log risk ratios and sampling variances of 13 trials of the BCG vaccine (Colditz and others
# 1994), dat.bcg of the R package metafor
TRIALS = [-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209, 0.0120, -0.4694]
TRIALS += [-1.3713, -0.3394, 0.4459, -0.0173]
VARIANCES = [0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730]
VARIANCES += [0.0124, 0.5325, 0.0714]


def test_published_variance_between_the_vaccine_trials():
    # Viechtbauer (2010), Journal of Statistical Software 36(3): REML .3132 (mean -.7145)
    found = shrink_effects(TRIALS, np.sqrt(VARIANCES))
    assert found.standard_deviation**2 == pytest.approx(0.3132, abs=2e-4)
    assert found.mean.value == pytest.approx(-0.7145, abs=2e-4)


def test_noisy_segments_are_pulled_farther():
    found = shrink_effects([0.0, 1.0, 2.0, 3.0, 4.0, 9.0, 9.0], [1.0] * 5 + [0.5, 5.0])
    assert found.weights[5] > found.weights[0] > found.weights[6]
    assert found.effects[5].value > found.effects[6].value


def test_segments_that_differ_by_noise_alone_share_one_effect():
    found = shrink_effects([1.0, 1.1, 0.9, 1.0, 1.05, 0.95], [1.0] * 6)
    assert found.standard_deviation == 0
    assert max(e.value for e in found.effects) - min(e.value for e in found.effects) < 0.1


def test_shift_and_scale_carry_over():
    one = shrink_effects(TRIALS, np.sqrt(VARIANCES))
    other = shrink_effects(100 + 7 * np.array(TRIALS), 7 * np.sqrt(VARIANCES))
    for first, second in zip(one.effects, other.effects, strict=True):
        assert second.value == pytest.approx(100 + 7 * first.value, rel=1e-5)
        assert second.high == pytest.approx(100 + 7 * first.high, rel=1e-5)


@pytest.mark.slow
def test_intervals_cover_segments_drawn_alike_and_are_narrower(assert_covers):
    rng = np.random.default_rng(1)
    errors = np.linspace(0.5, 1.5, 20)
    hits, narrower, draws = np.zeros(20), 0.0, 800
    for _ in range(draws):
        truth = rng.normal(2, 1, 20)
        found = shrink_effects(truth + errors * rng.normal(size=20), errors)
        hits += [not e.excludes(t) for e, t in zip(found.effects, truth, strict=True)]
        narrower += found.effects[19].high - found.effects[19].low < 2 * 1.96 * errors[19]
    for position in (0, 10, 19):
        assert_covers(int(hits[position]), draws, 0.95)
    assert narrower > 0.95 * draws


@pytest.mark.parametrize("errors", [[1.0, 1.0, 1.0], [1.0, 0.0, 1.0, 1.0]])
def test_too_few_segments_are_refused(errors):
    with pytest.raises(EstimationError, match="too few segments to learn how effects vary"):
        shrink_effects([1.0] * len(errors), errors)
    assert METHOD.assumptions
