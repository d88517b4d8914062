"""What estimators on two-way tables ask of their input: rows and columns with names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.stats.inputs import Floats

MINIMUM_DRAWS = 100


def grid(values: npt.ArrayLike, *, name: str) -> Floats:
    """Read a two-way table of finite numbers.

    Parameters
    ----------
    values : array_like, shape (rows, columns)
    name : str
        What a message calls it.

    Returns
    -------
    ndarray of float64, shape (rows, columns)

    Raises
    ------
    EstimationError
        If it has another shape, or a value is missing or infinite.

    Examples
    --------
    >>> grid([[1, 2], [3, 4]], name="volumes").shape
    (2, 2)
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except ValueError:
        array = np.empty(0)
    if array.ndim != 2 or array.size == 0:
        raise EstimationError(
            Problem(
                what=f"{name} are no two-way table",
                found=f"shape {array.shape}" if array.size else "rows of different lengths or none",
                needed="one row per line, all of one length",
                next_step="Give one value per row and column.",
            )
        )
    missing = int(np.count_nonzero(~np.isfinite(array)))
    if missing:
        raise EstimationError(
            Problem(
                what=f"{name} have cells that are no numbers",
                found=f"{missing} of {array.size}",
                needed="finite numbers",
                next_step="Leave the row or column out, and say so on the page.",
            )
        )
    return array


def label_problems(labels: Sequence[str], n: int, *, name: str) -> list[Problem | None]:
    """Say what is wrong with the names of `n` rows or columns, or nothing.

    Examples
    --------
    >>> label_problems(["a", "b"], 2, name="criteria")
    []
    """
    problems: list[Problem | None] = []
    if len(labels) != n:
        problems.append(
            Problem(
                what=f"{name} and values do not fit together",
                found=f"{len(labels)} names for {n}",
                needed="one name each",
                next_step=f"Name all {name}, in the order of the values.",
            )
        )
    repeated = sorted({label for label in labels if list(labels).count(label) > 1})
    if repeated:
        problems.append(
            Problem(
                what=f"{name} are named twice",
                found=", ".join(repeated),
                needed="different names",
                next_step="Rename or merge them.",
            )
        )
    return problems


def count_table_problem(table: Floats, *, name: str) -> Problem | None:
    """Say how many cells are no counts, or nothing.

    Examples
    --------
    >>> count_table_problem(np.array([[1.0, 0.0]]), name="mentions") is None
    True
    """
    wrong = int(np.count_nonzero((table < 0) | (table != np.floor(table))))
    if not wrong:
        return None
    return Problem(
        what=f"{name} are no counts",
        found=f"{wrong} of {table.size} cells",
        needed="whole numbers of at least 0",
        next_step="Count persons, not rates.",
    )


def draws_problem(draws: int) -> Problem | None:
    """Say that `draws` are too few for an interval, or nothing.

    Examples
    --------
    >>> draws_problem(1000) is None
    True
    """
    if draws >= MINIMUM_DRAWS:
        return None
    return Problem(
        what="too few draws for an interval",
        found=str(draws),
        needed=f"at least {MINIMUM_DRAWS}",
        next_step="Ask for more draws.",
    )
