"""Alternatives by criteria, checked; and the weights that the figures themselves suggest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.stats.grids import grid, label_problems
from analysis.stats.inputs import Floats, refuse
from analysis.text import message

Booleans = npt.NDArray[np.bool_]

WEIGHT_TOLERANCE = 1e-6

METHOD = Method(
    name=message("Entropy weights: criteria weigh by how much the alternatives differ"),
    citation=(
        "Shannon, C. E. (1948). A mathematical theory of communication. Bell System Technical "
        "Journal 27, 379-423; Hwang, C.-L., Yoon, K. (1981). Multiple Attribute Decision "
        "Making. Springer, ch. 3."
    ),
    assumptions=(
        message("A criterion on which the alternatives differ more deserves more weight."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecisionMatrix:
    """Figures of alternatives by criterion; made by `decision_matrix`, which checks them.

    Attributes
    ----------
    alternatives : tuple of str, length m
    criteria : tuple of str, length n
    values : ndarray, shape (m, n)
        Each column in its criterion's unit.
    higher_is_better : ndarray of bool, shape (n,)
    """

    alternatives: tuple[str, ...]
    criteria: tuple[str, ...]
    values: Floats
    higher_is_better: Booleans

    def without(self, alternative: str) -> DecisionMatrix:
        """Leave one alternative out."""
        keep = [k for k, name in enumerate(self.alternatives) if name != alternative]
        return DecisionMatrix(
            alternatives=tuple(self.alternatives[k] for k in keep),
            criteria=self.criteria,
            values=self.values[keep],
            higher_is_better=self.higher_is_better,
        )

    def adding(self, alternative: str, values: Sequence[float]) -> DecisionMatrix:
        """Take one more alternative in; `values` has one figure per criterion."""
        return decision_matrix(
            np.vstack([self.values, np.asarray(values, dtype=np.float64)]),
            alternatives=(*self.alternatives, alternative),
            criteria=self.criteria,
            higher_is_better=self.higher_is_better.tolist(),
        )

    def dominated(self, alternative: str) -> bool:
        """Whether another alternative is at least as good on all criteria and better on one."""
        better = np.where(self.higher_is_better, self.values, -self.values)
        own = better[self.alternatives.index(alternative)]
        return bool(((better >= own).all(axis=1) & (better > own).any(axis=1)).any())


def decision_matrix(
    values: npt.ArrayLike,
    *,
    alternatives: Sequence[str],
    criteria: Sequence[str],
    higher_is_better: Sequence[bool],
) -> DecisionMatrix:
    """Check the figures of alternatives by criterion.

    Parameters
    ----------
    values : array_like, shape (m, n)
        One row per alternative.
    alternatives, criteria : sequence of str
        At least two alternatives.
    higher_is_better : sequence of bool, shape (n,)
        False for costs: fees, waiting times.

    Returns
    -------
    DecisionMatrix

    Raises
    ------
    EstimationError
        If a figure is missing, names do not fit, or all alternatives are equal on a
        criterion: such a criterion tells nothing and would only dilute the others.

    Examples
    --------
    >>> banks = decision_matrix([[4.5, 12], [5.0, 7]], alternatives=["own", "other"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> banks.dominated("own")
    True
    """
    table = grid(values, name="figures")
    refuse(
        [
            *label_problems(alternatives, table.shape[0], name="alternatives"),
            *label_problems(criteria, table.shape[1], name="criteria"),
            _directions_problem(len(higher_is_better), table.shape[1]),
            _too_few_alternatives(table.shape[0]),
        ]
    )
    refuse([_constant_problem(table, criteria)])
    return DecisionMatrix(
        alternatives=tuple(alternatives),
        criteria=tuple(criteria),
        values=table,
        higher_is_better=np.asarray(higher_is_better, dtype=np.bool_),
    )


def entropy_weights(matrix: DecisionMatrix) -> tuple[float, ...]:
    """Weigh criteria by how much the alternatives differ on them.

    Parameters
    ----------
    matrix : DecisionMatrix

    Returns
    -------
    tuple of float
        Fractions that add up to 1.

    Raises
    ------
    EstimationError
        If a figure is negative: the entropy is that of shares of the column's sum.

    Notes
    -----
    Source: Hwang and Yoon (1981). They do not depend on a column's unit, but do on where
    its zero is, and not on whether higher is better.

    Examples
    --------
    >>> banks = decision_matrix([[1, 1], [1, 3], [2, 1]], alternatives=["a", "b", "c"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> [round(weight, 3) for weight in entropy_weights(banks)]
    [0.284, 0.716]
    """
    negative = [name for k, name in enumerate(matrix.criteria) if (matrix.values[:, k] < 0).any()]
    if negative:
        raise EstimationError(
            Problem(
                what="negative figures have no entropy weight",
                found=", ".join(negative),
                needed="figures of at least 0",
                next_step="Measure from a natural zero, or give the weights.",
            )
        )
    shares = matrix.values / matrix.values.sum(axis=0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    divergence = 1 + (shares * logs).sum(axis=0) / np.log(len(matrix.alternatives))
    return tuple((divergence / divergence.sum()).tolist())


def checked_weights(weights: Sequence[float], criteria: Sequence[str]) -> Floats:
    """Read weights, one a criterion.

    Parameters
    ----------
    weights : sequence of float
        Fractions of at least 0 that add up to 1.
    criteria : sequence of str

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    EstimationError
        If they are too many or few, negative, or do not add up to 1.

    Examples
    --------
    >>> checked_weights([0.25, 0.75], ["rate", "fee"]).tolist()
    [0.25, 0.75]
    """
    array = np.asarray(weights, dtype=np.float64)
    if array.shape != (len(criteria),):
        raise EstimationError(
            Problem(
                what="weights and criteria do not fit together",
                found=f"{array.size} weights for {len(criteria)} criteria",
                needed="one each",
                next_step="Give a weight for every criterion.",
            )
        )
    refuse([_negative_weights(array, criteria), _weight_sum_problem(array)])
    return array


def _negative_weights(weights: Floats, criteria: Sequence[str]) -> Problem | None:
    wrong = [name for name, weight in zip(criteria, weights, strict=True) if not weight >= 0]
    if not wrong:
        return None
    return Problem(
        what="weights are negative",
        found=", ".join(wrong),
        needed="fractions of at least 0",
        next_step="Where less is better, say so of the criterion, not of the weight.",
    )


def _weight_sum_problem(weights: Floats) -> Problem | None:
    total = float(weights.sum())
    if abs(total - 1) <= WEIGHT_TOLERANCE:
        return None
    return Problem(
        what="weights do not add up to 1",
        found=f"{total:.6g}",
        needed="1",
        next_step="Divide them by their sum, if their proportions are meant.",
    )


def _directions_problem(found: int, n: int) -> Problem | None:
    if found == n:
        return None
    return Problem(
        what="not every criterion says whether higher is better",
        found=f"{found} of {n}",
        needed="one answer each",
        next_step="Say true or false for every criterion.",
    )


def _too_few_alternatives(m: int) -> Problem | None:
    if m >= 2:
        return None
    return Problem(
        what="nothing to compare with",
        found="1 alternative",
        needed="at least 2",
        next_step="Add a competitor.",
    )


def _constant_problem(table: Floats, criteria: Sequence[str]) -> Problem | None:
    constant = [name for k, name in enumerate(criteria) if np.ptp(table[:, k]) == 0]
    if not constant:
        return None
    return Problem(
        what="a criterion without variation",
        found=", ".join(constant),
        needed="figures that differ between alternatives",
        next_step="Leave it out and say so: all are equal there.",
    )
