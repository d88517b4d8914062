"""What do a million customers by month say, without their rows leaving the engine?

The engine puts each customer's months side by side; these lists pass by in batches, and
what is kept are the moments of the cohorts: sums and sums of products of whole numbers,
which are exact in any order, so that several threads give the same digits. Every estimator
of `analysis.stats` for roll-outs takes these moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.data.tables import collect, stream
from analysis.errors import Problem
from analysis.stats.exact_moments import LARGEST, ExactSums, sum_products
from analysis.stats.inputs import refuse
from analysis.stats.panel_moments import NEVER, CohortMoments, PanelMoments

MOST_PERIODS = 60
_SHIFT = 32
"""A period and its value are one number: the value, never below zero, and the period above it."""
_NO_START = np.iinfo(np.int64).max


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the batches have said so far."""

    cohorts: dict[int, ExactSums]
    seen: npt.NDArray[np.bool_]
    incomplete: int = 0
    several: int = 0


def reduce_panel(
    rows: ir.Table,
    *,
    unit: str,
    period: str,
    first_treated: str,
    outcome: str,
    decimals: int = 2,
) -> PanelMoments:
    """Reduce a balanced panel of any size in its engine.

    Parameters
    ----------
    rows : Table
        One row per unit and period.
    unit, period, first_treated, outcome : str
        Columns: the unit; whole numbers without a gap; the period in which the unit
        first has the incentive, missing for never; the outcome.
    decimals : int
        Digits behind the point that count: 2 for an amount in CNY. The outcome is
        rounded to them.

    Returns
    -------
    PanelMoments
        In the unit of the outcome.

    Raises
    ------
    EstimationError
        If there are fewer than two or more than `MOST_PERIODS` periods, a gap between
        them, a unit without a row or a value in one of them or with two rows or two
        starts, or values too large for exact sums.

    Notes
    -----
    Source: the moments are sufficient for effects without covariates in a balanced panel;
    Callaway and Sant'Anna (2021), section 2.3.

    Examples
    --------
    >>> import ibis
    >>> rows = ibis.memtable({"who": [1, 1, 2, 2], "month": [1, 2, 1, 2],
    ...                       "start": [2, 2, None, None], "cny": [1.0, 4.0, 1.0, 2.0]})
    >>> reduce_panel(rows, unit="who", period="month", first_treated="start",
    ...              outcome="cny").cohorts[0].mean
    array([1., 4.])
    """
    first, count = _find_periods(rows, period, outcome, decimals)
    value: Any = (rows[outcome] * 10**decimals).round().cast("int64")
    placed: Any = rows[period].cast("int64") * ibis.literal(1 << _SHIFT) + (value + LARGEST)
    start = rows[first_treated].cast("int64")
    units = rows.group_by(rows[unit].name("unit")).aggregate(
        start=start.max(), earliest=start.min(), starts=start.count(), placed=placed.collect()
    )
    found = _Found(cohorts={}, seen=np.zeros(count, dtype=bool))
    for batch in stream(units.drop("unit")):
        _add(found, batch, first, count)
    periods = int(found.seen.sum())
    refuse([_gap_problem(first, first + count - 1, periods) if periods < count else None])
    _refuse_unfit(found.incomplete, found.several, count)
    return PanelMoments(
        periods=np.arange(first, first + count, dtype=float),
        cohorts=tuple(
            _cohort(start, found.cohorts[start], 10**decimals) for start in sorted(found.cohorts)
        ),
    )


def _find_periods(rows: ir.Table, period: str, outcome: str, decimals: int) -> tuple[int, int]:
    """Find the first period and how many there may be, from extremes alone."""
    found = collect(
        rows.aggregate(
            first=rows[period].min(),
            last=rows[period].max(),
            least=rows[outcome].min(),
            most=rows[outcome].max(),
        ),
        max_rows=1,
    ).iloc[0]
    first, last = int(found["first"]), int(found["last"])
    count = last - first + 1
    if count > MOST_PERIODS:
        distinct = collect(rows.aggregate(n=rows[period].nunique()), max_rows=1).n[0]
        refuse([_gap_problem(first, last, int(distinct)) if distinct <= MOST_PERIODS else None])
    largest = round(max(abs(float(found.least)), abs(float(found.most))) * 10**decimals)
    refuse(
        [
            None if 2 <= count <= MOST_PERIODS else _count_problem(count),
            _size_problem(largest, decimals) if largest >= LARGEST else None,
        ]
    )
    return first, count


def _count_problem(count: int) -> Problem:
    return Problem(
        what="a panel of too few or too many periods",
        found=str(count),
        needed=f"2 to {MOST_PERIODS}",
        next_step="Choose the months around the start, or add them up to quarters.",
    )


def _gap_problem(first: int, last: int, count: int) -> Problem:
    return Problem(
        what="a period is missing from the panel",
        found=f"{count} between {first} and {last}",
        needed="whole numbers without a gap",
        next_step="Number the periods one after the other, and add rows for empty ones.",
    )


def _size_problem(largest: int, decimals: int) -> Problem:
    return Problem(
        what="outcomes too large for exact sums",
        found=f"{len(str(largest))} digits with {decimals} behind the point",
        needed=f"at most {len(str(LARGEST)) - 1} digits in all",
        next_step="Choose fewer decimals, or a larger unit.",
    )


def _add(found: _Found, batch: pa.RecordBatch, first: int, count: int) -> None:
    """Take a batch of units in: which are complete, and their sums by cohort."""
    lists = batch.column("placed")
    lengths = np.diff(lists.offsets.to_numpy())
    numbers = lists.flatten().to_numpy()
    full = lengths == count
    if not full.all():
        complete = np.repeat(full, lengths)
        found.seen[(numbers[~complete] >> _SHIFT) - first] = True
        found.incomplete += int((~full).sum())
        numbers = numbers[complete]
    value = _line_up(found, numbers.reshape(-1, count), first)
    starts, earliest, known = (
        batch.column(name).fill_null(_NO_START).to_numpy()
        for name in ("start", "earliest", "starts")
    )
    one_start = (known == 0) | ((known == lengths) & (earliest == starts))
    found.several += int((~one_start).sum())
    of_unit = starts[full]
    for start in np.unique(of_unit):
        sums = sum_products(value[of_unit == start])
        before = found.cohorts.get(int(start))
        found.cohorts[int(start)] = sums if before is None else before + sums


def _line_up(found: _Found, numbers: npt.NDArray[np.int64], first: int) -> npt.NDArray[np.int64]:
    """Give units' values in order of the periods; count units that have one twice."""
    order = np.arange(first, first + numbers.shape[1])
    jumbled = ((numbers >> _SHIFT) != order).any(axis=1)
    found.seen[:] |= not jumbled.all()
    if jumbled.any():
        numbers = numbers.copy()
        numbers[jumbled] = np.sort(numbers[jumbled], axis=1)
        periods = numbers[jumbled] >> _SHIFT
        found.seen[periods - first] = True
        found.incomplete += int((periods != order).any(axis=1).sum())
    return np.asarray((numbers & ((1 << _SHIFT) - 1)) - LARGEST)


def _refuse_unfit(incomplete: float, several_starts: float, count: int) -> None:
    unseen = Problem(
        what="units without exactly one value in each period",
        found=f"{int(incomplete)} units",
        needed=f"{count} values of each",
        next_step="Fill what is zero, and leave out whom you did not see throughout.",
    )
    several = Problem(
        what="units with more than one start",
        found=f"{int(several_starts)} units",
        needed="one start, or none, of each",
        next_step="Take the first, or leave them out.",
    )
    refuse([unseen if incomplete else None, several if several_starts else None])


def _cohort(start: int, sums: ExactSums, scale: int) -> CohortMoments:
    return CohortMoments(
        first_treated=NEVER if start == _NO_START else float(start),
        n=sums.n,
        mean=np.array([total / sums.n / scale for total in sums.sums], dtype=np.float64),
        covariance=sums.covariance() / scale**2,
    )
