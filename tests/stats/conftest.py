"""What the tests of the estimators share."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import binom

Covers = Callable[[int, int, float], None]


@pytest.fixture
def assert_covers() -> Covers:
    """Assert that `hits` of `draws` intervals held the truth as often as they claim.

    The tolerance follows from the number of draws: an interval of exactly the claimed
    coverage fails one time in a thousand.
    """

    def check(hits: int, draws: int, confidence: float) -> None:
        assert draws >= 200
        low, high = binom.ppf([0.0005, 0.9995], draws, confidence)
        assert low <= hits <= high, f"{hits} of {draws} intervals cover, expected {low}-{high}"

    return check


Simulate = Callable[..., tuple[npt.NDArray[np.float64], ...]]


def _follow(rng, rate, age, horizon, lifetime, dropout):
    """Purchases one after another up to age and beyond, until the customer drops out."""
    time, active = np.zeros(len(age)), lifetime > age
    frequency, recency, held_out = np.zeros(len(age), int), np.zeros(len(age)), time.astype(int)
    live = np.arange(len(age))
    while live.size:
        time[live] += rng.exponential(1 / np.maximum(rate[live], 1e-300))
        live = live[time[live] <= np.minimum(age[live] + horizon, lifetime[live])]
        seen = time[live] <= age[live]
        frequency[live[seen]] += 1
        recency[live[seen]] = time[live[seen]]
        held_out[live[~seen]] += 1
        drops_out = rng.random(live.size) < dropout[live]
        active[live[drops_out & seen]] = False
        live = live[~drops_out]
    return frequency, recency, held_out, active


@pytest.fixture(scope="session")
def simulate_bg_nbd() -> Simulate:
    """Simulate (frequency, recency, purchases held out, active at age) by customer."""

    def simulate(rng, *, r, alpha, a, b, age, horizon=0.0):
        rate, dropout = rng.gamma(r, 1 / alpha, len(age)), rng.beta(a, b, len(age))
        return _follow(rng, rate, age, horizon, np.full(len(age), np.inf), dropout)

    return simulate


@pytest.fixture(scope="session")
def simulate_pareto_nbd() -> Simulate:
    """Simulate (frequency, recency, purchases held out, active at age) by customer."""

    def simulate(rng, *, r, alpha, s, beta, age, horizon=0.0):
        rate = rng.gamma(r, 1 / alpha, len(age))
        lifetime = rng.exponential(1 / np.maximum(rng.gamma(s, 1 / beta, len(age)), 1e-300))
        return _follow(rng, rate, age, horizon, lifetime, np.zeros(len(age)))

    return simulate
