"""Staggered roll-outs: published values, coverage where two-way fixed effects fail, refusals."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import EstimationError
from analysis.stats.panel_moments import NEVER, panel_moments
from analysis.stats.staggered_adoption import METHOD, group_time_effects
from analysis.stats.staggered_averages import cohort_effects, dynamic_effects, simple_effect
from analysis.stats.staggered_imputation import METHOD as IMPUTATION
from analysis.stats.staggered_imputation import imputed_effects
from analysis.stats.two_way_fixed_effects import METHOD as TWO_WAY
from analysis.stats.two_way_fixed_effects import two_way_fixed_effects

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"


def draw_panel(rng, *, units=(60, 40, 40), noise=1.0, moved=0.0):
    """A roll-out whose effect grows from 1 by 2 per period: two-way fixed effects turn it round.

    Cohorts start in periods 2 and 6 of 8; the last never does.
    """
    starts = np.repeat([2.0, 6.0, NEVER], units)
    periods = np.arange(1, 9)
    since = periods[None, :] - starts[:, None]
    truth = np.where(since >= 0, 1 + 2 * since, 0.0)
    level = rng.normal(0, 3, (starts.size, 1)) + starts.clip(max=9)[:, None]
    errors = np.cumsum(rng.normal(0, noise, truth.shape), axis=1)
    return panel_moments(level + moved * periods + truth + errors, starts, periods)


# treated cells: periods 2..8 of 60 units (effects 1, 3, ..., 13), 6..8 of 40 (1, 3, 5)
TRUTH = (60 * 49 + 40 * 9) / (60 * 7 + 40 * 3)


@pytest.fixture
def employment():
    """County teen employment: minimum wages raised in 2004, 2006, 2007 or not."""
    if not (SHARED / "mpdta.csv").exists():
        pytest.skip("shared/data/mpdta.csv is missing")
    rows = pd.read_csv(SHARED / "mpdta.csv")
    wide = rows.pivot(index=["countyreal", "first.treat"], columns="year", values="lemp")
    starts = wide.index.get_level_values("first.treat").to_numpy(dtype=float)
    return panel_moments(wide, np.where(starts == 0, NEVER, starts), wide.columns)


@pytest.mark.real
def test_published_effects_of_the_minimum_wage(employment):
    # Callaway and Sant'Anna (2021), R package did: never treated, no covariate
    effects = group_time_effects(employment)
    simple, dynamic = simple_effect(effects), dynamic_effects(effects)
    assert simple.estimate.value == pytest.approx(-0.0399513, abs=1e-6)
    assert simple.standard_error == pytest.approx(0.0120340, rel=0.02)
    assert dynamic.overall.estimate.value == pytest.approx(-0.0772398, abs=1e-6)
    assert dynamic.overall.standard_error == pytest.approx(0.0199650, rel=0.02)
    published = [0.0305067, -0.0005631, -0.0244587, -0.0199318, -0.0509574, -0.1372587, -0.1008114]
    assert [time for time, _ in dynamic.by_event_time] == list(range(-3, 4))
    found = [effect.estimate.value for _, effect in dynamic.by_event_time]
    assert found == pytest.approx(published, abs=1e-6)


@pytest.mark.real
def test_published_errors_divide_by_the_cohorts_size(employment):
    # did takes cohort variances with n, here with n - 1: brought to n they are the same figures
    cohorts = tuple(
        dataclasses.replace(c, covariance=c.covariance * (c.n - 1) / c.n)
        for c in employment.cohorts
    )
    effects = group_time_effects(dataclasses.replace(employment, cohorts=cohorts))
    assert simple_effect(effects).standard_error == pytest.approx(0.0120340, rel=0.002)
    assert dynamic_effects(effects).overall.standard_error == pytest.approx(0.0199650, rel=0.005)


def test_group_time_effects_are_differences_of_mean_changes():
    rng = np.random.default_rng(1)
    rows, starts = rng.normal(size=(30, 4)), np.repeat([2.0, 4.0, NEVER], 10)
    effects = group_time_effects(panel_moments(rows, starts, [1, 2, 3, 4]))
    change = rows[:, 2] - rows[:, 0]
    found = effects.of(2, 3)
    assert found.estimate.value == pytest.approx(change[:10].mean() - change[20:].mean())
    assert found.standard_error == pytest.approx(
        np.sqrt((change[:10].var(ddof=1) + change[20:].var(ddof=1)) / 10)
    )
    waiting = group_time_effects(panel_moments(rows, starts, [1, 2, 3, 4]), comparison="not-yet")
    assert waiting.of(2, 3).estimate.value == pytest.approx(change[:10].mean() - change[10:].mean())
    with pytest.raises(KeyError):
        effects.of(3, 3)


def test_universal_base_compares_with_the_last_period_before_the_start():
    rng = np.random.default_rng(2)
    rows, starts = rng.normal(size=(30, 4)), np.repeat([4.0, NEVER], 15)
    effects = group_time_effects(panel_moments(rows, starts, [1, 2, 3, 4]), base="universal")
    change = rows[:, 0] - rows[:, 2]
    assert effects.of(4, 1).estimate.value == pytest.approx(change[:15].mean() - change[15:].mean())


def test_without_noise_every_average_is_exact_and_two_way_has_the_wrong_sign():
    # the only comparison of plain two-way fixed effects late on is a cohort whose own
    # effect still grows
    panel = draw_panel(np.random.default_rng(3), noise=0.0, units=(60, 40, 6))
    effects = group_time_effects(panel, minimum_clusters=5)
    assert effects.values[-3:] == pytest.approx([1, 3, 5])
    truth = (60 * 49 + 40 * 9) / (60 * 7 + 40 * 3)
    assert simple_effect(effects).estimate.value == pytest.approx(truth)
    assert imputed_effects(panel, minimum_clusters=5).overall.estimate.value == pytest.approx(truth)
    by_cohort = dict(cohort_effects(effects).by_cohort)
    assert by_cohort[2.0].estimate.value == pytest.approx(7)
    assert by_cohort[6.0].estimate.value == pytest.approx(3)
    plain = two_way_fixed_effects(panel)
    assert plain.coefficient < 0 < truth
    assert plain.negative_weight > 0.1


def test_two_way_weights_sum_to_one_and_give_the_regression():
    panel = draw_panel(np.random.default_rng(4), noise=0.0)
    found = two_way_fixed_effects(panel)
    assert found.weights.sum() == pytest.approx(1)
    truth = np.zeros_like(found.weights)
    truth[0, 1:], truth[1, 5:] = 1 + 2 * np.arange(7), 1 + 2 * np.arange(3)
    assert found.coefficient == pytest.approx((found.weights * truth).sum())
    units, periods = np.arange(3), np.arange(8)
    cell = np.repeat(units, 8)
    having = np.zeros((3, 8))
    having[0, 1:], having[1, 5:] = 1, 1
    design = np.column_stack(
        [having.ravel(), cell[:, None] == units, np.tile(periods, 3)[:, None] == periods[1:]]
    ).astype(float)
    weight = np.sqrt(np.repeat([60, 40, 40], 8))
    outcome = np.concatenate([cohort.mean for cohort in panel.cohorts])
    fit = np.linalg.lstsq(design * weight[:, None], outcome * weight, rcond=None)[0]
    assert found.coefficient == pytest.approx(fit[0])


def test_imputation_equals_the_regression_on_untreated_rows():
    rng = np.random.default_rng(5)
    rows, starts = rng.normal(size=(24, 5)), np.repeat([3.0, 4.0, NEVER], [6, 8, 10])
    periods = np.arange(1, 6)
    found = imputed_effects(panel_moments(rows, starts, periods), minimum_clusters=5)
    unit, time = np.repeat(np.arange(24), 5), np.tile(periods, 24)
    having = time >= starts[unit]
    design = np.column_stack([unit[:, None] == np.arange(24), time[:, None] == periods[1:]])
    fit = np.linalg.lstsq(design[~having].astype(float), rows.ravel()[~having], rcond=None)[0]
    excess = rows.ravel()[having] - design[having].astype(float) @ fit
    assert found.overall.estimate.value == pytest.approx(excess.mean())
    since = (time - starts[unit])[having]
    for event_time, effect in found.by_event_time:
        assert effect.estimate.value == pytest.approx(excess[since == event_time].mean())


def test_what_is_common_to_a_period_changes_nothing():
    one, other = (
        draw_panel(np.random.default_rng(6)),
        draw_panel(np.random.default_rng(6), moved=4.0),
    )
    for estimate in (
        lambda panel: simple_effect(group_time_effects(panel)),
        lambda panel: imputed_effects(panel).overall,
    ):
        assert estimate(other).estimate.value == pytest.approx(estimate(one).estimate.value)
        assert estimate(other).standard_error == pytest.approx(estimate(one).standard_error)


@pytest.mark.slow
def test_intervals_cover_the_truth_where_two_way_fixed_effects_mislead(assert_covers):
    rng = np.random.default_rng(7)
    simple, dynamic, imputed, misled = 0, 0, 0, 0
    for _ in range(500):
        panel = draw_panel(rng)
        effects = group_time_effects(panel)
        # the cohorts' sizes are the same in every draw: leave out what their sampling adds
        simple += not simple_effect(effects).estimate.excludes(TRUTH)
        dynamic += not dynamic_effects(effects).by_event_time[-1][1].estimate.excludes(13.0)
        imputed += not imputed_effects(panel).overall.estimate.excludes(TRUTH)
        misled += two_way_fixed_effects(panel).coefficient < 0.5 * TRUTH
    assert_covers(dynamic, 500, 0.95)
    assert_covers(imputed, 500, 0.95)
    assert simple >= 0.95 * 500 - 3.3 * np.sqrt(500 * 0.95 * 0.05)
    assert misled == 500


@pytest.mark.slow
def test_averages_cover_where_the_cohorts_sizes_are_drawn(assert_covers):
    rng = np.random.default_rng(8)
    simple, cohorts = 0, 0
    mean = (0.4 * 49 + 0.3 * 9) / (0.4 * 7 + 0.3 * 3)
    for _ in range(500):
        sizes = rng.multinomial(200, [0.4, 0.3, 0.3])
        effects = group_time_effects(draw_panel(rng, units=sizes))
        simple += not simple_effect(effects).estimate.excludes(mean)
        cohorts += not cohort_effects(effects).overall.estimate.excludes((4 * 7 + 3 * 3) / 7)
    assert_covers(simple, 500, 0.95)
    assert_covers(cohorts, 500, 0.95)


def test_panels_that_bear_no_effect_are_refused():
    rng = np.random.default_rng(9)
    rows = rng.normal(size=(20, 3))
    everybody = panel_moments(rows, np.repeat([2.0, 3.0], 10), [1, 2, 3])
    with pytest.raises(EstimationError, match="no untreated group to compare with"):
        group_time_effects(everybody)
    with pytest.raises(EstimationError, match="no untreated group to impute from"):
        imputed_effects(everybody)
    with pytest.raises(EstimationError, match="no untreated group to compare with"):
        two_way_fixed_effects(everybody)
    together = panel_moments(rows, np.full(20, 2.0), [1, 2, 3])
    with pytest.raises(EstimationError, match="no untreated group to compare with"):
        group_time_effects(together, comparison="not-yet")
    nobody = panel_moments(rows, np.full(20, NEVER), [1, 2, 3])
    with pytest.raises(EstimationError, match="no treated group"):
        group_time_effects(nobody)
    with pytest.raises(EstimationError, match="no treated group"):
        imputed_effects(nobody)


def test_fewer_clusters_than_inference_bears_are_refused():
    rows = np.random.default_rng(10).normal(size=(20, 3))
    panel = panel_moments(rows, np.repeat([2.0, NEVER], [3, 17]), [1, 2, 3])
    with pytest.raises(EstimationError, match="too few clusters treated from period 2: found 3"):
        group_time_effects(panel)
    with pytest.raises(EstimationError, match="too few clusters"):
        imputed_effects(panel)
    with pytest.raises(EstimationError, match="treatment starts before the data"):
        panel_moments(rows, np.repeat([1.0, NEVER], [3, 17]), [1, 2, 3])


def test_every_method_names_its_source():
    assert all(method.citation and method.assumptions for method in (METHOD, IMPUTATION, TWO_WAY))
