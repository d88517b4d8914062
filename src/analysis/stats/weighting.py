"""The effect of an incentive that was not given by chance, from comparable customers.

Two models, one of who gets the incentive and one of the outcome: the estimate is right
if either is, and both see only customers that they were not fitted on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn import config_context
from sklearn.linear_model import LogisticRegression

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.effects import Effect, arm_problem, effect_from_error
from analysis.stats.inputs import Floats, column, confidence_problem, refuse
from analysis.text import message

Target = Literal["all", "treated"]

METHOD = Method(
    name=message("Doubly robust weighting with cross-fitting"),
    citation=(
        "Robins, J. M., Rotnitzky, A., Zhao, L. P. (1994). Estimation of regression coefficients "
        "when some regressors are not always observed. JASA 89, 846-866; Chernozhukov, V. and "
        "others (2018). Double/debiased machine learning. Econometrics Journal 21, C1-C68."
    ),
    assumptions=(
        message("Customers alike in the listed characteristics got the incentive as by chance."),
        message("Customers of every kind are found with and without the incentive."),
        message("The model of who gets it or the model of the outcome is right."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overlap:
    """Whether customers of every kind are found on both sides.

    Attributes
    ----------
    propensity : array of float, shape (n,)
        Chance to get the incentive, in the customers' order.
    outside_share : float
        Fraction of the customers whose chance lies beyond the limits.
    effective_untreated : float
        Untreated customers that the comparison is worth after weighting.
    standardised_before, standardised_after : arrays of float, shape (p,)
        Differences of the characteristics between the sides in standard deviations, as
        found and after weighting.
    """

    propensity: Floats
    outside_share: float
    effective_untreated: float
    standardised_before: Floats
    standardised_after: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedEffect:
    """An effect after weighting, the plain difference, and the overlap it rests on."""

    effect: Effect
    unadjusted: float
    overlap: Overlap


def doubly_robust_effect(
    outcome: npt.ArrayLike,
    treated: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    target: Target = "all",
    folds: int = 5,
    limit: float = 0.02,
    confidence: float = 0.95,
) -> WeightedEffect:
    """Estimate an average effect from comparable customers.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
    treated : array_like of bool, shape (n,)
        Whether the customer got the incentive.
    covariates : array_like of float, shape (n, p)
        What was known before and may have decided; code levels as 0 and 1.
    rng : numpy.random.Generator
        Divides the customers into folds.
    target : {'all', 'treated'}
        Average over all customers, or over those that got it.
    folds : int
        1 fits and predicts on the same customers.
    limit : float
        Chances to get the incentive below this (and, for all customers, above one minus
        this) count as no overlap.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    WeightedEffect

    Raises
    ------
    EstimationError
        If a side is missing or too small for the folds and characteristics, a value is
        missing, or more than a tenth of the customers have no counterpart.

    Notes
    -----
    Source: Robins, Rotnitzky and Zhao (1994), Chernozhukov and others (2018): logistic and
    linear regression (one per side), error from the influence function.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> wealth = rng.normal(size=2000)
    >>> offered = rng.random(2000) < 1 / (1 + np.exp(-wealth))
    >>> spend = 3 * wealth + 1.0 * offered + rng.normal(size=2000)
    >>> found = doubly_robust_effect(spend, offered, wealth[:, None], rng=rng)
    >>> found.effect.estimate.excludes(1.0), found.unadjusted > 2
    (False, True)
    """
    y, d = column(outcome, name="outcome"), np.asarray(treated, dtype=bool)
    x = np.asarray(covariates, dtype=np.float64)
    refuse([confidence_problem(confidence), _shape_problem(y, d, x)])
    need = folds * (x.shape[1] + 5)
    refuse(
        [
            arm_problem("treated", int(d.sum()), minimum=need),
            arm_problem("untreated", int((~d).sum()), minimum=need),
        ]
    )
    propensity, with_it, without_it = _predict(x, y, d, folds, rng)
    overlap = _judge_overlap(x, d, propensity, target, limit)
    refuse([_overlap_problem(overlap.outside_share, limit)])
    chance = np.clip(propensity, limit, 1 - limit)
    if target == "all":
        scores = (
            with_it - without_it + d * (y - with_it) / chance - ~d * (y - without_it) / (1 - chance)
        )
        value = float(scores.mean())
        influence = scores - value
    else:
        share = d.mean()
        scores = (d - ~d * chance / (1 - chance)) * (y - without_it) / share
        value = float(scores.mean())
        influence = scores - value * d / share
    error = math.sqrt(float(influence @ influence) / y.size**2)
    return WeightedEffect(
        effect=effect_from_error(
            value,
            error,
            n_treated=int(d.sum()),
            n_untreated=int((~d).sum()),
            confidence=confidence,
        ),
        unadjusted=float(y[d].mean() - y[~d].mean()),
        overlap=overlap,
    )


def _predict(
    x: Floats, y: Floats, d: npt.NDArray[np.bool_], folds: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Predict the chance and both outcomes of each customer from the other folds."""
    # folds with the same mix of both sides
    place = np.empty(y.size, dtype=np.int64)
    for side in (d, ~d):
        members = rng.permutation(np.flatnonzero(side))
        place[members] = np.arange(members.size) % folds
    chance, with_it, without_it = np.empty(y.size), np.empty(y.size), np.empty(y.size)
    for fold in range(folds):
        test = place == fold
        train = ~test if folds > 1 else test
        chance[test] = _predict_chance(x[train], d[train], x[test])
        for side, found in ((d, with_it), (~d, without_it)):
            own = train & side
            found[test] = _predict_outcome(x[own], y[own], x[test])
    return chance, with_it, without_it


def _predict_chance(x: Floats, d: npt.NDArray[np.bool_], at: Floats) -> Floats:
    """Logistic regression without a penalty, on characteristics of one scale."""
    middle, spread = x.mean(axis=0), x.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    # all of it has been checked: scikit-learn's own checks take longer than the fit
    with config_context(assume_finite=True, skip_parameter_validation=True):
        model = LogisticRegression(C=np.inf, max_iter=1000).fit((x - middle) / spread, d)
    chance: Floats = expit((at - middle) / spread @ model.coef_[0] + model.intercept_[0])
    return chance


def _predict_outcome(x: Floats, y: Floats, at: Floats) -> Floats:
    """Linear regression; of characteristics that say the same, the least coefficients."""
    middle, level = x.mean(axis=0), y.mean()
    slopes = np.linalg.lstsq(x - middle, y - level, rcond=None)[0]
    outcome: Floats = level + (at - middle) @ slopes
    return outcome


def _judge_overlap(
    x: Floats, d: npt.NDArray[np.bool_], propensity: Floats, target: Target, limit: float
) -> Overlap:
    chance = np.clip(propensity, limit, 1 - limit)
    if target == "all":
        outside = (propensity < limit) | (propensity > 1 - limit)
        weights = np.where(d, 1 / chance, 1 / (1 - chance))
    else:
        outside = d & (propensity > 1 - limit)
        weights = np.where(d, 1.0, chance / (1 - chance))
    spread = np.sqrt((x[d].var(axis=0, ddof=1) + x[~d].var(axis=0, ddof=1)) / 2)
    spread = np.where(spread > 0, spread, 1.0)
    untreated = weights[~d]
    return Overlap(
        propensity=propensity,
        outside_share=float(outside.mean()),
        effective_untreated=float(untreated.sum() ** 2 / (untreated @ untreated)),
        standardised_before=(x[d].mean(axis=0) - x[~d].mean(axis=0)) / spread,
        standardised_after=(
            np.average(x[d], axis=0, weights=weights[d])
            - np.average(x[~d], axis=0, weights=untreated)
        )
        / spread,
    )


def _shape_problem(y: Floats, d: npt.NDArray[np.bool_], x: Floats) -> Problem | None:
    fits = x.ndim == 2 and x.shape[0] == y.size == d.size and x.shape[1] >= 1
    if fits and bool(np.isfinite(x).all()):
        return None
    return Problem(
        what="outcomes, incentives and characteristics do not fit together",
        found=f"{y.size} outcomes, {d.size} incentives, characteristics of shape {x.shape}",
        needed="one row per customer, at least one characteristic, no value missing",
        next_step="Take all three from the same table, and leave incomplete customers out.",
    )


def _overlap_problem(outside: float, limit: float) -> Problem | None:
    if outside <= 0.1:
        return None
    return Problem(
        what="customers with and without the incentive are too different to compare",
        found=f"{outside:.0%} with a chance to get it beyond {limit:g} or {1 - limit:g}",
        needed="at most 10%",
        next_step="Compare within the segments in which both kinds are found.",
    )
