"""Judgements of pairs as a matrix: both halves, rounding, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.judgements import checked_matrix, judgement_matrix

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


def test_judgements_of_pairs_make_the_matrix():
    pairs = {(DRINKS[i], DRINKS[j]): DRINKS_MATRIX[i][j] for i in range(7) for j in range(i + 1, 7)}
    assert judgement_matrix(pairs, DRINKS) == pytest.approx(np.array(DRINKS_MATRIX))
    backwards = {(b, a): 1 / ratio for (a, b), ratio in pairs.items()}
    assert judgement_matrix(backwards, DRINKS) == pytest.approx(np.array(DRINKS_MATRIX))
    assert judgement_matrix({**pairs, **backwards}, DRINKS) == pytest.approx(
        np.array(DRINKS_MATRIX)
    )


def test_missing_unknown_broken_and_opposed_pairs_are_refused_all_at_once():
    pairs = {("a", "b"): 3.0, ("b", "a"): 3.0, ("a", "x"): 2.0, ("b", "c"): 0.0}
    with pytest.raises(EstimationError) as caught:
        judgement_matrix(pairs, ["a", "b", "c"])
    text = str(caught.value)
    assert "judgements of unknown criteria: found x" in text
    assert "pairs that nobody judged: found a against c" in text
    assert "a against b is judged twice, differently: found 3 and 0.333" in text
    assert "b against c is no judgement: found 0.0" in text


def test_rounded_reciprocals_are_made_exact():
    found = checked_matrix([[1, 3], [0.33, 1]], criteria=["a", "b"])
    assert found[0, 1] == pytest.approx(np.sqrt(3 / 0.33))
    assert found[0, 1] * found[1, 0] == pytest.approx(1)


def test_what_a_matrix_is_called_is_said():
    with pytest.raises(EstimationError, match="judgements of expert 3 leave the scale"):
        checked_matrix([[1, 30], [1 / 30, 1]], criteria=["a", "b"], name="judgements of expert 3")
