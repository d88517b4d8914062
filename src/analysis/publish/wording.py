"""Turns what a domain answers into payloads: gated first, then worded in each language."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.answers import Check, Figure, Finding, Metric, Verdict
from analysis.disclosure import Ledger, SentenceGate
from analysis.locale import render, write_interval, write_quantity
from analysis.methods import Method
from analysis.params.policy import DisclosurePolicy
from analysis.publish.drawing import draw_svg
from analysis.publish.kept import DrawSvg
from analysis.publish.payload import (
    Localised,
    PublishedCell,
    PublishedCheck,
    PublishedColumn,
    PublishedFigure,
    PublishedFinding,
    PublishedMethod,
    PublishedMetric,
    PublishedTable,
    PublishedVerdict,
)
from analysis.results import Estimate
from analysis.tables import Cell, Column, Counts, Labels, ProtectedTable, Quantities, Shares, Table
from analysis.text import Count, Language, Link, Measure, Message, Quantity, Unit, Words, message

_ROLES: dict[type[Column], Literal["labels", "counts", "shares", "quantities"]] = {
    Labels: "labels",
    Counts: "counts",
    Shares: "shares",
    Quantities: "quantities",
}
Trend = Literal["better", "worse", "unchanged", "unknown"]

_LONGEST_NAME = 64

NOTHING = message("–")
WITHHELD_CELL = message("withheld")


@dataclass(frozen=True, slots=True)
class Wording:
    """Words everything of one report in its languages, under its disclosure rules."""

    languages: tuple[Language, ...]
    policy: DisclosurePolicy
    ledger: Ledger | None = None
    """What the report has let out so far; one of its own where None."""
    draw: DrawSvg = draw_svg

    def __post_init__(self) -> None:
        if self.ledger is None:
            object.__setattr__(self, "ledger", Ledger(self.policy))

    @property
    def gate(self) -> SentenceGate:
        """The rules for sentences and tiles."""
        return SentenceGate(self.policy, self.ledger)

    def say(self, text: Message | Words | str) -> Localised:
        """Write a text in every language."""
        return self._each(lambda language: render(text, language, gate=self.gate))

    def verdict(self, verdict: Verdict) -> PublishedVerdict:
        """Word the answer to the whole question."""
        return PublishedVerdict(
            name="verdict", statement=self.say(verdict.statement), strength=verdict.strength
        )

    def finding(self, finding: Finding) -> PublishedFinding:
        """Word a finding."""
        return PublishedFinding(
            name=finding.name,
            statement=self.say(finding.statement),
            strength=finding.strength,
            action=self.say(finding.action),
            headline=finding.headline,
        )

    def check(self, check: Check) -> PublishedCheck:
        """Word a check."""
        return PublishedCheck(
            name=check.name,
            label=self.say(check.label),
            status=check.status,
            detail=self.say(check.detail),
            mandatory=check.mandatory,
        )

    def method(self, method: Method) -> PublishedMethod:
        """Word a method for the appendix."""
        return PublishedMethod(
            name=_slug(method.name.pattern),
            title=self.say(method.name),
            citation=method.citation,
            assumptions=tuple(self.say(text) for text in method.assumptions),
        )

    def metric(self, metric: Metric) -> PublishedMetric:
        """Gate a metric and word it."""
        shown = self._gated(metric.quantity)
        change = self._gated(metric.change) if metric.change else None
        value, low, high, confidence = _numbers(shown)
        delta, delta_low, delta_high, _ = _numbers(change)
        measure = metric.quantity.measure
        return PublishedMetric(
            name=metric.name,
            label=self.say(metric.label),
            definition=self.say(metric.definition),
            measure=measure,
            unit=metric.quantity.unit,
            value=value,
            low=low,
            high=high,
            confidence=confidence,
            n=self._rounded(metric.quantity),
            suppressed=shown is None,
            text=self._each(lambda language: _value_text(shown, measure, language)),
            interval_text=self._each(lambda language: _interval_text(shown, measure, language)),
            change_text=self._each(lambda language: _change_text(change, language)),
            change=delta,
            change_low=delta_low,
            change_high=delta_high,
            trend=_trend(change, metric.higher_is),
        )

    def table(self, table: Table) -> PublishedTable:
        """Gate a table and word it."""
        return self.protected_table(self.gated(table))

    def gated(self, table: Table) -> ProtectedTable:
        """Let a table out, in keeping with what is out already."""
        assert self.ledger is not None  # noqa: S101  # set in __post_init__
        return self.ledger.protect(table)

    def figure(self, figure: Figure) -> PublishedFigure:
        """Gate a figure's table, then draw it from that alone, in every language."""
        table = self.gated(figure.table)
        drawn = {each: self.draw(figure, table, each) for each in self.languages}
        return PublishedFigure(
            name=figure.name,
            caption=self.say(figure.caption),
            alt=self.say(figure.alt),
            svg={each: svg for each, (svg, _) in drawn.items()},
            marks={each: marks for each, (_, marks) in drawn.items()},
            table=self.protected_table(table),
        )

    def protected_table(self, table: ProtectedTable) -> PublishedTable:
        """Word a table that has passed the gate."""
        return PublishedTable(
            name=table.name,
            caption=self.say(table.caption),
            unit=table.unit,
            columns=tuple(self._column(column) for column in table.columns),
            rows=tuple(
                tuple(self._cell(row[column.name], column) for column in table.columns)
                for row in table.rows
            ),
            total_rows=table.total_rows,
            notes=tuple(self.say(note) for note in table.notes),
            suppressed_cells=table.suppressed_cells,
            total_column=table.total_column,
            row_keys=table.row_keys,
            rules=table.rules,
            cost=table.cost,
            cost_at_least=table.cost_at_least,
        )

    def _column(self, column: Column) -> PublishedColumn:
        counted = column if isinstance(column, Counts) else None
        divided = column if isinstance(column, Shares) else None
        summed = column if isinstance(column, Quantities) and column.is_sum else None
        named = counted or summed
        return PublishedColumn(
            name=column.name,
            title=self.say(column.title),
            numeric=not isinstance(column, Labels),
            role=_ROLES[type(column)],
            adds_up=counted.adds_up if counted else summed is not None and summed.adds_up,
            part=divided.part if divided else "",
            whole=divided.whole if divided else summed.n if summed else "",
            identity=named.identity if named else "",
            total_identity=named.total_identity if named else "",
            is_sum=summed is not None,
        )

    def _each(self, write: Callable[[Language], str]) -> Localised:
        return {language: write(language) for language in self.languages}

    def _cell(self, cell: Cell, column: Column) -> PublishedCell:
        value = cell.value
        if cell.suppressed:
            return PublishedCell(value=None, text=self.say(WITHHELD_CELL), suppressed=True)
        if value is None:
            return PublishedCell(value=None, text=self.say(NOTHING))
        if isinstance(value, Message | Words | Link):
            return self._worded(value)
        if isinstance(value, str | dt.date):
            return PublishedCell(value=str(value), text=self.say(str(value)))
        text = self._each(lambda language: write_quantity(value, measure_of(column), language))
        if isinstance(value, Estimate):
            return PublishedCell(value=value.value, low=value.low, high=value.high, text=text)
        return PublishedCell(value=value, text=text)

    def _worded(self, value: Message | Words | Link) -> PublishedCell:
        """Word a cell that holds words, with the place that they lead to."""
        text = self.say(value.text if isinstance(value, Link) else value)
        link = self._each(value.address) if isinstance(value, Link) else {}
        return PublishedCell(value=text[self.languages[0]], text=text, link=link)

    def _gated(self, quantity: Quantity) -> Quantity | None:
        """Give what may be shown of a quantity: nothing, if too few stand behind it."""
        if quantity.unit is Unit.NONE:
            return quantity
        if quantity.measure is Measure.COUNT and not isinstance(quantity.value, Estimate):
            counted = self.gate(Count(int(quantity.value), quantity.unit))
            if not isinstance(counted, Count):
                return None
            return Quantity(value=counted.n, measure=Measure.COUNT, unit=Unit.NONE)
        shown = self.gate(quantity)
        return shown if isinstance(shown, Quantity) else None

    def _rounded(self, quantity: Quantity) -> int | None:
        if quantity.n is None:
            return None
        n = self.gate(Count(quantity.n, quantity.unit))
        return n.n if isinstance(n, Count) else None


def _slug(text: str) -> str:
    """Make a plain name of a title."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:_LONGEST_NAME].strip("-")


def measure_of(column: Column) -> Measure:
    """Give the measure that a column's numbers are written in."""
    if isinstance(column, Counts):
        return Measure.COUNT
    if isinstance(column, Shares):
        return Measure.SHARE
    if isinstance(column, Labels):
        raise TypeError(f"column {column.name!r} holds words, not numbers")
    return column.measure


def _numbers(quantity: Quantity | None) -> Sequence[float | None]:
    if quantity is None:
        return None, None, None, None
    value = quantity.value
    if isinstance(value, Estimate):
        return value.value, value.low, value.high, value.confidence
    return value, None, None, None


def _value_text(quantity: Quantity | None, measure: Measure, language: Language) -> str:
    if quantity is None:
        return render(WITHHELD_CELL, language)
    value = quantity.value
    return write_quantity(value.value if isinstance(value, Estimate) else value, measure, language)


def _interval_text(quantity: Quantity | None, measure: Measure, language: Language) -> str:
    if quantity is None or not isinstance(quantity.value, Estimate):
        return ""
    return write_interval(quantity.value, measure, language)


def _change_text(change: Quantity | None, language: Language) -> str:
    return "" if change is None else write_quantity(change.value, change.measure, language)


def _trend(change: Quantity | None, higher_is: str) -> Trend:
    """Judge a change: only one beyond its own interval is better or worse."""
    if change is None or not isinstance(change.value, Estimate):
        return "unknown"
    if not change.value.excludes(0):
        return "unchanged"
    if higher_is not in {"better", "worse"}:
        return "unknown"
    rises = change.value.value > 0
    return "better" if rises == (higher_is == "better") else "worse"
