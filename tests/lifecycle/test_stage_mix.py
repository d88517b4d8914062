"""The monthly moves, their stability, and the mix ahead."""

import dataclasses

import numpy as np
import numpy.typing as npt
import pytest

from analysis.answers import NotAssessed
from analysis.definitions import Stage
from analysis.lifecycle.checks.stage_mix import stage_mix_checks
from analysis.lifecycle.monthly_moves import MonthlyMoves
from analysis.lifecycle.present.stage_mix import present_stage_mix
from analysis.lifecycle.stage_mix import StageMix, stage_mix
from analysis.results import CheckStatus

from ..captions import captions

MATRIX = np.array(
    [
        [0.80, 0.20, 0.00, 0.00, 0.00],
        [0.00, 0.80, 0.15, 0.05, 0.00],
        [0.00, 0.00, 0.95, 0.04, 0.01],
        [0.00, 0.00, 0.10, 0.75, 0.15],
        [0.00, 0.00, 0.01, 0.00, 0.99],
    ]
)
FIRST = 2023 * 12


def simulate(
    months: int, *, seed: int, changed: npt.NDArray[np.float64] | None = None, since: int = 0
) -> MonthlyMoves:
    """Customers who move by the matrix, with 50 new ones a month; from `since` by another."""
    rng = np.random.default_rng(seed)
    customers = np.array([1000, 1500, 6000, 1000, 3000])
    moves = np.zeros((months, 6, 5), dtype=np.int64)
    for month in range(months):
        matrix = MATRIX if changed is None or month < since else changed
        moves[month, :5] = [
            rng.multinomial(n, row) for n, row in zip(customers, matrix, strict=True)
        ]
        moves[month, 5, 0] = 50
        customers = moves[month].sum(axis=0)
    return MonthlyMoves(months=tuple(range(FIRST, FIRST + months)), customers=moves)


def mix_of(moves: MonthlyMoves | NotAssessed, *, months: int = 24) -> StageMix | NotAssessed:
    return stage_mix(
        moves,
        months=months,
        months_ahead=12,
        months_ago=6,
        confidence=0.95,
        rng=np.random.default_rng(1),
        draws=400,
    )


@pytest.fixture(scope="module")
def mix() -> StageMix:
    found = mix_of(simulate(30, seed=5))
    assert isinstance(found, StageMix)
    return found


def test_the_planted_moves_are_inside_their_intervals(mix: StageMix) -> None:
    for i, row in enumerate(mix.matrix.shares):
        for j, estimate in enumerate(row):
            assert not estimate.excludes(MATRIX[i, j])


def test_stable_moves_pass_and_changed_moves_fail(mix: StageMix) -> None:
    assert stage_mix_checks(mix)[0].status is CheckStatus.PASSED
    changed = MATRIX.copy()
    changed[2] = [0, 0, 0.90, 0.05, 0.05]
    moved = mix_of(simulate(30, seed=5, changed=changed, since=20))
    assert isinstance(moved, StageMix)
    assert stage_mix_checks(moved)[0].status is CheckStatus.FAILED


def test_the_year_ahead_is_what_the_matrix_makes_of_it(mix: StageMix) -> None:
    """The expected mix by the planted matrix and arrivals lies inside the simulated interval."""
    mixed = mix.forecast.start * mix.forecast.customers
    for _ in range(12):
        mixed = mixed @ MATRIX + np.array([50, 0, 0, 0, 0])
    expected = mixed / mixed.sum()
    assert mix.arrivals == (50, 0, 0, 0, 0)
    for estimate, share in zip(mix.forecast.at(12), expected.tolist(), strict=True):
        assert not estimate.excludes(share)


def test_an_earlier_forecast_holds_where_nothing_changes(mix: StageMix) -> None:
    assert mix.comparison is not None
    assert mix.comparison.month == 6
    assert all(outcome.inside for outcome in mix.comparison.states)
    assert mix.comparison.misplaced < mix.comparison.misplaced_without_change
    last = mix.forecast.start.tolist()
    assert [o.realised for o in mix.comparison.states] == pytest.approx(last)


def test_an_earlier_forecast_fails_where_the_last_months_differ() -> None:
    changed = MATRIX.copy()
    changed[2] = [0, 0, 0.85, 0.05, 0.10]
    found = mix_of(simulate(30, seed=5, changed=changed, since=24))
    assert isinstance(found, StageMix)
    checks = {check.name: check.status for check in stage_mix_checks(found)}
    assert checks["earlier_forecast_held"] is CheckStatus.FAILED


def test_the_earlier_forecast_knows_nothing_of_later_months() -> None:
    """Other months afterwards leave what would have been forecast as it was."""
    changed = MATRIX.copy()
    changed[2] = [0, 0, 0.85, 0.05, 0.10]
    same, other = (
        mix_of(simulate(30, seed=5)),
        mix_of(simulate(30, seed=5, changed=changed, since=24)),
    )
    assert isinstance(same, StageMix)
    assert isinstance(other, StageMix)
    assert same.comparison is not None
    assert other.comparison is not None
    # the first forecast draws from the generator before; its counts differ, its draws do not
    for one, two in zip(same.comparison.states, other.comparison.states, strict=True):
        assert one.forecast.value == pytest.approx(two.forecast.value, abs=0.005)


def test_stages_that_never_occur_are_left_out() -> None:
    moves = simulate(30, seed=5)
    related = moves.customers.copy()
    related[:, 0] = 0
    related[:, :, 0] = 0
    found = mix_of(MonthlyMoves(months=moves.months, customers=related))
    assert isinstance(found, StageMix)
    assert Stage.POTENTIAL not in found.states


def test_a_stage_without_customers_to_learn_from_is_not_assessed() -> None:
    moves = simulate(30, seed=5)
    arriving = moves.customers.copy()
    arriving[:, 4] = 0
    arriving[:-1, :, 4] = 0
    found = mix_of(MonthlyMoves(months=moves.months, customers=arriving))
    assert isinstance(found, NotAssessed)
    assert found.reason.pattern == "A stage has no customers to learn from."


def test_with_few_months_there_is_no_earlier_forecast() -> None:
    found = mix_of(simulate(10, seed=5))
    assert isinstance(found, StageMix)
    assert found.comparison is None
    assert list(captions(present_stage_mix(found))) == ["monthly_transitions", "stage_mix_ahead"]


def test_captions_tell_a_change_ahead_from_noise(mix: StageMix) -> None:
    found = captions(present_stage_mix(mix))
    assert "misplaced" in found["earlier_forecast"]
    assert "had nothing changed" in found["earlier_forecast"]
    assert "customers go from" in found["stage_mix_ahead"]
    steady = dataclasses.replace(
        mix,
        forecast=dataclasses.replace(
            mix.forecast, start=np.array([e.value for e in mix.forecast.at(12)])
        ),
    )
    assert (
        "the largest change in 12 months is noise"
        in (captions(present_stage_mix(steady))["stage_mix_ahead"])
    )


def test_a_forecast_no_better_than_none_says_so(mix: StageMix) -> None:
    assert mix.comparison is not None
    worse = dataclasses.replace(mix.comparison, misplaced_without_change=0.0)
    found = captions(present_stage_mix(dataclasses.replace(mix, comparison=worse)))
    assert found["earlier_forecast"].endswith("no better than no change")


def test_what_is_not_assessed_stays_so() -> None:
    reason = mix_of(simulate(3, seed=5), months=3)
    assert isinstance(reason, NotAssessed)
    assert present_stage_mix(reason) is reason
