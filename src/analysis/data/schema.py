"""The vocabulary of the data contract: what a table and a column promise."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """The logical type of a column; a source may store it in a compatible one."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"


class Identifies(StrEnum):
    """Whether a value points at a person."""

    NO = "no"
    INDIRECTLY = "indirectly"
    DIRECTLY = "directly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
        snake_case, with its unit where it has one (``amount_cny``, ``tenure_months``).
    type : ColumnType
    meaning, meaning_zh : str
        One sentence each, for the documentation.
    unit : str
        ``CNY``, ``months``, ``fraction``; empty where none.
    required : bool
        The table is not accepted without the column.
    nullable : bool
        A value may be missing.
    allowed : tuple of str
        The only values that may occur; empty for any.
    minimum, maximum : float or None
        Bounds for numbers, both included.
    identifies : Identifies
        ``DIRECTLY`` can never be published.
    references : str
        ``table.column`` whose values these are, or empty.
    """

    name: str
    type: ColumnType
    meaning: str
    meaning_zh: str
    unit: str = ""
    required: bool = True
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    identifies: Identifies = Identifies.NO
    references: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the contract.

    Attributes
    ----------
    name : str
        Plural, snake_case: ``customers``.
    title, title_zh, meaning, meaning_zh : str
        For the documentation.
    key : tuple of str
        Columns whose values together occur once; empty where rows may repeat.
    columns : tuple of Column
    """

    name: str
    title: str
    title_zh: str
    meaning: str
    meaning_zh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Give the column called `name`.

        Raises
        ------
        KeyError
            If the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)
