"""Which alternative is best overall: weighted score and TOPSIS.

Both measure against the alternatives at hand; `rank_reversal` says what depends on that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.stats.decision_matrix import DecisionMatrix, checked_weights
from analysis.stats.inputs import Floats
from analysis.text import message

Rule = Literal["topsis", "weighted-score"]
TIE = 1e-12
"""Scores that differ by less are equal: the rest is rounding."""

METHODS: Mapping[Rule, Method] = MappingProxyType(
    {
        "topsis": Method(
            name=message("TOPSIS: closeness to the best and distance from the worst values"),
            citation=(
                "Hwang, C.-L., Yoon, K. (1981). Multiple Attribute Decision Making. Springer."
            ),
            assumptions=(
                message("Each criterion is the better the higher, or the better the lower."),
                message("A weakness on one criterion can be made up for on another."),
            ),
        ),
        "weighted-score": Method(
            name=message("Weighted score of values placed between the worst and the best"),
            citation=(
                "Keeney, R. L., Raiffa, H. (1976). Decisions with Multiple Objectives. Wiley, "
                "ch. 3 (additive value function)."
            ),
            assumptions=(
                message("A step of the same size is worth the same anywhere on a criterion."),
                message("A weakness on one criterion can be made up for on another."),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ValueScale:
    """The figures that count as 0 and as 1 on each criterion.

    Attributes
    ----------
    worst, best : ndarray, shape (n,)
        In the criteria's units; the worst is above the best where lower is better.
    """

    worst: Floats
    best: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Alternatives in the order given, with score and rank.

    Attributes
    ----------
    alternatives : tuple of str
    scores : tuple of float
        Higher is better. TOPSIS: closeness, 0 to 1. Weighted score: 0 is worst on every
        criterion, 1 best on every one.
    ranks : tuple of int
        1 is best; equal scores share the better rank.
    rule : {'topsis', 'weighted-score'}
    """

    alternatives: tuple[str, ...]
    scores: tuple[float, ...]
    ranks: tuple[int, ...]
    rule: Rule

    def order(self) -> tuple[str, ...]:
        """The alternatives, best first."""
        best_first = sorted(range(len(self.ranks)), key=lambda k: self.ranks[k])
        return tuple(self.alternatives[k] for k in best_first)


def topsis(matrix: DecisionMatrix, weights: Sequence[float]) -> Ranking:
    """Rank alternatives by closeness to the best and distance from the worst values.

    Parameters
    ----------
    matrix : DecisionMatrix
    weights : sequence of float
        Fractions that add up to 1.

    Returns
    -------
    Ranking

    Raises
    ------
    EstimationError
        If the weights do not fit, are negative or do not add up to 1.

    Notes
    -----
    Source: Hwang and Yoon (1981), vector normalisation.

    Examples
    --------
    >>> from analysis.stats.decision_matrix import decision_matrix
    >>> banks = decision_matrix([[4, 12], [3, 5], [3, 12]], alternatives=["own", "a", "b"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> topsis(banks, [0.5, 0.5]).order()
    ('a', 'own', 'b')
    """
    checked = checked_weights(weights, matrix.criteria)
    scores = closeness(matrix.values, checked, matrix.higher_is_better)
    return _ranking(matrix, scores, "topsis")


def weighted_score(
    matrix: DecisionMatrix, weights: Sequence[float], *, scale: ValueScale | None = None
) -> Ranking:
    """Rank alternatives by the weighted mean of their values between worst and best.

    Parameters
    ----------
    matrix : DecisionMatrix
    weights : sequence of float
        Fractions that add up to 1.
    scale : ValueScale, optional
        What counts as 0 and 1; by default the worst and best of the alternatives. With a
        scale that is given, no other alternative can turn an order round.

    Returns
    -------
    Ranking

    Raises
    ------
    EstimationError
        If the weights do not fit, are negative or do not add up to 1, or a scale has no
        length or runs the wrong way.

    Notes
    -----
    Source: Keeney and Raiffa (1976).

    Examples
    --------
    >>> from analysis.stats.decision_matrix import decision_matrix
    >>> banks = decision_matrix([[4, 12], [3, 5], [3.5, 12]], alternatives=["own", "a", "b"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> weighted_score(banks, [0.75, 0.25]).scores
    (0.75, 0.25, 0.375)
    """
    checked = checked_weights(weights, matrix.criteria)
    scores = value_sum(matrix.values, checked, checked_scale(matrix, scale))
    return _ranking(matrix, scores, "weighted-score")


def checked_scale(matrix: DecisionMatrix, scale: ValueScale | None) -> ValueScale:
    """Give `scale`, or the worst and best of the alternatives.

    Raises
    ------
    EstimationError
        If the best is not better than the worst on every criterion.

    Examples
    --------
    >>> from analysis.stats.decision_matrix import decision_matrix
    >>> banks = decision_matrix([[4, 12], [3, 5]], alternatives=["own", "other"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> checked_scale(banks, None).best.tolist()
    [4.0, 5.0]
    """
    low, high = matrix.values.min(axis=0), matrix.values.max(axis=0)
    up = matrix.higher_is_better
    if scale is None:
        return ValueScale(worst=np.where(up, low, high), best=np.where(up, high, low))
    length = np.where(up, 1, -1) * (scale.best - scale.worst)
    wrong = [name for name, x in zip(matrix.criteria, length, strict=True) if not x > 0]
    if wrong:
        raise EstimationError(
            Problem(
                what="the best value of a scale is not better than its worst",
                found=", ".join(wrong),
                needed="two values in the direction of the criterion",
                next_step="Exchange them, or correct whether higher is better.",
            )
        )
    return scale


def closeness(values: Floats, weights: Floats, higher_is_better: npt.NDArray[np.bool_]) -> Floats:
    """TOPSIS' relative closeness, of one matrix or of many at once.

    Parameters
    ----------
    values : ndarray, shape (..., m, n)
    weights : ndarray, shape (..., n)
    higher_is_better : ndarray of bool, shape (n,)

    Returns
    -------
    ndarray, shape (..., m)
        0 to 1; one half where all alternatives are equal.

    Examples
    --------
    >>> closeness(np.array([[3.0], [4.0]]), np.array([1.0]), np.array([True])).tolist()
    [0.0, 1.0]
    """
    length = np.sqrt((values**2).sum(axis=-2, keepdims=True))
    unit = np.divide(values, length, out=np.zeros_like(values), where=length > 0)
    weighted = unit * weights[..., None, :] * np.where(higher_is_better, 1.0, -1.0)
    to_best = _distance(weighted - weighted.max(axis=-2, keepdims=True))
    to_worst = _distance(weighted - weighted.min(axis=-2, keepdims=True))
    both = to_best + to_worst
    return np.divide(to_worst, both, out=np.full_like(both, 0.5), where=both > 0)


def value_sum(values: Floats, weights: Floats, scale: ValueScale) -> Floats:
    """Weighted score, of one matrix or of many at once.

    Parameters
    ----------
    values : ndarray, shape (..., m, n)
    weights : ndarray, shape (..., n)
    scale : ValueScale
        A criterion whose best is its worst scores 0 for all.

    Returns
    -------
    ndarray, shape (..., m)

    Examples
    --------
    >>> scale = ValueScale(worst=np.array([2.0]), best=np.array([6.0]))
    >>> value_sum(np.array([[3.0], [6.0]]), np.array([1.0]), scale).tolist()
    [0.25, 1.0]
    """
    length = scale.best - scale.worst
    above = values - scale.worst
    value = np.divide(above, length, out=np.zeros_like(above), where=length != 0)
    return np.asarray((value * weights[..., None, :]).sum(axis=-1), dtype=np.float64)


def _distance(difference: Floats) -> Floats:
    return np.asarray(np.sqrt((difference**2).sum(axis=-1)), dtype=np.float64)


def _ranking(matrix: DecisionMatrix, scores: Floats, rule: Rule) -> Ranking:
    ahead = (scores[None, :] > scores[:, None] + TIE).sum(axis=1)
    return Ranking(
        alternatives=matrix.alternatives,
        scores=tuple(scores.tolist()),
        ranks=tuple((1 + ahead).tolist()),
        rule=rule,
    )
