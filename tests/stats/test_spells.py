"""Counted spells: what is refused, and risk sets against counting row by row."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.spells import at_risk, risk_sets, spell_cells


def random_spells(rng, size):
    entry = rng.integers(0, 6, size)
    duration = entry + rng.integers(1, 12, size)
    return duration, rng.integers(0, 3, size), entry


def test_risk_sets_equal_counting_row_by_row():
    rng = np.random.default_rng(1)
    duration, event, entry = random_spells(rng, 400)
    sets = risk_sets(spell_cells(duration, event, entry_periods=entry))
    assert sets.times_periods.tolist() == sorted(set(duration[event > 0].tolist()))
    for position, time in enumerate(sets.times_periods):
        assert sets.at_risk[position] == np.sum((entry < time) & (duration >= time))
        for cause in (1, 2):
            ended = np.sum((duration == time) & (event == cause))
            assert sets.ended[position, cause - 1] == ended


def test_splitting_merging_and_reordering_cells_changes_nothing():
    rng = np.random.default_rng(2)
    duration, event, entry = random_spells(rng, 300)
    customers = rng.integers(1, 9, 300)
    cells = spell_cells(duration, event, customers=customers, entry_periods=entry)
    order = rng.permutation(300)
    rows = np.repeat(order, customers[order])
    per_row = spell_cells(duration[rows], event[rows], entry_periods=entry[rows])
    assert cells.n == per_row.n == customers.sum()
    assert np.array_equal(risk_sets(cells).at_risk, risk_sets(per_row).at_risk)
    assert np.array_equal(risk_sets(cells).ended, risk_sets(per_row).ended)


def test_cells_of_nobody_are_left_out():
    cells = spell_cells([1, 99], [1, 1], customers=[5, 0], group=["a", "b"], window_periods=12)
    assert cells.groups == ("a",)
    assert cells.n == 5


def test_at_risk_counts_late_entries_only_after_they_entered():
    cells = spell_cells([5, 5], [1, 0], customers=[3, 4], entry_periods=[0, 2])
    assert at_risk(cells, np.array([1, 2, 3, 5, 6])).tolist() == [3, 3, 7, 7, 0]


def test_after_a_start_only_those_still_there_are_followed():
    cells = spell_cells([2, 5, 7], [1, 1, 0], customers=[10, 20, 30]).after(2)
    assert cells.n == 50
    assert risk_sets(cells).times_periods.tolist() == [5]
    assert cells.entry_periods.tolist() == [2, 2]


def test_one_cause_censors_the_others():
    cells = spell_cells([2, 3], [1, 2]).for_cause(2)
    assert risk_sets(cells).times_periods.tolist() == [3]
    assert cells.events == 1


def test_a_spell_beyond_the_window_is_refused():
    with pytest.raises(EstimationError, match=r"beyond the window: found 7 of 17 customers"):
        spell_cells([12, 30], [1, 0], customers=[10, 7], window_periods=24)


def test_a_spell_that_ends_before_it_enters_is_refused():
    with pytest.raises(EstimationError, match="end no later than they enter: found 1 of 2"):
        spell_cells([3, 4], [1, 0], entry_periods=[3, 0])


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(EstimationError) as caught:
        spell_cells([1.5, 2], [1, -1], customers=[1])
    text = str(caught.value)
    assert "differ in length" in text
    assert "duration_periods has values that are negative or no whole numbers" in text
    assert "event has values" in text


def test_missing_values_and_no_spell_are_refused():
    with pytest.raises(EstimationError, match="duration_periods has values that are no numbers"):
        spell_cells([1, float("nan")], [1, 0])
    with pytest.raises(EstimationError, match="no spell to estimate from"):
        spell_cells([], [])
