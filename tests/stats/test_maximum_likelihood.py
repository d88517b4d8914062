import math

import numpy as np
import pytest
from scipy.special import gammaln, psi

from analysis.errors import EstimationError
from analysis.stats.maximum_likelihood import maximise_log_likelihood


def exponential(events, time):
    """Log-likelihood of a constant hazard: the maximum is events / time."""

    def score(theta):
        rate = math.exp(theta[0])
        return events * theta[0] - rate * time, np.array([events - rate * time])

    return score


def find(score, *, starts=((1.0,),), names=("rate",), largest_log_error=1.0):
    return maximise_log_likelihood(
        score, starts=starts, names=names, model="Test", largest_log_error=largest_log_error
    )


def test_finds_a_maximum_known_in_closed_form():
    found = find(exponential(40, 100))
    assert found.parameters[0] == pytest.approx(0.4, rel=1e-9)
    assert found.log_likelihood == pytest.approx(40 * math.log(0.4) - 40)
    # the information on the log scale is the number of events
    assert found.log_covariance[0, 0] == pytest.approx(1 / 40, rel=1e-6)


def test_interval_is_symmetric_on_the_log_scale():
    estimate = find(exponential(40, 100)).estimate(0, 0.95)
    reach = math.exp(1.959963984540054 / math.sqrt(40))
    assert estimate.low == pytest.approx(0.4 / reach, rel=1e-6)
    assert estimate.high == pytest.approx(0.4 * reach, rel=1e-6)


def test_start_does_not_matter():
    ends = [find(exponential(40, 100), starts=[[start]]).parameters[0] for start in (1e-3, 1, 50)]
    assert ends == pytest.approx([0.4] * 3, rel=1e-9)


def test_agrees_with_scipy_on_a_gamma_sample():
    from scipy.stats import gamma

    sample = np.random.default_rng(3).gamma(2.5, 4.0, 500)

    def score(theta):
        shape, rate = np.exp(theta)
        n, total, logs = sample.size, sample.sum(), np.log(sample).sum()
        value = shape * theta[1] * n - n * gammaln(shape) + (shape - 1) * logs - rate * total
        slopes = [n * (theta[1] - psi(shape)) + logs, n * shape / rate - total]
        return float(value), np.array([shape, rate]) * slopes

    found = find(score, starts=[[1.0, 1.0]], names=("shape", "rate"))
    shape, _, scale = gamma.fit(sample, floc=0)
    assert found.parameters == pytest.approx([shape, 1 / scale], rel=1e-4)


def test_a_parameter_that_runs_off_is_named():
    with pytest.raises(EstimationError, match="Test: parameter rate runs off to 0"):
        find(exponential(0, 100))


def test_parameters_that_the_data_do_not_separate_are_named():
    def score(theta):  # only the sum of the logs matters
        value, slope = exponential(40, 100)(np.array([theta.sum()]))
        return value, np.array([slope[0], slope[0]])

    with pytest.raises(EstimationError, match="flat in first, second"):
        find(score, starts=[[1.0, 1.0]], names=("first", "second"))


def test_parameters_hardly_identified_are_refused():
    with pytest.raises(EstimationError, match=r"do not identify every parameter.*rate \(0.71\)"):
        find(exponential(2, 100), largest_log_error=0.5)


def test_a_likelihood_that_is_never_finite_is_refused():
    def score(theta):
        return math.nan, np.zeros(1)

    with pytest.raises(EstimationError, match="did not converge"):
        find(score)


def test_a_wrong_gradient_is_not_taken_for_a_maximum():
    def score(theta):
        return exponential(40, 100)(theta)[0], np.array([math.exp(theta[0])])

    with pytest.raises(EstimationError):
        find(score)
