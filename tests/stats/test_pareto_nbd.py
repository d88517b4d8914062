"""The Pareto/NBD fit against print, a peer, first principles and simulation."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import roots_genlaguerre

from analysis.errors import EstimationError
from analysis.stats import _pareto_nbd_formulas as formulas
from analysis.stats.pareto_nbd import PurchaseCells, fit_pareto_nbd, reduce_to_cells

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"
CDNOW = SHARED / "cdnow_customers_summary.csv"
needs_cdnow = pytest.mark.skipif(not CDNOW.exists(), reason="no shared/data beside the project")


def one_cell(frequency, recency, age):
    return PurchaseCells(
        frequency=[frequency], recency=[recency], age=[age], weight=[1], time_unit="weeks"
    )


@pytest.fixture
def sample(simulate_pareto_nbd):
    rng = np.random.default_rng(12)
    age = rng.integers(40, 80, 3000).astype(float)
    frequency, recency, *_ = simulate_pareto_nbd(rng, r=0.8, alpha=9, s=0.9, beta=25, age=age)
    return frequency, np.floor(recency), age


@needs_cdnow
@pytest.mark.real
def test_reproduces_the_published_estimates():
    """Fader, Hardie and Lee (2005), table 2: r .553, alpha 10.578, s .606, beta 11.669."""
    rows = pd.read_csv(CDNOW)
    cells = reduce_to_cells(rows["frequency"], rows["recency"], rows["T"], time_unit="weeks")
    fit = fit_pareto_nbd(cells, confidence=0.95)
    assert fit.parameters == pytest.approx([0.553, 10.578, 0.606, 11.669], abs=0.0015)
    assert round(fit.log_likelihood, 1) == -9595.0


@pytest.mark.parametrize(("alpha", "beta"), [(6.0, 14.0), (14.0, 6.0), (9.0, 9.0)])
@pytest.mark.parametrize(
    ("frequency", "recency", "age"), [(0, 0, 20), (1, 3, 20), (3, 18, 20), (4, 9, 9)]
)
def test_likelihood_follows_from_the_model_by_integration(alpha, beta, frequency, recency, age):
    """Integrate the individual likelihood over rates of purchase and of dropout."""
    r, s = 0.7, 1.3
    at, rate_weight = roots_genlaguerre(100, r - 1)
    rate, rate_weight = at / alpha, rate_weight / rate_weight.sum()
    at, dropout_weight = roots_genlaguerre(100, s - 1)
    dropout, dropout_weight = (at / beta)[:, None], dropout_weight / dropout_weight.sum()
    both = rate + dropout
    individual = (
        rate**frequency * (dropout * np.exp(-both * recency) + rate * np.exp(-both * age)) / both
    )
    integral = dropout_weight @ individual @ rate_weight
    score = formulas.make_score(one_cell(frequency, recency, age))
    assert score(np.log([r, alpha, s, beta]))[0] == pytest.approx(np.log(integral), abs=1e-5)


def test_gradient_is_the_slope_of_the_likelihood(sample):
    score = formulas.make_score(reduce_to_cells(*sample, time_unit="weeks"))
    for at in (np.log([0.4, 5.0, 0.6, 30.0]), np.log([2.0, 30.0, 0.6, 5.0]), np.log([1, 9, 1, 9])):
        steps = np.eye(4) * 1e-5
        slopes = [(score(at + step)[0] - score(at - step)[0]) / 2e-5 for step in steps]
        assert score(at)[1] == pytest.approx(slopes, rel=1e-6, abs=1e-3)


def test_likelihood_agrees_with_lifetimes_over_a_wide_range():
    from lifetimes import ParetoNBDFitter

    rng = np.random.default_rng(4)
    for _ in range(200):
        at = np.exp(rng.uniform([-2, -1, -2, -1], [1, 5, 1, 6]))
        frequency = int(rng.choice([0, 1, 3, 20, 150]))
        age = rng.uniform(1, 300)
        recency = age * rng.random() if frequency else 0.0
        peer = ParetoNBDFitter._conditional_log_likelihood(
            at, np.array([float(frequency)]), np.array([recency]), np.array([age])
        )
        ours = formulas.make_score(one_cell(frequency, recency, age))(np.log(at))[0]
        assert ours == pytest.approx(peer[0], rel=1e-9, abs=1e-9)


@pytest.mark.slow
def test_fit_is_no_worse_than_that_of_lifetimes(sample):
    from lifetimes import ParetoNBDFitter

    peer = ParetoNBDFitter().fit(*sample, initial_params=[1, 1, 1, 1], tol=1e-10)
    fit = fit_pareto_nbd(reduce_to_cells(*sample, time_unit="weeks"), confidence=0.95)
    assert fit.parameters == pytest.approx(peer.params_.to_numpy(), rel=5e-3)
    of_peer = ParetoNBDFitter._conditional_log_likelihood(
        peer.params_.to_numpy(), *(np.asarray(column, dtype=float) for column in sample)
    ).sum()
    assert fit.log_likelihood - of_peer > -1e-8


def test_cells_give_the_fit_of_the_rows(sample):
    frequency, recency, age = sample
    rows = PurchaseCells(
        frequency=frequency, recency=recency, age=age, weight=np.ones(3000), time_unit="weeks"
    )
    cells = reduce_to_cells(*sample, time_unit="weeks")
    by_row, by_cell = (fit_pareto_nbd(each, confidence=0.95) for each in (rows, cells))
    assert by_cell.parameters == pytest.approx(by_row.parameters, rel=1e-6)
    assert by_cell.log_likelihood == pytest.approx(by_row.log_likelihood, rel=1e-10)


def test_unit_of_time_scales_alpha_and_beta_alone(sample):
    frequency, recency, age = sample
    weeks = fit_pareto_nbd(reduce_to_cells(*sample, time_unit="weeks"), confidence=0.95)
    days = fit_pareto_nbd(
        reduce_to_cells(frequency, recency * 7, age * 7, time_unit="days"), confidence=0.95
    )
    assert days.parameters == pytest.approx(weeks.parameters * [1, 7, 1, 7], rel=1e-6)
    assert days.log_covariance == pytest.approx(weeks.log_covariance, rel=1e-4)


@pytest.mark.slow
def test_intervals_cover_the_truth(simulate_pareto_nbd, assert_covers):
    truth = {"r": 0.8, "alpha": 9.0, "s": 0.9, "beta": 25.0}
    rng = np.random.default_rng(2026)
    draws, hits = 200, dict.fromkeys(truth, 0)
    for _ in range(draws):
        # whole weeks: those who never came back are few cells
        age = rng.integers(52, 104, 1200).astype(float)
        frequency, recency, *_ = simulate_pareto_nbd(rng, **truth, age=age)
        cells = reduce_to_cells(frequency, recency, age, time_unit="weeks")
        fit = fit_pareto_nbd(cells, confidence=0.9)
        for name, value in truth.items():
            hits[name] += not getattr(fit, name).excludes(value)
    for name in truth:
        assert_covers(hits[name], draws, 0.9)


def test_refuses_customers_who_never_came_back():
    cells = reduce_to_cells([0] * 800, [0] * 800, np.arange(800), time_unit="days")
    with pytest.raises(EstimationError, match="Pareto/NBD: no customer made a repeat purchase"):
        fit_pareto_nbd(cells, confidence=0.95)


def test_refuses_where_nobody_drops_out(simulate_pareto_nbd):
    rng = np.random.default_rng(5)
    age = rng.uniform(26, 52, 2000)
    frequency, recency, *_ = simulate_pareto_nbd(rng, r=0.8, alpha=8, s=1.0, beta=1e9, age=age)
    with pytest.raises(EstimationError, match=r"Pareto/NBD: .*(runs off to|identify|flat)"):
        fit_pareto_nbd(reduce_to_cells(frequency, recency, age, time_unit="weeks"), confidence=0.95)
