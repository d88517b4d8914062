"""From the bank's own column names and types to the contract's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from analysis.data.casting import ENGINE_TYPES, cast_column, is_present
from analysis.data.readers import OpenTable
from analysis.data.reads import query_row
from analysis.data.schema import Column, Table
from analysis.errors import DataError, Problem
from analysis.params.names import nearest
from analysis.params.source import TableMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedTable:
    """A table under the contract's names, before it is asked whether it is complete.

    Attributes
    ----------
    contract : Table
    label : str
        Where it comes from, without secrets.
    raw : ibis table
        The contract's columns that the source has, of the source's own types.
    typed : ibis table
        The same columns of the contract's types, those in `mistyped` left out; a
        value that does not fit is missing.
    mistyped : mapping of str to str
        Columns that can hold no value of the contract's type: name to the type found.
    missing : tuple of Problem
        One for each required or mapped column that is not there.
    date_format : str or None
        As the run file names it.
    """

    contract: Table
    label: str
    raw: ir.Table
    typed: ir.Table
    mistyped: Mapping[str, str]
    missing: tuple[Problem, ...]
    date_format: str | None

    def problems(self) -> tuple[Problem, ...]:
        """Say why the table cannot be read under the contract, or nothing."""
        return self.missing + tuple(
            Problem(
                what=f"column {name!r} of table {self.contract.name!r} is of another type",
                found=found,
                needed=str(self.contract.column(name).type),
                next_step="Export the column as the contract has it "
                "(docs/data-contract.md), or map another one.",
                where=self.label,
            )
            for name, found in self.mistyped.items()
        )


def map_table(promised: Table, mapping: TableMapping, opened: OpenTable, label: str) -> MappedTable:
    """Find the contract's columns in a table of the source, and cast them.

    Parameters
    ----------
    promised : Table
        What the contract says.
    mapping : TableMapping
        The bank's own names of the columns, and how dates are written.
    opened : OpenTable
    label : str
        Where the table comes from, for messages.

    Raises
    ------
    DataError
        If not one of the contract's columns is there, or the separator is another.
    """
    if separator := _other_separator(opened.columns):
        raise DataError(
            Problem(
                what=f"table {promised.name!r} has a single column",
                found=f"a line of names with {separator!r} in it",
                needed="one column for each name",
                next_step=f"Write read: {{separator: {json.dumps(separator)}}} "
                "for the table in the run file.",
                where=label,
            )
        )
    positions: dict[str, int] = {}
    missing: list[Problem] = []
    for column in promised.columns:
        found = _find_column(column, mapping, opened.columns)
        if found is not None:
            positions[column.name] = found
        elif column.required or column.name in mapping.columns:
            missing.append(_missing(promised, column, mapping, opened.columns, label))
    if not positions:
        raise DataError(missing or _no_column(promised, label))
    raw = opened.table.select(
        **{name: opened.table[opened.table.columns[i]] for name, i in positions.items()}
    )
    date_format = mapping.read.date_format
    casts = {
        name: cast_column(raw[name], promised.column(name), date_format=date_format)
        for name in positions
    }
    foreign = [name for name, cast in casts.items() if cast is None]
    mistyped = {name: str(raw[name].type()) for name in _holding(raw, foreign, promised, label)}
    typed = {
        name: ibis.null(ENGINE_TYPES[promised.column(name).type]) if cast is None else cast
        for name, cast in casts.items()
        if name not in mistyped
    }
    return MappedTable(
        contract=promised,
        label=label,
        raw=raw,
        typed=raw.select(**typed),
        mistyped=mistyped,
        missing=tuple(missing),
        date_format=date_format,
    )


def _other_separator(columns: tuple[str, ...]) -> str:
    """Give the separator that a file seems to have instead of the one it was read with."""
    return next((c for c in ";|\t," if len(columns) == 1 and c in columns[0]), "")


def _holding(raw: ir.Table, names: list[str], promised: Table, label: str) -> list[str]:
    """Give those of some columns that hold a value at all.

    A file may store a column in which every value is missing under any type.
    """
    if not names:
        return []
    counted = query_row(
        raw.aggregate(
            **{
                name: raw.count(where=is_present(raw[name], promised.column(name)))
                for name in names
            }
        ),
        where=label,
    )
    return [name for name in names if counted[name]]


def _find_column(column: Column, mapping: TableMapping, columns: tuple[str, ...]) -> int | None:
    """Look a column up by the mapped or its own name, whatever its case where that is clear."""
    name = mapping.columns.get(column.name, column.name)
    if name in columns:
        return columns.index(name)
    folded = [found.casefold() for found in columns]
    return folded.index(name.casefold()) if folded.count(name.casefold()) == 1 else None


def _missing(
    promised: Table, column: Column, mapping: TableMapping, columns: tuple[str, ...], label: str
) -> Problem:
    """Word a missing column.

    The columns found are not listed: those of a file without a header are a customer's row.
    """
    mapped = mapping.columns.get(column.name)
    near = nearest(mapped or column.name, columns)
    own = "THE BANK'S OWN NAME" if near is None else near
    return Problem(
        what=f"table {promised.name!r} has no column {mapped or column.name!r}",
        found=f"{len(columns)} other columns" + (f", one of them {near!r}" if near else ""),
        needed=f"{column.name}: {column.meaning[:1].lower()}{column.meaning[1:].rstrip('.')}",
        next_step=f"Write columns: {{{column.name}: {own}}} for the table in the run file, "
        "or read: {header: […]} where the file has no line of names.",
        where=label,
    )


def _no_column(promised: Table, label: str) -> Problem:
    return Problem(
        what=f"table {promised.name!r} has none of the contract's columns",
        needed=", ".join(column.name for column in promised.columns),
        next_step="Write columns: {…} for the table in the run file.",
        where=label,
    )
