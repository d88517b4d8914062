"""Shares of R-squared: the published swiss example, all orders by hand, coverage, refusals."""

from itertools import permutations

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.design_bootstrap import resample_units
from analysis.stats.relative_importance import (
    lmg_shares,
    relative_importance,
    relative_weights,
)

# R's data set swiss (Mosteller, Tukey 1977): fertility, agriculture, examination, education,
# catholic, infant mortality of 47 provinces
SWISS = """
80.2 17 15 12 9.96 22.2|83.1 45.1 6 9 84.84 22.2|92.5 39.7 5 5 93.4 20.2|85.8 36.5 12 7 33.77 20.3|
76.9 43.5 17 15 5.16 20.6|76.1 35.3 9 7 90.57 26.6|83.8 70.2 16 7 92.85 23.6|
92.4 67.8 14 8 97.16 24.9|82.4 53.3 12 7 97.67 21|82.9 45.2 16 13 91.38 24.4|
87.1 64.5 14 6 98.61 24.5|64.1 62 21 12 8.52 16.5|66.9 67.5 14 7 2.27 19.1|
68.9 60.7 19 12 4.43 22.7|61.7 69.3 22 5 2.82 18.7|68.3 72.6 18 2 24.2 21.2|71.7 34 17 8 3.3 20|
55.7 19.4 26 28 12.11 20.2|54.3 15.2 31 20 2.15 10.8|65.1 73 19 9 2.84 20|65.5 59.8 22 10 5.23 18|
65 55.1 14 3 4.52 22.4|56.6 50.9 22 12 15.14 16.7|57.4 54.1 20 6 4.2 15.3|72.5 71.2 12 1 2.4 21|
74.2 58.1 14 8 5.23 23.8|72 63.5 6 3 2.56 18|60.5 60.8 16 10 7.72 16.3|58.3 26.8 25 19 18.46 20.9|
65.4 49.5 15 8 6.1 22.5|75.5 85.9 3 2 99.71 15.1|69.3 84.9 7 6 99.68 19.8|77.3 89.7 5 2 100 18.3|
70.5 78.2 12 6 98.96 19.4|79.4 64.9 7 3 98.22 20.2|65 75.9 9 9 99.06 17.8|92.2 84.6 3 3 99.46 16.3|
79.3 63.1 13 13 96.83 18.1|70.4 38.4 26 12 5.62 20.3|65.7 7.7 29 11 13.79 20.5|
72.7 16.7 22 13 11.22 18.9|64.4 17.6 35 32 16.92 23|77.6 37.6 15 7 4.97 20|
67.6 18.7 25 7 8.65 19.5|35 1.2 37 53 42.34 18|44.7 46.6 16 29 50.43 18.2|42.8 27.7 22 29 58.33 19.3
"""
# Groemping (2006), J. Statistical Software 17(1): output of calc.relimp, type lmg, on swiss
PUBLISHED = (0.05709122, 0.17117303, 0.26013468, 0.10557015, 0.11276592)

NAMES = ("a", "b", "c")


def read_swiss():
    return np.array([[float(x) for x in row.split()] for row in SWISS.split("|")])


def draw(rng, n, slopes=(0.6, 0.4, 0.2), rho=0.4):
    x = np.sqrt(rho) * rng.normal(size=(n, 1)) + np.sqrt(1 - rho) * rng.normal(size=(n, 3))
    return x @ slopes + rng.normal(size=n), x


def test_swiss_has_the_published_shares():
    covariance = np.cov(read_swiss().T)[np.newaxis]
    assert lmg_shares(covariance)[0] == pytest.approx(PUBLISHED, abs=5e-9)
    assert lmg_shares(covariance).sum() == pytest.approx(0.7067, abs=5e-5)


def test_shares_are_the_mean_gain_over_all_orders():
    """By hand: least squares on every order in which the drivers may enter."""
    data = read_swiss()
    y, x = data[:, 0], data[:, 1:]

    def explained(columns):
        design = np.column_stack([np.ones(len(y)), x[:, list(columns)]])
        left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
        return 1 - left @ left / ((y - y.mean()) @ (y - y.mean()))

    gains = np.zeros(5)
    orders = list(permutations(range(5)))
    for order in orders:
        for place, driver in enumerate(order):
            gains[driver] += explained(order[: place + 1]) - explained(order[:place])
    assert lmg_shares(np.cov(data.T)[np.newaxis])[0] == pytest.approx(
        gains / len(orders), abs=1e-10
    )


def test_relative_weights_follow_johnson_step_by_step():
    """Johnson (2000) in his own terms: a singular value decomposition of the drivers."""
    data = read_swiss()
    z = (data - data.mean(0)) / data.std(0) / np.sqrt(len(data))
    left, _sizes, right = np.linalg.svd(z[:, 1:], full_matrices=False)
    nearest = left @ right
    to_drivers = nearest.T @ z[:, 1:]
    to_outcome = nearest.T @ z[:, 0]
    weights = (to_drivers.T**2) @ to_outcome**2
    assert relative_weights(np.cov(data.T)[np.newaxis])[0] == pytest.approx(weights, abs=1e-10)


def test_both_add_up_to_r_squared():
    rng = np.random.default_rng(5)
    y, x = draw(rng, 400)
    w = rng.uniform(0.5, 3, 400)
    found = relative_importance(
        y, x, names=NAMES, weights=w, resampling=resample_units(400, rng=rng, draws=100)
    )
    design = np.column_stack([np.ones(400), x])
    root = np.sqrt(w)
    beta = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    left, centred = y - design @ beta, y - np.average(y, weights=w)
    expected = 1 - (w @ left**2) / (w @ centred**2)
    assert found.r_squared.value == pytest.approx(expected, abs=1e-12)
    assert sum(d.lmg.value for d in found.drivers) == pytest.approx(expected, abs=1e-12)
    assert sum(d.relative_weight.value for d in found.drivers) == pytest.approx(expected, abs=1e-12)


def test_intervals_cover(assert_covers):
    rho, slopes = 0.4, np.array([0.6, 0.4, 0.2])
    within = np.full((3, 3), rho) + (1 - rho) * np.eye(3)
    truth = np.empty((1, 4, 4))
    truth[0, 1:, 1:], truth[0, 0, 1:] = within, within @ slopes
    truth[0, 1:, 0], truth[0, 0, 0] = within @ slopes, slopes @ within @ slopes + 1
    lmg, weight = lmg_shares(truth)[0], relative_weights(truth)[0]
    rng = np.random.default_rng(2025)
    hits = np.zeros((2, 3), int)
    for _ in range(200):
        y, x = draw(rng, 200)
        found = relative_importance(
            y, x, names=NAMES, resampling=resample_units(200, rng=rng, draws=200)
        )
        for k, driver in enumerate(found.drivers):
            hits[0, k] += driver.lmg.low <= lmg[k] <= driver.lmg.high
            hits[1, k] += driver.relative_weight.low <= weight[k] <= driver.relative_weight.high
    for count in hits.ravel():
        assert_covers(count, 200, 0.95)


def test_clusters_widen_the_intervals():
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(30), 20)
    common = rng.normal(size=(30, 4))[cluster]
    y, x = draw(rng, 600)
    y, x = y + common[:, 0], x + common[:, 1:]
    widths = []
    for clusters in (None, cluster):
        found = relative_importance(
            y, x, names=NAMES, resampling=resample_units(600, rng=rng, draws=300, clusters=clusters)
        )
        widths.append(found.drivers[0].lmg.high - found.drivers[0].lmg.low)
    assert widths[1] > 1.2 * widths[0]


def test_unit_and_order_of_the_drivers_do_not_matter():
    y, x = draw(np.random.default_rng(1), 300)

    def shares(outcome, drivers, names):
        rng = np.random.default_rng(2)
        found = relative_importance(
            outcome, drivers, names=names, resampling=resample_units(300, rng=rng, draws=100)
        )
        return {d.name: (d.lmg.value, d.lmg.low, d.relative_weight.high) for d in found.drivers}

    plain = shares(y, x, NAMES)
    turned = shares(10 * y + 3, x[:, ::-1] * [2, 5, 0.1] - 7, NAMES[::-1])
    for name in NAMES:
        assert turned[name] == pytest.approx(plain[name], abs=1e-9)


def refused(match, y, x, names=NAMES):
    with pytest.raises(EstimationError, match=match):
        relative_importance(
            y,
            x,
            names=names,
            resampling=resample_units(len(y), rng=np.random.default_rng(1), draws=100),
        )


def test_refusals_say_what_is_wrong():
    y, x = draw(np.random.default_rng(1), 300)
    still = x.copy()
    still[:, 1] = 4
    refused("without variation: found b", y, still)
    refused("without variation: found outcome", np.ones(300), x)
    copied = x.copy()
    copied[:, 2] = x[:, 0] + x[:, 1]
    refused("follows from the others", y, copied)
    turned = x * [1, -1, 1]
    refused("a scale coded both ways: found answers on b run against", y, turned)
    refused("too few answers for the drivers", y[:12], x[:12])
    refused("cannot be shared out", y, x[:, :1], ("a",))
