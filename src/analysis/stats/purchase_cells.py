"""Purchase histories reduced to what the models need: equal histories are counted.

A history is (frequency, recency, age): how many repeat purchases, when the last of
them came, and how long the customer has been watched, the last two counted from
the first purchase. Models of repeat purchase see nothing else of a customer, so
counting equal histories loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import EstimationError, Problem
from analysis.stats._distinct import find_starts

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
TimeUnit = Literal["days", "weeks", "months"]

TIME_UNITS_PER_YEAR: dict[TimeUnit, float] = {
    "days": 365.25,
    "weeks": 365.25 / 7,
    "months": 12.0,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PurchaseCells:
    """Purchase histories and how many customers share each.

    Attributes
    ----------
    frequency : ndarray of int64, shape (n_cells,)
        Repeat purchases: purchases after the first.
    recency : ndarray of float64, shape (n_cells,)
        Time of the last repeat purchase since the first purchase; 0 without one.
    age : ndarray of float64, shape (n_cells,)
        Time from the first purchase to the end of observation.
    weight : ndarray of int64, shape (n_cells,)
        Customers with this history.
    time_unit : {'days', 'weeks', 'months'}
        Unit of `recency` and `age`, and so of every horizon asked of a fit.

    Raises
    ------
    EstimationError
        If the arrays differ in length, are empty, hold values that are not finite
        or negative, or a history contradicts itself; all that is wrong at once.

    Examples
    --------
    >>> PurchaseCells(frequency=[0, 2], recency=[0, 30.43], age=[38.86, 38.86],
    ...               weight=[12, 1], time_unit="weeks").n_customers
    13
    """

    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    weight: IntArray
    time_unit: TimeUnit

    def __post_init__(self) -> None:
        columns = {
            name: np.asarray(getattr(self, name), dtype=np.float64)
            for name in ("frequency", "recency", "age", "weight")
        }
        problems = _find_problems(columns, self.time_unit)
        if problems:
            raise EstimationError(problems)
        for name, values in columns.items():
            whole = name in {"frequency", "weight"}
            stored = values.astype(np.int64) if whole else values.copy()
            stored.flags.writeable = False
            object.__setattr__(self, name, stored)

    @property
    def n_customers(self) -> int:
        """Customers in all cells."""
        return int(self.weight.sum())

    @property
    def n_repeat_customers(self) -> int:
        """Customers with at least one repeat purchase."""
        return int(self.weight[self.frequency > 0].sum())

    @property
    def n_repeat_purchases(self) -> int:
        """Repeat purchases of all customers."""
        return int((self.weight * self.frequency).sum())

    def thin(self, at_most: int) -> PurchaseCells:
        """Every n-th cell, so that not more than `at_most` are left."""
        step = -(-len(self.weight) // at_most)
        return PurchaseCells(
            frequency=self.frequency[::step],
            recency=self.recency[::step],
            age=self.age[::step],
            weight=self.weight[::step],
            time_unit=self.time_unit,
        )


def _find_problems(columns: dict[str, FloatArray], time_unit: str) -> list[Problem]:
    if time_unit not in TIME_UNITS_PER_YEAR:
        return [
            Problem(
                what="unknown time unit of the purchase histories",
                found=repr(time_unit),
                needed="'days', 'weeks' or 'months'",
                next_step="Name the unit in which recency and age are counted.",
            )
        ]
    shapes = {values.shape for values in columns.values()}
    if len(shapes) > 1 or len(next(iter(shapes))) != 1 or next(iter(shapes)) == (0,):
        return [
            Problem(
                what="purchase histories are not columns of one length",
                found=", ".join(f"{name} {values.shape}" for name, values in columns.items()),
                needed="four columns of one length, at least one row",
                next_step="Reduce the same customers to all four columns.",
            )
        ]
    if not all(np.isfinite(values).all() for values in columns.values()):
        return [_missing_values(columns)]
    return _find_contradictions(**columns)


def _missing_values(columns: dict[str, FloatArray]) -> Problem:
    counts = {name: int((~np.isfinite(values)).sum()) for name, values in columns.items()}
    return Problem(
        what="missing or infinite values in purchase histories",
        found=", ".join(f"{count} in {name}" for name, count in counts.items() if count),
        needed="a finite value everywhere",
        next_step="Leave these customers out and count them, or repair the dates.",
    )


def _find_contradictions(
    frequency: FloatArray, recency: FloatArray, age: FloatArray, weight: FloatArray
) -> list[Problem]:
    rules = (
        (
            (frequency < 0) | (frequency != np.floor(frequency)),
            "frequency is not a count",
            "whole numbers from 0",
            "Count the purchases after the first.",
        ),
        (
            (weight < 1) | (weight != np.floor(weight)),
            "weight is not a count of customers",
            "whole numbers from 1",
            "Give each cell the number of its customers.",
        ),
        (
            (recency < 0) | (age < 0),
            "negative recency or age",
            "times from 0",
            "Check that no purchase lies before the customer's first.",
        ),
        (
            recency > age,
            "recency exceeds age",
            "recency <= age",
            "Check that no purchase lies after the as-of date.",
        ),
        (
            (frequency == 0) & (recency != 0),
            "recency without a repeat purchase",
            "recency 0 where frequency is 0",
            "Count recency from the first purchase to the last repeat purchase.",
        ),
    )
    return [
        Problem(what=what, found=f"{int(wrong.sum())} cells", needed=needed, next_step=next_step)
        for wrong, what, needed, next_step in rules
        if wrong.any()
    ]


def reduce_to_cells(
    frequency: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    *,
    time_unit: TimeUnit,
    weight: npt.ArrayLike | None = None,
) -> PurchaseCells:
    """Count equal purchase histories.

    Parameters
    ----------
    frequency, recency, age : array_like, shape (n,)
        One row per customer, or per cell where `weight` is given.
    time_unit : {'days', 'weeks', 'months'}
        Unit of `recency` and `age`.
    weight : array_like of int, shape (n,), optional
        Customers per row; 1 by default.

    Returns
    -------
    PurchaseCells
        In ascending order of (frequency, recency, age).

    Raises
    ------
    EstimationError
        As `PurchaseCells`.

    Examples
    --------
    >>> cells = reduce_to_cells([0, 1, 0], [0, 4, 0], [9, 9, 9], time_unit="months")
    >>> cells.frequency.tolist(), cells.weight.tolist()
    ([0, 1], [2, 1])
    """
    rows = PurchaseCells(
        frequency=np.asarray(frequency),
        recency=np.asarray(recency),
        age=np.asarray(age),
        weight=np.ones(np.shape(frequency), dtype=np.int64)
        if weight is None
        else np.asarray(weight),
        time_unit=time_unit,
    )
    starts = find_starts([rows.frequency, rows.recency, rows.age])
    if starts is not None:
        return _count_runs(rows, starts)
    frame = pd.DataFrame(
        {
            "frequency": rows.frequency,
            "recency": rows.recency,
            "age": rows.age,
            "weight": rows.weight,
        }
    )
    counted = frame.groupby(["frequency", "recency", "age"], as_index=False)["weight"].sum()
    return PurchaseCells(
        frequency=counted["frequency"].to_numpy(),
        recency=counted["recency"].to_numpy(),
        age=counted["age"].to_numpy(),
        weight=counted["weight"].to_numpy(),
        time_unit=time_unit,
    )


def _count_runs(rows: PurchaseCells, starts: IntArray) -> PurchaseCells:
    """Count equal histories that stand one after the other."""
    if len(starts) == len(rows.weight):
        return rows
    return PurchaseCells(
        frequency=rows.frequency[starts],
        recency=rows.recency[starts],
        age=rows.age[starts],
        weight=np.add.reduceat(rows.weight, starts),
        time_unit=rows.time_unit,
    )
