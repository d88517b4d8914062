"""Transition shares and their stability: peers, error rate, refusals."""

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from analysis.errors import EstimationError
from analysis.stats.proportions import mix
from analysis.stats.transitions import (
    METHODS,
    check_stationarity,
    transition_counts,
    transition_matrix,
)

STATES = ["new", "stable", "lost"]
SHARES = np.array([[0.6, 0.35, 0.05], [0.0, 0.97, 0.03], [0.0, 0.0, 1.0]])


def simulated(rng, months=8, shares=SHARES):
    return transition_counts(
        STATES,
        [f"2025-{month + 1:02}" for month in range(months)],
        [[rng.multinomial(500, row) for row in shares] for _ in range(months)],
    )


def test_shares_are_those_of_all_months_with_the_intervals_of_a_mix():
    counts = transition_counts(
        ["new", "stable"], ["a", "b"], [[[70, 30], [5, 95]], [[20, 80], [10, 190]]]
    )
    found = transition_matrix(counts, confidence=0.9)
    assert found.customers == (200, 300)
    assert found.share("new", "stable").value == pytest.approx(110 / 200)
    assert found.shares[1] == mix([15, 285], confidence=0.9)


def test_statistics_equal_those_of_contingency_tables():
    counts = simulated(np.random.default_rng(61))
    found = check_stationarity(counts)
    for i, row in enumerate(found.states[:2]):
        table = counts.customers[:, i][:, counts.pooled[i] > 0]
        for statistic, peer in (
            ("likelihood_ratio", "log-likelihood"),
            ("pearson_chi2", "pearson"),
        ):
            result = chi2_contingency(table, correction=False, lambda_=peer)
            assert getattr(row, statistic) == pytest.approx(result.statistic, rel=1e-9)
            assert row.degrees_of_freedom == result.dof
    assert found.likelihood_ratio == pytest.approx(
        sum(row.likelihood_ratio for row in found.states)
    )
    assert found.degrees_of_freedom == 7 * 2 + 7 * 1


def test_impossible_moves_and_empty_months_take_no_degree_of_freedom():
    counts = transition_counts(
        ["new", "lost"], ["a", "b", "c"], [[[9, 1], [0, 5]], [[0, 0], [0, 5]], [[8, 2], [0, 5]]]
    )
    found = check_stationarity(counts)
    assert found.degrees_of_freedom == 1
    assert found.states[1].degrees_of_freedom == 0


def test_order_of_months_and_states_does_not_matter():
    counts = simulated(np.random.default_rng(62))
    turned = transition_counts(STATES[::-1], counts.months, counts.customers[::-1, ::-1, ::-1])
    assert check_stationarity(turned).likelihood_ratio == pytest.approx(
        check_stationarity(counts).likelihood_ratio
    )
    assert transition_matrix(turned).share("new", "lost") == transition_matrix(counts).share(
        "new", "lost"
    )


def test_a_shift_is_found_and_its_size_is_said():
    later = SHARES.copy()
    later[1] = [0.0, 0.90, 0.10]
    rng = np.random.default_rng(63)
    before, after = simulated(rng, 4), simulated(rng, 4, later)
    counts = transition_counts(
        STATES, range(8), np.concatenate([before.customers, after.customers])
    )
    found = check_stationarity(counts)
    assert found.p_value < 0.001
    assert min(found.states, key=lambda row: row.p_value).state == "stable"
    assert 0.02 < found.largest_shift < 0.15
    assert check_stationarity(counts, shift_customers=501).largest_shift == 0


@pytest.mark.slow
def test_stable_moves_are_doubted_as_rarely_as_claimed(assert_covers):
    rng = np.random.default_rng(64)
    kept = sum(check_stationarity(simulated(rng)).p_value > 0.05 for _ in range(1000))
    assert_covers(kept, 1000, 0.95)


@pytest.mark.slow
def test_a_row_is_covered_as_a_whole_at_least_as_often_as_claimed():
    rng = np.random.default_rng(65)
    hits = 0
    for _ in range(500):
        found = transition_matrix(simulated(rng))
        hits += all(not found.shares[0][j].excludes(share) for j, share in enumerate(SHARES[0]))
    assert hits >= 500 * 0.95 - 3.3 * np.sqrt(500 * 0.95 * 0.05)


def test_a_state_without_customers_is_refused_by_its_name():
    counts = transition_counts(["new", "stable"], ["a"], [[[0, 0], [1, 9]]])
    with pytest.raises(EstimationError, match="no customer starts a month in state 'new'"):
        transition_matrix(counts)


def test_one_month_only_has_no_change_to_test():
    counts = transition_counts(["new", "stable"], ["a"], [[[5, 5], [1, 9]]])
    with pytest.raises(EstimationError, match="nothing over which moves could change: found 1 mon"):
        check_stationarity(counts)


def test_wrong_counts_are_refused_all_at_once():
    with pytest.raises(EstimationError) as caught:
        transition_counts(["new"], ["a", "b"], [[[-1]]])
    text = str(caught.value)
    assert "transition counts of a wrong shape: found 1 x 1 x 1" in text
    assert "negative or no whole numbers: found 1 of 1" in text


def test_every_method_names_its_source():
    assert set(METHODS) == {"matrix", "stationarity"}
