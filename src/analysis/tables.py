"""A table of results: as a domain states it, and as the disclosure gate lets it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.results import Estimate
from analysis.text import Basis, Link, Measure, Message, Said, Unit, Words

ROW = "{row}"
"""Stands for the row's words in a column's `Counts.identity`."""

Label = Message | Words | Link | str | dt.date


_CONTRIBUTED = {Measure.AMOUNT_CNY, Measure.COUNT}
"""Measures in which one person can weigh more than another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """A column of words.

    Attributes
    ----------
    n : str
        Name of the `Counts` column of those whom the words are taken from, such as a
        quotation's theme: where they are too few, the words are withheld. Empty where
        the words only name the row.
    """

    name: str
    title: Message
    n: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A column that counts the table's unit.

    Attributes
    ----------
    adds_up : bool
        The total rows are sums of the others in this column, so that a single
        hidden cell would follow by subtraction.
    shown : bool
        A hidden column serves the gate only: an n that others rest on.
    identity, total_identity : str
        What each row's count is, and each total row's, where other tables, periods or
        scopes show it too: a plain text with ``{row}`` for the row's words, such as
        ``customers by stage on 2025-12-31: {row}``. Counts of one identity are withheld
        together. Empty where no other table shows them.
    """

    name: str
    title: Message
    adds_up: bool = True
    shown: bool = True
    identity: str = ""
    total_identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """A column of fractions, made by the gate from the rounded counts of two columns."""

    name: str
    title: Message
    part: str
    whole: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantities:
    """A column of numbers or estimates, each resting on the count in column `n`.

    In a table on persons it states what its numbers are made of, so that the rule for
    such numbers is applied: `part`, `top_two_share`, `quantile`, `degrees` or `steps`, or,
    where it is none of these, its `basis`. Money and counts of what persons do are sums of
    contributions unless they say otherwise: a mean is one, divided by a count.

    Attributes
    ----------
    n : str
        Name of the `Counts` column; empty only in a table whose unit is none.
    part : str
        Name of the `Counts` column of those whom a share counts, out of `n`: where they
        are too few, the share is hidden too. Empty where the number is no such share.
    top_two_share : str
        Name of a row value (no column of its own) with the share that the two
        largest contributors hold of the sum; empty where the number is no sum.
    top_share : str
        Name of a row value with the share of the largest alone, for the p % rule;
        without it the largest is taken to be as large as `top_two_share` allows.
    quantile : float or None
        Which quantile the number is, where it is one: as many units as the minimum must
        lie on either side of it. The extremes (0 and 1) are single persons and refused.
    degrees : str
        Name of a row value with the residual degrees of freedom of the model that the
        number comes from; empty where it comes from none.
    steps : str
        Name of the `Counts` column of events since the row before, in a curve over the
        rows: a step that rests on few events is held back until enough have come.
    basis : Basis or None
        What the numbers are made of, where no rule is named above.
    goes_with : str
        Name of a `Quantities` column from which this one can be worked out, or the other
        way round: withheld where that one is.
    identity, total_identity : str
        Of a sum, as of a count: what it is, where other tables, periods or scopes show it.
    """

    name: str
    title: Message
    measure: Measure
    n: str = ""
    part: str = ""
    top_two_share: str = ""
    top_share: str = ""
    quantile: float | None = None
    degrees: str = ""
    steps: str = ""
    basis: Basis | None = None
    goes_with: str = ""
    identity: str = ""
    total_identity: str = ""

    @property
    def is_sum(self) -> bool:
        """Whether it is made of what persons contribute."""
        return bool(self.top_two_share)

    @property
    def adds_up(self) -> bool:
        """Whether it is a sum itself, and not a mean or a share of one."""
        return self.is_sum and self.measure in _CONTRIBUTED and not self.degrees


Column = Labels | Counts | Shares | Quantities
Row = Mapping[str, Label | int | float | Estimate | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of results.

    Attributes
    ----------
    name : str
        Plain, unique in the report.
    caption : Message
        States what the table shows.
    unit : Unit
        Whom the counts count; decides whether the disclosure rules apply.
    columns : tuple of Column
    rows : tuple of mapping
        Values by column name.
    total_rows : tuple of int
        Positions of the rows that are totals of all others.
    total_column : str
        The `Counts` column that is the sum of the other `Counts` columns, or empty.
    notes : tuple of Message
    """

    name: str
    caption: Message
    unit: Unit
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total_rows: tuple[int, ...] = ()
    total_column: str = ""
    notes: tuple[Message, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"table {self.name!r} has two columns of one name")
        counts = {column.name for column in self.columns if isinstance(column, Counts)}
        for column in self.columns:
            needed = _rests_on(column, self.unit)
            if not needed <= counts:
                raise ValueError(
                    f"column {column.name!r} of table {self.name!r} rests on no counts column: "
                    f"{sorted(needed - counts)}"
                )
            if isinstance(column, Quantities) and self.unit is not Unit.NONE:
                _require_basis(column, self.name)
            if isinstance(column, Labels) and (not column.n or self.unit is Unit.NONE):
                _refuse_quotations(column, self)


def _refuse_quotations(column: Labels, table: Table) -> None:
    if any(isinstance(row.get(column.name), Said) for row in table.rows):
        raise ValueError(
            f"column {column.name!r} of table {table.name!r} holds persons' own words and does "
            "not count them: name a column of counts in its n"
        )


def _require_basis(column: Quantities, table: str) -> None:
    """Refuse a number on persons that does not state what it is made of."""
    stated = bool(column.top_two_share or column.degrees or column.quantile is not None)
    stated |= column.basis is not None
    if column.measure not in _CONTRIBUTED:
        stated |= bool(column.part or column.steps)
    if not stated:
        raise ValueError(
            f"column {column.name!r} of table {table!r} does not state what its numbers are made "
            "of: the share of the largest contributors to a sum (top_two_share), a model's "
            "degrees of freedom, a quantile, or its basis"
        )


def _rests_on(column: Column, unit: Unit) -> set[str]:
    """Give the counts columns that a column needs; a number on persons always rests on one."""
    match column:
        case Shares():
            return {column.part, column.whole}
        case Labels():
            return {column.n} - {""}
        case Quantities() if column.n or unit is not Unit.NONE:
            return {column.n} | ({column.part, column.steps} - {""})
        case _:
            return set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell after the gate: its value, or that it is withheld."""

    value: Label | int | float | Estimate | None = None
    suppressed: bool = False

    @property
    def number(self) -> float | None:
        """The value to draw: an estimate's centre; None where there is none."""
        if isinstance(self.value, Estimate):
            return self.value.value
        return float(self.value) if isinstance(self.value, int | float) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedTable:
    """A table that may be published; made by `analysis.disclosure.protect` alone.

    Hidden columns are gone; `rows` hold a `Cell` for each column that is left.
    """

    name: str
    caption: Message
    unit: Unit
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]
    total_rows: tuple[int, ...]
    notes: tuple[Message, ...]
    total_column: str = ""
    row_keys: tuple[str, ...] = ()
    """What tells the rows apart, the same in every language and scope."""
    rules: tuple[str, ...] = ()
    """Which rules withheld something, by name."""
    cost: int = 0
    """What was lost with the cells that protect others, in the gate's units."""
    cost_at_least: int = 0
    """Nothing that is safe costs less."""

    @property
    def suppressed_cells(self) -> int:
        """How many cells are withheld."""
        return sum(cell.suppressed for row in self.rows for cell in row.values())

    def body(self) -> tuple[Mapping[str, Cell], ...]:
        """Give the rows that are not totals."""
        return tuple(row for i, row in enumerate(self.rows) if i not in self.total_rows)
