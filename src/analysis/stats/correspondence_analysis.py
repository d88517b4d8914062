"""A map of a two-way table: which rows go with which columns (correspondence analysis).

Brands by attributes, say: a brand lies in the direction of the attributes that are said of
it more often than of others. Inertia is the part of the table that is not explained by some
rows and columns being mentioned more than others; the map shows as much of it as it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.grids import count_table_problem, grid, label_problems
from analysis.stats.inputs import Floats, refuse
from analysis.stats.laws import chi_squared_tail
from analysis.text import message

METHOD = Method(
    name=message("Simple correspondence analysis"),
    citation=(
        "Greenacre, M. (2017). Correspondence Analysis in Practice, 3rd ed. Chapman & Hall/CRC."
    ),
    assumptions=(
        message("Rows and columns are compared by their profiles, whatever their size."),
        message("Distances between a row and a column are not drawn to scale; directions are."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapPoints:
    """The rows, or the columns, of a table on its map.

    Attributes
    ----------
    labels : tuple of str, length m
    masses : ndarray, shape (m,)
        Share of the table's total, a fraction.
    coordinates : ndarray, shape (m, axes)
        Principal coordinates: distances between points are chi-square distances of profiles.
    inertia_shares : ndarray, shape (m,)
        Share of the total inertia, a fraction.
    contributions : ndarray, shape (m, axes)
        To the inertia of each axis; a column adds up to 1.
    cos2 : ndarray, shape (m, axes)
        How much of the point each axis shows; a row adds up to 1 over all axes.
    """

    labels: tuple[str, ...]
    masses: Floats
    coordinates: Floats
    inertia_shares: Floats
    contributions: Floats
    cos2: Floats

    def quality(self, axes: int = 2) -> Floats:
        """How much of each point the first axes show together, fractions, shape (m,)."""
        return np.asarray(self.cos2[:, :axes].sum(axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Correspondence:
    """A table's inertia, its axes, and its rows and columns on them.

    Attributes
    ----------
    n : int
        Total of the table.
    total_inertia : float
    principal_inertias : ndarray, shape (axes,)
        Decreasing; they add up to the total.
    inertia_shares : ndarray, shape (axes,)
        Fractions of the total.
    rows, columns : MapPoints
        On each axis the row that contributes most lies on the positive side.
    chi2, p_value : float
        Test of no association, for tables of independent counts.
    degrees_of_freedom : int
    """

    n: int
    total_inertia: float
    principal_inertias: Floats
    inertia_shares: Floats
    rows: MapPoints
    columns: MapPoints
    chi2: float
    degrees_of_freedom: int
    p_value: float


def correspondence(
    table: npt.ArrayLike, *, rows: Sequence[str], columns: Sequence[str]
) -> Correspondence:
    """Map the rows and columns of a table of counts.

    Parameters
    ----------
    table : array_like of int, shape (m, n)
        Counts, with no empty row or column.
    rows, columns : sequence of str

    Returns
    -------
    Correspondence
        With ``min(m, n) - 1`` axes at most; axes without inertia are left out.

    Raises
    ------
    EstimationError
        If a cell is no count, a row or column is empty, there are fewer than 2 rows or
        columns, or all profiles are equal, so that there is nothing to map.

    Notes
    -----
    Source: Greenacre (2017): singular value decomposition of the standardised residuals.

    Examples
    --------
    >>> smokers = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]
    >>> found = correspondence(smokers, rows=["SM", "JM", "SE", "JE", "SC"],
    ...                        columns=["none", "light", "medium", "heavy"])
    >>> round(found.total_inertia, 5), found.principal_inertias.round(5).tolist()
    (0.08519, [0.07476, 0.01002, 0.00041])
    """
    counts = checked_counts(table, rows=rows, columns=columns)
    inertias, row_points, column_points = principal_axes(counts)
    refuse([_no_inertia_problem(inertias)])
    used = inertias > 1e-12 * inertias[0]
    inertias = inertias[used]
    total = float(inertias.sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    statistic = float(counts.sum() * total)
    return Correspondence(
        n=int(counts.sum()),
        total_inertia=total,
        principal_inertias=inertias,
        inertia_shares=inertias / total,
        rows=_points(rows, counts.sum(axis=1), row_points[:, used], inertias),
        columns=_points(columns, counts.sum(axis=0), column_points[:, used], inertias),
        chi2=statistic,
        degrees_of_freedom=df,
        p_value=float(chi_squared_tail(statistic, df)),
    )


def checked_counts(table: npt.ArrayLike, *, rows: Sequence[str], columns: Sequence[str]) -> Floats:
    """Read a table of counts without empty rows or columns.

    Raises
    ------
    EstimationError
        As `correspondence`, apart from equal profiles.

    Examples
    --------
    >>> checked_counts([[1, 2], [3, 4]], rows=["a", "b"], columns=["x", "y"]).sum()
    np.float64(10.0)
    """
    counts = grid(table, name="counts")
    refuse(
        [
            *label_problems(rows, counts.shape[0], name="rows"),
            *label_problems(columns, counts.shape[1], name="columns"),
            count_table_problem(counts, name="cells"),
            _size_problem(counts),
        ]
    )
    refuse([_empty_problem(counts.sum(axis=1), rows), _empty_problem(counts.sum(axis=0), columns)])
    return counts


def principal_axes(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Principal inertias, and principal coordinates of rows and columns, on all axes.

    Parameters
    ----------
    counts : ndarray, shape (..., m, n)
        One table or many.

    Returns
    -------
    inertias : ndarray, shape (..., axes)
    rows, columns : ndarray, shapes (..., m, axes) and (..., n, axes)

    Examples
    --------
    >>> principal_axes(np.array([[2.0, 1.0], [1.0, 2.0]]))[0].round(6).tolist()
    [0.111111]
    """
    shares = counts / counts.sum(axis=(-2, -1), keepdims=True)
    row_mass, column_mass = shares.sum(axis=-1), shares.sum(axis=-2)
    expected = row_mass[..., :, None] * column_mass[..., None, :]
    left, singular, right = np.linalg.svd((shares - expected) / np.sqrt(expected))
    axes = min(counts.shape[-2:]) - 1
    scale = singular[..., None, :axes]
    row_points = left[..., :axes] * scale / np.sqrt(row_mass)[..., None]
    column_points = right.mT[..., :axes] * scale / np.sqrt(column_mass)[..., None]
    sign = _signs(row_mass, row_points)
    return singular[..., :axes] ** 2, row_points * sign, column_points * sign


def _signs(masses: Floats, points: Floats) -> Floats:
    """The row that contributes most to an axis lies on its positive side."""
    most = np.argmax(np.round(masses[..., None] * points**2, 12), axis=-2, keepdims=True)
    return np.where(np.take_along_axis(points, most, axis=-2) < 0, -1.0, 1.0)


def _points(
    labels: Sequence[str], totals: Floats, coordinates: Floats, inertias: Floats
) -> MapPoints:
    masses = totals / totals.sum()
    inertia = masses[:, None] * coordinates**2
    squares = (coordinates**2).sum(axis=1, keepdims=True)
    return MapPoints(
        labels=tuple(labels),
        masses=masses,
        coordinates=coordinates,
        inertia_shares=inertia.sum(axis=1) / inertias.sum(),
        contributions=inertia / inertias,
        cos2=np.divide(coordinates**2, squares, out=np.zeros_like(coordinates), where=squares > 0),
    )


def _size_problem(counts: Floats) -> Problem | None:
    if min(counts.shape) >= 2:
        return None
    return Problem(
        what="no table to map",
        found=f"{counts.shape[0]} rows and {counts.shape[1]} columns",
        needed="at least 2 of each",
        next_step="Compare more than one.",
    )


def _empty_problem(totals: Floats, labels: Sequence[str]) -> Problem | None:
    empty = [label for label, total in zip(labels, totals, strict=True) if total == 0]
    if not empty:
        return None
    return Problem(
        what="rows or columns without any count",
        found=", ".join(empty),
        needed="at least 1 in each",
        next_step="Leave them out of the map, and say so.",
    )


def _no_inertia_problem(inertias: Floats) -> Problem | None:
    if inertias[0] > 1e-15:
        return None
    return Problem(
        what="nothing to map",
        found="rows with equal profiles",
        needed="rows that differ",
        next_step="Say that all are seen alike; leave the map out.",
    )
