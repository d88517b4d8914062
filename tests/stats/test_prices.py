"""Price points and demand curves: curves crossed by hand, scipy, coverage, refusals."""

import numpy as np
import pytest
from scipy.stats import CensoredData, norm

from analysis.errors import EstimationError
from analysis.stats.design_bootstrap import resample_units
from analysis.stats.price_sensitivity import price_sensitivity
from analysis.stats.reservation_prices import reservation_prices

STEPS = np.array([0.4, 0.7, 1.3, 1.9])


def ask(rng, n):
    own = np.log(20) + rng.normal(0, 0.35, (n, 1))
    return np.exp(np.sort(own + np.log(STEPS) + rng.normal(0, 0.05, (n, 4)), axis=1))


def meter(answers, seed=1, draws=200, weights=None):
    resampling = resample_units(len(answers), rng=np.random.default_rng(seed), draws=draws)
    return price_sensitivity(answers, resampling=resampling, weights=weights)


def crossing(answers, falling, rising):
    """Where the share to whom it is too cheap meets that to whom it is too dear, by scanning."""
    prices = np.sort(answers[:, [falling, rising]].ravel())
    middle = (prices[1:] + prices[:-1]) / 2
    down = (answers[:, falling] >= middle[:, None]).mean(axis=1)
    up = (answers[:, rising] <= middle[:, None]).mean(axis=1)
    met = np.flatnonzero(np.isclose(down, up))
    return middle[met].mean() if len(met) else middle[np.argmax(up > down)]


def test_the_points_are_where_the_curves_cross():
    answers = ask(np.random.default_rng(1), 301)
    found = meter(answers)
    for point, pair in (
        (found.marginal_cheapness, (0, 1)),
        (found.optimal, (0, 3)),
        (found.indifference, (1, 2)),
        (found.marginal_expensiveness, (2, 3)),
    ):
        assert point.value == pytest.approx(crossing(answers, *pair), rel=5e-3)
    assert found.curves[0, 0] > 0.9
    assert found.curves[0, -1] < 0.1
    assert (np.diff(found.curves[:2], axis=1) <= 0).all()
    assert (np.diff(found.curves[2:], axis=1) >= 0).all()


def test_price_points_cover(assert_covers):
    rng = np.random.default_rng(2)
    optimal, indifference = 20 * np.sqrt(0.4 * 1.9), 20 * np.sqrt(0.7 * 1.3)
    hits = np.zeros(2, int)
    for draw in range(200):
        found = meter(ask(rng, 200), seed=draw)
        hits[0] += found.optimal.low <= optimal <= found.optimal.high
        hits[1] += found.indifference.low <= indifference <= found.indifference.high
    for count in hits:
        assert_covers(count, 200, 0.95)


def test_prices_scale_with_their_unit_and_weights_are_copies():
    rng = np.random.default_rng(3)
    answers = ask(rng, 200)
    assert meter(answers * 100).optimal.high == pytest.approx(meter(answers).optimal.high * 100)
    weights = rng.integers(1, 4, 200)
    copied = meter(np.repeat(answers, weights, axis=0)).optimal.value
    assert meter(answers, weights=weights).optimal.value == pytest.approx(copied)


def test_answers_that_do_not_rise_are_left_out_and_counted():
    answers = ask(np.random.default_rng(4), 100)
    answers[:7] = answers[:7, ::-1]
    assert (meter(answers).n, meter(answers).left_out) == (93, 7)
    answers[:80] = np.sort(answers[:80], axis=1)[:, ::-1]
    with pytest.raises(EstimationError, match="found 20 of 100, need at least 30"):
        meter(answers)


PRICES = np.array([8.0, 12, 16, 20, 25, 30, 40])


def intend(rng, n, median=18.0, spread=0.45):
    return rng.lognormal(np.log(median), spread, n)[:, None] >= PRICES


def fit(bought, seed=1, **survey):
    return reservation_prices(bought, PRICES, rng=np.random.default_rng(seed), draws=500, **survey)


def test_the_demand_curve_agrees_with_scipy_on_censored_data():
    bought = intend(np.random.default_rng(5), 400)
    limits = np.concatenate([[-np.inf], np.log(PRICES), [np.inf]])
    place = bought.sum(axis=1)
    data = CensoredData(interval=np.column_stack([limits[place], limits[place + 1]]))
    mean, spread = norm.fit(data)
    found = fit(bought)
    assert np.log(found.median.value) == pytest.approx(mean, abs=1e-4)
    assert found.spread.value == pytest.approx(spread, abs=1e-4)


def test_the_best_price_is_best():
    """Closer to it than any other price on a fine grid of the fitted curve."""
    found = fit(intend(np.random.default_rng(6), 400))
    grid = np.linspace(5, 60, 20_001)
    revenue = grid * norm.sf(np.log(grid / found.median.value) / found.spread.value)
    assert found.best_price.value == pytest.approx(grid[revenue.argmax()], abs=0.01)
    assert found.best_share == pytest.approx(
        norm.sf(np.log(found.best_price.value / found.median.value) / found.spread.value), abs=1e-4
    )


def test_demand_intervals_cover(assert_covers):
    rng = np.random.default_rng(7)
    grid = np.linspace(5, 60, 20_001)
    best = grid[(grid * norm.sf(np.log(grid / 18) / 0.45)).argmax()]
    at_20 = norm.sf(np.log(20 / 18) / 0.45)
    hits = np.zeros(4, int)
    for draw in range(200):
        found = fit(intend(rng, 250), seed=draw)
        hits[0] += found.median.low <= 18 <= found.median.high
        hits[1] += found.spread.low <= 0.45 <= found.spread.high
        hits[2] += found.best_price.low <= best <= found.best_price.high
        hits[3] += found.points[3].share.low <= at_20 <= found.points[3].share.high
    for count in hits:
        assert_covers(count, 200, 0.95)


def test_weights_of_the_survey_are_copies():
    rng = np.random.default_rng(8)
    bought, weights = intend(rng, 200), rng.integers(1, 4, 200).astype(float)
    copies = np.repeat(np.arange(200), weights.astype(int))
    one, other = fit(bought, weights=weights), fit(bought[copies], clusters=copies)
    assert one.median.value == pytest.approx(other.median.value, rel=1e-6)
    assert one.median.high == pytest.approx(other.median.high, rel=1e-6)
    assert one.points[2].share.low == pytest.approx(other.points[2].share.low, rel=1e-6)


def test_people_who_contradict_themselves_are_left_out_and_counted():
    bought = intend(np.random.default_rng(9), 200)
    bought[:5] = [False, True, False, True, False, True, False]
    assert (fit(bought).n, fit(bought).left_out) == (195, 5)


def test_refusals_say_what_is_wrong():
    bought = intend(np.random.default_rng(10), 100)
    with pytest.raises(EstimationError, match="too few consistent answers on prices: found 20"):
        fit(bought[:20])
    with pytest.raises(EstimationError, match="highest prices without variation: found 1 of 8"):
        fit(np.ones((100, 7), bool))
    with pytest.raises(EstimationError, match="prices that do not rise"):
        reservation_prices(bought, PRICES[::-1], rng=np.random.default_rng(1))
