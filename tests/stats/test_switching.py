"""Won from and lost to: balances that add up, intervals with their coverage, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.paired_preference import paired_preference, preference_probability
from analysis.stats.proportions import mix, share
from analysis.stats.switching import METHODS, switching_balance, switching_comparisons

BANKS = ("own", "b", "c", "d")
FLOWS = [[0, 30, 10, 5], [50, 0, 20, 8], [15, 25, 0, 2], [5, 0, 0, 0]]


def balance(institution="own", flows=FLOWS, **options):
    return switching_balance(flows, institutions=BANKS, institution=institution, **options)


def test_a_balance_by_hand():
    found = balance()
    assert (found.won, found.lost, found.net.value) == (70, 45, 25)
    assert [(x.other, x.won, x.lost, x.net.value) for x in found.exchanges] == [
        ("d", 5, 5, 0),
        ("c", 15, 10, 5),
        ("b", 50, 30, 20),
    ]


def test_shares_of_those_won_and_lost_are_goodman_intervals():
    exchanges = {exchange.other: exchange for exchange in balance().exchanges}
    won, lost = mix((50, 15, 5)), mix((30, 10, 5))
    for k, other in enumerate("bcd"):
        assert exchanges[other].share_of_won == won[k]
        assert exchanges[other].share_of_lost == lost[k]


def test_net_flow_is_the_share_won_on_the_scale_of_customers():
    found = balance()
    won = share(70, 115)
    assert found.share_won == won
    assert (found.net.low, found.net.high) == pytest.approx(
        (115 * (2 * won.low - 1), 115 * (2 * won.high - 1))
    )


def test_what_one_wins_the_others_lose():
    balances = [balance(bank) for bank in BANKS]
    assert sum(found.net.value for found in balances) == 0
    assert sum(found.won for found in balances) == np.sum(FLOWS)
    own, b = balances[0], balances[1]
    there = next(x for x in own.exchanges if x.other == "b").net
    back = next(x for x in b.exchanges if x.other == "own").net
    assert (there.low, there.value, there.high) == pytest.approx(
        (-back.high, -back.value, -back.low)
    )


def test_nobody_exchanged_leaves_no_net_flow():
    exchange = next(x for x in balance("d").exchanges if x.other == "own")
    assert exchange.net is not None
    flows = np.array(FLOWS)
    flows[0, 3] = flows[3, 0] = 0
    exchange = next(x for x in balance(flows=flows).exchanges if x.other == "d")
    assert (exchange.won, exchange.lost, exchange.net) == (0, 0, None)


def test_an_institution_that_only_lost_has_no_mix_of_those_won():
    flows = np.array(FLOWS)
    flows[:, 0] = 0
    found = balance(flows=flows)
    assert all(exchange.share_of_won is None for exchange in found.exchanges)
    assert found.net.value == -45
    assert found.net.high < 0


def test_every_switch_is_a_preference_for_the_bank_joined():
    rows = switching_comparisons(FLOWS, institutions=BANKS)
    assert sum(row.first_preferred + row.second_preferred for row in rows) == np.sum(FLOWS)
    first = next(row for row in rows if (row.first, row.second) == ("own", "b"))
    assert (first.first_preferred, first.second_preferred) == (50, 30)
    assert ("b", "d") in [(row.first, row.second) for row in rows]
    found = paired_preference(rows)
    assert preference_probability(found, "own", "b").value > 0.5


@pytest.mark.slow
def test_net_flow_covers_the_expected_one_as_often_as_claimed(assert_covers):
    # given how many move, each goes one way with a fixed probability
    rng = np.random.default_rng(51)
    moved, chance = 120, 0.58
    hits = 0
    for won in rng.binomial(moved, chance, 1000):
        flows = np.zeros((4, 4), dtype=int)
        flows[1, 0], flows[0, 1] = won, moved - won
        hits += not balance(flows=flows).net.excludes(moved * (2 * chance - 1))
    assert_covers(hits, 1000, 0.95)


@pytest.mark.slow
def test_shares_lost_to_all_others_are_covered_together():
    # Goodman's intervals hold jointly and may exceed their coverage: one-sided
    rng = np.random.default_rng(52)
    truth = {"b": 0.6, "c": 0.3, "d": 0.1}
    draws, hits = 600, 0
    for lost in rng.multinomial(150, list(truth.values()), draws):
        flows = np.zeros((4, 4), dtype=int)
        flows[0, 1:] = lost
        found = balance(flows=flows)
        hits += all(not x.share_of_lost.excludes(truth[x.other]) for x in found.exchanges)
    assert hits >= 0.95 * draws - 3.3 * np.sqrt(draws * 0.95 * 0.05)


@pytest.mark.parametrize(
    ("flows", "said"),
    [
        ([[0, 1], [1, 0]], r"flows are no square table: found shape \(2, 2\)"),
        (np.ones((4, 3)), r"flows are no square table: found shape \(4, 3\)"),
        (np.ones((4, 4)), "customers who moved from an institution to itself"),
        (-np.ones((4, 4)) + np.eye(4), "flows are no counts: found 12 of 16 cells"),
        (np.zeros((4, 4)), "nobody came to or left own"),
    ],
)
def test_what_are_no_flows_is_refused(flows, said):
    with pytest.raises(EstimationError, match=said):
        balance(flows=flows)


def test_an_unknown_institution_is_refused():
    with pytest.raises(EstimationError, match="no such institution: found z, need one of own, b"):
        balance("z")


def test_every_method_names_its_source():
    assert set(METHODS) == {"sources", "net"}
    assert all(method.citation for method in METHODS.values())
