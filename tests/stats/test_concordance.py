"""Concordance against lifelines and by hand, coverage, invariance, refusals."""

import numpy as np
import pytest
from lifelines.datasets import load_rossi
from lifelines.utils import concordance_index

from analysis.errors import EstimationError
from analysis.stats.concordance import concordance


@pytest.mark.parametrize("column", ["prio", "age", "fin"])
def test_it_equals_lifelines_on_arrests(column):
    rossi = load_rossi()
    found = concordance(rossi["week"], rossi["arrest"], rossi[column])
    peer = concordance_index(rossi["week"], rossi[column], rossi["arrest"])
    pairs_of_equal_rank = 0.5  # lifelines counts these as one half, ours leaves them out
    both = _with_equal_ranks(rossi, column, found.share.value, pairs_of_equal_rank)
    assert both == pytest.approx(peer, abs=1e-9)


def _with_equal_ranks(rows, column, share, half):
    """Weigh our share with the pairs of equal ranks, of which it says nothing."""
    wait, ended, rank = (rows[name].to_numpy() for name in ("week", "arrest", column))
    shorter = (wait[:, None] < wait[None, :]) & (ended[:, None] == 1)
    cut = (wait[:, None] == wait[None, :]) & (ended[:, None] == 1) & (ended[None, :] == 0)
    known = shorter | cut
    same = rank[:, None] == rank[None, :]
    different, equal = (known & ~same).sum(), (known & same).sum()
    return (share * different + half * equal) / (different + equal)


def test_by_hand():
    # five of each rank; better ranks wait 1, worse ones 2, one of the better waits 3
    wait, rank = [1] * 9 + [3] + [2] * 10, [1] * 10 + [2] * 10
    found = concordance(wait, [1] * 20, rank)
    assert found.pairs == 100
    assert found.share.value == pytest.approx(0.9)


def test_cut_off_waits_count_only_where_it_is_known_who_waited_less():
    with pytest.raises(EstimationError, match="too few cases of different ranks"):
        concordance([5] * 10 + [9] * 10, [0] * 10 + [1] * 10, [1] * 10 + [2] * 10)


def test_turning_the_ranks_mirrors_the_share_and_only_their_order_counts():
    rng = np.random.default_rng(2)
    wait, ended, rank = rng.exponential(9, 200), rng.random(200) < 0.7, rng.integers(1, 5, 200)
    forth = concordance(wait, ended, rank).share
    back = concordance(wait, ended, -rank).share
    assert back.value == pytest.approx(1 - forth.value)
    assert back.low == pytest.approx(1 - forth.high)
    assert concordance(wait**3, ended, 10.0 * rank).share.value == pytest.approx(forth.value)


def test_the_interval_covers(assert_covers):
    """Exponential waits with hazards of 1 and 2: the better rank waits less in 2 of 3 pairs."""
    rng = np.random.default_rng(8)
    draws, hits = 1000, 0
    rank = np.repeat([1, 2], 60)
    for _ in range(draws):
        wait = rng.exponential(1 / np.where(rank == 1, 2.0, 1.0))
        found = concordance(wait, np.ones(120), rank).share
        hits += found.low <= 2 / 3 <= found.high
    assert_covers(hits, draws, 0.95)


def test_columns_that_differ_in_length_are_refused():
    with pytest.raises(EstimationError, match="do not fit together: found 2, 2 and 3"):
        concordance([1, 2], [1, 1], [1, 2, 3])
