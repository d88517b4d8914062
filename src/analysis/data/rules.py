"""The rules that a table of the contract is held to, and what a broken one says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from analysis.data.schema import Column, ColumnType, Table
from analysis.errors import Problem
from analysis.text import Count, Message, Unit, message


class Rule(StrEnum):
    """What is looked at."""

    EMPTY_TABLE = "empty_table"
    MISSING_COLUMN = "missing_column"
    WRONG_TYPE = "wrong_type"
    NO_VALUE = "no_value"
    DUPLICATE_KEY = "duplicate_key"
    MISSING_VALUE = "missing_value"
    NOT_ALLOWED = "not_allowed"
    OUT_OF_BOUNDS = "out_of_bounds"
    UNKNOWN_REFERENCE = "unknown_reference"
    AFTER_AS_OF = "after_as_of"
    ENDS_BEFORE_START = "ends_before_start"


class Consequence(StrEnum):
    """What follows from a broken rule."""

    STOPS = "stops"
    """No report could be right: none is run."""
    COUNTED = "counted"
    """Reports run; the page says how many rows."""


PLANNED_DATES = frozenset({"due_on", "ends_on", "withdrawn_on"})
"""Dates that may lie ahead without being wrong."""
STOPPING = frozenset(
    {
        Rule.EMPTY_TABLE,
        Rule.MISSING_COLUMN,
        Rule.WRONG_TYPE,
        Rule.NO_VALUE,
        Rule.DUPLICATE_KEY,
    }
)
_IN_ORDER = (
    ("opened_on", "closed_on"),
    ("launched_on", "withdrawn_on"),
    ("starts_on", "ends_on"),
    ("hired_on", "left_on"),
    ("invited_on", "answered_on"),
    ("identified_on", "delivered_on"),
    ("raised_on", "done_on"),
)
_NEXT_STEPS = {
    Rule.EMPTY_TABLE: "Export the table again, or take it out of the source.",
    Rule.MISSING_COLUMN: "Export it, or write columns: {…} for the table in the run file.",
    Rule.WRONG_TYPE: "Correct the values, or map another column.",
    Rule.NO_VALUE: "Export the column with its values, or map another one.",
    Rule.DUPLICATE_KEY: "Export one row for each key; look for a join that multiplies rows.",
}
_DATE_STEP = (
    "Write read: {date_format: …} for the table in the run file, %Y%m%d for 20251231 "
    "and %d/%m/%Y for 31/12/2025."
)
_SENTENCES = {
    Rule.EMPTY_TABLE: message("The table is empty."),
    Rule.MISSING_COLUMN: message("Column {column} is missing."),
    Rule.WRONG_TYPE: message("Rows in which {column} is not of the type «{kind}»: {rows}."),
    Rule.NO_VALUE: message("Column {column} holds no value at all."),
    Rule.DUPLICATE_KEY: message("Rows that repeat a key ({column}): {rows}."),
    Rule.MISSING_VALUE: message("Rows without {column}: {rows}."),
    Rule.NOT_ALLOWED: message("Rows in which {column} is none of the allowed values: {rows}."),
    Rule.OUT_OF_BOUNDS: message("Rows in which {column} is outside its bounds: {rows}."),
    Rule.UNKNOWN_REFERENCE: message("Rows whose {column} is not in table {other}: {rows}."),
    Rule.AFTER_AS_OF: message("Rows in which {column} is after the as-of date: {rows}."),
    Rule.ENDS_BEFORE_START: message("Rows in which {column} is before {other}: {rows}."),
}
_TYPE_NAMES = {
    ColumnType.TEXT: message("text"),
    ColumnType.INTEGER: message("whole number"),
    ColumnType.DECIMAL: message("number"),
    ColumnType.BOOLEAN: message("true or false"),
    ColumnType.DATE: message("date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """How many rows break one rule.

    Attributes
    ----------
    rule : Rule
    table : str
    column : str
        The column, or the columns of a key with commas between; empty for the table.
    other : str
        The table referred to, the date that should come first, or the type found.
    rows_wrong : int
        0 where the rule holds.
    rows : int
        Of the table.
    unit : Unit
        Whose rows they are.
    column_type : ColumnType or None
    """

    rule: Rule
    table: str
    column: str = ""
    other: str = ""
    rows_wrong: int
    rows: int
    unit: Unit = Unit.NONE
    column_type: ColumnType | None = None

    @property
    def consequence(self) -> Consequence:
        """What follows where the rule is broken."""
        return Consequence.STOPS if self.rule in STOPPING else Consequence.COUNTED

    @property
    def failed(self) -> bool:
        """Whether the rule is broken."""
        return self.rows_wrong > 0 or self.rule in {Rule.EMPTY_TABLE, Rule.MISSING_COLUMN}

    @property
    def stops(self) -> bool:
        """Whether the rule is broken and no report could be right."""
        return self.failed and self.consequence is Consequence.STOPS

    def message(self) -> Message:
        """Say how many rows break the rule, for the page."""
        return Message(
            _SENTENCES[self.rule].pattern,
            {
                "column": self.column,
                "other": self.other,
                "kind": _TYPE_NAMES[self.column_type or ColumnType.TEXT],
                "rows": Count(self.rows_wrong, self.unit),
            },
        )

    def problem(self) -> Problem:
        """Say what stops the reports, and what to do."""
        column = f"column {self.column!r} of " if self.column else ""
        mistyped = self.rule is Rule.WRONG_TYPE
        undated = mistyped and self.column_type is ColumnType.DATE and not self.other
        return Problem(
            what=f"{column}table {self.table!r}: {self.rule.value.replace('_', ' ')}",
            found=self._found(),
            needed=str(self.column_type) if mistyped else "",
            next_step=_DATE_STEP if undated else _NEXT_STEPS.get(self.rule, ""),
        )

    def _found(self) -> str:
        if self.rule is Rule.EMPTY_TABLE:
            return "no row"
        if self.rule is Rule.MISSING_COLUMN:
            return ""
        other = f" of type {self.other}" if self.rule is Rule.WRONG_TYPE and self.other else ""
        return f"{self.rows_wrong:,} of {self.rows:,} rows{other}"


def row_unit(table: Table) -> Unit:
    """Say whose rows a table's are: those of customers, of staff, or of nobody.

    Examples
    --------
    >>> from analysis.data.contract import contract
    >>> row_unit(contract()["holdings"]), row_unit(contract()["products"])
    (<Unit.CUSTOMERS: 'customers'>, <Unit.NONE: 'none'>)
    """
    names = {column.name for column in table.columns}
    if names & {"customer_id", "invitation_id"}:
        return Unit.CUSTOMERS
    return Unit.STAFF if names & {"staff_id", "employee_answer_id"} else Unit.NONE


def date_pairs(table: Table) -> tuple[tuple[Column, Column], ...]:
    """Give the pairs of dates of which the first comes first."""
    dates = {column.name: column for column in table.columns if column.type is ColumnType.DATE}
    return tuple((dates[a], dates[b]) for a, b in _IN_ORDER if a in dates and b in dates)
