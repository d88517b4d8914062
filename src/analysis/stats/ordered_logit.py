"""How answers on a scale go with what is known of a person (proportional odds)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._clustered import clustered_covariance
from analysis.stats.inputs import Floats, Integers, bracket, column, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

METHOD = Method(
    name=message("Ordered logit, weighted, with clustered errors"),
    citation=(
        "McCullagh, P. (1980). Regression models for ordinal data. Journal of the Royal "
        "Statistical Society B 42, 109-142; errors: Binder, D. A. (1983). International "
        "Statistical Review 51, 279-292."
    ),
    assumptions=(
        message("A driver shifts the odds of every higher answer by the same factor."),
        message("The number of sampling units is large enough for a normal approximation."),
    ),
)

_STEPS = 100
_TOLERANCE = 1e-10
_FAR = 25.0
"""Log odds at which an estimate is taken to have run away."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OrderedLogit:
    """A fitted model.

    Attributes
    ----------
    names : tuple of str, length p
    levels : tuple of int, length J
        The answers, lowest first.
    slopes : tuple of Estimate, length p
        Log odds of a higher answer per unit of the driver.
    thresholds : ndarray, shape (J - 1,)
    coefficients : ndarray, shape (J - 1 + p,)
        Thresholds, then slopes.
    covariance : ndarray, shape (J - 1 + p, J - 1 + p)
    log_likelihood : float
        With weights of mean 1.
    n : int
    confidence : float
    """

    names: tuple[str, ...]
    levels: tuple[int, ...]
    slopes: tuple[Estimate, ...]
    thresholds: Floats
    coefficients: Floats
    covariance: Floats
    log_likelihood: float
    n: int
    confidence: float


def ordered_logit(
    answers: npt.ArrayLike,
    drivers: npt.ArrayLike,
    *,
    names: Sequence[str],
    weights: npt.ArrayLike | None = None,
    clusters: Integers | None = None,
    strata: Integers | None = None,
    confidence: float = 0.95,
) -> OrderedLogit:
    """Fit the odds of a higher answer.

    Parameters
    ----------
    answers : array_like of int, shape (n,)
    drivers : array_like, shape (n, p)
    names : sequence of str, length p
    weights : array_like, shape (n,), optional
        Survey weights.
    clusters, strata : ndarray of int, shape (n,), optional
        For the errors.
    confidence : float

    Returns
    -------
    OrderedLogit

    Raises
    ------
    EstimationError
        If an answer was given once only, all answers are the same, or the answers are
        separated by the drivers.

    Notes
    -----
    Newton's method on the weighted log-likelihood (McCullagh 1980); sandwich covariance
    by Binder (1983).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(500, 1))
    >>> y = 1 + (x[:, 0] + rng.logistic(size=500) > 0) + (x[:, 0] + rng.logistic(size=500) > 2)
    >>> ordered_logit(y, x, names=["x"]).slopes[0].low > 0.5
    True
    """
    y = column(answers, name="answers")
    x = np.asarray(drivers, dtype=np.float64)
    w = np.ones(len(y)) if weights is None else column(weights, name="weights")
    levels, codes, counts = np.unique(y, return_inverse=True, return_counts=True)
    refuse([confidence_problem(confidence), *_problems(counts, x, len(y))])
    w = w / w.mean()
    centre = x.mean(axis=0)
    rows = _Rows(codes=codes, drivers=x - centre, weights=w, n_levels=len(levels))
    coefficients = _search(rows)
    value, _, information = rows.derivatives(coefficients)
    covariance = clustered_covariance(information, rows.scores(coefficients), clusters, strata)
    # thresholds of the drivers as they are, not centred: theta + slopes @ centre
    k = len(levels) - 1
    back = np.eye(len(coefficients))
    back[:k, k:] = centre
    coefficients, covariance = back @ coefficients, back @ covariance @ back.T
    reach = normal_quantile((1 + confidence) / 2) * np.sqrt(np.diag(covariance))
    return OrderedLogit(
        names=tuple(names),
        levels=tuple(int(level) for level in levels),
        slopes=tuple(
            bracket(
                coefficients[j], coefficients[j] - reach[j], coefficients[j] + reach[j], confidence
            )
            for j in range(k, len(coefficients))
        ),
        thresholds=coefficients[:k],
        coefficients=coefficients,
        covariance=covariance,
        log_likelihood=value,
        n=len(y),
        confidence=confidence,
    )


def share_at_least(fit: OrderedLogit, drivers: Floats, level: int) -> Floats:
    """Give each row's probability of an answer of at least `level`, shape (n,).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(500, 1))
    >>> fit = ordered_logit(1 + (x[:, 0] + rng.logistic(size=500) > 0), x, names=["x"])
    >>> bool(share_at_least(fit, np.array([[3.0]]), 2)[0] > 0.9)
    True
    """
    threshold = fit.thresholds[fit.levels.index(level) - 1]
    return np.asarray(expit(drivers @ fit.coefficients[len(fit.levels) - 1 :] - threshold))


def change_in_share(
    fit: OrderedLogit, before: Floats, after: Floats, *, level: int, weights: Floats
) -> Estimate:
    """Estimate by how much the share of answers of at least `level` differs.

    Parameters
    ----------
    fit : OrderedLogit
    before, after : ndarray, shape (n, p)
        The drivers as they are, and as they would be.
    level : int
    weights : ndarray, shape (n,)

    Returns
    -------
    Estimate
        A difference of fractions, with the delta method's interval.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(500, 1))
    >>> fit = ordered_logit(1 + (x[:, 0] + rng.logistic(size=500) > 0), x, names=["x"])
    >>> change_in_share(fit, x, x + 1, level=2, weights=np.ones(500)).low > 0.1
    True
    """
    k = len(fit.levels) - 1
    place = fit.levels.index(level) - 1
    gradient = np.zeros(len(fit.coefficients))
    total = 0.0
    for sign, drivers in ((1.0, after), (-1.0, before)):
        share = share_at_least(fit, drivers, level)
        slope = weights * share * (1 - share)
        total += sign * float(weights @ share)
        gradient[place] -= sign * float(slope.sum())
        gradient[k:] += sign * (slope @ drivers)
    total, gradient = total / weights.sum(), gradient / weights.sum()
    reach = normal_quantile((1 + fit.confidence) / 2) * np.sqrt(
        gradient @ fit.covariance @ gradient
    )
    return bracket(total, total - reach, total + reach, fit.confidence)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    codes: Integers
    drivers: Floats
    weights: Floats
    n_levels: int

    def _parts(self, coefficients: Floats) -> tuple[Floats, Floats, Floats]:
        """Upper and lower log odds of each row's answer, and its probability."""
        k = self.n_levels - 1
        limits = np.concatenate([[-np.inf], coefficients[:k], [np.inf]])
        shift = self.drivers @ coefficients[k:]
        upper, lower = limits[self.codes + 1] - shift, limits[self.codes] - shift
        return upper, lower, np.maximum(expit(upper) - expit(lower), 1e-300)

    def _directions(self) -> tuple[Floats, Floats]:
        k = self.n_levels - 1
        identity = np.vstack([np.zeros(k), np.eye(k), np.zeros(k)])
        inner, outer = self.codes > 0, self.codes < k
        return (
            np.hstack([identity[self.codes + 1], -self.drivers * outer[:, np.newaxis]]),
            np.hstack([identity[self.codes], -self.drivers * inner[:, np.newaxis]]),
        )

    def scores(self, coefficients: Floats) -> Floats:
        """Weighted first derivatives, shape (n, k)."""
        upper, lower, chance = self._parts(coefficients)
        up, down = self._directions()
        above = _density(upper) / chance * self.weights
        below = _density(lower) / chance * self.weights
        return np.asarray(above[:, np.newaxis] * up - below[:, np.newaxis] * down)

    def derivatives(self, coefficients: Floats) -> tuple[float, Floats, Floats]:
        """Log-likelihood, its gradient, and the observed information."""
        upper, lower, chance = self._parts(coefficients)
        up, down = self._directions()
        f_up, f_down = _density(upper) / chance, _density(lower) / chance
        w = self.weights
        bend_up = f_up * (1 - 2 * expit(upper)) - f_up**2
        bend_down = -f_down * (1 - 2 * expit(lower)) - f_down**2
        across = (up * (w * f_up * f_down)[:, np.newaxis]).T @ down
        hessian = (
            (up * (w * bend_up)[:, np.newaxis]).T @ up
            + (down * (w * bend_down)[:, np.newaxis]).T @ down
            + across
            + across.T
        )
        gradient = (w * f_up) @ up - (w * f_down) @ down
        return float(w @ np.log(chance)), np.asarray(gradient), np.asarray(-hessian)


def _density(x: Floats) -> Floats:
    return np.asarray(expit(x) * expit(-x))


def _search(rows: _Rows) -> Floats:
    shares = np.bincount(rows.codes, weights=rows.weights) / rows.weights.sum()
    below = np.cumsum(shares)[:-1]
    current = np.concatenate([np.log(below / (1 - below)), np.zeros(rows.drivers.shape[1])])
    value, gradient, information = rows.derivatives(current)
    for _ in range(_STEPS):
        step = np.linalg.solve(information, gradient)
        size = 1.0
        while size > 1e-6:
            tried = current + size * step
            if np.all(np.diff(tried[: rows.n_levels - 1]) > 0):
                found = rows.derivatives(tried)
                if found[0] >= value - 1e-12 * abs(value):
                    break
            size /= 2
        gain = float(gradient @ step)
        current, (value, gradient, information) = tried, found
        spread = np.abs(rows.drivers @ current[rows.n_levels - 1 :]).max()
        if gain < _TOLERANCE and spread < _FAR:
            return np.asarray(current)
    raise EstimationError(
        Problem(
            what="the ordered logit does not settle",
            found="answers that the drivers separate",
            needed="different answers among people alike",
            next_step="Leave out the driver that decides the answer.",
        )
    )


def _problems(counts: Integers, x: Floats, n: int) -> list[Problem | None]:
    return [
        None
        if x.ndim == 2 and len(x) == n
        else Problem(
            what="answers and drivers do not fit together",
            found=f"{n} answers, drivers of shape {x.shape}",
            needed="one row each",
            next_step="Take them from the same table.",
        ),
        None
        if len(counts) > 1
        else Problem(
            what="answers without variation",
            found="the same answer from everyone",
            needed="at least two different answers",
            next_step="Leave the question out.",
        ),
        None
        if counts.min() > 1
        else Problem(
            what="one answer in a cell",
            found=f"{int((counts == 1).sum())} of {len(counts)} levels with a single answer",
            needed="at least 2 answers on each level",
            next_step="Put neighbouring levels together.",
        ),
    ]
