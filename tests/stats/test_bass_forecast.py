import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats import _bass_curve as curves
from analysis.stats.bass import fit_bass_nonlinear
from analysis.stats.bass_forecast import forecast_adopters

VCR = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]


def forecast(fit, seed=1, **options):
    ask = {"periods_ahead": 4, "confidence": 0.9} | options
    return forecast_adopters(fit, **ask, rng=np.random.default_rng(seed))


@pytest.mark.parametrize("form", ["increments", "density"])
def test_forecast_continues_the_fitted_curve(form):
    fit = fit_bass_nonlinear(VCR, confidence=0.9, form=form)
    ahead = forecast(fit)
    curve = getattr(curves, form)(np.log(fit.parameters), np.arange(11.0, 15.0))
    assert ahead.periods == (11, 12, 13, 14)
    assert [each.value for each in ahead.expected] == pytest.approx(curve)
    assert [each.value for each in ahead.cumulative] == pytest.approx(60640 + np.cumsum(curve))


def test_scatter_widens_the_prediction():
    ahead = forecast(fit_bass_nonlinear(VCR, confidence=0.9))
    for expected, predicted in zip(ahead.expected, ahead.predicted, strict=True):
        assert predicted.high - predicted.low > expected.high - expected.low
        assert predicted.low >= 0


def test_same_generator_gives_the_same_forecast():
    fit = fit_bass_nonlinear(VCR, confidence=0.9)
    assert forecast(fit) == forecast(fit)
    assert forecast(fit) != forecast(fit, seed=2)


@pytest.mark.slow
@pytest.mark.parametrize("scatter", ["even", "counts"])
def test_forecasts_hold_what_comes_as_often_as_claimed(scatter, assert_covers):
    log_parameters = np.log([4000.0, 0.015, 0.45])
    rng, draws, ahead = np.random.default_rng(5), 200, 3
    mean = curves.increments(log_parameters, np.arange(1.0, 11 + ahead))
    hits = np.zeros(3, int)
    for _ in range(draws):
        series = (
            mean + rng.normal(0, 12.0, len(mean))
            if scatter == "even"
            else rng.poisson(mean).astype(float)
        )
        fit = fit_bass_nonlinear(series[:10], confidence=0.9, scatter=scatter)
        found = forecast_adopters(fit, periods_ahead=ahead, confidence=0.9, rng=rng, draws=400)
        hits += [
            not found.expected[-1].excludes(mean[-1]),
            not found.predicted[-1].excludes(series[-1]),
            not found.cumulative[-1].excludes(series.sum()),
        ]
    for hit in hits.tolist():
        assert_covers(hit, draws, 0.9)


@pytest.mark.parametrize(
    ("options", "said"),
    [({"periods_ahead": 0}, "periods ahead is no count"), ({"confidence": 2}, "no coverage")],
)
def test_questions_without_sense_are_refused(options, said):
    with pytest.raises(EstimationError, match=said):
        forecast(fit_bass_nonlinear(VCR, confidence=0.9), **options)
