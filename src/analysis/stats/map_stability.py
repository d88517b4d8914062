"""How far the points of a map can be relied upon: the table drawn again and again.

Every drawn table has its own map, turned and mirrored. Each is laid over the map that is
shown, in all its axes, so that an axis that changes place with a further one is no error of
the points; the spread of a point over these maps gives its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.correspondence_analysis import checked_counts, principal_axes
from analysis.stats.grids import draws_problem
from analysis.stats.inputs import Floats, bracket, confidence_problem, refuse
from analysis.stats.laws import chi_squared_quantile, normal_quantile
from analysis.text import message

MINIMUM_TOTAL = 20

METHOD = Method(
    name=message("Parametric bootstrap of the map with Procrustes rotation"),
    citation=(
        "Greenacre, M. (2017). Correspondence Analysis in Practice, 3rd ed., ch. 29; rotation: "
        "Schonemann, P. H. (1966). A generalized solution of the orthogonal Procrustes "
        "problem. Psychometrika 31, 1-10; Ringrose, T. J. (1996). Alternative confidence "
        "regions for canonical variate analysis. Biometrika 83, 575-587."
    ),
    assumptions=(message("Mentions are independent of each other."),),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointStability:
    """Where a row or a column lies on the map, and how surely.

    Attributes
    ----------
    label : str
    axis_1, axis_2 : Estimate
        Principal coordinates.
    covariance : tuple of float
        Variance on the first axis, covariance, variance on the second: the ellipse.
    differs_from_average : bool
        Whether the ellipse leaves out the origin, where the average profile lies.
    """

    label: str
    axis_1: Estimate
    axis_2: Estimate
    covariance: tuple[float, float, float]
    differs_from_average: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStability:
    """The points of a map with their intervals.

    Attributes
    ----------
    rows, columns : tuple of PointStability
    replicates : int
        Drawn tables used; those with an empty row or column are left out.
    confidence : float
    """

    rows: tuple[PointStability, ...]
    columns: tuple[PointStability, ...]
    replicates: int
    confidence: float


def map_stability(
    table: npt.ArrayLike,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    rng: np.random.Generator,
    asked: npt.ArrayLike | None = None,
    draws: int = 1000,
    confidence: float = 0.95,
) -> MapStability:
    """Give the points of a correspondence map intervals and ellipses.

    Parameters
    ----------
    table : array_like of int, shape (m, n)
        At least 3 rows and columns, 20 counts in each.
    rows, columns : sequence of str
    rng : numpy.random.Generator
    asked : array_like of int, shape (m, n), optional
        How many were asked for each cell, where everybody may mention any number: cells are
        then drawn one by one. Without it, the total is drawn anew over all cells, as for a
        table in which everybody counts once.
    draws : int
        At least 100.
    confidence : float
        Coverage of each interval and ellipse, a fraction.

    Returns
    -------
    MapStability

    Raises
    ------
    EstimationError
        If the table is too small or thin, or fewer were asked than mentioned.

    Examples
    --------
    >>> image = [[120, 60, 40], [50, 110, 60], [30, 45, 130]]
    >>> found = map_stability(image, rows=["own", "b", "c"], columns=["near", "cheap", "quick"],
    ...                       rng=np.random.default_rng(1), draws=200)
    >>> found.rows[0].differs_from_average
    True
    """
    counts = checked_counts(table, rows=rows, columns=columns)
    refuse([draws_problem(draws), confidence_problem(confidence), _thin_problem(counts)])
    shown, masses = _map(counts)
    replicates = _replicates(counts, asked, rng, draws)
    refuse([draws_problem(len(replicates))])
    laid = _lay_over(_map(replicates)[0], shown, masses)[..., :2]
    points = [
        _point(label, shown[k, :2], laid[:, k], confidence)
        for k, label in enumerate((*rows, *columns))
    ]
    return MapStability(
        rows=tuple(points[: len(rows)]),
        columns=tuple(points[len(rows) :]),
        replicates=len(replicates),
        confidence=confidence,
    )


def _map(counts: Floats) -> tuple[Floats, Floats]:
    """Coordinates of rows and columns on all axes, and their masses, of one table or many."""
    _, row_points, column_points = principal_axes(counts)
    totals = np.concatenate([counts.sum(axis=-1), counts.sum(axis=-2)], axis=-1)
    points = np.concatenate([row_points, column_points], axis=-2)
    return points, totals / counts.sum(axis=(-2, -1))[..., None]


def _lay_over(points: Floats, shown: Floats, masses: Floats) -> Floats:
    """Rotate and mirror `points` onto `shown`, nearest by mass."""
    left, _, right = np.linalg.svd((points * masses[:, None]).mT @ shown)
    return np.asarray(points @ left @ right, dtype=np.float64)


def _replicates(
    counts: Floats, asked: npt.ArrayLike | None, rng: np.random.Generator, draws: int
) -> Floats:
    """Draw tables; those with an empty row or column are left out."""
    if asked is None:
        total = int(counts.sum())
        drawn = rng.multinomial(total, (counts / counts.sum()).ravel(), size=draws)
        tables = drawn.reshape(draws, *counts.shape).astype(np.float64)
    else:
        trials = _checked_asked(asked, counts)
        tables = rng.binomial(trials, counts / trials, size=(draws, *counts.shape)).astype(
            np.float64
        )
    full = tables.sum(axis=-2).all(axis=-1) & tables.sum(axis=-1).all(axis=-1)
    return np.asarray(tables[full], dtype=np.float64)


def _point(label: str, shown: Floats, laid: Floats, confidence: float) -> PointStability:
    covariance = np.cov(laid.T)
    reach = normal_quantile((1 + confidence) / 2) * np.sqrt(np.diag(covariance))
    distance = float(shown @ np.linalg.solve(covariance, shown))
    first, second = (
        bracket(value, value - r, value + r, confidence)
        for value, r in zip(shown, reach, strict=True)
    )
    return PointStability(
        label=label,
        axis_1=first,
        axis_2=second,
        covariance=(float(covariance[0, 0]), float(covariance[0, 1]), float(covariance[1, 1])),
        differs_from_average=distance > float(chi_squared_quantile(confidence, 2)),
    )


def _checked_asked(asked: npt.ArrayLike, counts: Floats) -> npt.NDArray[np.int64]:
    trials = np.broadcast_to(np.asarray(asked, dtype=np.float64), counts.shape)
    fewer = int(np.count_nonzero(~(trials >= counts)))
    if fewer:
        raise EstimationError(
            Problem(
                what="fewer were asked than mentioned it",
                found=f"{fewer} of {counts.size} cells",
                needed="at least as many asked as mentions",
                next_step="Check that both come from the same survey.",
            )
        )
    return trials.astype(np.int64)


def _thin_problem(counts: Floats) -> Problem | None:
    least = int(min(counts.sum(axis=0).min(), counts.sum(axis=1).min()))
    if min(counts.shape) >= 3 and least >= MINIMUM_TOTAL:
        return None
    return Problem(
        what="table too small to say how stable its map is",
        found=f"{counts.shape[0]} by {counts.shape[1]}, {least} counts in the smallest line",
        needed=f"at least 3 by 3, {MINIMUM_TOTAL} counts in every row and column",
        next_step="Ask more customers, or merge what is rarely mentioned.",
    )
