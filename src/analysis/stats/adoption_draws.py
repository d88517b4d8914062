"""Bass curves that agree with a series of adopters, also with one that has not peaked yet.

Where a series has not passed its peak, least squares find no ceiling
(`analysis.stats.bass` refuses). The ceiling is bounded from outside all the same: no
more can adopt than there are customers. Within that bound all curves are weighed by
how likely they make the counts, and curves are drawn by these weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy
from scipy.stats import chi2, nbinom

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats import _bass_curve as curves
from analysis.stats._bass_refusals import read_series
from analysis.stats.inputs import refuse
from analysis.stats.purchase_cells import FloatArray
from analysis.text import message

MINIMUM_PERIODS = 3
RANGE_P = (1e-4, 0.3)
RANGE_Q = (5e-3, 1.0)
_STEPS = 70
_ZOOMS = 2
_DEPTH = 15.0
"""Log likelihood below the best from which a curve has no weight."""

METHOD = Method(
    name=message("Draws of Bass curves under a bounded ceiling"),
    citation="Bass, F. M. (1969). A new product growth for model consumer durables. Management "
    "Science 15(5), 215-227; Lenk, P. J., & Rao, A. G. (1990). New models from old: forecasting "
    "product adoption by hierarchical Bayes procedures. Marketing Science 9(1), 42-53.",
    assumptions=(
        message("Everyone who will ever adopt does so once, out of a fixed ceiling."),
        message("No more can adopt than there are customers."),
        message(
            "Before the counts speak, every order of magnitude of the ceiling, of innovation and "
            "of imitation is equally likely."
        ),
        message(
            "A period's adopters vary as counts do, or more where the series itself shows more."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AdoptionDraws:
    """Curves drawn by how well they agree with a series.

    Attributes
    ----------
    m, p, q : ndarray of float64, shape (draws,)
        Ceiling, innovation and imitation, shares per period.
    peak_time : ndarray of float64, shape (draws,)
        Periods from launch to the peak of adoption; 0 where adoption only falls.
    dispersion : float
        Scatter of the counts over that of plain counts; at least 1.
    scatter_p_value : float
        Of plain counts around the likeliest curve, chi-square.
    n_periods : int
    """

    m: FloatArray
    p: FloatArray
    q: FloatArray
    peak_time: FloatArray
    dispersion: float
    scatter_p_value: float
    n_periods: int


def draw_adoption_curves(
    adopters: Sequence[float] | npt.NDArray[np.float64],
    *,
    largest_ceiling: float,
    rng: np.random.Generator,
    draws: int,
) -> AdoptionDraws:
    """Draw Bass curves that agree with a series.

    Parameters
    ----------
    adopters : sequence of float, length n_periods
        New adopters per period, from launch on.
    largest_ceiling : float
        No more can ever adopt; at least the adopters so far.
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    AdoptionDraws

    Raises
    ------
    EstimationError
        With fewer than 3 periods, negative adopters or none, or a ceiling below the
        adopters so far.

    Source
    ------
    Bass (1969) for the curve, with the likelihood of Schmittlein and Mahajan (1982),
    Maximum likelihood estimation for an innovation diffusion model, Marketing Science
    1, 57-78; Lenk and Rao (1990) for forecasting it before the peak;
    quasi-likelihood for scatter beyond that of counts, McCullagh and Nelder (1989),
    Generalized linear models, chapter 9.

    Examples
    --------
    >>> import numpy as np
    >>> vcr = [840, 1470, 2110, 4000, 7590, 10950, 10530, 9470, 7790, 5890]
    >>> drawn = draw_adoption_curves(vcr, largest_ceiling=200_000,
    ...                              rng=np.random.default_rng(1), draws=500)
    >>> bool((drawn.peak_time < 8).all())
    True
    """
    series = read_series(adopters, minimum=MINIMUM_PERIODS)
    adopted = float(series.sum())
    refuse([_ceiling_problem(adopted, largest_ceiling)])
    dispersion, scatter_p_value = _scatter(series)
    room, size = (largest_ceiling - adopted) / dispersion, adopted / dispersion

    def weigh(log_p: FloatArray, log_q: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Log weight of each curve, and the share of its ceilings within the bound."""
        time = np.array([float(len(series))])
        adopted_share = np.clip(_unit_shares(log_p, log_q, time)[:, :, 0], 1e-12, 1 - 1e-12)
        bounded = nbinom.logcdf(room, size, adopted_share)
        return _log_likelihood(log_p, log_q, series) / dispersion + bounded, adopted_share

    log_p, log_q = _whole_range()
    found, adopted_share = weigh(log_p, log_q)
    for _ in range(_ZOOMS):
        log_p, log_q = _zoom(log_p, log_q, found)
        found, adopted_share = weigh(log_p, log_q)
    weight = np.exp(found - found.max())
    chosen = rng.choice(weight.size, size=draws, p=(weight / weight.sum()).ravel())
    i, j = np.unravel_index(chosen, weight.shape)
    drawn_p, drawn_q = _blur(log_p, i, rng), _blur(log_q, j, rng)
    share = adopted_share[i, j]
    place = rng.uniform(0, 1, draws) * nbinom.cdf(room, size, share)
    missing = nbinom.ppf(place, size, share) * dispersion
    drawn_m = np.clip(adopted + missing, adopted, largest_ceiling)
    peak = np.log(drawn_q / drawn_p) / (drawn_p + drawn_q)
    return AdoptionDraws(
        m=drawn_m,
        p=drawn_p,
        q=drawn_q,
        peak_time=np.maximum(peak, 0.0),
        dispersion=dispersion,
        scatter_p_value=scatter_p_value,
        n_periods=len(series),
    )


def draw_cumulative(
    drawn: AdoptionDraws, *, until: FloatArray, adopted: float, rng: np.random.Generator
) -> FloatArray:
    """Adopters that will have been counted at later times, shape (draws, n_times).

    Those so far are known; those to come follow each curve, and scatter as counts do.

    Parameters
    ----------
    drawn : AdoptionDraws
    until : ndarray, shape (n_times,)
        Periods from launch, rising and none before the end of the series.
    adopted : float
        Adopters so far.
    rng : numpy.random.Generator
    """
    edges = np.concatenate([[float(drawn.n_periods)], until])
    waiting = np.maximum(np.round((drawn.m - adopted) / drawn.dispersion), 0).astype(np.int64)
    logs = np.log(np.column_stack([np.ones_like(drawn.m), drawn.p, drawn.q]))
    share = np.stack([curves.cumulative(row, edges) for row in logs])
    come = np.zeros(len(waiting))
    cumulative = np.empty((len(waiting), len(until)))
    for k in range(len(until)):
        left = np.maximum(1 - share[:, k], 1e-12)
        chance = np.clip((share[:, k + 1] - share[:, k]) / left, 0.0, 1.0)
        now = rng.binomial(waiting, chance)
        waiting = waiting - now
        come = come + drawn.dispersion * now
        cumulative[:, k] = adopted + come
    return cumulative


def _log_likelihood(log_p: FloatArray, log_q: FloatArray, series: FloatArray) -> FloatArray:
    """Log likelihood of the months in which those so far adopted, shape (n_p, n_q).

    With a ceiling equally likely in every order of magnitude, the number that is still
    to come is negative binomial whatever p and q, and drops out.
    """
    shares = _unit_shares(log_p, log_q, np.arange(len(series) + 1.0))
    increments = np.maximum(np.diff(shares, axis=2), 1e-300)
    by_month: FloatArray = xlogy(series, increments).sum(axis=2)
    by_now: FloatArray = series.sum() * np.log(np.maximum(shares[:, :, -1], 1e-300))
    return by_month - by_now


def _unit_shares(log_p: FloatArray, log_q: FloatArray, time: FloatArray) -> FloatArray:
    """Shares of the ceiling that have adopted, shape (n_p, n_q, n_times)."""
    p, q = np.exp(log_p)[:, None, None], np.exp(log_q)[None, :, None]
    decay = np.exp(-(p + q) * time)
    shares: FloatArray = (1 - decay) / (1 + q / p * decay)
    return shares


def _zoom(log_p: FloatArray, log_q: FloatArray, found: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lay a finer grid over the part that has any weight, a step wider on each side."""
    inside = found > found.max() - _DEPTH
    finer = []
    for grid, axis in ((log_p, 1), (log_q, 0)):
        kept = np.flatnonzero(inside.any(axis=axis))
        low, high = max(kept[0] - 1, 0), min(kept[-1] + 1, len(grid) - 1)
        finer.append(np.linspace(grid[low], grid[high], _STEPS))
    return finer[0], finer[1]


def _whole_range() -> tuple[FloatArray, FloatArray]:
    p, q = np.geomspace(*RANGE_P, _STEPS), np.geomspace(*RANGE_Q, _STEPS)
    return np.log(p), np.log(q)


def _scatter(series: FloatArray) -> tuple[float, float]:
    """Scatter around the likeliest curve over that of counts, and its p value."""
    freedom = len(series) - 3
    if freedom < 1:
        return 1.0, 1.0
    log_p, log_q = _whole_range()
    found = _log_likelihood(log_p, log_q, series)
    for _ in range(_ZOOMS):
        log_p, log_q = _zoom(log_p, log_q, found)
        found = _log_likelihood(log_p, log_q, series)
    i, j = np.unravel_index(int(found.argmax()), found.shape)
    shares = _unit_shares(log_p[i : i + 1], log_q[j : j + 1], np.arange(len(series) + 1.0))
    expected = series.sum() * np.diff(shares[0, 0]) / shares[0, 0, -1]
    # periods that expect next to nobody would decide the sum by themselves
    pearson = (series - expected) ** 2 / np.maximum(expected, 1.0)
    total = float(pearson.sum())
    return max(total / freedom, 1.0), float(chi2.sf(total, freedom))


def _blur(grid: FloatArray, position: npt.NDArray[np.intp], rng: np.random.Generator) -> FloatArray:
    """Spread draws over the step of the grid that they stand for."""
    step = grid[1] - grid[0]
    blurred: FloatArray = np.exp(grid[position] + rng.uniform(-0.5, 0.5, len(position)) * step)
    return blurred


def _ceiling_problem(adopted: float, largest_ceiling: float) -> Problem | None:
    if largest_ceiling >= adopted:
        return None
    return Problem(
        what="Bass: more adopters than can ever adopt",
        found=f"{adopted:g} adopters, at most {largest_ceiling:g} customers",
        needed="a ceiling of at least the adopters so far",
        next_step="Count each customer's first adoption only.",
    )
