"""Weights from judgements of two: Saaty's drinks, his random index, what to ask again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from analysis.errors import EstimationError
from analysis.stats.judgements import SCALE
from analysis.stats.pairwise_comparison import (
    METHOD,
    RANDOM_INDEX,
    pairwise_weights,
    principal_weights,
)

DRINKS = ("coffee", "wine", "tea", "beer", "sodas", "milk", "water")

# Saaty, T. L. (2008), Int. J. Services Sciences 1, 83-98: consumption of drinks in the US
DRINKS_MATRIX = [
    [1, 9, 5, 2, 1, 1, 1 / 2],
    [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [1, 9, 4, 2, 1, 2, 1 / 2],
    [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [2, 9, 9, 3, 2, 3, 1],
]

CONTRADICTORY = [[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]

UNTIMED = settings(deadline=None)

weights_of_four = st.lists(st.sampled_from([1, 2, 4, 8]), min_size=4, max_size=4)


def consistent(weights):
    array = np.asarray(weights, dtype=float)
    return array[:, None] / array[None, :]


def test_drinks_have_the_published_weights_and_ratio():
    found = pairwise_weights(DRINKS_MATRIX, criteria=DRINKS)
    assert found.weights == pytest.approx(
        (0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327), abs=5.1e-4
    )
    assert found.consistency_ratio == pytest.approx(0.022, abs=5e-4)
    assert found.random_index == 1.32
    assert found.random_index_table == "saaty"
    assert found.accepted


def test_drinks_have_the_published_ratio_by_the_finer_random_index_too():
    found = pairwise_weights(DRINKS_MATRIX, criteria=DRINKS, random_index="alonso-lamata")
    assert found.consistency_ratio == pytest.approx(0.022, abs=5e-4)
    assert found.random_index == 1.3417


def test_weights_solve_the_eigenvalue_equation():
    found = pairwise_weights(DRINKS_MATRIX, criteria=DRINKS)
    matrix, weights = np.array(DRINKS_MATRIX), np.array(found.weights)
    assert matrix @ weights == pytest.approx(found.principal_eigenvalue * weights, abs=1e-12)
    assert sum(found.weights) == pytest.approx(1, abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("n", range(3, 11))
def test_finer_random_index_is_that_of_random_judgements(n):
    rng = np.random.default_rng(n)
    draws = 20_000
    above = np.triu_indices(n, k=1)
    matrices = np.ones((draws, n, n))
    judged = rng.choice(SCALE, size=(draws, len(above[0])))
    matrices[:, *above] = judged
    matrices[:, above[1], above[0]] = 1 / judged
    index = (np.linalg.eigvals(matrices).real.max(axis=1) - n) / (n - 1)
    error = index.std() / np.sqrt(draws)
    assert abs(index.mean() - RANDOM_INDEX["alonso-lamata"][n - 1]) < 4 * error


@UNTIMED
@given(weights_of_four)
def test_consistent_judgements_give_back_their_weights(weights):
    found = pairwise_weights(consistent(weights), criteria="abcd")
    assert found.weights == pytest.approx(np.array(weights) / sum(weights), abs=1e-9)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.revise_first is None


@UNTIMED
@given(st.permutations(range(7)))
def test_order_of_the_criteria_does_not_matter(order):
    matrix = np.array(DRINKS_MATRIX)[np.ix_(order, order)]
    straight = dict(
        zip(DRINKS, pairwise_weights(DRINKS_MATRIX, criteria=DRINKS).weights, strict=True)
    )
    found = pairwise_weights(matrix, criteria=[DRINKS[k] for k in order])
    assert dict(zip(found.criteria, found.weights, strict=True)) == pytest.approx(
        straight, abs=1e-9
    )


def test_a_planted_slip_is_found_and_the_right_value_suggested():
    matrix = consistent([8, 4, 2, 1, 1])
    matrix[1, 3], matrix[3, 1] = 1 / 4, 4  # 4 was meant
    found = pairwise_weights(matrix, criteria="abcde", accept_inconsistent=True)
    assert not found.accepted
    ask = found.revise_first
    assert (ask.first, ask.second) == ("b", "d")
    assert (ask.stated, ask.suggested) == (0.25, 4)
    assert ask.consistency_ratio == pytest.approx(0, abs=1e-9)


def test_judgement_to_ask_again_lowers_the_ratio_more_than_any_other():
    # Independent route: the eigenvalue is convex in the logarithm of one judgement
    # (Bozoki, Fulop, Ronyai 2010), so that each pair has one best value.
    matrix = np.array(DRINKS_MATRIX)

    def eigenvalue(i, j, log):
        changed = matrix.copy()
        changed[i, j], changed[j, i] = np.exp(log), np.exp(-log)
        return np.linalg.eigvals(changed).real.max()

    best = {}
    for i in range(7):
        for j in range(i + 1, 7):
            bounds = (-np.log(9), np.log(9))
            line = minimize_scalar(lambda x, i=i, j=j: eigenvalue(i, j, x), bounds=bounds)
            best[i, j] = (line.fun, np.exp(line.x))
    ask = pairwise_weights(DRINKS_MATRIX, criteria=DRINKS).revise_first
    pair = (DRINKS.index(ask.first), DRINKS.index(ask.second))
    lowest = min(best.values())[0]
    value = best[pair][1]
    beside = [x for x in SCALE if x <= value][-1:] + [x for x in SCALE if x >= value][:1]
    assert ask.suggested in beside
    assert (
        ask.consistency_ratio < pairwise_weights(DRINKS_MATRIX, criteria=DRINKS).consistency_ratio
    )
    assert (lowest - 7) / 6 / 1.32 <= ask.consistency_ratio + 1e-9
    # No other pair does better on the scale that experts can answer on.
    for i, j in best:
        assert (
            ask.consistency_ratio
            <= min((eigenvalue(i, j, np.log(x)) - 7) / 6 / 1.32 for x in SCALE) + 1e-9
        )


def test_contradictory_judgements_are_refused_with_what_to_ask_again():
    with pytest.raises(
        EstimationError, match="contradict each other: found consistency ratio"
    ) as caught:
        pairwise_weights(CONTRADICTORY, criteria=["fees", "speed", "app"])
    assert "need at most 0.1. Ask 'fees' against 'speed' again first: 9 was judged" in str(
        caught.value
    )


def test_contradictory_judgements_are_used_if_asked_for_and_keep_their_ratio():
    found = pairwise_weights(CONTRADICTORY, criteria="abc", accept_inconsistent=True)
    assert found.weights == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert found.consistency_ratio > 1
    assert not found.accepted


def test_a_stricter_ratio_refuses_what_the_usual_one_accepts():
    with pytest.raises(EstimationError, match=r"ratio 0\.022, need at most 0\.01"):
        pairwise_weights(DRINKS_MATRIX, criteria=DRINKS, accepted_ratio=0.01)


def test_rounded_reciprocals_are_understood():
    found = pairwise_weights([[1, 3], [0.33, 1]], criteria=["a", "b"])
    assert found.weights[0] == pytest.approx(0.75, abs=2e-3)


@pytest.mark.parametrize(
    ("matrix", "said"),
    [
        ([[1, 2], [3, 1]], "not reciprocal: found a product of up to 6"),
        ([[1, 90], [1 / 90, 1]], "leave the scale: found 2 of 4, need 1/9 to 9"),
        ([[1, -2], [-0.5, 1]], "leave the scale"),
        ([[1, 2, 3], [0.5, 1, 2]], "no square matrix"),
        ([[1, 2], [0.5]], "no two-way table"),
        ([[1, np.nan], [1, 1]], "cells that are no numbers: found 1 of 4"),
    ],
)
def test_what_is_no_matrix_of_judgements_is_refused(matrix, said):
    with pytest.raises(EstimationError, match=said):
        pairwise_weights(matrix, criteria=["a", "b"])


def test_names_that_do_not_fit_are_refused():
    with pytest.raises(EstimationError, match="criteria and values do not fit together: found 3"):
        pairwise_weights([[1, 2], [0.5, 1]], criteria="abc")
    with pytest.raises(EstimationError, match="criteria are named twice: found a"):
        pairwise_weights([[1, 2], [0.5, 1]], criteria="aa")


def test_many_matrices_are_weighed_as_each_alone():
    stack = np.stack([consistent([1, 2, 4]), consistent([4, 2, 1]), np.array(CONTRADICTORY)])
    together, eigenvalues = principal_weights(stack)
    for k, matrix in enumerate(stack):
        alone, eigenvalue = principal_weights(matrix)
        assert together[k] == pytest.approx(alone)
        assert eigenvalues[k] == pytest.approx(float(eigenvalue))


def test_the_method_names_its_random_index():
    assert "Saaty" in METHOD.citation
    assert "Alonso" in METHOD.citation
