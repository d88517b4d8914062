"""The mix ahead: exact expectation, coverage of what comes, comparison, refusals."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.mix_forecast import METHOD, compare_forecast, forecast_mix
from analysis.stats.transitions import transition_counts

STATES = ["new", "stable", "dormant", "lost"]
SHARES = np.array(
    [[0.7, 0.25, 0.04, 0.01], [0.0, 0.95, 0.04, 0.01], [0.0, 0.2, 0.7, 0.1], [0.0, 0.0, 0.0, 1.0]]
)


def moves(rng, customers, shares=SHARES):
    return np.stack([rng.multinomial(n, row) for n, row in zip(customers, shares, strict=True)])


def history(rng, months, *, start=(2000, 10_000, 5000, 2000), inflow=(400, 0, 0, 0), spread=None):
    """Simulate months of moves; with `spread` each month has shares of its own."""
    customers, found = np.array(start), []
    for _ in range(months):
        found.append(moves(rng, customers, own_shares(rng, spread)))
        customers = found[-1].sum(axis=0) + np.array(inflow)
    return transition_counts(STATES, [str(i) for i in range(months)], found), customers


def own_shares(rng, spread):
    if spread is None:
        return SHARES
    shares = np.zeros_like(SHARES)
    for i, row in enumerate(SHARES):
        shares[i, row > 0] = rng.dirichlet(row[row > 0] * spread)
    return shares


def test_expected_mix_is_the_power_of_the_matrix():
    counts = transition_counts(STATES, range(6), [np.rint(1e6 * SHARES)] * 6)
    start = np.array([1000, 5000, 3000, 1000])
    forecast = forecast_mix(
        counts, start.tolist(), months_ahead=12, rng=np.random.default_rng(1), draws=4000
    )
    expected = start / start.sum() @ np.linalg.matrix_power(SHARES, 12)
    assert forecast.mean[-1] == pytest.approx(expected, abs=5e-4)
    assert forecast.mean.sum(axis=1) == pytest.approx(1)
    assert [estimate.value for estimate in forecast.at(12)] == pytest.approx(forecast.mean[-1])


def test_new_customers_enter_after_each_step():
    counts = transition_counts(["active", "lost"], range(6), [[[100, 0], [0, 100]]] * 6)
    forecast = forecast_mix(
        counts, [80, 20], months_ahead=2, inflow=[50, 0], rng=np.random.default_rng(2)
    )
    assert forecast.mean[:, 0] == pytest.approx([130 / 150, 180 / 200])
    assert forecast.high[1, 0] == pytest.approx(forecast.low[1, 0])


def test_moves_that_never_occur_stay_impossible():
    counts = transition_counts(["active", "lost"], range(6), [[[90, 10], [0, 100]]] * 6)
    forecast = forecast_mix(counts, [0, 500], months_ahead=24, rng=np.random.default_rng(3))
    assert forecast.at(24)[1].low == 1


@pytest.mark.parametrize("variation", ["months", "sampling"])
def test_order_of_the_states_only_reorders_the_forecast(variation):
    counts, now = history(np.random.default_rng(4), 12)
    turned = transition_counts(STATES[::-1], counts.months, counts.customers[:, ::-1, ::-1])
    forth, back = (
        forecast_mix(
            source, start, months_ahead=6, variation=variation, rng=np.random.default_rng(5)
        )
        for source, start in ((counts, now.tolist()), (turned, now[::-1].tolist()))
    )
    assert back.mean[:, ::-1] == pytest.approx(forth.mean, abs=2e-3)
    assert back.low[:, ::-1] == pytest.approx(forth.low, abs=4e-3)


def test_a_seed_gives_the_same_forecast_again():
    counts, now = history(np.random.default_rng(6), 12)
    first, second = (
        forecast_mix(counts, now.tolist(), months_ahead=3, rng=np.random.default_rng(7))
        for _ in range(2)
    )
    assert np.array_equal(first.low, second.low)


def coverage(seed, *, months, spread, variation, draws, ahead=6):
    """Count, by state, how often what came lies in the interval."""
    rng = np.random.default_rng(seed)
    hits = np.zeros(len(STATES), dtype=int)
    inflow = np.array([400, 0, 0, 0])
    for _ in range(draws):
        counts, customers = history(rng, months, spread=spread)
        forecast = forecast_mix(
            counts,
            customers.tolist(),
            months_ahead=ahead,
            inflow=inflow.tolist(),
            variation=variation,
            draws=500,
            rng=rng,
        )
        for _ in range(ahead):
            customers = moves(rng, customers, own_shares(rng, spread)).sum(axis=0) + inflow
        outcome = compare_forecast(forecast, customers.tolist(), month=ahead)
        hits += [state.inside for state in outcome.states]
    return hits


@pytest.mark.slow
def test_what_comes_is_covered_as_often_as_claimed_where_months_are_alike(assert_covers):
    hits = coverage(71, months=12, spread=None, variation="sampling", draws=400)
    for count in hits:
        assert_covers(int(count), 400, 0.95)


@pytest.mark.slow
def test_what_comes_is_covered_as_often_as_claimed_where_months_differ(assert_covers):
    hits = coverage(72, months=24, spread=300, variation="months", draws=400)
    for count in hits:
        assert_covers(int(count), 400, 0.95)


@pytest.mark.slow
def test_chance_alone_is_far_too_sure_where_months_differ():
    hits = coverage(73, months=24, spread=300, variation="sampling", draws=200)
    assert hits.max() < 0.8 * 200


def test_a_forecast_is_held_against_what_came_and_against_no_change():
    counts = transition_counts(["active", "lost"], range(6), [[[900, 100], [0, 1000]]] * 6)
    forecast = forecast_mix(counts, [10_000, 0], months_ahead=2, rng=np.random.default_rng(8))
    found = compare_forecast(forecast, [8100, 1900], month=2)
    assert [state.inside for state in found.states] == [True, True]
    assert found.misplaced == pytest.approx(abs(forecast.mean[1, 0] - 0.81))
    assert found.misplaced_without_change == pytest.approx(0.19)
    surprised = compare_forecast(forecast, [5000, 5000], month=2)
    assert [state.inside for state in surprised.states] == [False, False]
    assert surprised.states[0].realised == 0.5


def test_wrong_settings_are_refused_all_at_once():
    counts = transition_counts(["active", "lost"], ["a"], [[[9, 1], [0, 0]]])
    with pytest.raises(EstimationError) as caught:
        forecast_mix(
            counts, [1, 2, 3], months_ahead=2, inflow=[-1, 0], rng=np.random.default_rng(1)
        )
    text = str(caught.value)
    assert "no customer starts a month in state 'lost'" in text
    assert "start does not fit the states: found 3 values" in text
    assert "inflow does not fit the states" in text
    assert "too few months to learn how months differ: found 1, need 6" in text


def test_a_forecast_that_does_not_reach_so_far_is_refused():
    counts = transition_counts(["active", "lost"], range(6), [[[9, 1], [0, 5]]] * 6)
    with pytest.raises(EstimationError, match="a simulation that is too short: found 0 months"):
        forecast_mix(counts, [5, 5], months_ahead=0, rng=np.random.default_rng(1))
    forecast = forecast_mix(counts, [5, 5], months_ahead=2, rng=np.random.default_rng(1))
    with pytest.raises(EstimationError, match="does not reach so far: found month 3"):
        compare_forecast(forecast, [5, 5], month=3)
    with pytest.raises(EstimationError, match="realised counts does not fit the states"):
        compare_forecast(forecast, [0, 0], month=1)


def test_the_method_names_its_source():
    assert "Anderson" in METHOD.citation
