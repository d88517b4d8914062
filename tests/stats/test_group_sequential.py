"""Group-sequential bounds: published tables, level and joint coverage, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.group_sequential import METHODS, repeated_interval, sequential_bounds

FIVE = [0.2, 0.4, 0.6, 0.8, 1.0]


def test_published_bounds_of_obrien_fleming_type():
    # Reboussin and others (2000), Programs for computing group sequential boundaries:
    # five looks, two-sided level .05
    found = sequential_bounds(FIVE)
    assert found.bounds == pytest.approx([4.877, 3.357, 2.680, 2.290, 2.031], abs=6e-4)
    assert found.spent[-1] == pytest.approx(0.05)


def test_published_bounds_of_pocock_type():
    # the same programme, spending function of Pocock type
    found = sequential_bounds(FIVE, spending="pocock")
    assert found.bounds == pytest.approx([2.438, 2.427, 2.410, 2.397, 2.386], abs=6e-4)


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_a_single_look_needs_no_correction(spending):
    assert sequential_bounds([1.0], spending=spending).bounds == pytest.approx([1.959964])


def test_bounds_depend_on_the_looks_so_far_only():
    assert sequential_bounds([0.3, 0.5]).bounds == pytest.approx(
        sequential_bounds([0.3, 0.5, 0.9, 1.0]).bounds[:2]
    )


def test_a_very_early_look_cannot_stop():
    found = sequential_bounds([0.001, 1.0])
    assert found.bounds[0] > 8
    assert found.bounds[1] == pytest.approx(1.959964, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_intervals_of_all_looks_cover_the_truth_together(assert_covers, spending):
    rng = np.random.default_rng(4)
    information = np.array([0.25, 0.5, 0.6, 1.0])
    bounds = sequential_bounds(information, spending=spending)
    steps = rng.normal(0, np.sqrt(np.diff(information, prepend=0)), (4000, 4))
    hits = 0
    for score in np.cumsum(steps, axis=1):
        # estimate after each look: truth 3, standard error 1 at the end
        hits += all(
            not repeated_interval(
                3 + score[k] / share, share**-0.5, look=k + 1, bounds=bounds
            ).excludes(3)
            for k, share in enumerate(information)
        )
    assert_covers(hits, 4000, 0.95)


@pytest.mark.parametrize("looks", [[], [0.5, 0.5], [0.5, 1.2], [0.0, 1.0]])
def test_looks_that_do_not_rise_are_refused(looks):
    with pytest.raises(EstimationError, match="no rising fractions of the planned data"):
        sequential_bounds(looks)


def test_a_look_that_was_not_planned_is_refused():
    with pytest.raises(EstimationError, match="no such look at the result: found look 3 of 2"):
        repeated_interval(1.0, 1.0, look=3, bounds=sequential_bounds([0.5, 1.0]))
    assert all(method.citation for method in METHODS.values())
