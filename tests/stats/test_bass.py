"""The Bass model against print, first principles and simulation."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats import _bass_curve as curves
from analysis.stats.bass import fit_bass_discrete, fit_bass_nonlinear

SHARED = Path(__file__).resolve().parents[2] / "../shared/data/bass_series.json"
VCR = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]
"""Adopters of video recorders, the series of R's worked `nls` example."""
FIVE_YEARS = [0.517, 1.169, 1.604, 2.044, 2.286]
"""The series of the published example of the discrete form."""


def make_series(m, p, q, periods):
    return curves.increments(np.log([m, p, q]), np.arange(1.0, periods + 1))


@pytest.mark.skipif(not SHARED.exists(), reason="no shared/data beside the project")
@pytest.mark.real
def test_pinned_series_are_those_of_the_file():
    series = json.loads(SHARED.read_text())
    assert series["vcr_10yrs"] == VCR
    assert series["mit_5yrs"] == FIVE_YEARS


def test_discrete_form_reproduces_the_published_estimates():
    fit = fit_bass_discrete(FIVE_YEARS)
    assert fit.p == pytest.approx(0.0626032, abs=5e-8)
    assert fit.q == pytest.approx(0.73766359, abs=5e-9)
    assert fit.m == pytest.approx(10.5036768, abs=5e-8)


def test_density_form_reproduces_the_published_estimates_and_errors():
    fit = fit_bass_nonlinear(VCR, confidence=0.95, form="density", scatter="even")
    assert f"{fit.m.value:.2e} {fit.m_error:.2e}" == "6.80e+04 3.13e+03"
    assert f"{fit.p.value:.2e} {fit.p_error:.2e}" == "6.59e-03 1.43e-03"
    assert f"{fit.q.value:.3f} {fit.q_error:.4f}" == "0.638 0.0414"
    assert (fit.degrees_of_freedom, fit.n_periods, fit.adopted) == (7, 10, 60640)


@pytest.mark.parametrize("form", ["increments", "density"])
def test_a_series_without_scatter_gives_its_curve_back(form):
    curve = getattr(curves, form)
    series = curve(np.log([5000.0, 0.008, 0.35]), np.arange(1.0, 25.0))
    fit = fit_bass_nonlinear(series, confidence=0.95, form=form, scatter="even")
    assert fit.parameters == pytest.approx([5000, 0.008, 0.35], rel=1e-6)


def test_discrete_form_gives_its_own_process_back():
    m, p, q, adopted, series = 1000.0, 0.02, 0.4, 0.0, []
    for _ in range(14):
        series.append((p + q * adopted / m) * (m - adopted))
        adopted += series[-1]
    fit = fit_bass_discrete(series)
    assert (fit.m, fit.p, fit.q) == pytest.approx((m, p, q), rel=1e-8)


def test_increments_are_the_growth_of_the_density():
    log_parameters = np.log([5000.0, 0.008, 0.35])
    time = np.linspace(6, 7, 2001)
    area = np.trapezoid(curves.density(log_parameters, time), time)
    assert curves.increments(log_parameters, np.array([7.0]))[0] == pytest.approx(area, rel=1e-7)


def test_peak_is_where_the_curve_is_highest():
    fit = fit_bass_nonlinear(VCR, confidence=0.95, form="density", scatter="even")
    time = np.linspace(0, 20, 200_001)
    rate = curves.density(np.log(fit.parameters), time)
    assert fit.peak_time.value == pytest.approx(time[rate.argmax()], abs=1e-3)
    assert fit.peak_adopters.value == pytest.approx(rate.max(), rel=1e-9)
    discrete = fit_bass_discrete(VCR)
    rate = curves.density(np.log([discrete.m, discrete.p, discrete.q]), time)
    assert discrete.peak_time == pytest.approx(time[rate.argmax()], abs=1e-3)
    assert discrete.peak_adopters == pytest.approx(rate.max(), rel=1e-9)


def test_counts_are_weighted_until_the_curve_stays():
    """At the solution the weighted deviations are orthogonal to the curve's slopes."""
    series = np.random.default_rng(7).poisson(make_series(3000, 0.01, 0.3, 26)).astype(float)
    fit = fit_bass_nonlinear(series, confidence=0.95)
    periods = np.arange(1.0, 27.0)
    fitted = curves.increments(np.log(fit.parameters), periods)
    slopes = [
        curves.increments(np.log(fit.parameters) + step, periods)
        - curves.increments(np.log(fit.parameters) - step, periods)
        for step in np.eye(3) * 1e-6
    ]
    weight = np.maximum(fitted, 0.01 * fitted.max())
    assert np.array(slopes) @ ((series - fitted) / weight) == pytest.approx(0, abs=1e-7)
    assert fit.dispersion == pytest.approx(((series - fitted) ** 2 / weight).sum() / 23)


def test_unit_of_adopters_scales_the_ceiling_alone():
    one = fit_bass_nonlinear(VCR, confidence=0.95, scatter="even")
    thousand = fit_bass_nonlinear(np.array(VCR) / 1000, confidence=0.95, scatter="even")
    assert thousand.parameters == pytest.approx(one.parameters / [1000, 1, 1], rel=1e-6)
    assert thousand.log_covariance == pytest.approx(one.log_covariance, rel=1e-4)
    assert thousand.peak_adopters.high == pytest.approx(one.peak_adopters.high / 1000, rel=1e-5)
    assert thousand.peak_time.low == pytest.approx(one.peak_time.low, rel=1e-5)


def test_a_product_that_imitation_hardly_helps_peaks_at_launch():
    series = make_series(1000, 0.3, 0.1, 12)
    fit = fit_bass_nonlinear(series, confidence=0.95, scatter="even")
    assert fit.peak_time.value == 0
    assert fit.peak_adopters.value == pytest.approx(300, rel=1e-5)


def scatter_evenly(rng, mean):
    return np.maximum(mean + rng.normal(0, 0.03 * mean.max(), mean.size), 0.0)


def count(rng, mean):
    return rng.poisson(mean).astype(float)


def count_in_good_and_bad_months(rng, mean):
    return rng.poisson(mean * rng.gamma(50, 1 / 50, mean.size)).astype(float)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("periods", "scatter", "vary"),
    [
        (9, "even", scatter_evenly),
        (12, "counts", count),
        (24, "counts", count),
        (24, "counts", count_in_good_and_bad_months),
    ],
)
def test_intervals_cover_the_truth(periods, scatter, vary, assert_covers):
    m, p, q = 2000.0, 0.015, 0.35
    if scatter == "even":
        q = 0.55
    peak = m * (p + q) ** 2 / (4 * q)
    truth = {"m": m, "p": p, "q": q, "peak_time": math.log(q / p) / (p + q), "peak_adopters": peak}
    rng, draws, hits = np.random.default_rng(2026), 200, dict.fromkeys(truth, 0)
    mean = make_series(m, p, q, periods)
    for _ in range(draws):
        fit = fit_bass_nonlinear(vary(rng, mean), confidence=0.9, scatter=scatter)
        for name, value in truth.items():
            hits[name] += not getattr(fit, name).excludes(value)
    for name in truth:
        assert_covers(hits[name], draws, 0.9)


@pytest.mark.parametrize(
    ("series", "said"),
    [
        (VCR[:7], "too few periods: found 7, need at least 8"),
        ([*VCR[:5], -3, *VCR[6:]], "negative numbers of adopters: found 1 periods"),
        ([*VCR[:5], math.nan, *VCR[6:]], "missing or infinite numbers of adopters"),
        ([0] * 12, "nobody adopted"),
        (np.exp(0.2 * np.arange(20)), "the ceiling is not identified"),
        ([100.0] * 20, "the ceiling is not identified"),
        (make_series(1000, 0.003, 0.3, 12), "a fitted peak in period 16 of 12 observed"),
        (1000 * np.exp(-0.2 * np.arange(20)), "no imitation in the series"),
        ([900, 90, 8, 1, 0, 0, 0, 0, 0], "the model cannot bear"),
        (np.random.default_rng(0).gamma(1, 100, 30), "does not identify innovation and imitation"),
    ],
)
def test_series_that_bear_no_curve_are_refused(series, said):
    with pytest.raises(EstimationError, match=said):
        fit_bass_nonlinear(series, confidence=0.95, scatter="even")


@pytest.mark.parametrize("scatter", ["even", "counts"])
def test_growth_without_a_peak_is_refused_however_it_scatters(scatter):
    with pytest.raises(EstimationError, match="the ceiling is not identified"):
        fit_bass_nonlinear(np.round(np.exp(0.3 * np.arange(20))), confidence=0.95, scatter=scatter)


def test_counts_that_are_not_whole_are_refused():
    with pytest.raises(EstimationError, match="that are not whole: found 10 periods"):
        fit_bass_nonlinear(np.array(VCR) + 0.5, confidence=0.95)


def test_says_what_to_do_without_a_peak():
    with pytest.raises(EstimationError, match="take a ceiling from outside the data and say so"):
        fit_bass_nonlinear(make_series(1000, 0.003, 0.3, 12), confidence=0.95, scatter="even")


@pytest.mark.parametrize(
    ("series", "said"),
    [
        (FIVE_YEARS[:4], "too few periods: found 4, need at least 5"),
        ([1.0, 2.0, -1.0, 2.0, 1.0], "negative numbers of adopters"),
        (np.exp(0.2 * np.arange(20)), "a series that does not bend down"),
        ([100.0] * 20, "times all adopters so far"),
        (make_series(1000, 0.003, 0.3, 12), "the ceiling is not identified"),
    ],
)
def test_discrete_form_refuses_what_it_cannot_bear(series, said):
    with pytest.raises(EstimationError, match=said):
        fit_bass_discrete(series)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(EstimationError) as raised:
        fit_bass_nonlinear([1.0, -2.5, math.nan], confidence=0.95)
    assert len(raised.value.problems) == 3


@pytest.mark.filterwarnings("error")
def test_a_search_that_leads_nowhere_is_given_up_in_silence():
    """A warning would be an output beside the report; steps from here overflow."""
    start = np.array([5.57921948, -7.95720949, -1.01208196])
    adopters = np.array([16.0, 33, 4, 27, 8, 11, 28, 10])
    found = curves._settle(curves.increments, start, np.arange(1.0, 9), adopters)
    assert found is start
