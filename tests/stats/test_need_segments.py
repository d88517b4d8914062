"""Segments: planted ones are found, none are made up, and refusals."""

import numpy as np
import pytest
from sklearn.cluster import KMeans

from analysis.errors import EstimationError
from analysis.stats.need_segments import jaccard, need_segments

CENTRES = np.array([[4.5, 2, 2, 4.5], [2, 4.5, 2, 2], [2, 2, 4.5, 4.5]])
QUICK = {"most": 4, "references": 6, "resamples": 15}


def answers(rng, n, centres=CENTRES, shares=(0.5, 0.3, 0.2), spread=0.7):
    kind = rng.choice(len(centres), size=n, p=shares)
    drawn = centres[kind] + rng.normal(0, spread, (n, centres.shape[1]))
    return np.clip(np.round(drawn), 1, 5), kind


def test_planted_segments_are_found_with_their_sizes():
    x, kind = answers(np.random.default_rng(1), 600)
    found = need_segments(x, rng=np.random.default_rng(2), **QUICK)
    assert found.number == found.number_by_gap == found.number_by_strength == 3
    table = np.zeros((3, 3))
    np.add.at(table, (kind, found.membership), 1)
    assert np.trace(table) > 0.97 * 600  # segments come largest first, as planted
    assert found.centres == pytest.approx(CENTRES, abs=0.25)
    assert min(found.stability) > 0.9


def test_the_clusters_are_those_of_scikit_learn():
    x, _ = answers(np.random.default_rng(3), 400)
    found = need_segments(x, rng=np.random.default_rng(2), **QUICK)
    peer = KMeans(n_clusters=3, n_init=20, random_state=5).fit(x).labels_
    for k in range(3):
        assert max(jaccard(found.membership == k, peer == other) for other in range(3)) > 0.99


@pytest.mark.parametrize("kind", ["even", "one factor", "normal"])
def test_no_segments_are_found_where_there_are_none(kind):
    """In 5 samples each at most one is mistaken."""
    made_up = 0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        if kind == "even":
            x = rng.integers(1, 6, size=(200, 4)).astype(float)
        elif kind == "one factor":
            x = 3 + rng.normal(size=(200, 4)) * 0.6 + rng.normal(size=(200, 1))
            x = np.clip(np.round(x), 1, 5)
        else:
            x = rng.normal(size=(200, 4))
        made_up += need_segments(x, rng=rng, most=3, references=5, resamples=5).found
    assert made_up <= 1


def test_weights_move_the_sizes_and_the_order_of_people_does_not():
    x, kind = answers(np.random.default_rng(4), 300)
    heavy = np.where(kind == 2, 6.0, 1.0)
    found = need_segments(x, rng=np.random.default_rng(2), weights=heavy, **QUICK)
    assert np.bincount(kind[found.membership == 0]).argmax() == 2  # now the largest
    order = np.random.default_rng(5).permutation(300)
    again = need_segments(x[order], rng=np.random.default_rng(2), **QUICK)
    plain = need_segments(x, rng=np.random.default_rng(2), **QUICK)
    assert np.mean(again.membership == plain.membership[order]) > 0.99


def test_a_segment_that_comes_and_goes_is_called_unstable():
    """Two clear segments, cut into four by force: the halves do not come back."""
    rng = np.random.default_rng(6)
    x, _ = answers(rng, 400, centres=CENTRES[:2], shares=(0.5, 0.5))
    found = need_segments(x, rng=rng, **QUICK)
    assert found.number == 2
    strength = {c.number: c.prediction_strength for c in found.candidates}
    assert strength[2] > 0.9
    assert strength[4] < 0.8


def test_refusals_say_what_is_wrong():
    x, _ = answers(np.random.default_rng(7), 200)
    with pytest.raises(EstimationError, match="too few people to look for segments: found 59"):
        need_segments(x[:59], rng=np.random.default_rng(1), most=3)
    still = x.copy()
    still[:, 1] = 3
    with pytest.raises(EstimationError, match="all answers are the same: found 1 of 4 needs"):
        need_segments(still, rng=np.random.default_rng(1))
    gaps = x.copy()
    gaps[0, 0] = np.nan
    with pytest.raises(EstimationError, match="no complete table"):
        need_segments(gaps, rng=np.random.default_rng(1))
