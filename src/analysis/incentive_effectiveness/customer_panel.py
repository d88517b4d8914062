"""What do a million customers by month say, without their rows leaving the engine?

The engine puts each customer's months side by side, each month one whole number that holds
start, period and value; these lists pass by in batches, and what is kept are the moments of
the cohorts: sums and sums of products of whole numbers, which are exact in any order, so
that several threads give the same digits. Every estimator of `analysis.stats` for roll-outs
takes these moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from analysis.data.tables import collect, stream
from analysis.errors import Problem
from analysis.stats.exact_moments import LARGEST, ExactSums, sum_products
from analysis.stats.inputs import refuse
from analysis.stats.panel_moments import NEVER, CohortMoments, PanelMoments

MOST_PERIODS = 60
MOST_STARTS = 1 << 24
"""Between the earliest start and the latest; a number holds no more beside its value."""
_PERIOD = 32
_START = 38
"""A month is one number: its value, made positive, the period above it, then the start."""
_PERIODS = (1 << (_START - _PERIOD)) - 1
_MISSING = -1
_BATCH = 30_000
"""Customers at a time: their months stay near the processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Range:
    """The periods there may be, and the starts."""

    first: int
    count: int
    first_start: int


@dataclass(slots=True, kw_only=True)
class _Found:
    """What the batches have said so far."""

    cohorts: dict[float, ExactSums]
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
        starts, starts `MOST_STARTS` periods apart, or values too large for exact sums.

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
    span = _find_range(rows, period, first_treated, outcome, decimals)
    months = _pack_months(rows, span, period, first_treated, outcome, decimals)
    units = rows.group_by(rows[unit].name("unit")).aggregate(
        months=months.collect(include_null=True)
    )
    found = _Found(cohorts={}, seen=np.zeros(span.count, dtype=bool))
    for batch in stream(units.drop("unit"), batch_rows=_BATCH):
        _add(found, batch, span)
    periods = int(found.seen.sum())
    last = span.first + span.count - 1
    refuse([_gap_problem(span.first, last, periods) if periods < span.count else None])
    _refuse_unfit(found.incomplete, found.several, span.count)
    return PanelMoments(
        periods=np.arange(span.first, last + 1, dtype=float),
        cohorts=tuple(
            _cohort(start, found.cohorts[start], 10**decimals) for start in sorted(found.cohorts)
        ),
    )


def _find_range(
    rows: ir.Table, period: str, first_treated: str, outcome: str, decimals: int
) -> _Range:
    """Find the first period, how many there may be, and the first start, from extremes alone."""
    found = collect(
        rows.aggregate(
            first=rows[period].min(),
            last=rows[period].max(),
            first_start=rows[first_treated].min(),
            last_start=rows[first_treated].max(),
            least=rows[outcome].min(),
            most=rows[outcome].max(),
        ),
        max_rows=1,
    ).iloc[0]
    first, last = int(found["first"]), int(found["last"])
    starts = [0 if pd.isna(s) else int(s) for s in (found.first_start, found.last_start)]
    count = last - first + 1
    if count > MOST_PERIODS:
        distinct = collect(rows.aggregate(n=rows[period].nunique()), max_rows=1).n[0]
        refuse([_gap_problem(first, last, int(distinct)) if distinct <= MOST_PERIODS else None])
    largest = round(max(abs(float(found.least)), abs(float(found.most))) * 10**decimals)
    refuse(
        [
            None if 2 <= count <= MOST_PERIODS else _count_problem(count),
            _size_problem(largest, decimals) if largest >= LARGEST else None,
            _starts_problem(*starts) if starts[1] - starts[0] >= MOST_STARTS - 1 else None,
        ]
    )
    return _Range(first=first, count=count, first_start=starts[0])


def _pack_months(
    rows: ir.Table, span: _Range, period: str, first_treated: str, outcome: str, decimals: int
) -> ir.Value:
    """Write a month as one number; below zero where period or value is missing."""
    value: Any = rows[outcome] * 10**decimals
    kind = rows[outcome].type()
    whole = kind.is_integer() or (kind.is_decimal() and (kind.scale or 0) <= decimals)
    value = (value if whole else value.round()).cast("int64")
    month: Any = rows[period].cast("int64") * ibis.literal(1 << _PERIOD)
    # the last multiple stands for none: starts are fewer than `MOST_STARTS`
    start: Any = rows[first_treated].cast("int64").fill_null(span.first_start + MOST_STARTS - 1)
    zero = (span.first_start << _START) + (span.first << _PERIOD) - LARGEST
    placed = start * ibis.literal(1 << _START) + month + value - ibis.literal(zero)
    return placed.fill_null(_MISSING)


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


def _starts_problem(first: int, last: int) -> Problem:
    return Problem(
        what="starts too far apart",
        found=f"{first} to {last}",
        needed=f"fewer than {MOST_STARTS - 1} periods between the first and the last",
        next_step="Number starts as the periods are, and leave the start of the untreated empty.",
    )


def _add(found: _Found, batch: pa.RecordBatch, span: _Range) -> None:
    """Take a batch of units in: which are complete, and their sums by cohort."""
    lists = batch.column("months")
    lengths = np.diff(lists.offsets.to_numpy())
    numbers = lists.flatten().to_numpy()
    if not (lengths == span.count).all():
        numbers = _leave_out_incomplete(found, numbers, lengths, span)
    months = numbers.reshape(-1, span.count)
    starts = months[:, 0] >> _START
    value = months - (starts << _START)[:, None]
    value.sort(axis=1)
    value -= (np.arange(span.count) << _PERIOD) + LARGEST
    if value.size and (value.min() <= -LARGEST or value.max() >= LARGEST):
        _note_unfit(found, months, span)
        return
    found.seen[:] |= value.size > 0
    for start in np.unique(starts):
        sums = sum_products(value[starts == start])
        place = NEVER if start == MOST_STARTS - 1 else float(start + span.first_start)
        before = found.cohorts.get(place)
        found.cohorts[place] = sums if before is None else before + sums


def _leave_out_incomplete(
    found: _Found, numbers: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64], span: _Range
) -> npt.NDArray[np.int64]:
    """Give the months of units with as many rows as there are periods; count the others."""
    full = lengths == span.count
    complete = np.repeat(full, lengths)
    found.incomplete += int((~full).sum())
    _note_periods(found, numbers[~complete])
    return np.asarray(numbers[complete])


def _note_unfit(found: _Found, months: npt.NDArray[np.int64], span: _Range) -> None:
    """Count units with a value missing, a period twice or several starts; shape (n, k)."""
    _note_periods(found, months.ravel())
    periods = np.sort((months >> _PERIOD) & _PERIODS, axis=1)
    known = (months >= 0).all(axis=1)
    found.incomplete += int((~known | (periods != np.arange(span.count)).any(axis=1)).sum())
    starts = months >> _START
    found.several += int((known & (starts != starts[:, :1]).any(axis=1)).sum())


def _note_periods(found: _Found, numbers: npt.NDArray[np.int64]) -> None:
    found.seen[(numbers[numbers >= 0] >> _PERIOD) & _PERIODS] = True


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


def _cohort(start: float, sums: ExactSums, scale: int) -> CohortMoments:
    return CohortMoments(
        first_treated=start,
        n=sums.n,
        mean=np.array([total / sums.n / scale for total in sums.sums], dtype=np.float64),
        covariance=sums.covariance() / scale**2,
    )
