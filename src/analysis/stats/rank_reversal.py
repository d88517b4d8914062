"""Whether the order of two alternatives depends on a third that comes or goes.

It should not: which of two banks is better has nothing to do with a third one. Rules that
measure against the alternatives at hand break this, so that it is looked for and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Literal

from analysis.methods import Method
from analysis.stats.decision_matrix import DecisionMatrix, checked_weights
from analysis.stats.inputs import Floats
from analysis.stats.multi_criteria import (
    TIE,
    Rule,
    ValueScale,
    checked_scale,
    closeness,
    value_sum,
)
from analysis.text import message

METHOD = Method(
    name=message("Rank reversal: every alternative left out in turn"),
    citation=(
        "Belton, V., Gear, T. (1983). On a short-coming of Saaty's method of analytic "
        "hierarchies. Omega 11, 228-230; Garcia-Cascales, M. S., Lamata, M. T. (2012). On "
        "rank reversal and TOPSIS method. Math. Comput. Modelling 56, 123-132."
    ),
    assumptions=(message("The weights stay as they are when an alternative comes or goes."),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankReversal:
    """An order of two that turns round because a third comes or goes.

    Attributes
    ----------
    alternative : str
        The third one.
    change : {'removed', 'added'}
    dominated : bool
        Whether another alternative is at least as good as the third on every criterion:
        nobody would choose it, and yet it matters.
    pairs : tuple of (str, str)
        Each pair that turned round: who was ahead, then who is ahead now.
    """

    alternative: str
    change: Literal["removed", "added"]
    dominated: bool
    pairs: tuple[tuple[str, str], ...]


def rank_reversals(
    matrix: DecisionMatrix,
    weights: Sequence[float],
    *,
    rule: Rule = "topsis",
    scale: ValueScale | None = None,
    added: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> tuple[RankReversal, ...]:
    """Find orders of two that turn round when a third alternative comes or goes.

    Parameters
    ----------
    matrix : DecisionMatrix
    weights : sequence of float
        Held as they are.
    rule : {'topsis', 'weighted-score'}
    scale : ValueScale, optional
        For the weighted score.
    added : mapping of str to sequence of float
        Alternatives to try in addition, one figure per criterion each. Every present one
        is left out in turn in any case.

    Returns
    -------
    tuple of RankReversal
        Empty where the order holds; ties that arise or dissolve are no reversal.

    Raises
    ------
    EstimationError
        As `topsis` and `weighted_score`.

    Notes
    -----
    Source: Belton and Gear (1983); for TOPSIS Garcia-Cascales and Lamata (2012).

    Examples
    --------
    >>> from analysis.stats.decision_matrix import decision_matrix
    >>> banks = decision_matrix([[4, 12], [3, 5], [3, 12]], alternatives=["own", "a", "b"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> rank_reversals(banks, [0.9, 0.1])
    ()
    """
    checked = checked_weights(weights, matrix.criteria)
    before = _by_name(matrix, checked, rule, scale)
    found = []
    for name in matrix.alternatives if len(matrix.alternatives) > 2 else ():
        after = _by_name(matrix.without(name), checked, rule, scale)
        found.append(
            RankReversal(
                alternative=name,
                change="removed",
                dominated=matrix.dominated(name),
                pairs=_turned(before, after),
            )
        )
    for name, values in added.items():
        larger = matrix.adding(name, values)
        after = _by_name(larger, checked, rule, scale)
        found.append(
            RankReversal(
                alternative=name,
                change="added",
                dominated=larger.dominated(name),
                pairs=_turned(before, after),
            )
        )
    return tuple(reversal for reversal in found if reversal.pairs)


def _by_name(
    matrix: DecisionMatrix, weights: Floats, rule: Rule, scale: ValueScale | None
) -> dict[str, float]:
    if rule == "topsis":
        scores = closeness(matrix.values, weights, matrix.higher_is_better)
    else:
        scores = value_sum(matrix.values, weights, checked_scale(matrix, scale))
    return dict(zip(matrix.alternatives, scores.tolist(), strict=True))


def _turned(before: Mapping[str, float], after: Mapping[str, float]) -> tuple[tuple[str, str], ...]:
    """Pairs that are in both and stand the other way round, by more than rounding."""
    turned = []
    for one, other in combinations([name for name in before if name in after], 2):
        was, now = before[one] - before[other], after[one] - after[other]
        if abs(was) > TIE and abs(now) > TIE and (was > 0) != (now > 0):
            turned.append((one, other) if was > 0 else (other, one))
    return tuple(turned)
