"""The gamma-gamma fit against print, a peer, first principles and simulation."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import gamma as gamma_law

from analysis.errors import EstimationError
from analysis.results import CheckStatus, Estimate
from analysis.stats import gamma_gamma
from analysis.stats.frequency_value_check import FrequencyValueCheck
from analysis.stats.gamma_gamma import (
    GammaGamma,
    SpendCells,
    expected_mean_value,
    fit_gamma_gamma,
    population_mean_value,
    reduce_to_spend_cells,
)
from analysis.text import message

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"
CDNOW = SHARED / "cdnow_customers_summary_with_transactions.csv"
needs_cdnow = pytest.mark.skipif(not CDNOW.exists(), reason="no shared/data beside the project")
TRUTH = {"p": 6.25, "q": 3.74, "v": 15.44}


def simulate(rng, n, *, p, q, v):
    frequency = rng.geometric(0.4, n)
    return frequency, rng.gamma(p * frequency) / (frequency * rng.gamma(q, 1 / v, n))


def known(p, q, v):
    def at(value):
        return Estimate(value=value, low=value, high=value, confidence=0.95)

    unknown = Estimate(value=0.0, low=-1.0, high=1.0, confidence=0.95)
    return GammaGamma(
        p=at(p),
        q=at(q),
        v=at(v),
        log_covariance=np.zeros((3, 3)),
        log_likelihood=0.0,
        n_repeat_customers=946,
        independence=FrequencyValueCheck(
            correlation=unknown,
            tolerated=0.2,
            status=CheckStatus.INFORMATIONAL,
            explanation=message("The mean values of customers do not change over time."),
        ),
    )


@pytest.fixture
def sample():
    """Whole amounts, so that customers share cells."""
    frequency, value = simulate(np.random.default_rng(31), 3000, **TRUTH)
    return frequency, np.maximum(np.round(value), 1)


@needs_cdnow
@pytest.mark.real
def test_reproduces_the_published_estimates():
    rows = pd.read_csv(CDNOW)
    fit = fit_gamma_gamma(reduce_to_spend_cells(rows["x"], rows["zbar"]), confidence=0.95)
    assert fit.p.value == pytest.approx(6.25, abs=0.005)
    assert fit.q.value == pytest.approx(3.74, abs=0.005)
    assert fit.v.value == pytest.approx(15.44, abs=0.01)
    assert fit.n_repeat_customers == 946


@needs_cdnow
@pytest.mark.real
def test_reproduces_the_expected_values_of_the_first_customers():
    """BTYD's and lifetimes' documented values: 24.66, 18.91, 35.17 without a repeat purchase."""
    rows = pd.read_csv(CDNOW)
    fit = fit_gamma_gamma(reduce_to_spend_cells(rows["x"], rows["zbar"]), confidence=0.95)
    first = SpendCells(frequency=rows["x"][:4], mean_value=rows["zbar"][:4], weight=np.ones(4))
    expected = expected_mean_value(fit, first)
    assert expected == pytest.approx([24.658616, 18.911480, 35.171002, 35.171002], abs=1e-4)


def test_expected_value_at_the_printed_parameters():
    """The same two customers at the rounded parameters of the note."""
    cells = SpendCells(frequency=[2, 1, 0], mean_value=[22.35, 11.77, 0], weight=[1, 1, 1])
    expected = expected_mean_value(known(**TRUTH), cells)
    assert expected == pytest.approx([24.66, 18.91, 35.17], abs=0.06)


@pytest.mark.parametrize(("frequency", "value"), [(1, 12.0), (3, 40.0), (9, 7.5)])
def test_likelihood_follows_from_the_model_by_integration(frequency, value):
    p, q, v = TRUTH.values()

    def weighted(rate):
        of_mean = gamma_law.pdf(value, p * frequency, scale=1 / (frequency * rate))
        return of_mean * gamma_law.pdf(rate, q, scale=1 / v)

    integral = quad(weighted, 0, 6, points=[0.1, 0.3, 1.0], epsabs=0, epsrel=1e-10)[0]
    one = gamma_gamma._Likelihood(np.array([float(frequency)]), np.array([value]), np.ones(1))
    assert one.score(np.log([p, q, v]))[0] == pytest.approx(np.log(integral), rel=1e-8)


def test_gradient_is_the_slope_of_the_likelihood(sample):
    frequency, value = sample
    likelihood = gamma_gamma._Likelihood(frequency.astype(float), value, np.ones(3000))
    score = likelihood.score
    at = np.log([4.0, 5.0, 30.0])
    steps = np.eye(3) * 1e-5
    slopes = [(score(at + step)[0] - score(at - step)[0]) / 2e-5 for step in steps]
    assert score(at)[1] == pytest.approx(slopes, rel=1e-6)
    curves = [(score(at - step)[1] - score(at + step)[1]) / 2e-5 for step in steps]
    np.testing.assert_allclose(likelihood.information(at), curves, rtol=1e-6, atol=1e-3)


def test_a_start_from_a_part_of_the_customers_ends_at_the_same_maximum(sample, monkeypatch):
    cells = reduce_to_spend_cells(*sample)
    whole = fit_gamma_gamma(cells, confidence=0.95)
    monkeypatch.setattr(gamma_gamma, "ROUGH_CELLS", 300)
    begun = fit_gamma_gamma(cells, confidence=0.95)
    np.testing.assert_allclose(begun.parameters, whole.parameters, rtol=1e-6)
    np.testing.assert_allclose(begun.log_covariance, whole.log_covariance, rtol=1e-6, atol=1e-12)


def test_agrees_with_lifetimes(sample):
    from lifetimes import GammaGammaFitter

    peer = GammaGammaFitter().fit(*sample)
    fit = fit_gamma_gamma(reduce_to_spend_cells(*sample), confidence=0.95)
    assert fit.parameters == pytest.approx(peer.params_.to_numpy(), rel=2e-3)
    errors = (peer.standard_errors_ / peer.params_).to_numpy()
    assert np.sqrt(np.diag(fit.log_covariance)) == pytest.approx(errors, rel=0.01)
    cells = SpendCells(frequency=sample[0], mean_value=sample[1], weight=np.ones(3000))
    assert expected_mean_value(fit, cells) == pytest.approx(
        peer.conditional_expected_average_profit(*sample), rel=1e-3
    )


def test_cells_give_the_fit_of_the_rows(sample):
    rows = SpendCells(frequency=sample[0], mean_value=sample[1], weight=np.ones(3000))
    cells = reduce_to_spend_cells(*sample)
    assert len(cells.weight) < 0.5 * len(rows.weight)
    by_row, by_cell = (fit_gamma_gamma(each, confidence=0.95) for each in (rows, cells))
    assert by_cell.parameters == pytest.approx(by_row.parameters, rel=1e-6)
    assert by_cell.log_likelihood == pytest.approx(by_row.log_likelihood, rel=1e-10)
    assert by_cell.independence.correlation.low == pytest.approx(
        by_row.independence.correlation.low, abs=1e-6
    )


def test_currency_scales_v_alone(sample):
    frequency, value = sample
    one = fit_gamma_gamma(reduce_to_spend_cells(frequency, value), confidence=0.95)
    other = fit_gamma_gamma(reduce_to_spend_cells(frequency, value * 7.2), confidence=0.95)
    assert other.parameters == pytest.approx(one.parameters * [1, 1, 7.2], rel=1e-6)
    assert other.log_covariance == pytest.approx(one.log_covariance, rel=1e-4)
    assert other.independence.correlation.value == pytest.approx(
        one.independence.correlation.value, abs=1e-6
    )


def test_customers_without_a_repeat_purchase_tell_nothing(sample):
    frequency, value = sample
    alone = fit_gamma_gamma(reduce_to_spend_cells(frequency, value), confidence=0.95)
    mixed = reduce_to_spend_cells(
        np.append(frequency, np.zeros(500)), np.append(value, np.zeros(500))
    )
    assert fit_gamma_gamma(mixed, confidence=0.95).parameters == pytest.approx(alone.parameters)


@pytest.mark.slow
def test_intervals_cover_the_truth(assert_covers):
    rng, draws = np.random.default_rng(2026), 300
    truth = TRUTH | {"mean": TRUTH["p"] * TRUTH["v"] / (TRUTH["q"] - 1)}
    hits = dict.fromkeys(truth, 0)
    for _ in range(draws):
        cells = reduce_to_spend_cells(*simulate(rng, 1000, **TRUTH))
        fit = fit_gamma_gamma(cells, confidence=0.9)
        of = {"p": fit.p, "q": fit.q, "v": fit.v}
        of["mean"] = population_mean_value(fit, confidence=0.9)
        for name, value in truth.items():
            hits[name] += not of[name].excludes(value)
    for name in truth:
        assert_covers(hits[name], draws, 0.9)


def test_refuses_nobody_who_came_back():
    cells = SpendCells(frequency=[0], mean_value=[0], weight=[900])
    with pytest.raises(EstimationError, match="Gamma-gamma: no repeat customers"):
        fit_gamma_gamma(cells, confidence=0.95)


def test_refuses_too_few_customers(sample):
    cells = reduce_to_spend_cells(sample[0][:150], sample[1][:150])
    with pytest.raises(EstimationError, match="found 150 with a repeat purchase, need at least"):
        fit_gamma_gamma(cells, confidence=0.95)


def test_refuses_customers_who_all_spend_alike():
    rng = np.random.default_rng(3)
    frequency = rng.integers(1, 6, 2000)
    value = rng.gamma(4.0 * frequency) / (4.0 * frequency) * 50
    with pytest.raises(EstimationError, match=r"Gamma-gamma: .*(runs off to infinity|identify)"):
        fit_gamma_gamma(reduce_to_spend_cells(frequency, value), confidence=0.95)


def test_refuses_a_mean_that_does_not_exist():
    fit = known(p=2.0, q=0.9, v=10.0)
    cells = SpendCells(frequency=[2], mean_value=[30.0], weight=[1])
    with pytest.raises(EstimationError, match=r"does not exist: found q of 0.9, need q above 1"):
        expected_mean_value(fit, cells)
    with pytest.raises(EstimationError, match="does not exist"):
        population_mean_value(fit, confidence=0.95)
