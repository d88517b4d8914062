"""Judgements of two criteria at a time, checked and written as a matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.stats.grids import grid, label_problems
from analysis.stats.inputs import Floats, refuse

SCALE: tuple[float, ...] = (*(1 / k for k in range(9, 1, -1)), *(float(k) for k in range(1, 10)))
"""The judgements that an expert can state: 1/9 to 9."""
MOST_CRITERIA = 15
_RECIPROCAL_TOLERANCE = 0.02


def judgement_matrix(
    judgements: Mapping[tuple[str, str], float], criteria: Sequence[str]
) -> Floats:
    """Write judgements of pairs as a matrix; the other half follows from this half.

    Parameters
    ----------
    judgements : mapping of (str, str) to float
        How many times as important the first criterion is as the second. A pair may be
        judged in both directions if the two values are reciprocal.
    criteria : sequence of str
        Order of rows and columns.

    Returns
    -------
    ndarray, shape (n, n)

    Raises
    ------
    EstimationError
        If a pair is missing, names an unknown criterion, is not positive, or is judged in
        both directions with values that contradict each other.

    Examples
    --------
    >>> judgement_matrix({("fees", "speed"): 3}, ["fees", "speed"]).round(3).tolist()
    [[1.0, 3.0], [0.333, 1.0]]
    """
    position = {name: k for k, name in enumerate(criteria)}
    refuse(_judgement_problems(judgements, criteria))
    logs = np.zeros((len(criteria), len(criteria)))
    times = np.zeros_like(logs)
    for (first, second), ratio in judgements.items():
        i, j = position[first], position[second]
        logs[i, j] += np.log(ratio)
        logs[j, i] -= np.log(ratio)
        times[[i, j], [j, i]] += 1
    return np.asarray(np.exp(logs / np.maximum(times, 1)), dtype=np.float64)


def checked_matrix(
    matrix: npt.ArrayLike, *, criteria: Sequence[str], name: str = "judgements"
) -> Floats:
    """Read a matrix of judgements; rounded reciprocals such as .33 are made exact.

    Raises
    ------
    EstimationError
        If the matrix is not square, positive and reciprocal, or a judgement leaves the scale.

    Examples
    --------
    >>> checked_matrix([[1, 3], [0.33, 1]], criteria=["fees", "speed"]).round(2).tolist()
    [[1.0, 3.02], [0.33, 1.0]]
    """
    judged = grid(matrix, name=name)
    refuse(_matrix_problems(judged, criteria, name))
    return np.asarray(np.sqrt(judged / judged.T), dtype=np.float64)


def _matrix_problems(judged: Floats, criteria: Sequence[str], name: str) -> list[Problem | None]:
    n = judged.shape[0]
    if judged.shape != (n, n) or not 2 <= n <= MOST_CRITERIA:
        return [
            Problem(
                what=f"{name} are no square matrix",
                found=f"shape {judged.shape}",
                needed="as many rows as columns, 2 to 15",
                next_step="Compare every criterion with every other; group them where too many.",
            )
        ]
    problems = label_problems(criteria, n, name="criteria")
    limit = SCALE[-1] * (1 + _RECIPROCAL_TOLERANCE)
    beyond = int(np.count_nonzero((judged < 1 / limit) | (judged > limit)))
    if beyond:
        problems.append(
            Problem(
                what=f"{name} leave the scale",
                found=f"{beyond} of {judged.size}",
                needed="1/9 to 9",
                next_step="Check for typing errors; split criteria that differ by more.",
            )
        )
    elif np.abs(np.log(judged * judged.T)).max() > _RECIPROCAL_TOLERANCE:
        problems.append(
            Problem(
                what=f"{name} are not reciprocal",
                found=f"a product of up to {float((judged * judged.T).max()):.3g}",
                needed="1 for a pair judged in both directions",
                next_step="State each pair once and fill in the reciprocals.",
            )
        )
    return problems


def _judgement_problems(
    judgements: Mapping[tuple[str, str], float], criteria: Sequence[str]
) -> list[Problem | None]:
    known = set(criteria)
    problems = label_problems(criteria, len(criteria), name="criteria")
    strange = sorted({name for pair in judgements for name in pair} - known)
    if strange:
        problems.append(
            Problem(
                what="judgements of unknown criteria",
                found=", ".join(strange),
                needed=", ".join(criteria),
                next_step="Correct the name, or add the criterion.",
            )
        )
    missing = [
        f"{a} against {b}"
        for a, b in combinations(criteria, 2)
        if (a, b) not in judgements and (b, a) not in judgements
    ]
    if missing:
        problems.append(
            Problem(
                what="pairs that nobody judged",
                found=", ".join(missing),
                needed="a judgement of every pair",
                next_step="Ask for them.",
            )
        )
    problems += [_one_judgement_problem(judgements, pair) for pair in judgements]
    return problems


def _one_judgement_problem(
    judgements: Mapping[tuple[str, str], float], pair: tuple[str, str]
) -> Problem | None:
    ratio, back = judgements[pair], judgements.get((pair[1], pair[0]))
    name = f"{pair[0]} against {pair[1]}"
    if not (np.isfinite(ratio) and ratio > 0):
        return Problem(
            what=f"{name} is no judgement",
            found=str(ratio),
            needed="a ratio above 0",
            next_step="Give 1 for equal importance, 9 for the most.",
        )
    if back is not None and back > 0 and abs(np.log(ratio * back)) > _RECIPROCAL_TOLERANCE:
        return Problem(
            what=f"{name} is judged twice, differently",
            found=f"{ratio:.3g} and {1 / back:.3g}",
            needed="one judgement",
            next_step="Ask which one holds.",
        )
    return None
