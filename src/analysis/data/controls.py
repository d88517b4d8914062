"""Does a source add up to the totals that the bank's own books state?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from analysis.data.contract import contract
from analysis.data.reads import query_row
from analysis.data.tables import Source
from analysis.params.controls import ControlTotal

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One control total against the source.

    Attributes
    ----------
    name : str
    control : ControlTotal
    found : float or None
        What the source gives; None where it cannot be asked.
    missing : str
        Which table or column the source does not have.
    """

    name: str
    control: ControlTotal
    found: float | None
    missing: str = ""

    @property
    def gap(self) -> float | None:
        """What the source gives less what is expected."""
        return None if self.found is None else self.found - self.control.expected

    @property
    def holds(self) -> bool:
        """Whether it is within tolerance: the wider of the two."""
        if self.gap is None:
            return False
        scale = abs(self.control.expected)
        allowed = max(self.control.within, self.control.within_share * scale)
        return abs(self.gap) <= allowed + _ROUNDING * max(scale, 1.0)


def reconcile(
    source: Source, controls: Mapping[str, ControlTotal], *, as_of: dt.date
) -> tuple[Reconciliation, ...]:
    """Hold a source against control totals; one query each.

    Parameters
    ----------
    source : Source
    controls : mapping of str to ControlTotal
    as_of : date

    Returns
    -------
    tuple of Reconciliation
        In the order of `controls`. A table or column that the source does not have is a
        break too.

    Raises
    ------
    DataError
        If a table is there but cannot be read.
    """
    return tuple(_reconcile(source, name, control, as_of) for name, control in controls.items())


def _reconcile(
    source: Source, name: str, control: ControlTotal, as_of: dt.date
) -> Reconciliation:
    missing = next(_find_missing(source, control), "")
    if missing:
        return Reconciliation(name=name, control=control, found=None, missing=missing)
    rows = _narrow(source.table(control.table), control, as_of)
    total = rows.count() if control.column is None else rows[control.column].sum()
    answer = query_row(rows.aggregate(total=total), where=control.table)["total"]
    return Reconciliation(name=name, control=control, found=float(answer or 0))


def _find_missing(source: Source, control: ControlTotal) -> Iterator[str]:
    if control.table not in contract() or not source.has(control.table):
        yield control.table
        return
    columns = source.table(control.table).columns
    for column in (control.column, control.until, *control.where):
        if column is not None and column not in columns:
            yield f"{control.table}.{column}"
    summed = control.column
    if summed in columns and not source.table(control.table)[summed].type().is_numeric():
        yield f"{control.table}.{summed}"


def _narrow(table: ir.Table, control: ControlTotal, as_of: dt.date) -> ir.Table:
    for column, value in control.where.items():
        table = table.filter(table[column].cast("string") == value)
    if control.until is not None:
        table = table.filter(table[control.until] <= ibis.literal(as_of))
    return table

