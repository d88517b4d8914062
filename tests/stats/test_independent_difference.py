"""Has a number moved by more than chance?"""

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.independent_difference import independent_difference


def wilson(successes, n, confidence=0.95):
    low, high = proportion_confint(successes, n, alpha=1 - confidence, method="wilson")
    return Estimate(value=successes / n, low=low, high=high, confidence=confidence)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10, to 4 digits
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_with_wilson_intervals_it_is_newcombes_interval(first, second, low, high):
    found = independent_difference(wilson(*first), wilson(*second))
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


def estimate(value, error, confidence=0.95):
    half = error * norm.ppf((1 + confidence) / 2)
    return Estimate(value=value, low=value - half, high=value + half, confidence=confidence)


def test_normal_intervals_give_the_normal_difference_whatever_their_coverage():
    found = independent_difference(estimate(5, 3, 0.95), estimate(1, 4, 0.80))
    assert found.value == 4
    assert found.high - found.value == pytest.approx(5 * norm.ppf(0.975))
    assert found.confidence == 0.95


def test_it_covers_the_true_difference_as_often_as_it_claims():
    rng = np.random.default_rng(20260101)
    draws = 4_000
    later = rng.poisson(40, draws)
    earlier = rng.poisson(30, draws)

    def poisson(count):
        root = np.sqrt(count + 0.25)
        return Estimate(
            value=count,
            low=min(count, (root - 0.98) ** 2),
            high=max(count, (root + 0.98) ** 2),
            confidence=0.95,
        )

    covered = np.mean(
        [
            found.low <= 10 <= found.high
            for found in map(independent_difference, map(poisson, later), map(poisson, earlier))
        ]
    )
    assert covered == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / draws) + 0.005)


def test_swapping_the_terms_turns_the_interval_round():
    one, other = wilson(56, 70), wilson(48, 80)
    forth, back = independent_difference(one, other), independent_difference(other, one)
    assert (back.low, back.high) == pytest.approx((-forth.high, -forth.low))


def test_an_interval_without_width_is_refused():
    exact = Estimate(value=1, low=1, high=1, confidence=0.95)
    with pytest.raises(EstimationError, match="the earlier estimate has an interval without width"):
        independent_difference(wilson(56, 70), exact)
