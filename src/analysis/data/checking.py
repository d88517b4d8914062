"""The rules counted on one table, in as few queries as there are ways of counting."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis.data.casting import ENGINE_TYPES, cast_column, is_present
from analysis.data.portable import fetch
from analysis.data.reads import query_row
from analysis.data.rules import PLANNED_DATES, Rule, RuleResult, date_pairs, row_unit
from analysis.data.schema import Column, ColumnType, Table
from analysis.errors import Problem
from analysis.text import Message, message

_NO_TABLES: Mapping[str, ir.Table] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class TableQuality:
    """What is wrong with one table.

    Attributes
    ----------
    table : str
    source : str
        Where it comes from, without secrets.
    rows : int
    results : tuple of RuleResult
        One for each rule that was looked at, those that hold included.
    absent_columns : tuple of str
        Optional columns that the source does not have.
    missing : tuple of Problem
        What to do about each column that the table or the run file asks for in vain.
    """

    table: str
    source: str
    rows: int
    results: tuple[RuleResult, ...]
    absent_columns: tuple[str, ...]
    missing: tuple[Problem, ...] = ()

    @property
    def failed(self) -> tuple[RuleResult, ...]:
        """The rules that are broken."""
        return tuple(result for result in self.results if result.failed)

    @property
    def stops(self) -> bool:
        """Whether no report could be right on this table."""
        return bool(self.missing) or any(result.stops for result in self.results)

    def problems(self) -> tuple[Problem, ...]:
        """Say all that stops the reports on this table."""
        named = {Rule.MISSING_COLUMN} if self.missing else set()
        return self.missing + tuple(
            result.problem() for result in self.results if result.stops and result.rule not in named
        )

    def messages(self) -> tuple[Message, ...]:
        """Say what is wrong, one sentence a rule, for the page."""
        failed = self.failed
        if failed:
            return tuple(result.message() for result in failed)
        return (message("Rules checked, none broken: {rules}.", rules=len(self.results)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A rule on one column, and the condition under which a row breaks it."""

    rule: Rule
    column: str = ""
    broken: Any = None
    other: str = ""
    column_type: ColumnType | None = None
    required: bool = False


def check_table(
    table: ir.Table,
    promised: Table,
    *,
    as_of: dt.date | None = None,
    date_format: str | None = None,
    referred: Mapping[str, ir.Table] = _NO_TABLES,
    label: str = "",
) -> TableQuality:
    """Count the rows of a table that break each rule of the contract.

    One query counts the rules on single rows, a second one keys and references.

    Parameters
    ----------
    table : ibis table
        Under the contract's names, of the source's own types.
    promised : Table
        What the contract says.
    as_of : date, optional
        Later dates are counted.
    date_format : str, optional
        strptime format of dates that are text or whole numbers.
    referred : mapping of str to ibis table, optional
        Tables of the contract that it refers to; references to others are not checked.
    label : str
        Where the table comes from.

    Raises
    ------
    DataError
        If the engine cannot read the table.

    Examples
    --------
    >>> from analysis.data.contract import contract
    >>> needs = ibis.memtable({"customer_id": ["C1"], "asked_on": ["2025-02-30"],
    ...                        "product_family": ["card"], "wanted": ["yes"]})
    >>> [(r.rule.value, r.column, r.rows_wrong) for r in check_table(
    ...     needs, contract()["needs"]).failed]
    [('wrong_type', 'asked_on', 1)]
    """
    present = [column for column in promised.columns if column.name in table.columns]
    values, typed = _cast(table, present, date_format)
    questions = list(_ask(values, promised, present, as_of))
    counted = query_row(
        values.aggregate(
            rows=values.count(),
            **{f"q{i}": values.count(where=q.broken) for i, q in enumerate(questions)},
        ),
        where=label,
    )
    rows = int(counted["rows"])
    answers = [(question, int(counted[f"q{i}"])) for i, question in enumerate(questions)]
    if rows:
        answers += _count_across_rows(typed, promised, referred, label)
    shape = [] if rows else [(_Question(rule=Rule.EMPTY_TABLE), 0)]
    shape += [
        (_Question(rule=Rule.MISSING_COLUMN, column=column.name), rows)
        for column in promised.columns
        if column.required and column not in present
    ]
    results = [_answer(question, n, promised, rows) for question, n in (*shape, *answers)]
    return TableQuality(
        table=promised.name,
        source=label,
        rows=rows,
        results=tuple(results),
        absent_columns=tuple(
            column.name
            for column in promised.columns
            if not column.required and column not in present
        ),
    )


def _answer(question: _Question, n: int, promised: Table, rows: int) -> RuleResult:
    """Turn a count into a result; a required column without any value is as good as missing."""
    hollow = question.rule is Rule.MISSING_VALUE and question.required and 0 < n == rows
    return RuleResult(
        rule=Rule.NO_VALUE if hollow else question.rule,
        table=promised.name,
        column=question.column,
        other=question.other,
        rows_wrong=n,
        rows=rows,
        unit=row_unit(promised),
        column_type=question.column_type,
    )


def _cast(
    table: ir.Table, columns: list[Column], date_format: str | None
) -> tuple[ir.Table, ir.Table]:
    """Give the table with a typed copy beside each column, and the typed columns alone."""
    casts = {}
    for column in columns:
        cast = cast_column(table[column.name], column, date_format=date_format)
        casts[column.name] = ibis.null(ENGINE_TYPES[column.type]) if cast is None else cast
    beside = table.mutate(**{f"typed_{name}": cast for name, cast in casts.items()})
    return beside, table.select(**casts)


def _ask(
    values: ir.Table, promised: Table, columns: list[Column], as_of: dt.date | None
) -> Iterator[_Question]:
    for column in columns:
        raw, typed = values[column.name], values[f"typed_{column.name}"]
        there = is_present(raw, column)
        fits = cast_column(raw, column, date_format="%Y") is not None
        yield _Question(
            rule=Rule.WRONG_TYPE,
            column=column.name,
            broken=there & typed.isnull(),
            other="" if fits else str(raw.type()),
            column_type=column.type,
        )
        if not column.nullable:
            blank = ~there | (typed == "") if column.type is ColumnType.TEXT else ~there
            yield _Question(
                rule=Rule.MISSING_VALUE,
                column=column.name,
                broken=blank,
                required=column.required,
            )
        yield from _ask_value(typed, column, as_of)
    names = {column.name for column in columns}
    for first, second in date_pairs(promised):
        if first.name in names and second.name in names:
            yield _Question(
                rule=Rule.ENDS_BEFORE_START,
                column=second.name,
                other=first.name,
                broken=values[f"typed_{second.name}"] < values[f"typed_{first.name}"],
            )


def _ask_value(typed: ir.Column, column: Column, as_of: dt.date | None) -> Iterator[_Question]:
    if column.allowed:
        blank = () if column.nullable else ("",)  # counted as missing already
        unknown = typed.notnull() & ~typed.isin((*column.allowed, *blank))
        yield _Question(rule=Rule.NOT_ALLOWED, column=column.name, broken=unknown)
    bounds = []
    if column.minimum is not None:
        bounds.append(typed < column.minimum)
    if column.maximum is not None:
        bounds.append(typed > column.maximum)
    if bounds:
        yield _Question(
            rule=Rule.OUT_OF_BOUNDS, column=column.name, broken=reduce(operator.or_, bounds)
        )
    if as_of is not None and column.type is ColumnType.DATE and column.name not in PLANNED_DATES:
        yield _Question(
            rule=Rule.AFTER_AS_OF, column=column.name, broken=typed > ibis.literal(as_of)
        )


def _count_across_rows(
    typed: ir.Table, promised: Table, referred: Mapping[str, ir.Table], label: str
) -> list[tuple[_Question, int]]:
    """Count repeated keys and references that lead nowhere, in one query."""
    questions: list[_Question] = []
    if promised.key and set(promised.key) <= set(typed.columns):
        whole = typed.filter([typed[name].notnull() for name in promised.key])
        groups = whole.group_by(list(promised.key)).aggregate(n=whole.count())
        repeated = groups.aggregate(n=(groups.n - 1).sum())
        questions.append(
            _Question(rule=Rule.DUPLICATE_KEY, column=", ".join(promised.key), broken=repeated)
        )
    for column in promised.columns:
        name, _, key = column.references.partition(".")
        if name not in referred or column.name not in typed.columns:
            continue
        there = typed.filter(typed[column.name].notnull())
        known = referred[name].select(key)
        lost = there.anti_join(known, there[column.name] == known[key])
        questions.append(
            _Question(
                rule=Rule.UNKNOWN_REFERENCE,
                column=column.name,
                other=name,
                broken=lost.aggregate(n=lost.count()),
            )
        )
    if not questions:
        return []
    counts = [
        question.broken.select(i=ibis.literal(i), n=question.broken.n.fill_null(0).cast("int64"))
        for i, question in enumerate(questions)
    ]
    together = reduce(lambda a, b: a.union(b), counts)
    answers = {row["i"]: row["n"] for row in fetch(together, where=label).to_pylist()}
    return [(question, int(answers[i])) for i, question in enumerate(questions)]
