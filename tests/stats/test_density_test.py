"""Density test at a threshold: a known density, level, power, refusals."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import EstimationError
from analysis.stats.density_test import METHOD, density_test

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"


@pytest.mark.real
def test_published_senate_margins_show_no_manipulation():
    # Cattaneo, Jansson and Ma (2018), Stata Journal 18, 234-261: bandwidths 19.841 and 27.119,
    # T = -0.8753 with a jackknife error, which differs from ours at this number of elections
    if not (SHARED / "rdrobust_senate.csv").exists():
        pytest.skip("shared/data/rdrobust_senate.csv is missing")
    margins = pd.read_csv(SHARED / "rdrobust_senate.csv")["margin"].dropna()
    assert density_test(margins, bandwidths=(19.841, 27.119)).z == pytest.approx(-0.8753, abs=0.1)
    assert density_test(margins).p_value > 0.2


def test_densities_are_those_of_the_normal():
    x = np.random.default_rng(1).normal(0.5, 1, 50_000)
    found = density_test(x)
    truth = np.exp(-0.125) / np.sqrt(2 * np.pi)
    assert found.density_below == pytest.approx(truth, rel=0.05)
    assert found.density_above == pytest.approx(truth, rel=0.05)


def test_units_of_measurement_do_not_matter():
    x = np.random.default_rng(2).normal(0.5, 1, 1000)
    one, other = density_test(x), density_test(1000 * x + 7, threshold=7)
    assert other.z == pytest.approx(one.z)
    assert other.density_above * 1000 == pytest.approx(one.density_above)


def test_looking_from_the_other_side_turns_the_sign():
    x = np.random.default_rng(3).normal(0.5, 1, 1001)
    one, other = density_test(x), density_test(-x)
    assert other.z == pytest.approx(-one.z, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize("centre", [0.0, 0.8])
def test_without_manipulation_the_test_alarms_as_often_as_its_level(assert_covers, centre):
    rng = np.random.default_rng(4)
    quiet = sum(density_test(rng.normal(centre, 1, 1500)).p_value > 0.05 for _ in range(600))
    assert_covers(quiet, 600, 0.95)


@pytest.mark.slow
def test_half_of_those_just_below_moving_up_is_found():
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(100):
        x = rng.normal(0, 1, 1500)
        moved = (x > -0.3) & (x < 0) & (rng.random(1500) < 0.5)
        found += density_test(np.where(moved, 0.1 * rng.random(1500), x)).p_value < 0.05
    assert found >= 90


def test_a_threshold_without_mass_on_one_side_is_refused():
    x = np.random.default_rng(6).normal(size=300)
    with pytest.raises(EstimationError, match="too little mass above the threshold"):
        density_test(x, threshold=9.0)
    with pytest.raises(EstimationError, match="no mass below the threshold within the bandwidth"):
        density_test(x, bandwidths=(0.01, 1.0))
    assert METHOD.assumptions
