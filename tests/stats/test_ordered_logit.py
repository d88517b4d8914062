"""Ordered logit: statsmodels, weights as copies, clustered errors, coverage, refusals."""

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import Logit
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analysis.errors import EstimationError
from analysis.stats.ordered_logit import change_in_share, ordered_logit, share_at_least

SLOPES = np.array([0.8, -0.4])
CUTS = np.array([-1.0, 0.2, 1.5])


def draw(rng, n, slopes=SLOPES):
    x = rng.integers(1, 6, size=(n, 2)) / 2.0
    score = x @ slopes - 0.6 + rng.logistic(size=n)
    return 1 + (score[:, None] > CUTS).sum(axis=1), x


def test_it_agrees_with_statsmodels():
    y, x = draw(np.random.default_rng(1), 800)
    fit = ordered_logit(y, x, names=["a", "b"])
    peer = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=False, maxiter=500, gtol=1e-9)
    assert fit.coefficients[3:] == pytest.approx(peer.params[:2], abs=1e-5)
    thresholds = peer.model.transform_threshold_params(peer.params)[1:-1]
    assert fit.thresholds == pytest.approx(thresholds, abs=1e-5)
    assert fit.log_likelihood == pytest.approx(peer.llf, abs=1e-6)
    chances = peer.predict(x)
    assert share_at_least(fit, x, 3) == pytest.approx(chances[:, 2:].sum(axis=1), abs=1e-5)


def test_two_levels_with_clusters_are_statsmodels_logit():
    rng = np.random.default_rng(2)
    y, x = draw(rng, 600)
    y, groups = (y > 2).astype(int), np.repeat(np.arange(60), 10)
    fit = ordered_logit(y, x, names=["a", "b"], clusters=groups)
    design = np.column_stack([np.ones(600), x])
    peer = Logit(y, design).fit(disp=False, cov_type="cluster", cov_kwds={"groups": groups})
    assert fit.coefficients[1:] == pytest.approx(peer.params[1:], abs=1e-6)
    # statsmodels also multiplies with (n - 1) / (n - k)
    expected = peer.bse[1:] * np.sqrt((600 - 3) / (600 - 1))
    assert np.sqrt(np.diag(fit.covariance))[1:] == pytest.approx(expected, rel=1e-5)


def test_whole_weights_are_copies():
    rng = np.random.default_rng(3)
    y, x = draw(rng, 200)
    w = rng.integers(1, 4, 200)
    weighted = ordered_logit(y, x, names=["a", "b"], weights=w, clusters=np.arange(200))
    copies = np.repeat(np.arange(200), w)
    copied = ordered_logit(y[copies], x[copies], names=["a", "b"], clusters=copies)
    assert weighted.coefficients == pytest.approx(copied.coefficients, abs=1e-7)
    assert weighted.covariance == pytest.approx(copied.covariance, abs=1e-7)


def test_intervals_cover(assert_covers):
    rng = np.random.default_rng(4)
    base = rng.integers(1, 6, size=(100_000, 2)) / 2.0

    def top(x):
        return 1 / (1 + np.exp(-(x @ SLOPES - 0.6 - CUTS[1])))

    truth = float((top(np.add(base, [0.5, 0])) - top(base)).mean())
    hits = np.zeros(3, int)
    for _ in range(200):
        y, x = draw(rng, 250)
        fit = ordered_logit(y, x, names=["a", "b"])
        change = change_in_share(fit, x, np.add(x, [0.5, 0]), level=3, weights=np.ones(250))
        hits[0] += fit.slopes[0].low <= SLOPES[0] <= fit.slopes[0].high
        hits[1] += fit.slopes[1].low <= SLOPES[1] <= fit.slopes[1].high
        hits[2] += change.low <= truth <= change.high
    for count in hits:
        assert_covers(count, 200, 0.95)


def test_no_improvement_brings_nothing_and_order_does_not_matter():
    y, x = draw(np.random.default_rng(5), 300)
    fit = ordered_logit(y, x, names=["a", "b"])
    nothing = change_in_share(fit, x, x, level=3, weights=np.ones(300))
    assert (nothing.low, nothing.value, nothing.high) == (0.0, 0.0, 0.0)
    order = np.random.default_rng(6).permutation(300)
    again = ordered_logit(y[order], x[order], names=["a", "b"])
    assert again.coefficients == pytest.approx(fit.coefficients, abs=1e-8)


def test_refusals_say_what_is_wrong():
    y, x = draw(np.random.default_rng(7), 100)
    with pytest.raises(EstimationError, match="without variation"):
        ordered_logit(np.ones(100), x, names=["a", "b"])
    alone = np.where(np.arange(100) == 0, 9, np.minimum(y, 3))
    with pytest.raises(EstimationError, match="one answer in a cell: found 1 of 4 levels"):
        ordered_logit(alone, x, names=["a", "b"])
    with pytest.raises(EstimationError, match="does not settle"):
        ordered_logit((x[:, 0] > 1).astype(int), x[:, :1], names=["a"])
    with pytest.raises(EstimationError, match="do not fit together"):
        ordered_logit(y, x[:50], names=["a", "b"])
