"""TOPSIS and weighted score: published values, the textbook's steps, invariances."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.stats.decision_matrix import decision_matrix, entropy_weights
from analysis.stats.multi_criteria import METHODS, ValueScale, topsis, weighted_score
from analysis.stats.rank_reversal import rank_reversals

# Hwang, C.-L., Yoon, K. (1981), Multiple Attribute Decision Making: choice of a fighter aircraft
FIGHTERS = decision_matrix(
    [
        [2.0, 1500, 20000, 5.5, 5, 9],
        [2.5, 2700, 18000, 6.5, 3, 5],
        [1.8, 2000, 21000, 4.5, 7, 7],
        [2.2, 1800, 20000, 5.0, 5, 5],
    ],
    alternatives=["A1", "A2", "A3", "A4"],
    criteria=["speed", "range", "payload", "price", "reliability", "manoeuvrability"],
    higher_is_better=[True, True, True, False, True, True],
)

FIGHTER_WEIGHTS = (0.2, 0.1, 0.1, 0.1, 0.2, 0.3)

UNTIMED = settings(deadline=None)

figures = st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=2, max_size=6)

scales = st.lists(st.floats(1e-4, 1e4), min_size=3, max_size=3)


def matrix_of(values, higher=(True, False, True), names="abcdefgh"):
    return decision_matrix(
        values,
        alternatives=list(names[: len(values)]),
        criteria=["rate", "fee", "app"],
        higher_is_better=list(higher),
    )


def textbook_topsis(values, weights, higher):
    """The steps of Hwang and Yoon, one number at a time."""
    m, n = len(values), len(weights)
    lengths = [math.sqrt(sum(values[i][j] ** 2 for i in range(m))) for j in range(n)]
    v = [[weights[j] * values[i][j] / lengths[j] for j in range(n)] for i in range(m)]
    columns = [[v[i][j] for i in range(m)] for j in range(n)]
    best = [max(c) if up else min(c) for c, up in zip(columns, higher, strict=True)]
    worst = [min(c) if up else max(c) for c, up in zip(columns, higher, strict=True)]
    return [math.dist(row, worst) / (math.dist(row, worst) + math.dist(row, best)) for row in v]


def test_fighters_have_the_published_closeness():
    found = topsis(FIGHTERS, FIGHTER_WEIGHTS)
    assert found.scores == pytest.approx((0.643, 0.268, 0.613, 0.312), abs=1e-3)
    assert found.ranks == (1, 4, 2, 3)
    assert found.order() == ("A1", "A3", "A4", "A2")


@UNTIMED
@given(figures)
def test_topsis_follows_the_textbook_step_by_step(values):
    assume(all(len(set(column)) > 1 for column in zip(*values, strict=True)))
    found = topsis(matrix_of(values), (0.5, 0.3, 0.2))
    assert found.scores == pytest.approx(
        textbook_topsis(values, (0.5, 0.3, 0.2), (True, False, True)), abs=1e-12
    )


def test_two_alternatives_by_hand():
    # columns (3, 4) and (8, 6): lengths 5 and 10; equal weights
    found = topsis(
        decision_matrix(
            [[3, 8], [4, 6]],
            alternatives=["a", "b"],
            criteria=["rate", "fee"],
            higher_is_better=[True, True],
        ),
        (0.5, 0.5),
    )
    assert found.scores == pytest.approx((0.5, 0.5))
    assert found.ranks == (1, 1)


def test_weighted_score_by_hand():
    found = weighted_score(matrix_of([[4, 12, 1], [3, 5, 3], [3.5, 12, 2]]), (0.5, 0.3, 0.2))
    assert found.scores == pytest.approx((0.5, 0.5, 0.35))
    assert found.ranks == (1, 1, 3)


def test_weighted_score_on_a_scale_that_is_given():
    scale = ValueScale(worst=np.array([0.0, 20.0, 0.0]), best=np.array([10.0, 0.0, 4.0]))
    found = weighted_score(matrix_of([[4, 12, 1], [3, 5, 3]]), (0.5, 0.3, 0.2), scale=scale)
    assert found.scores == pytest.approx(
        (0.5 * 0.4 + 0.3 * 0.4 + 0.2 * 0.25, 0.5 * 0.3 + 0.3 * 0.75 + 0.2 * 0.75)
    )


@UNTIMED
@given(figures, scales)
def test_ranks_do_not_depend_on_units(values, units):
    assume(all(len(set(column)) > 1 for column in zip(*values, strict=True)))
    here = matrix_of(values)
    there = matrix_of((np.array(values) * np.array(units)).tolist())
    for rule in (topsis, weighted_score):
        one, other = rule(here, (0.5, 0.3, 0.2)), rule(there, (0.5, 0.3, 0.2))
        assert one.scores == pytest.approx(other.scores, abs=1e-9)
    assert entropy_weights(here) == pytest.approx(entropy_weights(there), rel=1e-6)


@UNTIMED
@given(figures, st.permutations(range(3)))
def test_order_of_the_criteria_does_not_matter(values, order):
    assume(all(len(set(column)) > 1 for column in zip(*values, strict=True)))
    weights, higher = np.array([0.5, 0.3, 0.2]), np.array([True, False, True])
    one = topsis(matrix_of(values), weights.tolist())
    other = topsis(
        matrix_of(np.array(values)[:, order].tolist(), higher[order].tolist()),
        weights[order].tolist(),
    )
    assert one.scores == pytest.approx(other.scores, abs=1e-12)


def test_a_cost_is_the_mirror_of_a_benefit():
    values = np.array([[4.0, 12, 1], [3, 5, 3], [3.5, 9, 2]])
    mirrored = values * [1, -1, 1]
    costs = weighted_score(matrix_of(values), (0.5, 0.3, 0.2))
    benefits = weighted_score(matrix_of(mirrored, (True, True, True)), (0.5, 0.3, 0.2))
    assert costs.scores == pytest.approx(benefits.scores)


def test_best_on_everything_scores_one_and_worst_zero():
    matrix = matrix_of([[5, 1, 9], [3, 2, 5], [1, 9, 1]])
    for rule in (topsis, weighted_score):
        scores = rule(matrix, (0.5, 0.3, 0.2)).scores
        assert scores[0] == pytest.approx(1)
        assert scores[2] == pytest.approx(0)
    assert matrix.dominated("b")
    assert not matrix.dominated("a")


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ((0.5, 0.3, 0.3), r"weights do not add up to 1: found 1\.1, need 1"),
        ((1.2, -0.4, 0.2), "weights are negative: found fee"),
        ((0.5, 0.5), "weights and criteria do not fit together: found 2 weights for 3"),
        ((np.nan, 0.5, 0.5), "weights are negative: found rate"),
    ],
)
def test_what_are_no_weights_is_refused(weights, said):
    matrix = matrix_of([[1, 5, 1], [2, 6, 2]])
    for rule in (topsis, weighted_score, rank_reversals):
        with pytest.raises(EstimationError, match=said):
            rule(matrix, weights)


def test_a_scale_that_runs_the_wrong_way_is_refused():
    scale = ValueScale(worst=np.array([0.0, 0.0, 0.0]), best=np.array([10.0, 20.0, 4.0]))
    with pytest.raises(EstimationError, match="not better than its worst: found fee"):
        weighted_score(matrix_of([[1, 5, 1], [2, 6, 2]]), (0.5, 0.3, 0.2), scale=scale)


def test_every_method_names_its_source():
    assert set(METHODS) == {"topsis", "weighted-score"}
    assert all(method.citation for method in METHODS.values())
