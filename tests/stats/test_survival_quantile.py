"""Quantiles of lead times against statsmodels and lifelines, coverage, invariance, refusals."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_lung, load_waltons
from scipy.stats import binom
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.errors import EstimationError
from analysis.stats.spells import spell_cells
from analysis.stats.survival import kaplan_meier
from analysis.stats.survival_quantile import survival_quantile


def test_the_median_of_a_published_example():
    # R survival: survfit(Surv(time, status) ~ 1, lung, conf.type = "log-log"):
    # median 310, 284 to 361
    lung = load_lung()
    (curve,) = kaplan_meier(spell_cells(lung["time"], lung["status"]))
    found = survival_quantile(curve)
    assert (found.value, found.low, found.high) == (310, 284, 361)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.8])
def test_it_equals_statsmodels_and_lifelines(share):
    waltons = load_waltons()
    (curve,) = kaplan_meier(spell_cells(waltons["T"], waltons["E"]))
    found = survival_quantile(curve, share)
    peer = SurvfuncRight(waltons["T"], waltons["E"])
    assert found.value == peer.quantile(share)
    assert (found.low, found.high) == peer.quantile_ci(share, method="cloglog")
    other = KaplanMeierFitter().fit(waltons["T"], waltons["E"])
    assert found.value == other.percentile(1 - share)


def test_late_entry_equals_lifelines():
    rng = np.random.default_rng(4)
    duration = 1 + rng.geometric(0.05, 400)
    entry = rng.integers(0, duration)
    ended = rng.random(400) < 0.8
    (curve,) = kaplan_meier(spell_cells(duration, ended.astype(int), entry_periods=entry))
    peer = KaplanMeierFitter().fit(duration, ended, entry=entry)
    assert survival_quantile(curve).value == peer.median_survival_time_


def test_a_curve_that_does_not_come_down_so_far_says_so():
    (curve,) = kaplan_meier(spell_cells([1, 2, 9], [1, 0, 0], customers=[10, 10, 40]))
    found = survival_quantile(curve)
    assert (found.value, found.high) == (None, None)


def test_counting_in_weeks_scales_it():
    weeks = [3, 8, 9, 20, 21]
    (one,) = kaplan_meier(spell_cells(weeks, [1] * 5))
    (other,) = kaplan_meier(spell_cells(np.multiply(weeks, 7), [1] * 5))
    assert survival_quantile(other).value == 7 * survival_quantile(one).value


def test_no_share_is_refused():
    (curve,) = kaplan_meier(spell_cells([1, 2], [1, 1]))
    with pytest.raises(EstimationError, match="a quantile is of no share: found 1, need"):
        survival_quantile(curve, 1.0)


def test_the_interval_covers():
    rng = np.random.default_rng(12)
    truth = 14  # the first day by which half of geometric waits of 0.05 have ended
    draws, hits = 400, 0
    for _ in range(draws):
        wait, cut = rng.geometric(0.05, 150), rng.geometric(0.02, 150)
        (curve,) = kaplan_meier(spell_cells(np.minimum(wait, cut), (wait <= cut).astype(int)))
        found = survival_quantile(curve)
        hits += found.low <= truth <= found.high
    assert hits >= binom.ppf(0.0005, draws, 0.95)
