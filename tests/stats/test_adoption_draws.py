"""Bass curves that agree with a series, also before its peak."""

import numpy as np
import pytest

from analysis.errors import EstimationError
from analysis.stats.adoption_draws import draw_adoption_curves, draw_cumulative


def adopt(rng: np.random.Generator, *, m: int, p: float, q: float, periods: int) -> np.ndarray:
    """Adopters per period of a population told by the model's story."""
    place = rng.uniform(size=m)
    times = -np.log((1 - place) / (1 + place * q / p)) / (p + q)
    return np.histogram(times, bins=np.arange(periods + 1))[0].astype(float)


def test_before_the_peak_the_ceiling_is_bounded_and_the_peak_ahead() -> None:
    series = adopt(np.random.default_rng(3), m=4000, p=0.006, q=0.13, periods=12)
    drawn = draw_adoption_curves(
        series, largest_ceiling=9000, rng=np.random.default_rng(1), draws=2000
    )
    assert drawn.m.max() <= 9000
    assert drawn.m.min() >= series.sum()
    low, high = np.quantile(drawn.peak_time, [0.005, 0.995])
    assert low < np.log(0.13 / 0.006) / 0.136 < high
    assert high > 12


def test_after_all_have_adopted_the_ceiling_is_known() -> None:
    series = adopt(np.random.default_rng(4), m=500, p=0.1, q=0.15, periods=60)
    drawn = draw_adoption_curves(
        series, largest_ceiling=20_000, rng=np.random.default_rng(1), draws=500
    )
    assert np.quantile(drawn.m, 0.99) <= 502


@pytest.mark.slow
@pytest.mark.parametrize("periods", [12, 30])
def test_intervals_cover_the_planted_truth_as_often_as_they_claim(periods: int) -> None:
    """200 populations; 90% of the intervals hold the truth, within three standard errors."""
    m, p, q, runs = 3000, 0.008, 0.15, 200
    truth = np.array([m, p, q, np.log(q / p) / (p + q)])
    inside = np.zeros(4)
    rng = np.random.default_rng(11)
    for _ in range(runs):
        series = adopt(rng, m=m, p=p, q=q, periods=periods)
        drawn = draw_adoption_curves(series, largest_ceiling=20_000, rng=rng, draws=400)
        values = np.stack([drawn.m, drawn.p, drawn.q, drawn.peak_time])
        low, high = np.quantile(values, [0.05, 0.95], axis=1)
        inside += (low <= truth) & (truth <= high)
    assert (inside / runs > 0.9 - 3 * np.sqrt(0.9 * 0.1 / runs)).all()


def test_a_forecast_starts_from_those_counted_and_stays_below_the_ceiling() -> None:
    rng = np.random.default_rng(5)
    series = adopt(rng, m=2000, p=0.02, q=0.12, periods=20)
    drawn = draw_adoption_curves(series, largest_ceiling=5000, rng=rng, draws=300)
    ahead = draw_cumulative(drawn, until=np.array([25.0, 40.0]), adopted=series.sum(), rng=rng)
    assert (ahead[:, 0] >= series.sum()).all()
    assert (ahead[:, 1] >= ahead[:, 0]).all()
    assert (ahead[:, 1] <= drawn.m + drawn.dispersion).all()


def test_counts_that_scatter_more_widen_the_draws() -> None:
    series = adopt(np.random.default_rng(6), m=3000, p=0.01, q=0.15, periods=30)
    rough = np.maximum(series * np.where(np.arange(30) % 2, 1.4, 0.6), 0).round()
    drawn = [
        draw_adoption_curves(s, largest_ceiling=9000, rng=np.random.default_rng(1), draws=1000)
        for s in (series, rough)
    ]
    assert drawn[0].dispersion < 2 < drawn[1].dispersion
    assert np.log(drawn[1].q).std() > 1.5 * np.log(drawn[0].q).std()


@pytest.mark.parametrize(
    ("series", "ceiling", "what"),
    [
        ([5, 6], 100, "too few periods"),
        ([5, -1, 6, 7], 100, "negative numbers"),
        ([0, 0, 0, 0], 100, "nobody adopted"),
        ([50, 60, 70], 100, "more adopters than can ever adopt"),
    ],
)
def test_series_that_cannot_be_drawn_are_refused(
    series: list[float], ceiling: float, what: str
) -> None:
    with pytest.raises(EstimationError, match=what):
        draw_adoption_curves(
            series, largest_ceiling=ceiling, rng=np.random.default_rng(1), draws=100
        )
