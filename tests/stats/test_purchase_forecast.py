"""What is still to come, under both models of repeat purchase."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats import _bg_nbd_formulas as bg_formulas
from analysis.stats import _pareto_nbd_formulas as pareto_formulas
from analysis.stats import simulated_intervals
from analysis.stats.bg_nbd import BgNbd, fit_bg_nbd
from analysis.stats.pareto_nbd import ParetoNbd, fit_pareto_nbd
from analysis.stats.purchase_cells import PurchaseCells, reduce_to_cells
from analysis.stats.purchase_forecast import (
    expected_frequency_distribution,
    expected_purchases,
    expected_purchases_new_customer,
    expected_total,
    mean_probability_active,
    predicted_total,
    probability_active,
)
from analysis.stats.purchase_totals import conditional_purchases

BG_TRUTH = {"r": 0.6, "alpha": 8.0, "a": 0.7, "b": 2.5}
PARETO_TRUTH = {"r": 0.8, "alpha": 9.0, "s": 1.4, "beta": 30.0}
HORIZON = 26.0


def known(model, truth, spread=0.0):
    """A fit whose parameters are the truth, with log parameters as uncertain as asked."""
    estimates = {
        name: Estimate(value=value, low=value, high=value, confidence=0.95)
        for name, value in truth.items()
    }
    return model(
        **estimates,
        log_covariance=np.eye(4) * spread**2,
        log_likelihood=0.0,
        n_customers=1,
        n_repeat_customers=1,
        time_unit="weeks",
    )


@pytest.fixture(scope="module", params=["BG/NBD", "Pareto/NBD"])
def world(request, simulate_bg_nbd, simulate_pareto_nbd):
    """The model, its truth, and 300,000 customers simulated from it."""
    bg = request.param == "BG/NBD"
    truth = BG_TRUTH if bg else PARETO_TRUTH
    simulate = simulate_bg_nbd if bg else simulate_pareto_nbd
    rng = np.random.default_rng(21)
    age = rng.integers(20, 40, 300_000).astype(float)
    fit = known(BgNbd if bg else ParetoNbd, truth)
    frequency, recency, held_out, active = simulate(rng, **truth, age=age, horizon=HORIZON)
    return fit, frequency, recency, age, held_out, active


def as_rows(frequency, recency, age):
    return PurchaseCells(
        frequency=frequency,
        recency=recency,
        age=age,
        weight=np.ones(len(age)),
        time_unit="weeks",
    )


def test_expected_purchases_are_the_mean_of_what_comes(world):
    """In the whole, and within customers of alike frequency and recency."""
    fit, frequency, recency, age, held_out, _ = world
    expected = expected_purchases(fit, as_rows(frequency, recency, age), horizon=HORIZON)
    groups = np.minimum(frequency, 3) * 2 + (recency > 0.7 * age)
    for group in np.unique(groups):
        of_group = groups == group
        error = held_out[of_group].std() / np.sqrt(of_group.sum())
        gap = held_out[of_group].mean() - expected[of_group].mean()
        assert abs(gap) < 4 * error


def test_probability_active_is_the_share_that_is_active(world):
    fit, frequency, recency, age, _, active = world
    probability = probability_active(fit, as_rows(frequency, recency, age))
    bands = np.minimum(np.floor(probability * 5), 4)
    for band in np.unique(bands):
        of_band = bands == band
        expected = probability[of_band].mean()
        error = np.sqrt(expected * (1 - expected) / of_band.sum())
        assert abs(active[of_band].mean() - expected) <= 4 * error


def test_variance_of_purchases_is_that_of_what_comes(world):
    fit, frequency, recency, age, held_out, _ = world
    some = slice(0, 60_000)
    cells = as_rows(frequency[some], recency[some], age[some])
    squares = probability_active(fit, cells) * fit.formulas.squared_purchases_if_active(
        fit.parameters, cells.frequency.astype(float), cells.age, HORIZON
    )
    seen = held_out[some].astype(float) ** 2
    assert squares.mean() == pytest.approx(seen.mean(), abs=4 * seen.std() / np.sqrt(seen.size))


def test_frequencies_are_distributed_as_expected(world):
    """Chi-square of 300,000 simulated customers against the expected counts."""
    fit, frequency, recency, age, *_ = world
    expected = expected_frequency_distribution(
        fit, as_rows(frequency, recency, age), max_frequency=12
    )
    seen = np.bincount(np.minimum(frequency, 12), minlength=13)
    assert expected.sum() == pytest.approx(seen.sum())
    # 99.95 % quantile with 12 degrees of freedom
    assert ((seen - expected) ** 2 / expected).sum() < 34.8


def test_probabilities_of_frequencies_add_up(world):
    fit = world[0]
    probabilities = fit.formulas.frequency_probabilities(
        fit.parameters, np.array([0.0, 5.0, 40.0]), 400
    )
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-6)
    assert probabilities[0, 0] == pytest.approx(1)
    means = probabilities @ np.arange(401)
    assert means[2] == pytest.approx(expected_purchases_new_customer(fit, horizon=40.0), rel=1e-4)


def test_bg_nbd_agrees_with_lifetimes_customer_by_customer(simulate_bg_nbd):
    import pandas as pd
    from lifetimes import BetaGeoFitter

    peer = BetaGeoFitter()
    peer.params_ = pd.Series(BG_TRUTH)
    rng = np.random.default_rng(3)
    age = rng.uniform(10, 60, 2000)
    frequency, recency, *_ = simulate_bg_nbd(rng, **BG_TRUTH, age=age)
    cells, fit = as_rows(frequency, recency, age), known(BgNbd, BG_TRUTH)
    assert expected_purchases(fit, cells, horizon=HORIZON) == pytest.approx(
        peer.conditional_expected_number_of_purchases_up_to_time(HORIZON, frequency, recency, age),
        rel=1e-7,
    )
    assert probability_active(fit, cells) == pytest.approx(
        peer.conditional_probability_alive(frequency, recency, age), rel=1e-9
    )
    of_peer = [peer.probability_of_n_purchases_up_to_time(30.0, n) for n in range(6)]
    ours = bg_formulas.frequency_probabilities(fit.parameters, np.array([30.0]), 5)[0]
    assert ours == pytest.approx(of_peer, rel=1e-7)


def test_pareto_nbd_agrees_with_lifetimes_customer_by_customer(simulate_pareto_nbd):
    import pandas as pd
    from lifetimes import ParetoNBDFitter

    peer = ParetoNBDFitter()
    peer.params_ = pd.Series(PARETO_TRUTH)
    rng = np.random.default_rng(3)
    age = rng.uniform(10, 60, 2000)
    frequency, recency, *_ = simulate_pareto_nbd(rng, **PARETO_TRUTH, age=age)
    cells, fit = as_rows(frequency, recency, age), known(ParetoNbd, PARETO_TRUTH)
    of_peer = peer.conditional_expected_number_of_purchases_up_to_time(
        HORIZON, frequency, recency, age
    )
    assert expected_purchases(fit, cells, horizon=HORIZON) == pytest.approx(of_peer, rel=1e-8)
    assert probability_active(fit, cells) == pytest.approx(
        peer.conditional_probability_alive(frequency, recency, age), rel=1e-9
    )
    for horizon in (1.0, 30.0):
        assert expected_purchases_new_customer(fit, horizon=horizon) == pytest.approx(
            peer.expected_number_of_purchases_up_to_time(horizon)
        )
    # just after the first purchase nothing is known yet: the peer's conditional
    # probabilities are then those of a new customer
    of_peer = [
        peer.conditional_probability_of_n_purchases_up_to_time(n, 30.0, 0, 0.0, 1e-12)
        for n in range(6)
    ]
    ours = pareto_formulas.frequency_probabilities(fit.parameters, np.array([30.0]), 5)[0]
    assert ours == pytest.approx(of_peer, rel=1e-6)


def test_nothing_is_expected_within_no_time(world):
    fit, frequency, recency, age, *_ = world
    cells = as_rows(frequency[:50], recency[:50], age[:50])
    assert expected_purchases(fit, cells, horizon=0.0) == pytest.approx(0)
    total = predicted_total(
        fit, cells, horizon=0.0, confidence=0.9, rng=np.random.default_rng(1), draws=100
    )
    assert (total.low, total.value, total.high) == (0, 0, 0)


def test_certain_parameters_leave_no_interval_but_that_of_chance(world):
    fit, frequency, recency, age, *_ = world
    cells = as_rows(frequency[:2000], recency[:2000], age[:2000])
    ask = {"horizon": HORIZON, "confidence": 0.9, "draws": 400}
    expected = expected_total(fit, cells, **ask, rng=np.random.default_rng(1))
    predicted = predicted_total(fit, cells, **ask, rng=np.random.default_rng(1))
    assert expected.high - expected.low == pytest.approx(0, abs=1e-6)
    assert predicted.low < expected.value < predicted.high


def test_the_surface_over_parameters_stands_in_for_every_draw(world, monkeypatch):
    """With many cells the total is drawn from a quadratic surface of its logarithm."""
    fit, frequency, recency, age, *_ = world
    truth = BG_TRUTH if isinstance(fit, BgNbd) else PARETO_TRUTH
    fit = known(type(fit), truth, spread=0.08)
    cells = as_rows(frequency[:400], recency[:400], age[:400])
    ask = {"horizon": HORIZON, "confidence": 0.95, "draws": 400}
    exact = expected_total(fit, cells, **ask, rng=np.random.default_rng(1))
    monkeypatch.setattr(simulated_intervals, "LARGEST_WORK", 0)
    surface = expected_total(fit, cells, **ask, rng=np.random.default_rng(1))
    width = exact.high - exact.low
    assert surface.low == pytest.approx(exact.low, abs=0.01 * width)
    assert surface.high == pytest.approx(exact.high, abs=0.01 * width)


def test_mean_probability_active_averages_over_customers(world):
    fit, frequency, recency, age, *_ = world
    cells = as_rows(frequency[:500], recency[:500], age[:500])
    share = mean_probability_active(
        fit, cells, confidence=0.9, rng=np.random.default_rng(1), draws=100
    )
    assert share.value == pytest.approx(probability_active(fit, cells).mean())
    assert 0 < share.low <= share.high <= 1


def test_cells_add_up_to_the_rows(world):
    fit, frequency, recency, age, *_ = world
    rows = as_rows(frequency[:3000], np.floor(recency[:3000]), age[:3000])
    cells = reduce_to_cells(rows.frequency, rows.recency, rows.age, time_unit="weeks")
    by_row = expected_purchases(fit, rows, horizon=HORIZON).sum()
    by_cell = cells.weight @ expected_purchases(fit, cells, horizon=HORIZON)
    assert by_cell == pytest.approx(by_row, rel=1e-9)


def simulate_and_fit(simulate, fit, truth, rng, *, ages, n, count):
    """Yield (cells, fit, purchases held out) `count` times, refused data left out."""
    refused = fitted = 0
    while fitted < count:
        age = rng.integers(*ages, n).astype(float)
        frequency, recency, held_out, _ = simulate(rng, **truth, age=age, horizon=HORIZON)
        cells = reduce_to_cells(frequency, recency, age, time_unit="weeks")
        try:
            found = fit(cells, confidence=0.9)
        except EstimationError:  # data that do not identify the dropout
            refused += 1
            assert refused < count / 20
            continue
        fitted += 1
        yield cells, found, held_out.sum()


@pytest.mark.slow
def test_totals_of_bg_nbd_lie_inside_as_often_as_claimed(simulate_bg_nbd, assert_covers):
    """Fit on one window, ask for the next: the expectation, and the count that came."""
    rng, expected_hits, predicted_hits = np.random.default_rng(8), 0, 0
    true_parameters = np.array(list(BG_TRUTH.values()))
    for cells, fit, came in simulate_and_fit(
        simulate_bg_nbd, fit_bg_nbd, BG_TRUTH, rng, ages=(26, 40), n=1200, count=200
    ):
        true = cells.weight @ conditional_purchases(fit.formulas, true_parameters, cells, HORIZON)
        ask = {"horizon": HORIZON, "confidence": 0.9, "rng": rng, "draws": 100}
        expected_hits += not expected_total(fit, cells, **ask).excludes(true)
        predicted_hits += not predicted_total(fit, cells, **ask).excludes(came)
    assert_covers(expected_hits, 200, 0.9)
    assert_covers(predicted_hits, 200, 0.9)


@pytest.mark.slow
def test_totals_of_pareto_nbd_lie_inside_as_often_as_claimed(simulate_pareto_nbd, assert_covers):
    rng, hits = np.random.default_rng(9), 0
    for cells, fit, came in simulate_and_fit(
        simulate_pareto_nbd, fit_pareto_nbd, PARETO_TRUTH, rng, ages=(40, 60), n=1000, count=200
    ):
        total = predicted_total(fit, cells, horizon=HORIZON, confidence=0.9, rng=rng, draws=100)
        hits += not total.excludes(came)
    assert_covers(hits, 200, 0.9)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"horizon": -1.0}, "the horizon is no length of time"),
        ({"horizon": np.nan}, "the horizon is no length of time"),
        ({"confidence": 1.0}, "confidence is no coverage"),
        ({"draws": 20}, "too few draws"),
    ],
)
def test_questions_without_sense_are_refused(change, said):
    cells = as_rows([0, 1], [0.0, 3.0], [9.0, 9.0])
    ask = {"horizon": 4.0, "confidence": 0.9, "draws": 100} | change
    for question in (expected_total, predicted_total):
        with pytest.raises(EstimationError, match=said):
            question(known(BgNbd, BG_TRUTH), cells, **ask, rng=np.random.default_rng(1))


def test_other_units_of_time_are_refused():
    days = PurchaseCells(frequency=[1], recency=[3], age=[9], weight=[1], time_unit="days")
    fit = known(BgNbd, BG_TRUTH)
    for question in (probability_active, lambda f, c: expected_purchases(f, c, horizon=1)):
        with pytest.raises(EstimationError, match="found weeks and days"):
            question(fit, days)
