"""Links with indicators: planted delays, false findings, a peer, refusals."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

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
    rng, hits, found = np.random.default_rng(1), 0, 0
    for _ in range(300):
        y, x = series(rng, 0.5)
        slope = lagged_link(y, x, lag=2).slope
        hits += slope.low <= 0.5 <= slope.high
        found += slope.low > 0
    assert abs(hits / 300 - 0.95) < 3 * np.sqrt(0.95 * 0.05 / 300)
    assert found > 280, "what is there is found"


def smooth(rng: np.random.Generator) -> np.ndarray:
    path = np.cumsum(rng.normal(0, 0.03, 98))
    return (path[:-2] + path[1:-1] + path[2:]) / 3


@pytest.mark.parametrize(
    "pair",
    [
        lambda rng: (np.cumsum(rng.normal(0, 0.06, 96)), wander(rng, 96)),
        lambda rng: (np.cumsum(rng.normal(0, 0.06, 96)), np.cumsum(rng.normal(0, 0.03, 96))),
        lambda rng: (np.cumsum(rng.normal(0, 0.03, 96)) + rng.normal(0, 0.06, 96), smooth(rng)),
        lambda rng: (rng.normal(0, 0.05, 60), wander(rng, 60)),
    ],
    ids=["walk and wander", "two walks", "noisy walk and smooth walk", "noise, five years"],
)
def test_unrelated_series_look_linked_as_often_as_the_level_says(pair) -> None:
    """At 5 %, within three errors of 400 draws."""
    rng, found = np.random.default_rng(2), 0
    for _ in range(400):
        y, x = pair(rng)
        found += lagged_link(np.exp(6 + y), x, lag=1).p_value < 0.05
    assert abs(found / 400 - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 400)


def test_a_plain_regression_takes_every_second_pair_of_walks_for_linked() -> None:
    rng, plain = np.random.default_rng(2), 0
    for _ in range(60):
        y, x = np.cumsum(rng.normal(0, 0.06, 96)), np.cumsum(rng.normal(0, 0.03, 96))
        plain += sm.OLS(y[1:], sm.add_constant(x[:-1])).fit().pvalues[1] < 0.05
    assert plain > 30


def test_a_peer_gives_the_same_slope_error_and_p() -> None:
    """statsmodels' formula interface with a dummy for each month."""
    rng = np.random.default_rng(3)
    for _ in range(5):
        y, x = series(rng, 0.5)
        frame = pd.DataFrame({"y": np.log(y), "x": pd.Series(x).shift(2)})
        frame["earlier"] = frame.x.shift(1)
        frame["before"], frame["further"] = frame.y.shift(1), frame.y.shift(2)
        frame["t"] = np.arange(96)
        frame["month"] = frame.t % 12
        peer = smf.ols(
            "y ~ x + earlier + before + further + t + C(month)", data=frame.dropna()
        ).fit()
        found = lagged_link(y, x, lag=2)
        low, high = peer.conf_int().loc["x"]
        assert found.slope.value == pytest.approx(peer.params["x"], rel=1e-6)
        assert (found.slope.low, found.slope.high) == pytest.approx((low, high), rel=1e-6)
        assert found.p_value == pytest.approx(peer.pvalues["x"], rel=1e-6)


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
