"""The choice of what else to hide is safe, and the cheapest that is."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure.attack import Demand, Knowledge, bounds, matrix, unmet
from analysis.disclosure.suppression import Question, hide

MINIMUM = 10


def square(body: list[list[int]], slack: int) -> Question:
    """A table with its sums, every number known to within `slack`, small ones hidden."""
    full = np.array(body)
    full = np.vstack([full, full.sum(axis=0)])
    full = np.column_stack([full, full.sum(axis=1)])
    place = np.arange(full.size).reshape(full.shape)
    sizes = full.ravel().astype(float)
    lines = [*place, *place.T]
    small = [int(i) for i in np.flatnonzero((sizes > 0) & (sizes < MINIMUM))]
    return Question(
        shown_lower=np.where(sizes > 0, sizes - slack, 0),
        shown_upper=np.where(sizes > 0, sizes + slack, 0),
        hidden_lower=np.zeros(full.size),
        hidden_upper=np.where(sizes > 0, np.inf, 0),
        equations=tuple(
            (*((int(i), 1.0) for i in line[:-1]), (int(line[-1]), -1.0)) for line in lines
        ),
        demands=tuple(Demand(number=i, at_most=1, at_least=MINIMUM) for i in small),
        hidden=frozenset(small),
        costs={i: 1 + int(sizes[i]) for i in range(full.size) if sizes[i] >= MINIMUM},
    )


def is_safe(question: Question, hidden: frozenset[int]) -> bool:
    return not unmet(question.known(hidden), question.demands)


def cheapest(question: Question) -> int | None:
    """Try every choice, the cheapest first."""
    may = sorted(question.costs)
    choices = [frozenset(c) for size in range(len(may) + 1) for c in combinations(may, size)]
    prices = {chosen: sum(question.costs[i] for i in chosen) for chosen in choices}
    safe = (
        prices[chosen]
        for chosen in sorted(choices, key=prices.__getitem__)
        if is_safe(question, question.hidden | chosen)
    )
    return next(safe, None)


BODIES = st.lists(st.lists(st.integers(0, 40), min_size=2, max_size=2), min_size=2, max_size=2)


@settings(max_examples=8, deadline=None)
@given(BODIES, st.sampled_from([0, 2]))
def test_no_choice_that_is_safe_costs_less(body: list[list[int]], slack: int) -> None:
    question = square(body, slack)
    found = hide(question)
    best = cheapest(question)
    assert found.safe is (best is not None)
    if best is not None:
        assert is_safe(question, found.numbers)
        assert found.cost == best
        assert found.cost_at_least == best


@pytest.mark.parametrize("rounds", [0, 1, 2])
def test_a_choice_that_is_not_completed_in_time_is_safe_and_bounded(rounds: int) -> None:
    rng = np.random.default_rng(7)
    question = square(rng.integers(0, 41, size=(4, 4)).tolist(), 0)
    quick, best = hide(question, rounds=rounds), hide(question)
    assert quick.safe
    assert is_safe(question, quick.numbers)
    assert quick.cost_at_least <= best.cost <= quick.cost
    assert best.cost_at_least == best.cost


def test_two_runs_choose_the_same() -> None:
    question = square([[4, 20, 20], [20, 20, 20], [20, 20, 20]], 0)
    assert len({hide(question).numbers for _ in range(3)}) == 1


def test_bounds_of_two_by_two_by_hand() -> None:
    """What is left of the sums is 8 and 12 by rows, 7 and 13 by columns.

    The Fréchet bounds: at least row + column - all, at most the smaller of the two.
    """
    lines = (((0, 1.0), (1, 1.0), (4, -1.0)), ((2, 1.0), (3, 1.0), (5, -1.0)))
    columns = (((0, 1.0), (2, 1.0), (6, -1.0)), ((1, 1.0), (3, 1.0), (7, -1.0)))
    sums = np.array([8.0, 12, 7, 13])
    known = Knowledge(
        np.concatenate([np.zeros(4), sums]),
        np.concatenate([np.full(4, np.inf), sums]),
        matrix((*lines, *columns), 8),
    )
    assert [bounds(known, i) for i in range(4)] == [(0, 7), (1, 8), (0, 7), (5, 12)]


def test_whole_numbers_say_more_than_fractions() -> None:
    """Twice an unknown between 3 and 5 is 4 in whole numbers."""
    known = Knowledge(
        np.array([0.0, 3.0]), np.array([np.inf, 5.0]), matrix((((0, 2.0), (1, -1.0)),), 2)
    )
    assert bounds(known, 0) == (2, 2)
    told = unmet(known, [Demand(number=0, at_most=1.5, at_least=2.5)])
    assert [(one.side, one.at_lower.any()) for one in told] == [(1.0, False), (-1.0, False)]


def test_what_contradicts_itself_has_no_bounds() -> None:
    known = Knowledge(
        np.array([3.0, 0.0]), np.array([4.0, 1.0]), matrix((((0, 1.0), (1, -1.0)),), 2)
    )
    with pytest.raises(ValueError, match="no table agrees"):
        bounds(known, 0)
