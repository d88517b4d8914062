"""Regression discontinuity: published values, coverage, invariance, refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import EstimationError
from analysis.stats.regression_discontinuity import METHOD, regression_discontinuity

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"


def draw_units(rng, n=1000, *, effect=0.5):
    """A curved relation with a jump, more noise above the threshold."""
    x = 2 * rng.beta(2, 3, n) - 0.8
    above = x >= 0
    y = np.sin(2 * x) + 0.5 * x**2 + effect * above + rng.normal(0, 0.2 + 0.2 * above)
    return x, y


@pytest.mark.real
def test_published_advantage_of_the_senate_incumbents():
    # Cattaneo, Frandsen and Titiunik (2015), as by the R package rdrobust
    if not (SHARED / "rdrobust_senate.csv").exists():
        pytest.skip("shared/data/rdrobust_senate.csv is missing")
    rows = pd.read_csv(SHARED / "rdrobust_senate.csv")[["margin", "vote"]].dropna()
    found = regression_discontinuity(rows["margin"], rows["vote"])
    assert found.effect.value == pytest.approx(7.41413, abs=5e-5)
    assert found.conventional_error == pytest.approx(1.45872, abs=5e-5)
    assert found.bandwidth == pytest.approx(17.7544, abs=5e-4)
    assert (found.effect.low, found.effect.high) == pytest.approx((4.094, 10.919), abs=6e-4)


def test_a_noiseless_jump_between_lines_is_exact():
    x = np.linspace(-1, 1, 400)
    found = regression_discontinuity(x, 2 * x + 3 * (x >= 0), bandwidth=0.5)
    assert found.effect.value == pytest.approx(3.0)
    assert found.bias_corrected == pytest.approx(3.0)


def test_a_quadratic_bends_the_estimate_but_not_its_correction():
    x = np.linspace(-1, 1, 400)
    found = regression_discontinuity(x, x**2 * np.sign(x) + 3 * (x >= 0), bandwidth=0.8)
    assert abs(found.effect.value - 3) > 0.05
    assert found.bias_corrected == pytest.approx(3.0)


def test_units_of_measurement_and_order_do_not_matter():
    x, y = draw_units(np.random.default_rng(1))
    one = regression_discontinuity(x, y)
    turned = np.random.default_rng(2).permutation(x.size)
    other = regression_discontinuity(1000 * x[turned] + 50, 7 * y[turned], threshold=50)
    assert other.effect.value == pytest.approx(7 * one.effect.value)
    assert other.robust_error == pytest.approx(7 * one.robust_error)
    assert other.bandwidth == pytest.approx(1000 * one.bandwidth)


def test_ties_in_the_running_variable_are_kept_together():
    x, y = draw_units(np.random.default_rng(3))
    coarse = np.round(x, 2)
    one = regression_discontinuity(coarse, y)
    turned = np.random.default_rng(4).permutation(x.size)
    other = regression_discontinuity(coarse[turned], y[turned])
    assert other.robust_error == pytest.approx(one.robust_error)


@pytest.mark.slow
def test_interval_covers_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(5)
    hits = sum(
        not regression_discontinuity(*draw_units(rng, 2000)).effect.excludes(0.5)
        for _ in range(600)
    )
    assert_covers(hits, 600, 0.95)


def test_a_threshold_without_mass_on_one_side_is_refused():
    x, y = draw_units(np.random.default_rng(6))
    with pytest.raises(EstimationError, match="too little mass above the threshold: found 0 units"):
        regression_discontinuity(x, y, threshold=5.0)
    with pytest.raises(EstimationError, match="too little mass below the threshold"):
        regression_discontinuity(x, y, threshold=-5.0)
    with pytest.raises(EstimationError, match=r"units at [34] distinct values"):
        regression_discontinuity(np.round(3 * x), y)
    with pytest.raises(EstimationError, match="threshold within the bandwidth"):
        regression_discontinuity(x, y, bandwidth=1e-4)
    with pytest.raises(EstimationError, match="differ in length"):
        regression_discontinuity(x, y[1:])
    assert METHOD.assumptions
