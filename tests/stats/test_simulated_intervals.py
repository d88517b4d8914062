import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.simulated_intervals import draw_counts, draw_parameters, estimate_from_draws


def test_draws_have_the_asked_mean_and_covariance_on_the_log_scale():
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])
    drawn = np.log(
        draw_parameters(
            np.array([2.0, 5.0]), covariance, rng=np.random.default_rng(1), draws=40_000
        )
    )
    # standard errors: of the means .0015, of the covariances below .001
    assert drawn.mean(axis=0) == pytest.approx(np.log([2.0, 5.0]), abs=0.006)
    assert np.cov(drawn.T) == pytest.approx(covariance, abs=0.004)


def test_too_few_draws_are_refused():
    with pytest.raises(EstimationError, match="too few draws"):
        draw_parameters(np.ones(1), np.eye(1), rng=np.random.default_rng(1), draws=99)


def test_interval_leaves_equal_tails():
    estimate = estimate_from_draws(50.0, np.arange(101.0), 0.9)
    assert (estimate.low, estimate.value, estimate.high) == pytest.approx((5.0, 50.0, 95.0))


@pytest.mark.parametrize(("mean", "variance"), [(4.0, 10.0), (4.0, 4.0), (900.0, 2000.0)])
def test_counts_have_the_asked_mean_and_variance(mean, variance):
    n = 40_000
    counts = draw_counts(np.full(n, mean), np.full(n, variance), rng=np.random.default_rng(2))
    assert (counts == np.floor(counts)).all()
    assert counts.mean() == pytest.approx(mean, abs=5 * np.sqrt(variance / n))
    assert counts.var() == pytest.approx(variance, rel=0.06)


def test_counts_with_less_than_poisson_variance_are_drawn_wider():
    counts = draw_counts(np.full(40_000, 9.0), np.full(40_000, 1.0), rng=np.random.default_rng(3))
    assert counts.var() == pytest.approx(9.0, rel=0.06)
