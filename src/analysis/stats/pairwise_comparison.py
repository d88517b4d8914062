"""How much each criterion matters, from judgements of two at a time (AHP).

An expert says how many times as important one criterion is as another. The weights are
the principal eigenvector of the matrix of these judgements; its eigenvalue tells how far
the judgements contradict each other, and which one to ask again first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats
from analysis.stats.judgements import SCALE, checked_matrix
from analysis.text import message

RandomIndexTable = Literal["saaty", "alonso-lamata"]

RANDOM_INDEX: Mapping[RandomIndexTable, tuple[float, ...]] = MappingProxyType(
    {
        "saaty": (
            0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59,
        ),
        "alonso-lamata": (
            0, 0, 0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854, 1.5141,
            1.5365, 1.5551, 1.5713, 1.5838,
        ),
    }
)  # fmt: skip
"""Consistency index of judgements made at random, for 1, 2, ... criteria.

Saaty, T. L. (1980), The Analytic Hierarchy Process, table of 500 matrices a size, which
most textbooks print; Alonso, J. A., Lamata, M. T. (2006), of 100,000 a size.
"""

ACCEPTED_RATIO = 0.1

METHOD = Method(
    name=message("Analytic hierarchy process: weights from the principal eigenvector"),
    citation=(
        "Saaty, T. L. (2008). Decision making with the analytic hierarchy process. Int. J. "
        "Services Sciences 1, 83-98; random index: Saaty, T. L. (1980). The Analytic "
        "Hierarchy Process, or Alonso, J. A., Lamata, M. T. (2006). Int. J. Uncertainty, "
        "Fuzziness and Knowledge-Based Systems 14, 445-459."
    ),
    assumptions=(
        message("Experts can say how many times as important one criterion is as another."),
        message("No criterion is more than nine times as important as another."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The judgement to ask again first: changing it alone helps consistency most.

    Attributes
    ----------
    first, second : str
        The criteria compared.
    stated, suggested : float
        How many times as important the first is as the second: as judged, and the value
        of the scale 1/9 to 9 that makes the judgements most consistent.
    consistency_ratio : float
        What the ratio would be after that change alone.
    """

    first: str
    second: str
    stated: float
    suggested: float
    consistency_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PairwiseWeights:
    """Weights from one matrix of judgements, and how consistent it is.

    Attributes
    ----------
    criteria : tuple of str
    weights : tuple of float
        Fractions that add up to 1.
    principal_eigenvalue, consistency_index, random_index, consistency_ratio : float
    random_index_table : {'saaty', 'alonso-lamata'}
    accepted_ratio : float
    revise_first : Revision or None
        None where no change of one judgement makes them more consistent.
    """

    criteria: tuple[str, ...]
    weights: tuple[float, ...]
    principal_eigenvalue: float
    consistency_index: float
    random_index: float
    consistency_ratio: float
    random_index_table: RandomIndexTable
    accepted_ratio: float
    revise_first: Revision | None

    @property
    def accepted(self) -> bool:
        """Whether the judgements are consistent enough to be used without a stated reason."""
        return self.consistency_ratio <= self.accepted_ratio


def pairwise_weights(
    matrix: npt.ArrayLike,
    *,
    criteria: Sequence[str],
    accepted_ratio: float = ACCEPTED_RATIO,
    accept_inconsistent: bool = False,
    random_index: RandomIndexTable = "saaty",
) -> PairwiseWeights:
    """Weigh criteria by the principal eigenvector of the judgements.

    Parameters
    ----------
    matrix : array_like, shape (n, n)
        Row over column, 1/9 to 9; the lower half holds the reciprocals.
    criteria : sequence of str
        2 to 15 names.
    accepted_ratio : float
        Largest consistency ratio that is used without being asked for.
    accept_inconsistent : bool
        Use the judgements even so; the ratio stays in the result.
    random_index : {'saaty', 'alonso-lamata'}
        What random judgements would give: Saaty's table (1980), or the finer simulation of
        Alonso and Lamata (2006).

    Returns
    -------
    PairwiseWeights

    Raises
    ------
    EstimationError
        If the matrix is not square, positive and reciprocal, a judgement leaves the scale,
        or the judgements contradict each other beyond `accepted_ratio`.

    Notes
    -----
    Source: Saaty (2008). The consistency index is ``(eigenvalue - n) / (n - 1)``, the ratio
    that index over the random one.

    Examples
    --------
    >>> found = pairwise_weights([[1, 2, 6], [1 / 2, 1, 3], [1 / 6, 1 / 3, 1]],
    ...                          criteria=["fees", "speed", "app"])
    >>> [round(weight, 3) for weight in found.weights]
    [0.6, 0.3, 0.1]
    """
    judged = checked_matrix(matrix, criteria=criteria)
    found = _weights(judged, tuple(criteria), accepted_ratio, random_index)
    if not found.accepted and not accept_inconsistent:
        raise EstimationError(_inconsistent(found))
    return found


def principal_weights(matrices: Floats) -> tuple[Floats, Floats]:
    """Give principal eigenvectors that add up to 1, and their eigenvalues.

    Parameters
    ----------
    matrices : ndarray, shape (..., n, n)
        Positive and reciprocal.

    Returns
    -------
    weights : ndarray, shape (..., n)
    eigenvalues : ndarray, shape (...)

    Examples
    --------
    >>> principal_weights(np.array([[1.0, 4.0], [0.25, 1.0]]))[0].round(6).tolist()
    [0.8, 0.2]
    """
    values, vectors = np.linalg.eig(matrices)
    largest = np.argmax(values.real, axis=-1)[..., None]
    vector = np.abs(np.take_along_axis(vectors, largest[..., None], axis=-1)[..., 0])
    value = np.take_along_axis(values.real, largest, axis=-1)[..., 0]
    return (
        np.asarray(vector / vector.sum(axis=-1, keepdims=True), dtype=np.float64),
        np.asarray(value, dtype=np.float64),
    )


def _weights(
    judged: Floats, criteria: tuple[str, ...], accepted_ratio: float, table: RandomIndexTable
) -> PairwiseWeights:
    n = len(criteria)
    weights, eigenvalue = principal_weights(judged)
    ratio = float(_ratio(eigenvalue, n, table))
    return PairwiseWeights(
        criteria=criteria,
        weights=tuple(weights.tolist()),
        principal_eigenvalue=float(eigenvalue),
        consistency_index=max(float(eigenvalue) - n, 0.0) / (n - 1),
        random_index=RANDOM_INDEX[table][n - 1],
        consistency_ratio=ratio,
        random_index_table=table,
        accepted_ratio=accepted_ratio,
        revise_first=_revision(judged, criteria, ratio, table),
    )


def _ratio(eigenvalue: Floats, n: int, table: RandomIndexTable) -> Floats:
    if n < 3:
        return np.zeros_like(eigenvalue)
    index = np.maximum(eigenvalue - n, 0.0) / (n - 1)
    return np.asarray(index / RANDOM_INDEX[table][n - 1], dtype=np.float64)


def _revision(
    judged: Floats, criteria: tuple[str, ...], ratio: float, table: RandomIndexTable
) -> Revision | None:
    """Try every judgement of the scale for every pair."""
    n = len(criteria)
    pairs = list(combinations(range(n), 2))
    tried = np.tile(judged, (len(pairs), len(SCALE), 1, 1))
    for k, (i, j) in enumerate(pairs):
        tried[k, :, i, j] = SCALE
        tried[k, :, j, i] = 1 / np.asarray(SCALE)
    ratios = _ratio(np.linalg.eigvals(tried).real.max(axis=-1), n, table)
    pair, value = divmod(int(np.argmin(np.round(ratios, 9))), len(SCALE))
    if ratios[pair, value] >= ratio - 1e-9:
        return None
    i, j = pairs[pair]
    return Revision(
        first=criteria[i],
        second=criteria[j],
        stated=float(judged[i, j]),
        suggested=SCALE[value],
        consistency_ratio=float(ratios[pair, value]),
    )


def _inconsistent(found: PairwiseWeights) -> Problem:
    ask = found.revise_first
    again = (
        f"Ask {ask.first!r} against {ask.second!r} again first: {ask.stated:.3g} was judged, "
        f"{ask.suggested:.3g} would bring the ratio to {ask.consistency_ratio:.3f}. "
        if ask
        else ""
    )
    return Problem(
        what="the judgements contradict each other",
        found=f"consistency ratio {found.consistency_ratio:.3f}",
        needed=f"at most {found.accepted_ratio:g}",
        next_step=f"{again}Or accept the inconsistency and state the reason.",
    )
