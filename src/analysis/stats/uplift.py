"""Whom an offer moves: scores of each customer's effect, from customers not scored by it."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LinearRegression

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.effects import arm_problem
from analysis.stats.inputs import Floats, column, refuse
from analysis.text import message

Learner = Literal["t", "x"]
Flags = npt.NDArray[np.bool_]

METHODS = MappingProxyType(
    {
        "t": Method(
            name=message("Uplift scores by two models (T-learner), cross-fitted"),
            citation=(
                "Kunzel, S. R., Sekhon, J. S., Bickel, P. J., Yu, B. (2019). Metalearners for "
                "estimating heterogeneous treatment effects using machine learning. PNAS 116, "
                "4156-4165."
            ),
            assumptions=(message("Chance alone decided who was offered the incentive."),),
        ),
        "x": Method(
            name=message("Uplift scores by crossed models (X-learner), cross-fitted"),
            citation=(
                "Kunzel, S. R., Sekhon, J. S., Bickel, P. J., Yu, B. (2019). Metalearners for "
                "estimating heterogeneous treatment effects using machine learning. PNAS 116, "
                "4156-4165."
            ),
            assumptions=(message("Chance alone decided who was offered the incentive."),),
        ),
    }
)


class Regressor(Protocol):
    """What a scikit-learn regressor offers."""

    def fit(self, x: Floats, y: Floats) -> Regressor:
        """Fit to rows."""
        ...

    def predict(self, x: Floats) -> Floats:
        """Predict for rows."""
        ...


def uplift_scores(
    outcome: npt.ArrayLike,
    offered: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    learner: Learner = "x",
    make_model: Callable[[], Regressor] = LinearRegression,
    folds: int = 5,
) -> Floats:
    """Score how much the offer changes each customer's outcome.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
    offered : array_like of bool, shape (n,)
        As randomised.
    covariates : array_like of float, shape (n, p)
        What was known before.
    rng : numpy.random.Generator
        Divides the customers into folds.
    learner : {'t', 'x'}
        Difference of two models, or models of the effect itself (better where one arm is
        small).
    make_model : callable
        Gives a fresh scikit-learn regressor.
    folds : int
        At least 2.

    Returns
    -------
    array of float, shape (n,)
        Each customer's score comes from models that never saw that customer, so that the
        same customers may judge it (`analysis.stats.qini`, `analysis.stats.policy_value`).

    Raises
    ------
    EstimationError
        If an arm is missing or too small for the folds, or the shapes do not fit.

    Notes
    -----
    Source: Kunzel and others (2019).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> age = rng.normal(size=(1000, 1))
    >>> offered = rng.random(1000) < 0.5
    >>> scores = uplift_scores(age[:, 0] * offered, offered, age, rng=rng)
    >>> bool(np.corrcoef(scores, age[:, 0])[0, 1] > 0.95)
    True
    """
    y, d = column(outcome, name="outcome"), np.asarray(offered, dtype=bool)
    x = np.asarray(covariates, dtype=np.float64)
    refuse([_shape_problem(y, d, x), _folds_problem(folds)])
    need = 2 * folds * (x.shape[1] + 1)
    refuse(
        [
            arm_problem("offered", int(d.sum()), minimum=need),
            arm_problem("untreated", int((~d).sum()), minimum=need),
        ]
    )
    place = np.empty(y.size, dtype=np.int64)
    for side in (d, ~d):
        members = rng.permutation(np.flatnonzero(side))
        place[members] = np.arange(members.size) % folds
    scores = np.empty(y.size)
    score = _score_t if learner == "t" else _score_x
    for fold in range(folds):
        test = place == fold
        scores[test] = score(x[~test], y[~test], d[~test], x[test], make_model)
    return scores


def _score_t(
    x: Floats, y: Floats, d: Flags, new: Floats, make_model: Callable[[], Regressor]
) -> Floats:
    with_offer, without = (make_model().fit(x[side], y[side]) for side in (d, ~d))
    return np.asarray(with_offer.predict(new) - without.predict(new))


def _score_x(
    x: Floats, y: Floats, d: Flags, new: Floats, make_model: Callable[[], Regressor]
) -> Floats:
    with_offer, without = (make_model().fit(x[side], y[side]) for side in (d, ~d))
    gain_offered = make_model().fit(x[d], y[d] - without.predict(x[d]))
    gain_held_back = make_model().fit(x[~d], with_offer.predict(x[~d]) - y[~d])
    share = float(d.mean())
    return np.asarray(share * gain_held_back.predict(new) + (1 - share) * gain_offered.predict(new))


def _shape_problem(y: Floats, d: Flags, x: Floats) -> Problem | None:
    if x.ndim == 2 and x.shape[0] == y.size == d.size and bool(np.isfinite(x).all()):
        return None
    return Problem(
        what="outcomes, offers and characteristics do not fit together",
        found=f"{y.size} outcomes, {d.size} offers, characteristics of shape {x.shape}",
        needed="one row per customer and no value missing",
        next_step="Take all three from the same table, and leave incomplete customers out.",
    )


def _folds_problem(folds: int) -> Problem | None:
    if folds >= 2:
        return None
    return Problem(
        what="scores would be judged on the customers that made them",
        found=f"{folds} folds",
        needed="at least 2",
        next_step="Give 5 folds.",
    )
