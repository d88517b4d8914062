"""Rank reversal: every order that turns round is reported, and no other."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.stats.decision_matrix import decision_matrix
from analysis.stats.multi_criteria import ValueScale, weighted_score
from analysis.stats.rank_reversal import METHOD, rank_reversals

UNTIMED = settings(deadline=None)

figures = st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=2, max_size=6)


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


REVERSING = [[1, 5], [4, 2], [3, 3]]


def two_criteria(values, names="abcd"):
    return decision_matrix(
        values, alternatives=names[: len(values)], criteria=["x", "y"], higher_is_better=[True] * 2
    )


def order_by_the_textbook(matrix, weights, higher):
    scores = textbook_topsis(matrix.values.tolist(), weights, higher)
    return dict(zip(matrix.alternatives, scores, strict=True))


def test_a_reversal_by_a_newcomer_is_reported_and_true():
    matrix, weights, higher = two_criteria(REVERSING), (0.5, 0.5), (True, True)
    found = rank_reversals(matrix, weights, added={"d": [5, 1]})
    assert "added" in [reversal.change for reversal in found]
    before = order_by_the_textbook(matrix, weights, higher)
    for reversal in found:
        added = reversal.change == "added"
        other = matrix.adding("d", [5, 1]) if added else matrix.without(reversal.alternative)
        after = order_by_the_textbook(other, weights, higher)
        for was_ahead, now_ahead in reversal.pairs:
            assert before[was_ahead] > before[now_ahead]
            assert after[now_ahead] > after[was_ahead]


def test_every_reversal_by_leaving_one_out_is_reported_and_no_other():
    # Also by alternatives that another one beats on everything: nobody would choose them.
    rng = np.random.default_rng(1)
    weights, higher = (0.4, 0.3, 0.3), (True, False, True)
    dominated = 0
    for _ in range(200):
        matrix = matrix_of(rng.integers(1, 20, (4, 3)).astype(float).tolist())
        before = order_by_the_textbook(matrix, weights, higher)
        expected = set()
        for left in matrix.alternatives:
            after = order_by_the_textbook(matrix.without(left), weights, higher)
            expected |= {
                (left, one, other)
                for one in after
                for other in after
                if before[one] > before[other] + 1e-12 and after[one] < after[other] - 1e-12
            }
        found = rank_reversals(matrix, weights)
        assert {(r.alternative, *pair) for r in found for pair in r.pairs} == expected
        dominated += sum(reversal.dominated for reversal in found)
    assert dominated > 0


@UNTIMED
@given(figures)
def test_a_scale_that_is_given_admits_no_reversal(values):
    assume(all(len(set(column)) > 1 for column in zip(*values, strict=True)))
    scale = ValueScale(worst=np.array([0.0, 60.0, 0.0]), best=np.array([60.0, 0.0, 60.0]))
    assert not rank_reversals(
        matrix_of(values),
        (0.5, 0.3, 0.2),
        rule="weighted-score",
        scale=scale,
        added={"z": [1, 50, 1], "y": [50, 1, 50]},
    )


def test_weighted_score_on_its_own_scale_can_be_turned_round_too():
    # c stretches the scale of the rate, on which a is ahead of b; without it b is worst there
    matrix = matrix_of([[5, 10, 1], [4, 6.5, 1.5], [1, 11, 2]])
    found = rank_reversals(matrix, (0.52, 0.4, 0.08), rule="weighted-score")
    assert [(r.alternative, r.change, r.pairs) for r in found] == [("c", "removed", (("b", "a"),))]
    # by hand: with c, b has .52 * 3/4 + .4 + .08 / 2, a .52 + .4 * 1/4.5; without c, a leads
    whole = weighted_score(matrix, (0.52, 0.4, 0.08))
    assert whole.scores[:2] == pytest.approx((0.52 + 0.4 / 4.5, 0.39 + 0.4 + 0.04))
    rest = weighted_score(matrix.without("c"), (0.52, 0.4, 0.08))
    assert rest.scores == pytest.approx((0.52, 0.48))


def test_of_two_none_can_be_left_out():
    assert rank_reversals(matrix_of([[1, 5, 1], [2, 6, 2]]), (0.5, 0.3, 0.2)) == ()


def test_an_alternative_to_be_added_is_checked():
    matrix = matrix_of([[1, 5, 1], [2, 6, 2]])
    with pytest.raises(EstimationError, match="alternatives are named twice: found a"):
        rank_reversals(matrix, (0.5, 0.3, 0.2), added={"a": [1, 2, 3]})


def test_the_method_names_its_sources():
    assert "Belton" in METHOD.citation
    assert "TOPSIS" in METHOD.citation
