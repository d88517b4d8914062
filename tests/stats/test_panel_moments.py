"""Panels reduced to moments: equality to rows, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.panel_moments import (
    NEVER,
    CohortMoments,
    PanelMoments,
    cohort_from_sums,
    contrast_moments,
    panel_moments,
)


def draw_rows(seed, units=60, periods=4):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(units, 1)) + rng.normal(size=(units, periods))
    return rows, np.repeat([3.0, NEVER], [units // 3, units - units // 3])


def test_a_contrast_of_moments_equals_the_two_samples_of_rows():
    rows, starts = draw_rows(1)
    change = np.array([-0.5, -0.5, 0.25, 0.75])
    panel = panel_moments(rows, starts, [1, 2, 3, 4])
    values, covariance = contrast_moments(panel, np.stack([change, -change])[None])
    treated, others = rows[starts == 3] @ change, rows[starts != 3] @ change
    assert values[0] == pytest.approx(treated.mean() - others.mean())
    assert covariance[0, 0] == pytest.approx(treated.var(ddof=1) / 20 + others.var(ddof=1) / 40)


def test_the_order_of_the_units_does_not_matter():
    rows, starts = draw_rows(2)
    turned = np.random.default_rng(3).permutation(len(rows))
    one = panel_moments(rows, starts, [1, 2, 3, 4])
    other = panel_moments(rows[turned], starts[turned], [1, 2, 3, 4])
    for first, second in zip(one.cohorts, other.cohorts, strict=True):
        assert first.mean == pytest.approx(second.mean)
        assert first.covariance == pytest.approx(second.covariance)


def test_sums_from_a_database_give_the_same_moments():
    rows, starts = draw_rows(8)
    cohort = panel_moments(rows, starts, [1, 2, 3, 4]).cohorts[0]
    own = rows[starts == 3]
    found = cohort_from_sums(first_treated=3, n=20, sums=own.sum(axis=0), products=own.T @ own)
    assert found.mean == pytest.approx(cohort.mean)
    assert found.covariance == pytest.approx(cohort.covariance)
    with pytest.raises(EstimationError, match="sums of a cohort do not fit together"):
        cohort_from_sums(first_treated=3, n=1, sums=[1.0], products=[[1.0]])


def test_sides_are_told_apart():
    rows, starts = draw_rows(4)
    panel = panel_moments(rows, starts, [1, 2, 3, 4])
    assert [cohort.n for cohort in panel.treated] == [20]
    assert panel.untreated.n == 40
    assert panel.n == 60
    # a start after the data is a cohort not yet treated
    late = panel_moments(rows, np.where(starts == 3, 9.0, NEVER), [1, 2, 3, 4])
    assert late.treated == ()


def test_a_treatment_that_starts_before_the_data_is_refused():
    rows, starts = draw_rows(5)
    with pytest.raises(EstimationError, match="treatment starts before the data: found 20 units"):
        panel_moments(rows, starts, [3, 4, 5, 6])
    with pytest.raises(EstimationError, match="treatment starts between periods"):
        panel_moments(rows, starts - 0.5, [1, 2, 3, 4])


def test_an_unbalanced_panel_is_refused():
    rows, starts = draw_rows(6)
    rows[3, 1] = np.nan
    with pytest.raises(EstimationError, match="panel is not balanced: found 1 missing"):
        panel_moments(rows, starts, [1, 2, 3, 4])


def test_shapes_that_do_not_fit_are_refused():
    rows, starts = draw_rows(7)
    with pytest.raises(EstimationError, match="do not fit together"):
        panel_moments(rows, starts, [1, 2, 3])
    with pytest.raises(EstimationError, match="no periods to compare"):
        panel_moments(rows[:, :1], starts, [1])
    cohort = CohortMoments(first_treated=2, n=3, mean=np.zeros(2), covariance=np.zeros((2, 2)))
    with pytest.raises(EstimationError, match="not told apart by their start"):
        PanelMoments(periods=np.array([1.0, 2.0]), cohorts=(cohort, cohort))
    with pytest.raises(EstimationError, match="moments of the units treated from period 2"):
        PanelMoments(periods=np.array([1.0, 2.0, 3.0]), cohorts=(cohort,))
