"""Equal rows and equal values, found without sorting where they are in order already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64] | npt.NDArray[np.int64]


def find_distinct(values: Array) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    """Give the distinct values, rising, and the place of each value among them.

    As `numpy.unique`, by hashing: several times as fast where few values are distinct.
    Where values rise already, they are only compared with their neighbours.

    Examples
    --------
    >>> find_distinct(np.array([5.0, 2.0, 5.0]))
    (array([2., 5.]), array([1, 0, 1]))
    """
    if len(values) and bool((values[1:] >= values[:-1]).all()):
        changes = values[1:] != values[:-1]
        return values[np.append(True, changes)], np.append(0, np.cumsum(changes))
    place, distinct = pd.factorize(values, sort=True)
    return np.asarray(distinct), np.asarray(place, dtype=np.int64)


def find_distinct_rows(
    matrix: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Give the distinct rows in rising order, and the place of each row among them.

    As `numpy.unique` along the first axis, column by column, without sorting all rows.

    Examples
    --------
    >>> find_distinct_rows(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]]))
    (array([[0., 1.],
           [1., 0.]]), array([1, 0, 1]))
    """
    place = np.zeros(len(matrix), dtype=np.int64)
    for values in matrix.T:
        distinct, of_value = find_distinct(values)
        # numbered anew each time: the product of all levels could be beyond any number
        place = find_distinct(place * len(distinct) + of_value)[1]
    first = np.zeros(int(place.max(initial=-1)) + 1, dtype=np.int64)
    first[place[::-1]] = np.arange(len(matrix))[::-1]
    return matrix[first], place


def find_starts(keys: Sequence[Array]) -> npt.NDArray[np.int64] | None:
    """Say where each distinct row begins, if rows come in rising order; else None.

    Examples
    --------
    >>> find_starts([np.array([1, 1, 1, 2]), np.array([3, 3, 4, 0])])
    array([0, 2, 3])
    >>> find_starts([np.array([2, 1])]) is None
    True
    """
    rises = np.zeros(len(keys[0]) - 1, dtype=bool)
    equal = np.ones(len(keys[0]) - 1, dtype=bool)
    for key in keys:
        rises |= equal & (key[1:] > key[:-1])
        equal &= key[1:] == key[:-1]
    if not (rises | equal).all():
        return None
    return np.concatenate([[0], np.flatnonzero(rises) + 1])
