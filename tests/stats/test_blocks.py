"""Cells taken a block at a time give what all of them give at once."""

import numpy as np
import pytest

from analysis.stats import _blocks, gamma_gamma
from analysis.stats._bg_nbd_formulas import Likelihood
from analysis.stats.purchase_cells import reduce_to_cells


def make_histories():
    rng = np.random.default_rng(3)
    frequency, age = rng.integers(0, 9, 500), rng.integers(20, 60, 500)
    recency = np.where(frequency > 0, rng.integers(0, 20, 500), 0)
    return reduce_to_cells(frequency, recency, age, time_unit="weeks")


def make_bg_nbd():
    return Likelihood(make_histories())


def make_gamma_gamma():
    rng = np.random.default_rng(4)
    return gamma_gamma._Likelihood(
        np.sort(rng.integers(1, 9, 500)).astype(float), rng.gamma(3, 20, 500), np.ones(500)
    )


@pytest.mark.parametrize(
    ("make", "at"), [(make_bg_nbd, [0.2, 1.5, -0.3, 1.0]), (make_gamma_gamma, [1.5, 1.2, 3.0])]
)
def test_a_likelihood_does_not_depend_on_the_size_of_blocks(monkeypatch, make, at):
    at = np.array(at)
    whole = make()
    monkeypatch.setattr(_blocks, "BLOCK", 7)
    parts = make()
    assert parts.score(at)[0] == pytest.approx(whole.score(at)[0], rel=1e-12)
    assert parts.score(at)[1] == pytest.approx(whole.score(at)[1], rel=1e-9)
    assert parts.information(at) == pytest.approx(whole.information(at), rel=1e-9)
