"""How many would buy at which price, and at which one revenue is largest (Gabor-Granger)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr
from scipy.stats import norm

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._clustered import clustered_covariance
from analysis.stats.inputs import Floats, Integers, bracket, column, confidence_problem, refuse
from analysis.stats.simulated_intervals import estimate_from_draws
from analysis.text import message

METHOD = Method(
    name=message("Demand curve from purchase intentions (Gabor-Granger)"),
    citation=(
        "Gabor, A., Granger, C. W. J. (1966). Price as an indicator of quality: report on an "
        "enquiry. Economica 33, 43-70; prices known to an interval: Turnbull, B. W. (1976). "
        "Journal of the Royal Statistical Society B 38, 290-295."
    ),
    assumptions=(
        message("Whoever would buy at a price would also buy at a lower one."),
        message("The highest price that people would pay is log-normally distributed."),
        message("What people say in a survey they would also do."),
    ),
)

FEWEST = 30
_STEPS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PricePoint:
    """Demand at a price that was shown.

    Attributes
    ----------
    price : float
    would_buy : int
        Of those asked.
    asked : int
    share : Estimate
        Weighted share of those who would buy.
    fitted_share : float
        By the fitted curve.
    revenue : Estimate
        Price times share, per person asked.
    """

    price: float
    would_buy: int
    asked: int
    share: Estimate
    fitted_share: float
    revenue: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationPrices:
    """What people would pay at most.

    Attributes
    ----------
    points : tuple of PricePoint
        By price.
    median : Estimate
        Half would pay at least so much.
    spread : Estimate
        Standard deviation of the logarithm.
    best_price : Estimate
        At which revenue is largest by the fitted curve.
    best_share : float
        Who would buy at that price, a fraction.
    beyond_the_prices : bool
        Whether that price lies outside the prices shown.
    n, left_out : int
        People used; people who would buy at a price but not at a lower one.
    """

    points: tuple[PricePoint, ...]
    median: Estimate
    spread: Estimate
    best_price: Estimate
    best_share: float
    beyond_the_prices: bool
    n: int
    left_out: int


def reservation_prices(
    would_buy: npt.ArrayLike,
    prices: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    weights: npt.ArrayLike | None = None,
    clusters: Integers | None = None,
    strata: Integers | None = None,
    confidence: float = 0.95,
    draws: int = 2000,
) -> ReservationPrices:
    """Fit a demand curve to what people would buy.

    Parameters
    ----------
    would_buy : array_like of bool, shape (n, m)
        By person and price, each person having seen each price.
    prices : array_like, shape (m,)
        Rising.
    rng : numpy.random.Generator
    weights, clusters, strata : array_like, shape (n,), optional
        Of the survey.
    confidence : float
    draws : int

    Returns
    -------
    ReservationPrices

    Raises
    ------
    EstimationError
        If prices do not rise, too few answers are consistent, or all fall between the same
        two prices.

    Notes
    -----
    A person's highest price is known to lie between two prices shown: log-normal maximum
    likelihood on these intervals, sandwich covariance, interval of the best price from draws
    of the parameters.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> limit = rng.lognormal(np.log(20), 0.4, 500)
    >>> prices = np.array([5.0, 10, 15, 20, 30, 40])
    >>> found = reservation_prices(limit[:, None] >= prices, prices, rng=rng)
    >>> found.median.low < 20 < found.median.high
    True
    """
    bought = np.asarray(would_buy, dtype=bool)
    shown = column(prices, name="prices")
    w = np.ones(len(bought)) if weights is None else column(weights, name="weights")
    kept = np.asarray((np.diff(bought.astype(np.int8), axis=1) <= 0).all(axis=1))
    refuse([confidence_problem(confidence), *_problems(bought, shown, kept)])
    place = bought[kept].sum(axis=1)
    survey = _Survey(
        weights=w[kept] / w[kept].mean(),
        clusters=np.flatnonzero(kept) if clusters is None else clusters[kept],
        strata=None if strata is None else strata[kept],
    )
    theta, covariance = _fit(place, np.log(shown), survey)
    drawn = np.vstack([theta, rng.multivariate_normal(theta, covariance, size=draws)])
    best = _best_prices(drawn)
    reach = norm.ppf((1 + confidence) / 2) * np.sqrt(np.diag(covariance))
    median, spread = (np.exp([t - r, t, t + r]) for t, r in zip(theta, reach, strict=True))
    return ReservationPrices(
        points=tuple(
            _point(bought[kept][:, k], price, theta, survey, confidence)
            for k, price in enumerate(shown)
        ),
        median=bracket(median[1], median[0], median[2], confidence),
        spread=bracket(spread[1], spread[0], spread[2], confidence),
        best_price=estimate_from_draws(float(best[0]), best[1:], confidence),
        best_share=float(norm.sf((np.log(best[0]) - theta[0]) / np.exp(theta[1]))),
        beyond_the_prices=not shown[0] <= best[0] <= shown[-1],
        n=int(kept.sum()),
        left_out=int((~kept).sum()),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Survey:
    weights: Floats
    clusters: Integers
    strata: Integers | None


def _fit(place: Integers, logs: Floats, survey: _Survey) -> tuple[Floats, Floats]:
    """Fit mean and log spread of the log prices, with their covariance."""
    limits = np.concatenate([[-np.inf], logs, [np.inf]])
    low, high = limits[place], limits[place + 1]
    weights = survey.weights
    theta = np.array([np.average(np.clip(low, logs[0], logs[-1]), weights=weights), np.log(0.5)])
    value, scores, information = _derivatives(theta, low, high, weights)
    for _ in range(_STEPS):
        gradient = scores.sum(axis=0)
        sizes, axes = np.linalg.eigh(information)
        step = axes @ ((axes.T @ gradient) / np.maximum(np.abs(sizes), 1e-9))
        step *= min(1.0, 1.0 / np.abs(step).max())
        for halved in range(30):
            tried = theta + step / 2**halved
            found = _derivatives(tried, low, high, weights)
            if found[0] >= value:
                break
        theta, (value, scores, information) = tried, found
        if abs(float(gradient @ step)) < 1e-10:
            covariance = clustered_covariance(information, scores, survey.clusters, survey.strata)
            return theta, covariance
    raise EstimationError(
        Problem(
            what="the demand curve does not settle",
            found=f"{len(place)} answers",
            needed="highest prices in several intervals",
            next_step="Show other prices.",
        )
    )


def _derivatives(
    theta: Floats, low: Floats, high: Floats, weights: Floats
) -> tuple[float, Floats, Floats]:
    """Log-likelihood, weighted scores by row, observed information in mean and log spread."""
    spread = np.exp(theta[1])
    a, b = (low - theta[0]) / spread, (high - theta[0]) / spread
    chance = np.maximum(norm.cdf(b) - norm.cdf(a), 1e-300)
    fa, fb = norm.pdf(a), norm.pdf(b)
    za, zb = np.where(np.isfinite(a), a, 0.0), np.where(np.isfinite(b), b, 0.0)
    # derivatives of the chance: by the mean, and by the log spread
    by_mean = -(fb - fa) / spread
    by_spread = -(zb * fb - za * fa)
    first = np.column_stack([by_mean, by_spread]) / chance[:, np.newaxis]
    mean_mean = -(zb * fb - za * fa) / spread**2
    mean_spread = (fb - fa) / spread - (zb**2 * fb - za**2 * fa) / spread
    spread_spread = (zb * fb - za * fa) - (zb**3 * fb - za**3 * fa)
    second = np.array(
        [
            [weights @ (mean_mean / chance), weights @ (mean_spread / chance)],
            [weights @ (mean_spread / chance), weights @ (spread_spread / chance)],
        ]
    )
    scores = first * weights[:, np.newaxis]
    return float(weights @ np.log(chance)), scores, scores.T @ first - second


def _best_prices(theta: Floats) -> Floats:
    """Give the price at which price times demand is largest, for each row of parameters.

    With z the standardised logarithm of the price, ``spread * z + log sf(z)`` is concave and
    largest where the normal hazard equals the spread: Newton's method, all rows at once.
    """
    spread = np.exp(theta[:, 1])
    z = np.ones_like(spread)
    for _ in range(_STEPS):
        hazard = np.exp(-(z**2) / 2 - log_ndtr(-z)) / np.sqrt(2 * np.pi)
        z = np.maximum(z - (hazard - spread) / (hazard * (hazard - z)), -10.0)
    return np.asarray(np.exp(theta[:, 0] + spread * z))


def _point(
    bought: npt.NDArray[np.bool_], price: float, theta: Floats, survey: _Survey, confidence: float
) -> PricePoint:
    weights = survey.weights
    share = float(np.average(bought, weights=weights))
    scores = (weights * (bought - share))[:, np.newaxis]
    variance = clustered_covariance(
        np.array([[weights.sum()]]), scores, survey.clusters, survey.strata
    )[0, 0]
    reach = norm.ppf((1 + confidence) / 2) * np.sqrt(variance)
    low, high = max(share - reach, 0.0), min(share + reach, 1.0)
    return PricePoint(
        price=float(price),
        would_buy=int(bought.sum()),
        asked=len(bought),
        share=bracket(share, low, high, confidence),
        fitted_share=float(norm.sf((np.log(price) - theta[0]) / np.exp(theta[1]))),
        revenue=bracket(share * price, low * price, high * price, confidence),
    )


def _problems(
    bought: npt.NDArray[np.bool_], prices: Floats, kept: npt.NDArray[np.bool_]
) -> list[Problem | None]:
    rising = len(prices) >= 3 and bool((np.diff(prices) > 0).all()) and prices[0] > 0
    if not rising or bought.shape[1] != len(prices):
        return [
            Problem(
                what="prices that do not rise, or do not fit the answers",
                found=f"{len(prices)} prices for answers of shape {bought.shape}",
                needed="at least 3 rising prices above zero, an answer to each",
                next_step="Sort the prices; leave out people who saw only some of them.",
            )
        ]
    n = int(kept.sum())
    places = np.unique(bought[kept].sum(axis=1)) if n else np.array([])
    return [
        None
        if n >= FEWEST
        else Problem(
            what="too few consistent answers on prices",
            found=f"{n} of {len(kept)}",
            needed=f"at least {FEWEST}",
            next_step="Ask more people.",
        ),
        None
        if len(places) > 2
        else Problem(
            what="highest prices without variation",
            found=f"{len(places)} of {len(prices) + 1} intervals with an answer",
            needed="at least 3",
            next_step="Show prices that part the people asked.",
        ),
    ]
