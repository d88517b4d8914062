"""Drawn weights: all that are possible, or near given ones."""

import numpy as np
import pytest
from scipy.stats import beta

from analysis.errors import EstimationError
from analysis.stats.weight_draws import checked_draws, draw_weights


def test_weights_near_given_ones_scatter_as_a_dirichlet():
    rng = np.random.default_rng(6)
    drawn = draw_weights(["x", "y", "z"], rng=rng, draws=40_000, around=[0.7, 0.3, 0.0])
    law = beta(0.7 * 50, 0.3 * 50)
    assert drawn[:, 0].mean() == pytest.approx(law.mean(), abs=4 * law.std() / 200)
    assert drawn[:, 0].std() == pytest.approx(law.std(), rel=0.03)
    assert (drawn[:, 2] == 0).all()
    assert drawn.sum(axis=1) == pytest.approx(np.ones(40_000))


def test_all_weights_are_equally_likely_without_any_given():
    # each weight of three is then below one half in three quarters of the draws
    rng = np.random.default_rng(16)
    drawn = draw_weights(["x", "y", "z"], rng=rng, draws=40_000)
    for share in (drawn < 0.5).mean(axis=0):
        assert share == pytest.approx(0.75, abs=4 * np.sqrt(0.75 * 0.25 / 40_000))


def test_a_higher_concentration_keeps_nearer():
    near, far = (
        draw_weights(["x", "y"], rng=np.random.default_rng(17), around=[0.5, 0.5], concentration=c)[
            :, 0
        ].std()
        for c in (500, 20)
    )
    assert far / near == pytest.approx(np.sqrt(501 / 21), rel=0.05)


def test_what_are_no_weights_is_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(EstimationError, match="concentration of the weights is out of range"):
        draw_weights(["x", "y"], rng=rng, around=[0.5, 0.5], concentration=0)
    with pytest.raises(EstimationError, match="weights do not add up to 1"):
        draw_weights(["x", "y"], rng=rng, around=[0.5, 0.6])
    with pytest.raises(EstimationError, match="too few draws for an interval: found 5"):
        draw_weights(["x", "y"], rng=rng, draws=5)
    with pytest.raises(EstimationError, match="2 columns; 1 negative and 0 that miss 1 of 100"):
        checked_draws(np.vstack([[[1.5, -0.5]], np.full((99, 2), 0.5)]), ["x", "y"])
