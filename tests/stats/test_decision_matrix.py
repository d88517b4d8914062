"""Alternatives by criteria: entropy weights published and derived, refusals."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import EstimationError
from analysis.stats.decision_matrix import (
    METHOD,
    decision_matrix,
    entropy_weights,
)
from analysis.stats.multi_criteria import topsis

ENTROPY_PUBLISHED = [
    # Xu, X. (2004), European J. Operational Research 156, 530-532
    (
        [[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]],
        (0.4630, 0.3992, 0.1378, 0.0000),
    ),
    # Zavadskas, E. K., Podvezko, V. (2016), Int. J. Inf. Technology & Decision Making 15, 267-283
    (
        [[3.0, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]],
        (0.1146, 0.1981, 0.4185, 0.2689),
    ),
]

UNTIMED = settings(deadline=None)

figures = st.lists(st.lists(st.integers(1, 50), min_size=3, max_size=3), min_size=2, max_size=6)


def matrix_of(values, higher=(True, False, True), names="abcdefgh"):
    return decision_matrix(
        values,
        alternatives=list(names[: len(values)]),
        criteria=["rate", "fee", "app"],
        higher_is_better=list(higher),
    )


@pytest.mark.parametrize(("values", "published"), ENTROPY_PUBLISHED)
def test_entropy_weights_equal_the_published_ones(values, published):
    matrix = decision_matrix(
        values, alternatives="abcd", criteria="wxyz", higher_is_better=[True] * 4
    )
    assert entropy_weights(matrix) == pytest.approx(published, abs=5.1e-5)


@UNTIMED
@given(figures)
def test_entropy_weights_follow_from_information(values):
    # Independent route: 1 - entropy / log(m) is the divergence from equal shares over log(m).
    columns = list(zip(*values, strict=True))
    assume(all(len(set(column)) > 1 for column in columns))
    m = len(values)
    divergence = [
        sum(x / sum(column) * math.log(m * x / sum(column)) for x in column) for column in columns
    ]
    expected = [d / sum(divergence) for d in divergence]
    assert entropy_weights(matrix_of(values)) == pytest.approx(expected, rel=1e-6)


def test_a_figure_of_zero_has_an_entropy_weight():
    found = entropy_weights(matrix_of([[0, 1, 1], [2, 1, 1], [2, 2, 2]]))
    # shares (0, 1/2, 1/2): 1 - log(2)/log(3)
    first = 1 - math.log(2) / math.log(3)
    rest = 1 - (0.5 * math.log(4) + 0.5 * math.log(2)) / math.log(3)
    assert found == pytest.approx(np.array([first, rest, rest]) / (first + 2 * rest))


def test_a_criterion_without_variation_is_refused():
    with pytest.raises(EstimationError, match="a criterion without variation: found fee"):
        matrix_of([[1, 5, 1], [2, 5, 2]])


def test_negative_figures_have_no_entropy_weight_but_a_rank():
    matrix = matrix_of([[-1, 5, 1], [2, 6, 2]])
    with pytest.raises(
        EstimationError, match="negative figures have no entropy weight: found rate"
    ):
        entropy_weights(matrix)
    assert topsis(matrix, (1, 0, 0)).ranks == (2, 1)


def test_what_is_no_comparison_is_refused_all_at_once():
    with pytest.raises(EstimationError) as caught:
        decision_matrix(
            [[1, 2, 3]], alternatives=["a", "b"], criteria=["x", "x"], higher_is_better=[True]
        )
    text = str(caught.value)
    assert "alternatives and values do not fit together: found 2 names for 1" in text
    assert "criteria are named twice: found x" in text
    assert "not every criterion says whether higher is better: found 1 of 3" in text
    assert "nothing to compare with: found 1 alternative" in text


def test_missing_figures_are_refused():
    with pytest.raises(
        EstimationError, match="figures have cells that are no numbers: found 1 of 6"
    ):
        matrix_of([[1, 5, 1], [2, math.nan, 2]])


def test_an_alternative_is_dominated_only_by_a_better_one():
    matrix = matrix_of([[5, 1, 9], [3, 2, 5], [3, 2, 5], [6, 3, 1]])
    assert [matrix.dominated(name) for name in "abcd"] == [False, True, True, False]
    assert not matrix.without("a").dominated("b")
    assert matrix.without("a").adding("z", [3, 1, 5]).dominated("b")


def test_the_method_names_its_source():
    assert "Shannon" in METHOD.citation
