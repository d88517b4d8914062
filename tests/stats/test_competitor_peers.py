"""Weights, closeness and maps against the packages that the field uses (pymcdm, prince)."""

import numpy as np
import pandas as pd
import prince
import pytest
from pymcdm.methods import TOPSIS
from pymcdm.normalizations import vector_normalization
from pymcdm.weights import entropy_weights as peer_entropy_weights

from analysis.stats.correspondence_analysis import correspondence
from analysis.stats.decision_matrix import decision_matrix, entropy_weights
from analysis.stats.multi_criteria import topsis

HIGHER = (True, False, True, True)


def random_matrix(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(1, 100, (6, 4))


@pytest.mark.parametrize("seed", range(5))
def test_entropy_weights_equal_those_of_pymcdm(seed: int) -> None:
    values = random_matrix(seed)
    matrix = decision_matrix(
        values,
        alternatives=list("abcdef"),
        criteria=list("wxyz"),
        higher_is_better=[True, True, True, True],
    )
    assert entropy_weights(matrix) == pytest.approx(peer_entropy_weights(values), rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_topsis_equals_that_of_pymcdm(seed: int) -> None:
    values = random_matrix(seed)
    weights = np.random.default_rng(seed + 100).dirichlet(np.ones(4))
    types = np.where(HIGHER, 1, -1)
    peer = TOPSIS(vector_normalization)(values, weights, types)
    matrix = decision_matrix(
        values,
        alternatives=list("abcdef"),
        criteria=list("wxyz"),
        higher_is_better=list(HIGHER),
    )
    assert topsis(matrix, tuple(weights)).scores == pytest.approx(peer, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_map_is_that_of_prince(seed: int) -> None:
    counts = np.random.default_rng(seed).integers(5, 80, (6, 5))
    rows, columns = list("abcdef"), list("vwxyz")
    frame = pd.DataFrame(counts, index=rows, columns=columns)
    peer = prince.CA(n_components=4, engine="scipy").fit(frame)
    found = correspondence(counts, rows=rows, columns=columns)
    assert found.total_inertia == pytest.approx(peer.total_inertia_, rel=1e-9)
    assert found.principal_inertias[:4] == pytest.approx(peer.eigenvalues_, rel=1e-8)
    for ours, theirs in (
        (found.rows.coordinates, peer.row_coordinates(frame).to_numpy()),
        (found.columns.coordinates, peer.column_coordinates(frame).to_numpy()),
    ):
        assert np.abs(ours[:, :4]) == pytest.approx(np.abs(theirs), abs=1e-8)
