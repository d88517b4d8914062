"""Log-rank test against the published value and lifelines, its error rate, refusals."""

import numpy as np
import pytest
from lifelines.datasets import load_waltons
from lifelines.statistics import multivariate_logrank_test, pairwise_logrank_test
from statsmodels.duration.survfunc import survdiff

from analysis.errors import EstimationError
from analysis.stats.log_rank import METHOD, log_rank, pairwise_log_rank
from analysis.stats.spells import spell_cells


def random_rows(seed, size=300):
    rng = np.random.default_rng(seed)
    duration, event = rng.integers(1, 15, size), rng.integers(0, 2, size)
    return duration, event, rng.choice(["a", "b", "c", "d"], size), rng.integers(1, 6, size)


def test_statistic_equals_the_published_one():
    # lifelines documentation, logrank_test on the waltons data: 122.25
    waltons = load_waltons()
    found = log_rank(spell_cells(waltons["T"], waltons["E"], group=waltons["group"]))
    assert found.chi2 == pytest.approx(122.25, abs=0.005)
    assert found.degrees_of_freedom == 1
    assert sum(found.observed) == pytest.approx(sum(found.expected))


def test_counted_cells_of_many_groups_equal_lifelines_row_by_row():
    duration, event, group, customers = random_rows(7)
    found = log_rank(spell_cells(duration, event, customers=customers, group=group))
    rows = np.repeat(np.arange(duration.size), customers)
    peer = multivariate_logrank_test(duration[rows], group[rows], event[rows])
    assert found.degrees_of_freedom == 3
    assert found.chi2 == pytest.approx(peer.test_statistic, rel=1e-8)
    assert found.p_value == pytest.approx(peer.p_value, rel=1e-6)


def test_late_entry_equals_statsmodels():
    duration, event, group, _ = random_rows(8)
    entry = np.random.default_rng(9).integers(0, duration)
    found = log_rank(spell_cells(duration, event, entry_periods=entry, group=group))
    # entered half a period later: statsmodels counts a subject as at risk at its own entry
    peer = survdiff(duration, event, group, entry=entry + 0.5)
    assert found.chi2 == pytest.approx(peer[0], rel=1e-8)


def test_pairs_equal_lifelines_and_are_corrected_by_holm():
    duration, event, group, _ = random_rows(10)
    found = pairwise_log_rank(spell_cells(duration, event, group=group))
    peer = pairwise_logrank_test(duration, group, event).summary
    p = np.array([test.p_value for test in found])
    assert [(test.first, test.second) for test in found] == list(peer.index)
    assert p == pytest.approx(peer["p"].to_numpy(), rel=1e-6)
    order = np.argsort(p)
    by_hand = np.maximum.accumulate(np.minimum(1, p[order] * np.arange(p.size, 0, -1)))
    assert [found[i].p_adjusted for i in order] == pytest.approx(by_hand)


def test_labels_units_and_order_do_not_matter():
    duration, event, group, customers = random_rows(11)
    names = {"a": "z", "b": "y", "c": "x", "d": "w"}
    found = log_rank(spell_cells(duration, event, customers=customers, group=group))
    other = log_rank(
        spell_cells(
            30 * duration[::-1],
            event[::-1],
            customers=customers[::-1],
            group=[names[label] for label in group[::-1]],
        )
    )
    assert other.chi2 == pytest.approx(found.chi2, rel=1e-10)
    assert other.observed == tuple(reversed(found.observed))


@pytest.mark.slow
def test_groups_without_a_difference_are_told_apart_as_rarely_as_claimed(assert_covers):
    rng = np.random.default_rng(12)
    draws, kept = 1000, 0
    for _ in range(draws):
        life, last = rng.geometric(0.08, 300), rng.integers(3, 15, 300)
        cells = spell_cells(
            np.minimum(life, last), life <= last, group=rng.choice(list("abc"), 300)
        )
        kept += log_rank(cells).p_value > 0.05
    assert_covers(kept, draws, 0.95)


def test_one_group_is_refused():
    with pytest.raises(EstimationError, match="one group only, nothing to compare: found 1 group"):
        log_rank(spell_cells([1, 2], [1, 0], customers=[5, 5]))


def test_no_loss_in_the_window_is_refused():
    with pytest.raises(EstimationError, match="no loss in the window in all groups: found 0"):
        log_rank(spell_cells([1, 2], [0, 0], customers=[5, 5], group=["a", "b"]))


def test_a_segment_of_one_is_refused():
    with pytest.raises(EstimationError, match="too few customers in group 'b': found 1, need 2"):
        log_rank(spell_cells([1, 2], [1, 0], customers=[5, 1], group=["a", "b"]))


def test_a_pair_without_loss_is_refused():
    cells = spell_cells([1, 2, 2], [1, 0, 0], customers=[5, 5, 5], group=["a", "b", "c"])
    assert log_rank(cells).chi2 > 0
    with pytest.raises(EstimationError, match="no loss in the window"):
        pairwise_log_rank(cells)


def test_the_method_names_its_source():
    assert "Mantel" in METHOD.citation
