"""What do a million customers by month say, without their rows leaving the engine?

A panel is reduced where it lies to the moments of its cohorts: sums and sums of products
of whole numbers, which are exact in any order, so that several threads give the same
digits. Every estimator of `analysis.stats` for roll-outs takes these moments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis.expr.types as ir
import numpy as np

from analysis.data.tables import collect
from analysis.errors import Problem
from analysis.stats.inputs import refuse
from analysis.stats.panel_moments import NEVER, CohortMoments, PanelMoments

MOST_PERIODS = 60
_MOST_COHORTS = 10_000
_SHIFT = 1 << 40
_LARGEST = 1 << 30
"""Products of two such numbers stay within eight bytes."""


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
    narrow = rows.select(
        unit=rows[unit],
        period=rows[period].cast("int64"),
        start=rows[first_treated].cast("int64"),
        value=(rows[outcome] * 10**decimals).round().cast("int64"),
    )
    first, count = _find_periods(narrow, decimals)
    units = _one_row_a_unit(narrow, first, count)
    sums = collect(_sum_products(units, count), max_rows=_MOST_COHORTS)
    _refuse_unfit(sums.incomplete.sum(), sums.several.sum(), count)
    scale = 10**decimals
    cohorts = [_cohort(row, count, scale) for row in sums.to_dict("records")]
    return PanelMoments(
        periods=np.arange(first, first + count, dtype=float),
        cohorts=tuple(sorted(cohorts, key=lambda cohort: cohort.first_treated)),
    )


def _find_periods(rows: ir.Table, decimals: int) -> tuple[int, int]:
    found = collect(
        rows.aggregate(
            first=rows.period.min(),
            last=rows.period.max(),
            periods=rows.period.nunique(),
            largest=rows.value.abs().max(),
        ),
        max_rows=1,
    ).iloc[0]
    first, count = int(found["first"]), int(found.periods)
    gap = count != int(found["last"]) - first + 1
    refuse(
        [
            None if 2 <= count <= MOST_PERIODS else _count_problem(count),
            _gap_problem(first, int(found["last"]), count) if gap else None,
            _size_problem(int(found.largest), decimals) if found.largest >= _LARGEST else None,
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
        needed=f"at most {len(str(_LARGEST)) - 1} digits in all",
        next_step="Choose fewer decimals, or a larger unit.",
    )


def _one_row_a_unit(rows: ir.Table, first: int, count: int) -> ir.Table:
    """Give each unit's outcomes side by side, and whether all of them are there once."""
    placed: Any = (rows.period - first) * _SHIFT + rows.value
    units = rows.group_by("unit").aggregate(
        start=rows.start.max(),
        earliest=rows.start.min(),
        starts=rows.start.count(),
        placed=placed.collect().sort(),
    )
    values = {f"y{i}": (units.placed[i] + _LARGEST) % _SHIFT - _LARGEST for i in range(count)}
    seen: Any = units.placed.length() == count
    for i in range(count):
        seen &= (units.placed[i] + _LARGEST) // _SHIFT == i
    one_start = (units.starts == 0) | (
        (units.starts == units.placed.length()) & (units.earliest == units.start)
    )
    return units.select(
        "start",
        incomplete=(~seen.fill_null(False)).cast("int64"),
        several=(~one_start).cast("int64"),
        **values,
    )


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


def _sum_products(units: ir.Table, count: int) -> ir.Table:
    places = range(count)
    sums = {f"s{i}": units[f"y{i}"].sum() for i in places}
    products = {
        f"p{i}_{j}": (units[f"y{i}"] * units[f"y{j}"]).sum()
        for i in places
        for j in range(i, count)
    }
    exact = {name: value.cast("string") for name, value in (sums | products).items()}
    checks = {"incomplete": units.incomplete.sum(), "several": units.several.sum()}
    return units.group_by("start").aggregate(n=units.count(), **checks, **exact).order_by("start")


def _cohort(row: Mapping[Any, Any], count: int, scale: int) -> CohortMoments:
    n = int(row["n"])
    sums = [int(row[f"s{i}"]) for i in range(count)]
    covariance = np.empty((count, count))
    for i in range(count):
        for j in range(i, count):
            # whole numbers up to here: no digit is lost to the order of the rows
            centred = n * int(row[f"p{i}_{j}"]) - sums[i] * sums[j]
            covariance[i, j] = covariance[j, i] = centred / (n * max(n - 1, 1)) / scale**2
    start = row["start"]
    return CohortMoments(
        first_treated=NEVER if start is None or start != start else float(start),  # noqa: PLR0124
        n=n,
        mean=np.array([total / n / scale for total in sums]),
        covariance=covariance,
    )
