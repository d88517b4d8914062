"""How much of an outcome's variance goes with each driver (LMG and relative weights)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.design_bootstrap import Resampling
from analysis.stats.inputs import Floats, column, confidence_problem, refuse
from analysis.stats.simulated_intervals import estimate_from_draws
from analysis.text import message

METHODS = MappingProxyType(
    {
        "lmg": Method(
            name=message("Shapley shares of R-squared (LMG)"),
            citation=(
                "Lindeman, R. H., Merenda, P. F., Gold, R. Z. (1980). Introduction to Bivariate "
                "and Multivariate Analysis. Scott, Foresman; Groemping, U. (2006). Relative "
                "importance for linear regression in R: the package relaimpo. Journal of "
                "Statistical Software 17(1)."
            ),
            assumptions=(
                message("The outcome follows the drivers in a straight line."),
                message("Shares say what goes together, not what causes what."),
            ),
        ),
        "relative_weights": Method(
            name=message("Relative weights"),
            citation=(
                "Johnson, J. W. (2000). A heuristic method for estimating the relative weight of "
                "predictor variables in multiple regression. Multivariate Behavioral Research "
                "35, 1-19."
            ),
            assumptions=(message("Drivers are replaced by the nearest ones that do not overlap."),),
        ),
    }
)

MOST_DRIVERS = 12
_SINGULAR = 1e-8
_AGAINST = 3.0
"""Standard errors by which a driver runs against the others before its coding is doubted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """A driver and what goes with it.

    Attributes
    ----------
    name : str
    lmg, relative_weight : Estimate
        Fractions of the outcome's variance; over the drivers each adds up to R-squared.
    first_share : float
        How often in the draws no other driver had a larger LMG share.
    """

    name: str
    lmg: Estimate
    relative_weight: Estimate
    first_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeImportance:
    """The drivers' shares in the outcome's variance.

    Attributes
    ----------
    drivers : tuple of Driver
        In the order given.
    r_squared : Estimate
    n : int
    """

    drivers: tuple[Driver, ...]
    r_squared: Estimate
    n: int

    def by_size(self) -> tuple[Driver, ...]:
        """Give the drivers, the largest LMG share first."""
        return tuple(sorted(self.drivers, key=lambda driver: -driver.lmg.value))


def relative_importance(
    outcome: npt.ArrayLike,
    drivers: npt.ArrayLike,
    *,
    names: Sequence[str],
    resampling: Resampling,
    weights: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> RelativeImportance:
    """Share R-squared out among the drivers.

    Parameters
    ----------
    outcome : array_like, shape (n,)
    drivers : array_like, shape (n, p)
        At most 12, all coded so that more is better.
    names : sequence of str, length p
    resampling : Resampling
        Of the n rows, for the intervals.
    weights : array_like, shape (n,), optional
        Survey weights.
    confidence : float

    Returns
    -------
    RelativeImportance

    Raises
    ------
    EstimationError
        If a driver or the outcome does not vary, a driver follows from the others, a
        driver is coded against the others, or there are too many drivers or too few rows.

    Notes
    -----
    LMG over all subsets of drivers from the weighted covariances (Groemping 2006); relative
    weights by Johnson (2000). Intervals are quantiles over the draws.

    Examples
    --------
    >>> from analysis.stats.design_bootstrap import resample_units
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(400, 2))
    >>> found = relative_importance(
    ...     x @ [2, 1] + rng.normal(size=400), x, names=["a", "b"],
    ...     resampling=resample_units(400, rng=rng, draws=200))
    >>> [driver.name for driver in found.by_size()]
    ['a', 'b']
    """
    y, x, w = _read(outcome, drivers, weights)
    refuse([confidence_problem(confidence), *_problems(y, x, w, names)])
    rows = np.column_stack([np.ones(len(y)), y, x])
    products = w[:, np.newaxis, np.newaxis] * rows[:, :, np.newaxis] * rows[:, np.newaxis, :]
    own = _covariances(products.sum(axis=0)[np.newaxis])
    refuse(_coding_problems(own[0], names, _effective(w)))
    drawn = _covariances(resampling.sums(products))
    covariance = np.concatenate([own, drawn])
    covariance = covariance[np.isfinite(covariance).all(axis=(1, 2))]
    lmg, weight = lmg_shares(covariance), relative_weights(covariance)
    total = lmg.sum(axis=1)
    first = np.bincount(lmg[1:].argmax(axis=1), minlength=len(names)) / (len(lmg) - 1)
    return RelativeImportance(
        drivers=tuple(
            Driver(
                name=name,
                lmg=estimate_from_draws(lmg[0, k], lmg[1:, k], confidence),
                relative_weight=estimate_from_draws(weight[0, k], weight[1:, k], confidence),
                first_share=float(first[k]),
            )
            for k, name in enumerate(names)
        ),
        r_squared=estimate_from_draws(total[0], total[1:], confidence),
        n=len(y),
    )


def lmg_shares(covariance: Floats) -> Floats:
    """Average each driver's gain in R-squared over all orders of entry.

    Parameters
    ----------
    covariance : ndarray, shape (m, 1 + p, 1 + p)
        Of the outcome, first, and the drivers.

    Returns
    -------
    ndarray, shape (m, p)
        Fractions of the outcome's variance; rows add up to R-squared.

    Examples
    --------
    >>> lmg_shares(np.array([[[1.0, 0.6, 0.3], [0.6, 1, 0], [0.3, 0, 1]]])).round(2).tolist()
    [[0.36, 0.09]]
    """
    p = covariance.shape[1] - 1
    explained: dict[tuple[int, ...], Floats] = {(): np.zeros(len(covariance))}
    shares = np.zeros((len(covariance), p))
    for size in range(1, p + 1):
        scale = factorial(size - 1) * factorial(p - size) / factorial(p)
        for subset in combinations(range(p), size):
            explained[subset] = _r_squared(covariance, subset)
            for driver in subset:
                without = tuple(other for other in subset if other != driver)
                shares[:, driver] += scale * (explained[subset] - explained[without])
    return shares


def _r_squared(covariance: Floats, subset: tuple[int, ...]) -> Floats:
    chosen = np.array(subset) + 1
    inner = covariance[:, chosen[:, np.newaxis], chosen]
    outer = covariance[:, chosen, 0]
    solved = np.linalg.solve(inner, outer[:, :, np.newaxis])[:, :, 0]
    share: Floats = (outer * solved).sum(axis=1) / covariance[:, 0, 0]
    return share


def relative_weights(covariance: Floats) -> Floats:
    """Share R-squared out over the nearest uncorrelated drivers, and back.

    Parameters
    ----------
    covariance : ndarray, shape (m, 1 + p, 1 + p)
        Of the outcome, first, and the drivers.

    Returns
    -------
    ndarray, shape (m, p)

    Examples
    --------
    >>> relative_weights(np.array([[[1.0, 0.6, 0.3], [0.6, 1, 0], [0.3, 0, 1]]])).round(2).tolist()
    [[0.36, 0.09]]
    """
    spread = np.sqrt(np.einsum("mii->mi", covariance))
    correlation = covariance / (spread[:, :, np.newaxis] * spread[:, np.newaxis, :])
    sizes, axes = np.linalg.eigh(correlation[:, 1:, 1:])
    root = (axes * np.sqrt(np.maximum(sizes, 0))[:, np.newaxis, :]) @ axes.transpose(0, 2, 1)
    slopes = np.linalg.solve(root, correlation[:, 1:, :1])
    weight: Floats = (root**2 @ slopes**2)[:, :, 0]
    return weight


def _covariances(moments: Floats) -> Floats:
    """From sums of products with a leading constant to covariances, shape (m, q, q)."""
    total = moments[:, :1, :1]
    mean = moments[:, 1:, :1] / total
    covariance: Floats = moments[:, 1:, 1:] / total - mean @ mean.transpose(0, 2, 1)
    return covariance


def _read(
    outcome: npt.ArrayLike, drivers: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    y = column(outcome, name="outcome")
    x = np.asarray(drivers, dtype=np.float64)
    w = np.ones(len(y)) if weights is None else column(weights, name="weights")
    return y, x, w / w.mean()


def _effective(weights: Floats) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum())


def _problems(y: Floats, x: Floats, w: Floats, names: Sequence[str]) -> list[Problem | None]:
    if x.ndim != 2 or len(x) != len(y) or x.shape[1] != len(names) or len(w) != len(y):
        return [
            Problem(
                what="outcome, drivers and weights do not fit together",
                found=f"{len(y)} outcomes, drivers of shape {x.shape}, {len(w)} weights",
                needed="one row each, a name for each driver",
                next_step="Take them from the same table.",
            )
        ]
    p = x.shape[1]
    still = [name for name, values in zip(names, x.T, strict=True) if np.ptp(values) == 0]
    problems = [
        None
        if 2 <= p <= MOST_DRIVERS
        else Problem(
            what="a number of drivers that cannot be shared out",
            found=str(p),
            needed=f"2 to {MOST_DRIVERS}",
            next_step="Leave out drivers, or put similar ones together.",
        ),
        None
        if len(y) >= 5 * (p + 1)
        else Problem(
            what="too few answers for the drivers",
            found=f"{len(y)} answers for {p} drivers",
            needed=f"at least {5 * (p + 1)}",
            next_step="Leave out drivers or widen the scope.",
        ),
        Problem(
            what="an outcome or driver without variation",
            found=", ".join(still) or "outcome",
            needed="different answers",
            next_step="Leave it out.",
        )
        if still or np.ptp(y) == 0
        else None,
    ]
    if any(problems):
        return problems
    smallest = np.linalg.eigvalsh(np.corrcoef(x.T))[0]
    return [
        Problem(
            what="a driver that follows from the others",
            found=f"smallest eigenvalue of the correlations {smallest:.1e}",
            needed="drivers that each vary on their own",
            next_step="Leave out one of those that say the same.",
        )
        if smallest < _SINGULAR
        else None
    ]


def _coding_problems(
    covariance: Floats, names: Sequence[str], effective: float
) -> list[Problem | None]:
    """A scale coded both ways shows as a driver that runs against outcome and the others."""
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    with_others = (correlation[1:].sum(axis=1) - 1) / (len(correlation) - 1)
    limit = -_AGAINST / np.sqrt(effective)
    against = [
        name
        for name, mean, own in zip(names, with_others, correlation[1:, 0], strict=True)
        if mean < limit and own < limit
    ]
    return [
        Problem(
            what="a scale coded both ways",
            found=f"answers on {', '.join(against)} run against the outcome and the others",
            needed="drivers coded so that more is better",
            next_step="State high_is_good for the question, or turn its answers round.",
        )
        if against
        else None
    ]
