"""From which price on a product seems too cheap, and too expensive (van Westendorp)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.design_bootstrap import Resampling
from analysis.stats.inputs import Floats, column, confidence_problem, refuse
from analysis.stats.simulated_intervals import estimate_from_draws
from analysis.text import message

METHOD = Method(
    name=message("Price sensitivity meter (van Westendorp)"),
    citation=(
        "van Westendorp, P. H. (1976). NSS Price Sensitivity Meter: a new approach to study "
        "consumer perception of prices. Proceedings of the 29th ESOMAR Congress, 139-167."
    ),
    assumptions=(
        message("People know what such a product costs."),
        message("Answers whose four prices do not rise are left out, and counted."),
    ),
)

FEWEST = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceSensitivity:
    """The four price points, in the unit of the answers.

    Attributes
    ----------
    marginal_cheapness, marginal_expensiveness : Estimate
        Between them lies the range of acceptable prices.
    optimal : Estimate
        As many find it too cheap as find it too expensive.
    indifference : Estimate
        As many find it cheap as find it expensive.
    n, left_out : int
        Answers used; answers whose prices do not rise.
    prices : ndarray, shape (m,)
        Grid for the curves.
    curves : ndarray, shape (4, m)
        Shares to whom the price is too cheap, cheap, expensive, too expensive.
    """

    marginal_cheapness: Estimate
    optimal: Estimate
    indifference: Estimate
    marginal_expensiveness: Estimate
    n: int
    left_out: int
    prices: Floats
    curves: Floats


def price_sensitivity(
    answers: npt.ArrayLike,
    *,
    resampling: Resampling,
    weights: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    grid: int = 25,
) -> PriceSensitivity:
    """Find where the curves of the four questions cross.

    Parameters
    ----------
    answers : array_like, shape (n, 4)
        Prices at which it is too cheap, cheap, expensive, too expensive.
    resampling : Resampling
        Of the n rows.
    weights : array_like, shape (n,), optional
    confidence : float
    grid : int
        Prices at which the curves are given.

    Returns
    -------
    PriceSensitivity

    Raises
    ------
    EstimationError
        If fewer than 30 answers rise from too cheap to too expensive.

    Notes
    -----
    Where a falling curve 1 - F crosses a rising one G, F + G = 1: that is the median of the
    answers to both questions put together, weighted. So the four points are four medians.

    Examples
    --------
    >>> from analysis.stats.design_bootstrap import resample_units
    >>> rng = np.random.default_rng(1)
    >>> own = np.exp(rng.normal(3, 0.3, 400))[:, None] * [0.5, 0.8, 1.25, 2.0]
    >>> found = price_sensitivity(own, resampling=resample_units(400, rng=rng, draws=200))
    >>> found.optimal.low < 20.09 < found.optimal.high
    True
    """
    values = np.asarray(answers, dtype=np.float64)
    w = np.ones(len(values)) if weights is None else column(weights, name="weights")
    rising = np.asarray((np.diff(values, axis=1) >= 0).all(axis=1) & (values > 0).all(axis=1))
    n = int(rising.sum())
    refuse(
        [
            confidence_problem(confidence),
            None
            if n >= FEWEST
            else Problem(
                what="too few answers on prices that rise from too cheap to too expensive",
                found=f"{n} of {len(values)}",
                needed=f"at least {FEWEST}",
                next_step="Ask more people, or check the order of the four questions.",
            ),
        ]
    )
    kept, w = values[rising], w[rising]
    drawn = np.vstack([w, resampling.of_rows(rising).weights(w)])
    points = {
        name: _point(_pooled_medians(kept[:, pair], drawn), confidence)
        for name, pair in (
            ("marginal_cheapness", [0, 1]),
            ("optimal", [0, 3]),
            ("indifference", [1, 2]),
            ("marginal_expensiveness", [2, 3]),
        )
    }
    prices = _grid(kept, grid)
    below = np.array([_shares_below(kept[:, k], w, prices) for k in range(4)])
    return PriceSensitivity(
        **points,
        n=n,
        left_out=len(values) - n,
        prices=prices,
        curves=np.vstack([1 - below[:2], below[2:]]),
    )


def _pooled_medians(pair: Floats, drawn: Floats) -> Floats:
    """Give the weighted median of two columns together, for each row of weights."""
    pooled = pair.ravel()
    order = np.argsort(pooled, kind="stable")
    sums = np.cumsum(np.repeat(drawn, 2, axis=1)[:, order], axis=1)
    half = sums[:, -1:] / 2
    first = (sums < half * (1 - 1e-12)).sum(axis=1)
    after = np.minimum((sums <= half * (1 + 1e-12)).sum(axis=1), len(pooled) - 1)
    ordered = pooled[order]
    return np.asarray((ordered[first] + ordered[after]) / 2)


def _shares_below(values: Floats, weights: Floats, prices: Floats) -> Floats:
    order = np.argsort(values)
    sums = np.concatenate([[0.0], np.cumsum(weights[order])])
    return np.asarray(sums[np.searchsorted(values[order], prices, side="right")] / sums[-1])


def _grid(values: Floats, size: int) -> Floats:
    low, high = np.quantile(values[:, 0], 0.05), np.quantile(values[:, 3], 0.95)
    return np.linspace(low, high, size)


def _point(medians: Floats, confidence: float) -> Estimate:
    return estimate_from_draws(float(medians[0]), medians[1:], confidence)
