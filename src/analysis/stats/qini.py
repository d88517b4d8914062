"""What offering to the best-scored customers first is worth, step by step: the Qini curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.effects import arm_problem
from analysis.stats.inputs import Floats, bracket, column, confidence_problem, refuse
from analysis.text import message

METHOD = Method(
    name=message("Qini curve with bootstrap intervals"),
    citation=(
        "Radcliffe, N. J. (2007). Using control groups to target on predicted lift. Direct "
        "Marketing Analytics Journal, 14-21."
    ),
    assumptions=(
        message("Chance alone decided who was offered the incentive."),
        message("The scores come from other customers than those that judge them."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QiniCurve:
    """Gain of offering to the best-scored fraction.

    Attributes
    ----------
    fractions : tuple of float, length k
        Of the customers, best scores first.
    gains : tuple of Estimate, length k
        Outcome gained per customer of all, in the unit of the outcome.
    coefficient : Estimate
        Area between the curve and that of an offer by lot; above 0 the scores help.
    """

    fractions: tuple[float, ...]
    gains: tuple[Estimate, ...]
    coefficient: Estimate


def qini_curve(
    outcome: npt.ArrayLike,
    offered: npt.ArrayLike,
    scores: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    steps: int = 20,
    confidence: float = 0.95,
    draws: int = 300,
) -> QiniCurve:
    """Judge scores by what customers gained from a randomised offer.

    Parameters
    ----------
    outcome, scores : array_like of float, shape (n,)
    offered : array_like of bool, shape (n,)
        As randomised.
    rng : numpy.random.Generator
    steps : int
        Equal fractions at which the curve is computed.
    confidence : float
        Coverage, a fraction.
    draws : int
        Resamples of customers.

    Returns
    -------
    QiniCurve

    Raises
    ------
    EstimationError
        If an arm has too few customers for the steps, or the shapes do not fit.

    Notes
    -----
    Source: Radcliffe (2007), per customer: the fraction times the difference of the arms'
    means within it. Interval from resampling customers (percentiles).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> score = rng.normal(size=2000)
    >>> offered = rng.random(2000) < 0.5
    >>> curve = qini_curve(score * offered, offered, score, rng=rng)
    >>> curve.coefficient.low > 0
    True
    """
    y, d = column(outcome, name="outcome"), np.asarray(offered, dtype=bool)
    score = column(scores, name="scores")
    refuse([confidence_problem(confidence), _shape_problem(y.size, d.size, score.size)])
    refuse(
        [
            arm_problem("offered", int(d.sum()), minimum=5 * steps),
            arm_problem("untreated", int((~d).sum()), minimum=5 * steps),
        ]
    )
    # customers of equal score in an order of chance
    order = np.lexsort((rng.random(y.size), -score))
    y, d = y[order], d[order].astype(np.float64)
    fractions = np.arange(1, steps + 1) / steps
    found = _curve(y, d, np.ones(y.size), fractions)
    drawn = np.array(
        [
            _curve(y, d, np.bincount(rng.integers(0, y.size, y.size), minlength=y.size), fractions)
            for _ in range(draws)
        ]
    )
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    lows, highs = np.quantile(drawn, tails, axis=0)
    low, high = np.quantile(_area(drawn, fractions), tails)
    return QiniCurve(
        fractions=tuple(float(fraction) for fraction in fractions),
        gains=tuple(
            bracket(value, bottom, max(top, value), confidence)
            for value, bottom, top in zip(found, lows, highs, strict=True)
        ),
        coefficient=_point(float(_area(found[None], fractions)[0]), low, high, confidence),
    )


def _point(value: float, low: float, high: float, confidence: float) -> Estimate:
    return bracket(value, float(low), max(float(high), value), confidence)


def _curve(y: Floats, d: Floats, weight: npt.NDArray[np.generic], fractions: Floats) -> Floats:
    """Gain per customer at each fraction, for customers in order of their score."""
    weights = weight.astype(np.float64)
    reached = np.cumsum(weights)
    last = np.searchsorted(reached, fractions * reached[-1] * (1 - 1e-12))
    sums = np.cumsum(
        np.stack([weights * d, weights * (1 - d), weights * d * y, weights * (1 - d) * y]), axis=1
    )[:, np.minimum(last, y.size - 1)]
    n_offered, n_held_back = np.maximum(sums[0], 1), np.maximum(sums[1], 1)
    return np.asarray(fractions * (sums[2] / n_offered - sums[3] / n_held_back))


def _area(curves: Floats, fractions: Floats) -> Floats:
    """Area between curves and the straight lines to their ends."""
    start = np.zeros((len(curves), 1))
    excess = np.hstack([start, curves - curves[:, -1:] * fractions])
    return np.asarray(np.trapezoid(excess, np.concatenate([[0.0], fractions]), axis=1))


def _shape_problem(*sizes: int) -> Problem | None:
    if len(set(sizes)) == 1:
        return None
    return Problem(
        what="outcomes, offers and scores differ in length",
        found=", ".join(str(size) for size in sizes),
        needed="one of each per customer",
        next_step="Take all three from the same table.",
    )
