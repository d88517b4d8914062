"""Kaplan-Meier curves against lifelines and statsmodels, coverage, refusals."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_lung, load_waltons
from statsmodels.duration.survfunc import SurvfuncRight

from analysis.errors import EstimationError
from analysis.stats.spells import spell_cells
from analysis.stats.survival import METHOD, kaplan_meier


def counted(frame):
    """Reduce rows to cells."""
    cells = frame.value_counts().reset_index()
    return {name: cells[name].to_numpy() for name in cells.columns}


def test_curve_and_interval_equal_lifelines():
    waltons = load_waltons()
    cells = counted(waltons)
    curves = kaplan_meier(
        spell_cells(cells["T"], cells["E"], customers=cells["count"], group=cells["group"])
    )
    assert [curve.group for curve in curves] == ["control", "miR-137"]
    for curve in curves:
        rows = waltons[waltons["group"] == curve.group]
        peer = KaplanMeierFitter().fit(rows["T"], rows["E"])
        at = curve.times_periods
        limits = peer.confidence_interval_survival_function_.loc[at].to_numpy()
        assert curve.survival == pytest.approx(
            peer.survival_function_.loc[at].to_numpy().ravel(), abs=1e-12
        )
        inside = curve.survival > 0
        assert curve.low[inside] == pytest.approx(limits[inside, 0], abs=1e-9)
        assert curve.high[inside] == pytest.approx(limits[inside, 1], abs=1e-9)


def test_curve_with_late_entry_equals_statsmodels():
    rng = np.random.default_rng(3)
    entry = rng.integers(0, 10, 500)
    duration = entry + rng.integers(1, 30, 500)
    event = rng.integers(0, 2, 500)
    (curve,) = kaplan_meier(spell_cells(duration, event, entry_periods=entry))
    # statsmodels counts a subject as at risk at its own entry time; half a period later it
    # does not, which is the convention here (entry < t).
    peer = SurvfuncRight(duration, event, entry=entry + 0.5)
    position = np.searchsorted(peer.surv_times, curve.times_periods)
    assert curve.survival == pytest.approx(peer.surv_prob[position], abs=1e-12)
    z = np.log(-np.log(curve.survival)) - np.log(-np.log(curve.high))
    error = z / 1.959964 * np.abs(np.log(curve.survival)) * curve.survival
    assert error == pytest.approx(peer.surv_prob_se[position], abs=1e-6)


def test_published_share_that_is_left_after_half_a_year_and_a_year():
    # R survival, summary(survfit(Surv(time, status) ~ 1, data = lung), times = 180 and 365):
    # 0.722 and 0.409, printed to three digits in the package's documentation and textbooks.
    lung = load_lung()
    (curve,) = kaplan_meier(spell_cells(lung["time"], lung["status"]))
    assert curve.at(365).value == pytest.approx(0.409, abs=5e-4)
    assert curve.at(180).value == pytest.approx(0.722, abs=5e-4)


def test_relabelling_order_and_splitting_change_nothing():
    rng = np.random.default_rng(4)
    duration, event = rng.integers(1, 20, 200), rng.integers(0, 2, 200)
    group, customers = rng.choice(["x", "y"], 200), rng.integers(1, 5, 200)
    curves = kaplan_meier(spell_cells(duration, event, customers=customers, group=group))
    order = np.repeat(np.arange(200), customers)[::-1]
    swapped = np.where(group == "x", "y", "x")[order]
    again = kaplan_meier(spell_cells(duration[order], event[order], group=swapped))
    for curve, other in zip(curves, reversed(again), strict=True):
        assert np.array_equal(curve.survival, other.survival)
        assert np.array_equal(curve.low, other.low)


def test_a_month_counted_in_other_units_gives_the_same_shares():
    (months,) = kaplan_meier(spell_cells([1, 4, 9], [1, 1, 0], customers=[5, 9, 20]))
    (weeks,) = kaplan_meier(spell_cells([4, 16, 36], [1, 1, 0], customers=[5, 9, 20]))
    assert np.array_equal(months.survival, weeks.survival)
    assert months.at(5) == weeks.at(20)


def test_a_curve_that_reaches_zero_keeps_its_last_upper_limit():
    (curve,) = kaplan_meier(spell_cells([1, 2], [1, 1], customers=[30, 10]))
    end = curve.at(2)
    assert (end.value, end.low) == (0, 0)
    assert end.high == curve.at(1).high
    assert curve.at(50).value == 0


@pytest.mark.slow
def test_interval_covers_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(5)
    hits, draws = 0, 1000
    for _ in range(draws):
        life = rng.geometric(0.06, 400)
        entry = rng.integers(0, 5, 400)
        last = entry + rng.integers(1, 25, 400)
        seen = life > entry
        duration, event = np.minimum(life, last)[seen], (life <= last)[seen]
        (curve,) = kaplan_meier(spell_cells(duration, event, entry_periods=entry[seen]))
        hits += not curve.at(12).excludes(0.94**12)
    assert_covers(hits, draws, 0.95)


def test_a_segment_of_one_and_a_segment_without_loss_are_refused_together():
    cells = spell_cells(
        [1, 2, 3], [1, 1, 0], customers=[1, 9, 5], group=["one", "losing", "staying"]
    )
    with pytest.raises(EstimationError) as caught:
        kaplan_meier(cells)
    text = str(caught.value)
    assert "too few customers in group 'one': found 1, need 2" in text
    assert "no loss in the window in group 'staying': found 0 events" in text
    assert "losing" not in text


def test_nothing_is_said_of_times_that_nobody_has_reached():
    (curve,) = kaplan_meier(spell_cells([3, 5], [1, 0], customers=[5, 20]))
    with pytest.raises(EstimationError, match="nothing is known of group 'all' so late"):
        curve.at(6)
    with pytest.raises(EstimationError, match="no loss in the window in the first 2 periods"):
        curve.at(2)


def test_late_entry_after_everyone_left_is_refused():
    cells = spell_cells([1, 6, 8], [1, 1, 0], customers=[3, 20, 30], entry_periods=[0, 4, 4])
    with pytest.raises(EstimationError, match="all customers at risk leave group 'all' at period"):
        kaplan_meier(cells)
    (curve,) = kaplan_meier(cells.after(4))
    assert curve.at(6).value == pytest.approx(0.6)


def test_the_method_names_its_source():
    assert "Kaplan" in METHOD.citation
    assert METHOD.assumptions
