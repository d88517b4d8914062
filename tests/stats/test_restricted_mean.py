"""Restricted mean time against R and lifelines, coverage, refusals."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_lung, load_waltons
from lifelines.utils import restricted_mean_survival_time

from analysis.errors import EstimationError
from analysis.stats.restricted_mean import (
    METHOD,
    restricted_mean_difference,
    restricted_means,
)
from analysis.stats.spells import spell_cells


def test_mean_and_its_error_equal_the_published_ones():
    # R survival: print(survfit(Surv(time, status) ~ sex, lung), rmean = "common"):
    # sex=1, n 138, events 112, rmean 326, se(rmean) 22.9, upper limit 1022
    lung = load_lung()
    men = lung[lung["sex"] == 1]
    (found,) = restricted_means(spell_cells(men["time"], men["status"]), horizon_periods=1022)
    assert (found.n, found.events) == (138, 112)
    assert found.mean_periods.value == pytest.approx(326, abs=0.5)
    assert found.standard_error_periods == pytest.approx(22.9, abs=0.05)


@pytest.mark.parametrize("horizon", [20, 45, 60])
def test_mean_equals_lifelines(horizon):
    waltons = load_waltons()
    cells = spell_cells(waltons["T"], waltons["E"], group=waltons["group"])
    for found in restricted_means(cells, horizon_periods=horizon):
        rows = waltons[waltons["group"] == found.group]
        peer = restricted_mean_survival_time(
            KaplanMeierFitter().fit(rows["T"], rows["E"]), t=horizon
        )
        assert found.mean_periods.value == pytest.approx(peer, abs=1e-9)


def test_error_of_complete_data_is_that_of_a_mean():
    life = np.array([1, 2, 2, 3, 5, 8, 8, 9, 12, 15])
    (found,) = restricted_means(spell_cells(life, np.ones(10)), horizon_periods=10)
    cut = np.minimum(life, 10)
    assert found.mean_periods.value == pytest.approx(cut.mean())
    assert found.standard_error_periods == pytest.approx(cut.std() / np.sqrt(10))


def test_difference_is_mirrored_and_its_errors_add_in_squares():
    waltons = load_waltons()
    cells = spell_cells(waltons["T"], waltons["E"], group=waltons["group"])
    control, treated = restricted_means(cells, horizon_periods=60)
    forth = restricted_mean_difference(control, treated)
    back = restricted_mean_difference(treated, control)
    assert (forth.value, forth.low, forth.high) == (-back.value, -back.high, -back.low)
    half = (forth.high - forth.low) / 2 / 1.959964
    assert half**2 == pytest.approx(
        control.standard_error_periods**2 + treated.standard_error_periods**2, rel=1e-6
    )


def test_counting_in_weeks_scales_the_mean():
    (months,) = restricted_means(
        spell_cells([1, 4, 9], [1, 1, 0], customers=[5, 9, 20]), horizon_periods=9
    )
    (weeks,) = restricted_means(
        spell_cells([4, 16, 36], [1, 1, 0], customers=[5, 9, 20]), horizon_periods=36
    )
    assert weeks.mean_periods.value == pytest.approx(4 * months.mean_periods.value)
    assert weeks.standard_error_periods == pytest.approx(4 * months.standard_error_periods)


@pytest.mark.slow
def test_mean_and_difference_cover_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(6)
    draws, hits_mean, hits_difference = 1000, 0, 0

    def truth(hazard):
        return float(np.sum((1 - hazard) ** np.arange(12)))

    for _ in range(draws):
        life = np.concatenate([rng.geometric(0.05, 300), rng.geometric(0.09, 300)])
        last = rng.integers(6, 25, 600)
        cells = spell_cells(
            np.minimum(life, last), life <= last, group=["slow"] * 300 + ["fast"] * 300
        )
        fast, slow = restricted_means(cells, horizon_periods=12)
        hits_mean += not fast.mean_periods.excludes(truth(0.09))
        difference = restricted_mean_difference(slow, fast)
        hits_difference += not difference.excludes(truth(0.05) - truth(0.09))
    assert_covers(hits_mean, draws, 0.95)
    assert_covers(hits_difference, draws, 0.95)


def test_a_horizon_that_nobody_has_reached_is_refused():
    cells = spell_cells([3, 5], [1, 0], customers=[5, 20])
    with pytest.raises(EstimationError, match="so late: found period 6, need a period from 1 to 5"):
        restricted_means(cells, horizon_periods=6)
    with pytest.raises(EstimationError, match="found period 0"):
        restricted_means(cells, horizon_periods=0)


def test_no_loss_within_the_horizon_is_refused():
    cells = spell_cells([3, 5], [1, 0], customers=[5, 20])
    with pytest.raises(EstimationError, match="no loss in the window in the first 3 periods"):
        restricted_means(cells, horizon_periods=3)


def test_means_over_different_horizons_are_not_compared():
    cells = spell_cells([1, 5], [1, 0], customers=[5, 20])
    (short,), (long,) = (restricted_means(cells, horizon_periods=h) for h in (3, 5))
    with pytest.raises(EstimationError, match="different horizons"):
        restricted_mean_difference(long, short)


def test_the_method_names_its_source():
    assert "Royston" in METHOD.citation
