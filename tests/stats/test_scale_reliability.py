"""Reliability of scales: R's attitude data, an oracle for the error, coverage, refusals."""

from collections.abc import Callable

import numpy as np
import pytest
from statsmodels.multivariate.factor import Factor

from analysis.errors import EstimationError
from analysis.stats.scale_reliability import scale_reliability

ATTITUDE = """
43 51 30 39 61 92 45  63 64 51 54 63 73 47  71 70 68 69 76 86 48  61 63 45 47 54 84 35
81 78 56 66 71 83 47  43 55 49 44 54 49 34  58 67 42 56 66 68 35  71 75 50 55 70 66 41
72 82 72 67 71 83 31  67 61 45 47 62 80 41  64 53 53 58 58 67 34  67 60 47 39 59 74 41
69 62 57 42 55 63 25  68 83 83 45 59 77 35  77 77 54 72 79 77 46  81 90 50 72 60 54 36
74 85 64 69 79 79 63  65 60 65 75 55 80 60  65 70 46 57 75 85 46  50 58 68 54 64 78 52
50 40 33 34 43 64 33  64 61 52 62 66 80 41  53 66 52 50 63 80 37  40 37 42 58 50 57 49
63 54 42 48 66 75 33  66 77 66 63 88 76 72  78 75 58 74 80 78 49  48 57 44 45 51 83 38
85 85 71 71 77 74 55  82 82 39 59 64 78 39
"""
"""R's data set `attitude` (Chatterjee, Price 1977): seven questions, thirty departments."""


@pytest.fixture
def attitude() -> np.ndarray:
    return np.array(ATTITUDE.split(), dtype=float).reshape(30, 7)


def reliability(answers, people=None, **options):
    k = np.asarray(answers).shape[1]
    options.setdefault("rng", np.random.default_rng(1))
    return scale_reliability(answers, people, names=[f"Q{j}" for j in range(k)], **options)


def test_the_published_alpha(attitude: np.ndarray) -> None:
    """R package psych, alpha(attitude): raw alpha .84314."""
    assert reliability(attitude).alpha.value == pytest.approx(0.84314, abs=5e-6)


def test_the_error_agrees_with_the_jackknife() -> None:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(200, 1)) + rng.normal(size=(200, 4))
    found = reliability(x).alpha

    def alpha(y: np.ndarray) -> float:
        return 4 / 3 * (1 - y.var(axis=0).sum() / y.sum(axis=1).var())

    left_out = [alpha(np.delete(x, i, axis=0)) for i in range(200)]
    jackknife = np.sqrt(199**2 / 200 * np.var(left_out))
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(jackknife, rel=0.1)


def test_omega_agrees_with_a_factor_analysis() -> None:
    """statsmodels' maximum likelihood loadings of one factor."""
    rng = np.random.default_rng(3)
    loadings = np.array([0.9, 0.8, 0.6, 0.5, 0.4])
    x = rng.normal(size=(5000, 1)) * loadings + rng.normal(size=(5000, 5)) * np.sqrt(
        1 - loadings**2
    )
    fitted = Factor(x, n_factor=1, method="ml").fit()
    scaled = fitted.loadings[:, 0] * x.std(axis=0)
    explained = scaled.sum() ** 2
    unique = (fitted.uniqueness * x.var(axis=0)).sum()
    found = reliability(x)
    assert found.omega.value == pytest.approx(explained / (explained + unique), abs=0.005)
    assert found.omega.value > found.alpha.value  # unequal loadings


def test_intervals_cover(assert_covers: Callable[..., None]) -> None:
    """Answers on five points that share one factor: alpha is neither normal nor continuous."""
    rng = np.random.default_rng(4)

    def answers(n: int) -> np.ndarray:
        opinion = 0.75 * rng.normal(size=(n, 1)) + np.sqrt(1 - 0.75**2) * rng.normal(size=(n, 4))
        return 1.0 + np.searchsorted([-1.2, -0.4, 0.6, 1.6], opinion)

    truth = reliability(answers(200_000), draws=200)
    hits = np.zeros(2, int)
    for _ in range(200):
        found = reliability(answers(250), rng=rng, draws=200)
        hits += [
            found.alpha.low <= truth.alpha.value <= found.alpha.high,
            found.omega.low <= truth.omega.value <= found.omega.high,
        ]
    assert_covers(hits[0], 200, 0.95)
    assert_covers(hits[1], 200, 0.95)


def test_patterns_count_as_their_people_and_units_do_not_matter(attitude: np.ndarray) -> None:
    twice = reliability(np.vstack([attitude, attitude]))
    counted = reliability(attitude, np.full(30, 2))
    assert counted.alpha == twice.alpha
    assert counted.item_rest == pytest.approx(twice.item_rest)
    assert reliability(10 * attitude + 3).alpha.value == pytest.approx(
        reliability(attitude).alpha.value
    )


def test_a_scale_coded_both_ways_is_refused(attitude: np.ndarray) -> None:
    turned = attitude.copy()
    turned[:, 2] = 100 - turned[:, 2]
    with pytest.raises(EstimationError, match=r"a scale coded both ways: found against.*Q2"):
        reliability(turned)


def test_what_is_no_scale_is_refused(attitude: np.ndarray) -> None:
    with pytest.raises(EstimationError, match="too few people answered all questions"):
        reliability(attitude[:10])
    constant = attitude.copy()
    constant[:, 1] = 3
    with pytest.raises(EstimationError, match="has one answer only: found Q1"):
        reliability(constant)
    with pytest.raises(EstimationError, match="no scale"):
        reliability(attitude[:, :1])
