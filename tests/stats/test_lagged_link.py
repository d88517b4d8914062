"""Links with indicators: planted delays, false findings, a peer, refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy.stats import t as student

from analysis.errors import EstimationError
from analysis.stats.lagged_link import lagged_link


def wander(rng: np.random.Generator, size: int, pull: float = 0.9) -> np.ndarray:
    steps, path = rng.normal(0, 0.03, size), np.zeros(size)
    for t in range(1, size):
        path[t] = pull * path[t - 1] + steps[t]
    return path


def series(rng: np.random.Generator, slope: float, lag: int = 2, size: int = 96):
    x = wander(rng, size + lag)
    t = np.arange(size)
    logs = (
        7 + 0.004 * t + 0.1 * np.cos(t * np.pi / 6) + slope * x[:size] + rng.normal(0, 0.03, size)
    )
    return np.exp(logs), x[lag:]


def test_a_planted_slope_is_covered() -> None:
    """The method's known shortfall with so few persistent months is allowed for: 4 points."""
    rng, hits = np.random.default_rng(1), 0
    for _ in range(300):
        y, x = series(rng, 0.5)
        found = lagged_link(y, x, lag=2).slope
        hits += found.low <= 0.5 <= found.high
    assert hits / 300 > 0.95 - 0.04 - 3 * np.sqrt(0.95 * 0.05 / 300)


def test_unrelated_wanderings_seldom_look_linked() -> None:
    """At 5 % no more than a seventh, and far fewer than a plain regression finds."""
    rng, found, plain = np.random.default_rng(2), 0, 0
    for _ in range(300):
        y, x = np.cumsum(rng.normal(0, 0.06, 96)), wander(rng, 96)
        found += lagged_link(np.exp(6 + y), x, lag=1).p_value < 0.05
        plain += sm.OLS(y[1:], sm.add_constant(x[:-1])).fit().pvalues[1] < 0.05
    assert found / 300 < 0.14
    assert plain > 3 * found


def test_a_peer_gives_the_same_slope_and_without_autocorrelation_its_error() -> None:
    """statsmodels' formula interface with a dummy for each month; errors agree on average."""
    rng, ratios = np.random.default_rng(3), []
    for _ in range(40):
        y, x = series(rng, 0.5)
        frame = pd.DataFrame({"y": np.log(y), "x": pd.Series(x).shift(2)})
        frame["before"], frame["t"] = frame.y.shift(1), np.arange(96)
        frame["month"] = frame.t % 12
        peer = smf.ols("y ~ x + before + t + C(month)", data=frame.dropna()).fit()
        found = lagged_link(y, x, lag=2).slope
        assert found.value == pytest.approx(peer.params["x"], rel=1e-6)
        half = student.ppf(0.975, int(0.41 * 94 ** (2 / 3)))
        ratios.append(((found.high - found.low) / 2 / half / peer.bse["x"]) ** 2)
    assert np.mean(ratios) == pytest.approx(1, abs=0.35)


def test_where_the_year_begins_does_not_matter() -> None:
    y, x = series(np.random.default_rng(4), 0.5)
    assert lagged_link(y, x, lag=2, first_month=5).slope.value == pytest.approx(
        lagged_link(y, x, lag=2).slope.value
    )


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(EstimationError, match="a series too short to be compared"):
        lagged_link(np.ones(20), np.arange(20.0), lag=1)
    with pytest.raises(EstimationError, match="an indicator that does not vary"):
        lagged_link(np.ones(60), np.ones(60), lag=1)
    with pytest.raises(EstimationError, match="not of the same months: found 60 and 59"):
        lagged_link(np.ones(60), np.arange(59.0), lag=1)
