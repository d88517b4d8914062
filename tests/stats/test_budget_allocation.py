"""Budget allocation: worked examples, prices, uncertainty, refusals."""

import dataclasses
import itertools

import numpy as np
import pytest
from scipy.stats import binom

from analysis.errors import EstimationError
from analysis.stats.budget_allocation import METHOD, Incentive, allocate_budget


def offer(name, cost, effect, most, **options):
    return Incentive(
        name=name,
        cost_cny=cost,
        effect=effect,
        standard_error=options.pop("standard_error", 0.0),
        maximum_units=most,
        **options,
    )


def solve(options, budget, seed=1, **more):
    return allocate_budget(options, budget_cny=budget, rng=np.random.default_rng(seed), **more)


def test_money_goes_to_the_most_effect_per_cny_first():
    found = solve([offer("a", 2, 3, 100), offer("b", 1, 2, 60), offer("c", 4, 4, 10)], 100)
    assert found.units == pytest.approx((20, 60, 0))
    assert found.gain == pytest.approx(180)


def test_prices_are_what_one_more_cny_or_unit_gains():
    options = [offer("a", 2, 3, 100), offer("b", 1, 2, 60)]
    found = solve(options, 100)
    assert found.budget_price == pytest.approx(solve(options, 101).gain - found.gain)
    wider = [options[0], dataclasses.replace(options[1], maximum_units=61)]
    assert found.limit_prices == pytest.approx((0, solve(wider, 100).gain - found.gain))
    assert solve(options, 1000).budget_price == 0


def test_whole_units_are_the_best_of_all_combinations():
    options = [
        offer("a", 5, 7, 4, whole=True),
        offer("b", 4, 5, 4, whole=True),
        offer("c", 3, 3.5, 4, whole=True),
    ]
    found = solve(options, 22)
    best = max(
        7 * a + 5 * b + 3.5 * c
        for a, b, c in itertools.product(range(5), repeat=3)
        if 5 * a + 4 * b + 3 * c <= 22
    )
    assert found.gain == pytest.approx(best)
    assert all(number == pytest.approx(round(number)) for number in found.units)


def test_the_order_of_the_incentives_does_not_matter():
    options = [offer("a", 2, 3, 100), offer("b", 1, 2, 60)]
    assert solve(options, 100).units == solve(options[::-1], 100).units[::-1]


def test_minimum_units_are_kept():
    found = solve([offer("a", 1, 1, 100, minimum_units=30), offer("b", 1, 2, 100)], 100)
    assert found.units == pytest.approx((30, 70))


def test_a_choice_among_equals_is_flattered_and_said_to_be():
    # ten incentives of the same true effect 1: the one that looks best gains nothing
    rng = np.random.default_rng(2)
    shown, corrected = [], []
    for seed in range(30):
        options = [
            offer(str(k), 1, float(rng.normal(1, 0.3)), 100, standard_error=0.3, today_units=10)
            for k in range(10)
        ]
        found = solve(options, 100, seed=seed, draws=25)
        shown.append(found.gain_over_today.value)
        corrected.append(found.gain_over_today_corrected.value)
    assert np.mean(shown) > 35
    assert abs(np.mean(corrected)) < 0.5 * np.mean(shown)


def test_the_interval_after_the_choice_covers_what_the_plain_one_misses():
    # the truth of every split's gain is 0: it is the choice alone that promises one
    rng = np.random.default_rng(4)
    plain = chosen = 0
    for seed in range(200):
        options = [
            offer(str(k), 1, float(rng.normal(1, 0.3)), 100, standard_error=0.3, today_units=10)
            for k in range(10)
        ]
        found = solve(options, 100, seed=seed, draws=2)
        plain += not found.gain_over_today.excludes(0)
        chosen += not found.gain_over_today_corrected.excludes(0)
    assert plain < binom.ppf(0.0005, 200, 0.95)
    assert chosen >= binom.ppf(0.0005, 200, 0.95)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_left_of_the_gain_never_exceeds_it(seed):
    # few draws, and errors that dwarf the differences: noise must not add to the gain
    options = [
        offer(str(k), 1, 1 + k / 9, 60, standard_error=0.5, today_units=20) for k in range(5)
    ]
    found = solve(options, 100, seed=seed, draws=5)
    assert found.gain_over_today_corrected.value <= found.gain_over_today.value


def test_with_a_single_effect_nothing_is_chosen_and_both_intervals_are_one():
    found = solve([offer("a", 1, 5.0, 100, standard_error=0.3, today_units=20)], 100)
    assert found.gain_over_today_corrected.low == pytest.approx(found.gain_over_today.low)
    assert found.gain_over_today_corrected.high == pytest.approx(found.gain_over_today.high)


@pytest.mark.slow
def test_gain_of_a_split_that_was_not_chosen_by_its_noise_is_covered(assert_covers):
    # one incentive is far ahead, so that noise does not choose
    rng = np.random.default_rng(3)
    hits = 0
    for seed in range(300):
        options = [
            offer("a", 1, float(rng.normal(5, 0.3)), 50, standard_error=0.3, today_units=20),
            offer("b", 1, float(rng.normal(1, 0.2)), 100, standard_error=0.2, today_units=80),
        ]
        found = solve(options, 100, seed=seed, draws=2)
        hits += not found.gain_over_today.excludes(30 * 5 - 30 * 1)
    assert_covers(hits, 300, 0.95)


def test_uncertain_effects_spread_the_split():
    sure = solve([offer("a", 1, 2, 100), offer("b", 1, 1.9, 100)], 100)
    unsure = solve(
        [offer("a", 1, 2, 100, standard_error=0.5), offer("b", 1, 1.9, 100, standard_error=0.5)],
        100,
    )
    assert sure.spread == pytest.approx(np.array([(100, 100), (0, 0)]))
    assert unsure.spread == pytest.approx(np.array([(0, 100), (0, 100)]))


def test_budgets_that_cannot_be_split_are_refused():
    with pytest.raises(EstimationError, match="no incentive to spend the budget on"):
        solve([], 100)
    with pytest.raises(EstimationError, match="minimum units exceed the budget: found 60 of 50"):
        solve([offer("a", 2, 1, 40, minimum_units=30)], 50)
    with pytest.raises(EstimationError, match="incentive 'a' cannot be bought") as caught:
        solve([offer("a", 0, 1, 40), offer("b", 1, 1, 5, minimum_units=9)], 50)
    assert len(caught.value.problems) == 2
    assert METHOD.assumptions
