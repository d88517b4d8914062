"""Drawing sampling units again: the variance of the linearised formula, and refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.design_bootstrap import resample_units


def test_the_variance_of_a_mean_is_that_of_the_textbook():
    """Stratified clusters: Cochran (1977), with clusters drawn with replacement."""
    rng = np.random.default_rng(1)
    strata = np.repeat(["a", "b", "c"], [120, 80, 40])
    clusters = np.repeat(np.arange(24), 10)
    y = rng.normal(size=240) + rng.normal(size=24)[clusters]
    w = rng.uniform(1, 3, 240)
    mean = np.average(y, weights=w)
    totals = np.bincount(clusters, weights=w * (y - mean)) / w.sum()
    variance = 0.0
    for group in (totals[:12], totals[12:20], totals[20:]):
        variance += len(group) * group.var(ddof=1)
    drawn = resample_units(240, rng=rng, draws=20_000, clusters=clusters, strata=strata)
    sums = drawn.sums(np.column_stack([w, w * y]))
    # 20,000 draws: a standard deviation is known to half a per cent
    assert (sums[:, 1] / sums[:, 0]).std() == pytest.approx(np.sqrt(variance), rel=0.03)
    again = drawn.weights(w)
    assert again @ y == pytest.approx(sums[:, 1])


def test_strata_keep_their_size_on_average_and_lone_units_vary_together():
    drawn = resample_units(
        6, rng=np.random.default_rng(1), draws=4000, strata=["a", "a", "a", "a", "b", "c"]
    )
    assert drawn.factors.mean(axis=0) == pytest.approx(np.ones(6), abs=0.1)
    assert drawn.factors[:, 4:].std() > 0.5
    one = resample_units(3, rng=np.random.default_rng(1), draws=100, strata=["a", "a", "b"])
    assert one.factors[:, 2].std() > 0


def test_refusals_say_what_is_wrong():
    rng = np.random.default_rng(1)
    with pytest.raises(EstimationError, match=r"too few sampling units .* found 1 of 5 answers"):
        resample_units(5, rng=rng, draws=100, clusters=np.ones(5))
    with pytest.raises(EstimationError, match="too few draws"):
        resample_units(5, rng=rng, draws=10)
