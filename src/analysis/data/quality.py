"""What is wrong with the data, counted rule by rule in the engine.

A rule that no report could survive stops them all; every other one is counted and
shown. No value of the data is ever named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import ibis.expr.types as ir

from analysis.data.checking import TableQuality, check_table
from analysis.data.schema import Table
from analysis.data.tables import Source
from analysis.errors import DataError, Problem

__all__ = ["QualityReport", "TableQuality", "check_source", "check_table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """What is wrong with the tables that a run needs.

    Attributes
    ----------
    as_of : date
    tables : tuple of TableQuality
        Those that could be read.
    absent_tables : tuple of str
        Optional tables that the source does not have.
    unreadable : tuple of Problem
        Required tables that are not there, and files that cannot be read.
    """

    as_of: dt.date
    tables: tuple[TableQuality, ...]
    absent_tables: tuple[str, ...]
    unreadable: tuple[Problem, ...]

    @property
    def stops(self) -> bool:
        """Whether no report could be right."""
        return bool(self.unreadable) or any(table.stops for table in self.tables)

    def table(self, name: str) -> TableQuality | None:
        """Give the quality of one table, None where it was not read."""
        return next((table for table in self.tables if table.table == name), None)

    def problems(self) -> tuple[Problem, ...]:
        """Say all that stops the reports."""
        return self.unreadable + tuple(
            problem for table in self.tables for problem in table.problems()
        )

    def raise_if_stopped(self) -> None:
        """Refuse to go on with data on which no report could be right.

        Raises
        ------
        DataError
            With everything that stops the reports.
        """
        problems = self.problems()
        if problems:
            raise DataError(problems)


def check_source(
    source: Source,
    *,
    tables: Iterable[str],
    optional: Iterable[str] = (),
    as_of: dt.date,
    known: Mapping[str, TableQuality] | None = None,
) -> QualityReport:
    """Check the tables that a run reads.

    Parameters
    ----------
    source : Source
    tables : iterable of str
        Without which the reports cannot run.
    optional : iterable of str
        Checked where the source has them.
    as_of : date
        Later dates are counted.
    known : mapping of str to TableQuality, optional
        Of tables that were checked already (`analysis.data.handed`).

    Returns
    -------
    QualityReport
        Never raises for what is wrong with the data: see its `raise_if_stopped`.
    """
    required = tuple(dict.fromkeys(tables))
    others = tuple(name for name in dict.fromkeys(optional) if name not in required)
    absent = tuple(name for name in others if not source.has(name))
    checked: list[TableQuality] = []
    unreadable: list[Problem] = []
    for name in (*required, *(name for name in others if name not in absent)):
        if known and name in known:
            checked.append(known[name])
            continue
        try:
            mapped = source.map(name)
            quality = check_table(
                mapped.raw,
                mapped.contract,
                as_of=as_of,
                date_format=mapped.date_format,
                referred=_referred(source, mapped.contract),
                label=mapped.label,
            )
            checked.append(replace(quality, missing=mapped.missing))
        except DataError as error:
            unreadable += [problem for problem in error.problems if problem not in unreadable]
    return QualityReport(
        as_of=as_of,
        tables=tuple(checked),
        absent_tables=absent,
        unreadable=tuple(unreadable),
    )


def _referred(source: Source, promised: Table) -> dict[str, ir.Table]:
    """Give the tables that a table refers to, where the source has them whole."""
    found = {}
    for column in promised.columns:
        name, _, key = column.references.partition(".")
        if name and name not in found and source.has(name):
            try:
                typed = source.map(name).typed
            except DataError:  # said where that table is checked
                continue
            if key in typed.columns:
                found[name] = typed
    return found
