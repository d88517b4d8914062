"""Sums and sums of products of whole numbers, to the last digit whatever the order.

Floating sums depend on the order in which rows come, and an engine with several threads
gives them in another order each time. Here each number is cut into two halves of 15 bits;
products of halves are added by the matrix product of a library, within the range in which
floating numbers are whole, and put together as integers without a limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

LARGEST = 1 << 30
"""Numbers whose halves have products that can be added a million at a time."""
_HALF = 15
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExactSums:
    """Sums over rows of whole numbers in columns.

    Attributes
    ----------
    n : int
        Rows.
    sums : array of int, shape (k,)
        By column; Python's integers.
    products : array of int, shape (k, k)
        Of one column times another; Python's integers.
    """

    n: int
    sums: npt.NDArray[Any]
    products: npt.NDArray[Any]

    def __add__(self, other: Self) -> ExactSums:
        """Give the sums over the rows of both."""
        return ExactSums(
            n=self.n + other.n,
            sums=self.sums + other.sums,
            products=self.products + other.products,
        )

    def covariance(self) -> npt.NDArray[np.float64]:
        """Covariance of the columns, with ``n - 1``; zero of a single row. Shape (k, k)."""
        # whole numbers up to here: a level far above the spread costs no digit
        centred = self.n * self.products - np.outer(self.sums, self.sums)
        divisor = self.n * max(self.n - 1, 1)
        return np.array([[cell / divisor for cell in row] for row in centred], dtype=np.float64)


def sum_products(rows: npt.NDArray[np.int64]) -> ExactSums:
    """Add up rows of whole numbers, and the products of their columns.

    Parameters
    ----------
    rows : array of int64, shape (n, k)
        Each within `LARGEST` of zero.

    Returns
    -------
    ExactSums

    Raises
    ------
    ValueError
        If a number is too large.

    Notes
    -----
    Source: products of halves of 15 bits are at most 2^30, a million of them at most 2^50,
    and floating numbers hold every whole number up to 2^53.

    Examples
    --------
    >>> found = sum_products(np.array([[1_000_000_007, 2], [1_000_000_009, -3]]))
    >>> found.products[0, 0], found.covariance().tolist()
    (2000000032000000130, [[2.0, -5.0], [-5.0, 12.5]])
    """
    n, k = rows.shape
    if n and max(int(rows.max()), -int(rows.min())) > LARGEST:
        raise ValueError("numbers too large for exact sums")
    gram = np.zeros((2 * k, 2 * k), dtype=np.int64)
    for start in range(0, n, _BLOCK):
        block = rows[start : start + _BLOCK]
        halves = np.empty((len(block), 2 * k))
        halves[:, :k] = block >> _HALF
        halves[:, k:] = block & ((1 << _HALF) - 1)
        gram += np.rint(halves.T @ halves).astype(np.int64)
    whole = gram.astype(object)
    high, mixed, low = whole[:k, :k], whole[:k, k:], whole[k:, k:]
    return ExactSums(
        n=n,
        sums=rows.sum(axis=0).astype(object),
        products=high * (1 << 2 * _HALF) + (mixed + mixed.T) * (1 << _HALF) + low,
    )
