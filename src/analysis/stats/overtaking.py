"""What it would take to move up one place: the smallest change of one criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.errors import EstimationError, Problem
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

SEARCH_POINTS = 2001
_HALVINGS = 60

METHOD = Method(
    name=message("Smallest change of one criterion that draws level with the place ahead"),
    citation=(
        "Triantaphyllou, E., Sanchez, A. (1997). A sensitivity analysis approach for some "
        "deterministic multi-criteria decision-making methods. Decision Sciences 28, 151-194."
    ),
    assumptions=(message("The competitors and all other criteria stay as they are."),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaking:
    """How far one criterion has to improve to draw level with the place ahead.

    Attributes
    ----------
    criterion : str
    ahead : str
        Who is directly ahead; anything better than `value` moves past.
    current : float
        In the criterion's unit.
    change, value : float or None
        Signed change and the figure reached, in the criterion's unit; None where no figure
        within the limits is enough.
    share_of_range : float or None
        Size of the change as a fraction of the distance between the alternatives' worst
        and best figure, by which changes of different criteria are compared.
    """

    criterion: str
    ahead: str
    current: float
    change: float | None
    value: float | None
    share_of_range: float | None


def smallest_overtakings(
    matrix: DecisionMatrix,
    weights: Sequence[float],
    alternative: str,
    *,
    rule: Rule = "weighted-score",
    scale: ValueScale | None = None,
    limits: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Overtaking, ...]:
    """Find for each criterion the smallest improvement that moves up one place.

    Parameters
    ----------
    matrix : DecisionMatrix
    weights : sequence of float
        Fractions that add up to 1.
    alternative : str
        Whose place it is.
    rule : {'topsis', 'weighted-score'}
        Exact for the weighted score, whose scale is held; for TOPSIS searched at 2,000
        steps up to the limit and then halved down to rounding.
    scale : ValueScale, optional
        For the weighted score.
    limits : mapping of str to float, optional
        The best figure that a criterion can be brought to. By default as far beyond the
        best of the alternatives as that is from their worst, but not below 0 where no
        figure is negative.

    Returns
    -------
    tuple of Overtaking
        One a criterion: the smallest first, those out of reach last; empty for the first
        place.

    Raises
    ------
    EstimationError
        If the alternative or a limit's criterion is unknown, or as `weighted_score`.

    Notes
    -----
    Source: Triantaphyllou and Sanchez (1997).

    Examples
    --------
    >>> from analysis.stats.decision_matrix import decision_matrix
    >>> banks = decision_matrix([[4, 12], [3, 4], [3.5, 8]], alternatives=["a", "b", "own"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> first = smallest_overtakings(banks, [0.75, 0.25], "own")[0]
    >>> first.criterion, first.ahead, round(first.change, 3)
    ('rate', 'a', 0.333)
    """
    checked = checked_weights(weights, matrix.criteria)
    _refuse_unknown(matrix, alternative, limits)
    fixed = checked_scale(matrix, scale)
    if rule == "topsis":
        scores = closeness(matrix.values, checked, matrix.higher_is_better)
    else:
        scores = value_sum(matrix.values, checked, fixed)
    a = matrix.alternatives.index(alternative)
    ahead = np.flatnonzero(scores > scores[a] + TIE)
    if ahead.size == 0:
        return ()
    b = int(ahead[np.argmin(scores[ahead])])
    found = []
    for j, criterion in enumerate(matrix.criteria):
        limit = limits.get(criterion, _default_limit(matrix, j))
        if rule == "topsis":
            figure = _searched(matrix, checked, (a, j), limit)
        else:
            rise = _exact(float(scores[b] - scores[a]), float(checked[j]), fixed, j)
            figure = None if rise is None else float(matrix.values[a, j]) + rise
        found.append(_overtaking(matrix, (a, b, j), figure, limit))
    return tuple(sorted(found, key=_size))


def _exact(gap: float, weight: float, scale: ValueScale, j: int) -> float | None:
    if weight == 0:
        return None
    return gap / weight * float(scale.best[j] - scale.worst[j])


def _searched(
    matrix: DecisionMatrix, weights: Floats, cell: tuple[int, int], limit: float
) -> float | None:
    """Walk from the current figure to the limit until fewer are ahead, then halve."""
    current = float(matrix.values[cell])
    if (limit > current) != bool(matrix.higher_is_better[cell[1]]) or limit == current:
        return None

    def ahead(figures: Floats) -> Floats:
        values = np.tile(matrix.values, (figures.size, 1, 1))
        values[:, cell[0], cell[1]] = figures
        scores = closeness(values, weights, matrix.higher_is_better)
        own = scores[:, cell[0]][:, None]
        return np.asarray((scores > own + TIE).sum(axis=1), dtype=np.float64)

    walk = np.linspace(current, limit, SEARCH_POINTS)
    counts = ahead(walk)
    better = np.flatnonzero(counts < counts[0])
    if better.size == 0:
        return None
    short, enough = float(walk[better[0] - 1]), float(walk[better[0]])
    for _ in range(_HALVINGS):
        middle = (short + enough) / 2
        if ahead(np.array([middle]))[0] < counts[0]:
            enough = middle
        else:
            short = middle
    return enough


def _default_limit(matrix: DecisionMatrix, j: int) -> float:
    figures = matrix.values[:, j]
    low, high = float(figures.min()), float(figures.max())
    if matrix.higher_is_better[j]:
        return 2 * high - low
    return max(2 * low - high, 0.0) if low >= 0 else 2 * low - high


def _overtaking(
    matrix: DecisionMatrix, cell: tuple[int, int, int], figure: float | None, limit: float
) -> Overtaking:
    a, b, j = cell
    current = float(matrix.values[a, j])
    beyond = np.inf if matrix.higher_is_better[j] else -np.inf
    if figure is not None and not min(limit, -beyond) <= figure <= max(limit, -beyond):
        figure = None
    change = None if figure is None else figure - current
    return Overtaking(
        criterion=matrix.criteria[j],
        ahead=matrix.alternatives[b],
        current=current,
        change=change,
        value=figure,
        share_of_range=None if change is None else abs(change) / float(np.ptp(matrix.values[:, j])),
    )


def _size(found: Overtaking) -> float:
    return np.inf if found.share_of_range is None else found.share_of_range


def _refuse_unknown(matrix: DecisionMatrix, alternative: str, limits: Mapping[str, float]) -> None:
    unknown = [name for name in (alternative,) if name not in matrix.alternatives]
    unknown += [name for name in limits if name not in matrix.criteria]
    if unknown:
        raise EstimationError(
            Problem(
                what="no such alternative or criterion",
                found=", ".join(unknown),
                needed=f"one of {', '.join((*matrix.alternatives, *matrix.criteria))}",
                next_step="Correct the name.",
            )
        )
