"""Cumulative incidence of competing risks: peers, binomial limit, coverage, refusals."""

import numpy as np
import pytest
from lifelines import AalenJohansenFitter
from statsmodels.duration.survfunc import CumIncidenceRight

from analysis.errors import EstimationError
from analysis.stats.competing_risks import METHOD, aalen_johansen
from analysis.stats.spells import spell_cells
from analysis.stats.survival import kaplan_meier

CAUSES = {1: "closed", 2: "dormant"}


def random_rows(seed, size=400):
    rng = np.random.default_rng(seed)
    return rng.integers(1, 25, size), rng.integers(0, 3, size), rng.integers(1, 5, size)


def test_incidence_and_interval_equal_lifelines():
    # distinct times: with ties of different causes lifelines shakes the times at random
    rng = np.random.default_rng(41)
    duration, event = rng.permutation(np.arange(1, 301)), rng.integers(0, 3, 300)
    for code, found in enumerate(aalen_johansen(spell_cells(duration, event), CAUSES), start=1):
        peer = AalenJohansenFitter().fit(duration, event, event_of_interest=code)
        known = found.incidence > 0
        at = found.times_periods[known]
        limits = peer.confidence_interval_.loc[at].to_numpy()
        assert found.incidence[known] == pytest.approx(
            peer.cumulative_density_.loc[at].to_numpy().ravel(), abs=1e-12
        )
        # the last customer's term divides by 0 in lifelines
        inner = ~np.isnan(limits).any(axis=1)
        assert inner.sum() >= known.sum() - 1
        assert found.low[known][inner] == pytest.approx(limits[inner].min(axis=1), abs=1e-9)
        assert found.high[known][inner] == pytest.approx(limits[inner].max(axis=1), abs=1e-9)


def test_counted_cells_with_ties_equal_statsmodels_row_by_row():
    duration, event, customers = random_rows(42)
    rows = np.repeat(np.arange(duration.size), customers)
    peer = CumIncidenceRight(duration[rows], event[rows])
    found = aalen_johansen(spell_cells(duration, event, customers=customers), CAUSES)
    for code, curve in enumerate(found):
        position = np.searchsorted(peer.times, curve.times_periods)
        assert curve.incidence == pytest.approx(peer.cinc[code][position], abs=1e-12)
        value = curve.incidence[:-1]
        width = np.log(np.log(curve.low[:-1]) / np.log(value)) / 1.959963985
        error = width * value * np.abs(np.log(value))
        assert error == pytest.approx(peer.cinc_se[code][position[:-1]], rel=1e-6)


def test_without_censoring_it_is_a_share_with_the_error_of_a_share():
    duration = np.repeat([1, 2, 3], [30, 40, 30])
    event = np.concatenate([np.tile([1, 2, 2], 23), np.ones(31)]).astype(int)
    closed, _ = aalen_johansen(spell_cells(duration, event), CAUSES)
    share = np.mean((event == 1) & (duration <= 2))
    found = closed.at(2)
    error = np.sqrt(share * (1 - share) / 100)
    assert found.value == pytest.approx(share)
    width = 1.959963985 * error / (share * abs(np.log(share)))
    assert found.low == pytest.approx(share ** np.exp(width), rel=1e-9)
    assert found.high == pytest.approx(share ** np.exp(-width), rel=1e-9)


def test_the_causes_and_those_who_stay_add_up_to_all():
    duration, event, customers = random_rows(43)
    cells = spell_cells(duration, event, customers=customers)
    closed, dormant = aalen_johansen(cells, CAUSES)
    (stay,) = kaplan_meier(cells)
    assert closed.incidence + dormant.incidence + stay.survival == pytest.approx(1)


def test_order_splitting_units_and_labels_do_not_matter():
    duration, event, customers = random_rows(44)
    rows = np.repeat(np.arange(duration.size), customers)[::-1]
    closed, dormant = aalen_johansen(spell_cells(duration, event, customers=customers), CAUSES)
    swapped = np.array([0, 2, 1])[event]
    dormant_2, closed_2 = aalen_johansen(
        spell_cells(30 * duration[rows], swapped[rows]), {1: "dormant", 2: "closed"}
    )
    assert closed_2.incidence == pytest.approx(closed.incidence, abs=1e-12)
    assert dormant_2.low == pytest.approx(dormant.low, abs=1e-12)
    assert dormant_2.cause == "dormant"


@pytest.mark.slow
def test_interval_covers_the_truth_as_often_as_claimed(assert_covers):
    rng = np.random.default_rng(45)
    draws, hits = 1000, 0
    truth = 0.6 * (1 - 0.92**10)
    for _ in range(draws):
        life, cause = rng.geometric(0.08, 400), rng.choice([1, 2], 400, p=[0.6, 0.4])
        entry = rng.integers(0, 4, 400)
        last = entry + rng.integers(2, 20, 400)
        seen = life > entry
        event = np.where(life <= last, cause, 0)[seen]
        cells = spell_cells(np.minimum(life, last)[seen], event, entry_periods=entry[seen])
        hits += not aalen_johansen(cells, CAUSES)[0].at(10).excludes(truth)
    assert_covers(hits, draws, 0.95)


def test_a_cause_without_loss_a_segment_of_one_and_an_unnamed_code_are_refused():
    cells = spell_cells([1, 2, 3], [1, 1, 0], customers=[5, 5, 5])
    with pytest.raises(EstimationError, match="no loss in the window in group 'all' by cause 'do"):
        aalen_johansen(cells, CAUSES)
    cells = spell_cells([1, 2, 3], [1, 3, 0], customers=[5, 5, 1], group=["a", "a", "one"])
    with pytest.raises(EstimationError) as caught:
        aalen_johansen(cells, CAUSES)
    assert "event codes without a name: found 3, need codes among 1, 2" in str(caught.value)
    assert "too few customers in group 'one': found 1" in str(caught.value)


def test_times_without_knowledge_are_refused():
    closed, dormant = aalen_johansen(spell_cells([1, 4, 5], [1, 2, 0], customers=[5, 5, 5]), CAUSES)
    assert closed.at(3).value == pytest.approx(1 / 3)
    with pytest.raises(EstimationError, match="the first 3 periods by cause 'dormant'"):
        dormant.at(3)
    with pytest.raises(EstimationError, match="nothing is known of group 'all' so late"):
        closed.at(6)


def test_the_method_names_its_source():
    assert "Aalen" in METHOD.citation
