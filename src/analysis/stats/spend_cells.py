"""Customers' mean value per purchase, reduced to counted cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import EstimationError, Problem
from analysis.stats._distinct import find_starts
from analysis.stats.purchase_cells import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpendCells:
    """How often customers bought again, for how much on average, and how many of them.

    Attributes
    ----------
    frequency : ndarray of int64, shape (n_cells,)
        Repeat purchases: purchases after the first.
    mean_value : ndarray of float64, shape (n_cells,)
        Mean value of the repeat purchases, in any one currency; 0 without one.
    weight : ndarray of int64, shape (n_cells,)
        Customers with this history.

    Raises
    ------
    EstimationError
        If the arrays differ in length or are empty, a value is missing, a count is
        none, or repeat purchases have a zero or negative mean value.

    Examples
    --------
    >>> SpendCells(frequency=[2, 0], mean_value=[22.35, 0], weight=[1, 3]).n_repeat_customers
    1
    """

    frequency: IntArray
    mean_value: FloatArray
    weight: IntArray

    def __post_init__(self) -> None:
        columns = {
            name: np.asarray(getattr(self, name), dtype=np.float64)
            for name in ("frequency", "mean_value", "weight")
        }
        problems = _find_problems(**columns)
        if problems:
            raise EstimationError(problems)
        for name, values in columns.items():
            stored = values.copy() if name == "mean_value" else values.astype(np.int64)
            stored.flags.writeable = False
            object.__setattr__(self, name, stored)

    @property
    def n_repeat_customers(self) -> int:
        """Customers with at least one repeat purchase."""
        return int(self.weight[self.frequency > 0].sum())


def _find_problems(
    frequency: FloatArray, mean_value: FloatArray, weight: FloatArray
) -> list[Problem]:
    shapes = {frequency.shape, mean_value.shape, weight.shape}
    if len(shapes) > 1 or frequency.ndim != 1 or frequency.size == 0:
        return [
            Problem(
                what="spending is not in columns of one length",
                found=", ".join(str(shape) for shape in sorted(shapes)),
                needed="three columns of one length, at least one row",
                next_step="Reduce the same customers to all three columns.",
            )
        ]
    repeats = frequency > 0
    finite = np.isfinite(frequency) & np.isfinite(mean_value) & np.isfinite(weight)
    rules = (
        (
            ~finite,
            "missing or infinite values in spending",
            "a finite value everywhere",
            "Leave these customers out and count them.",
        ),
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
            repeats & (mean_value <= 0),
            "zero or negative mean value of repeat purchases",
            "values above 0",
            "Leave out refunds and zero amounts before averaging, and count them.",
        ),
        (
            ~repeats & (mean_value != 0),
            "a mean value of repeat purchases without a repeat purchase",
            "0 where frequency is 0",
            "Average the purchases after the first only.",
        ),
    )
    return [
        Problem(what=what, found=f"{int(wrong.sum())} cells", needed=needed, next_step=next_step)
        for wrong, what, needed, next_step in rules
        if wrong.any()
    ]


def reduce_to_spend_cells(
    frequency: npt.ArrayLike, mean_value: npt.ArrayLike, *, weight: npt.ArrayLike | None = None
) -> SpendCells:
    """Count customers with equal frequency and mean value.

    Parameters
    ----------
    frequency, mean_value : array_like, shape (n,)
        One row per customer, or per cell where `weight` is given.
    weight : array_like of int, shape (n,), optional
        Customers per row; 1 by default.

    Returns
    -------
    SpendCells
        In ascending order of (frequency, mean value).

    Raises
    ------
    EstimationError
        As `SpendCells`.

    Examples
    --------
    >>> reduce_to_spend_cells([1, 2, 1], [5.0, 3.0, 5.0]).weight.tolist()
    [2, 1]
    """
    rows = SpendCells(
        frequency=np.asarray(frequency),
        mean_value=np.asarray(mean_value),
        weight=np.ones(np.shape(frequency), dtype=np.int64)
        if weight is None
        else np.asarray(weight),
    )
    starts = find_starts([rows.frequency, rows.mean_value])
    if starts is not None:
        return SpendCells(
            frequency=rows.frequency[starts],
            mean_value=rows.mean_value[starts],
            weight=np.add.reduceat(rows.weight, starts),
        )
    frame = pd.DataFrame(
        {"frequency": rows.frequency, "mean_value": rows.mean_value, "weight": rows.weight}
    )
    counted = frame.groupby(["frequency", "mean_value"], as_index=False)["weight"].sum()
    return SpendCells(
        frequency=counted["frequency"].to_numpy(),
        mean_value=counted["mean_value"].to_numpy(),
        weight=counted["weight"].to_numpy(),
    )
