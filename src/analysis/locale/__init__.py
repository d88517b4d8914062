"""Words in the reader's language: renders a `Message` in English or Chinese."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from string import Formatter

from analysis.errors import DisclosureError, Problem
from analysis.locale.catalog import translate
from analysis.locale.numbers import format_bare, format_day, format_measure
from analysis.results import Estimate
from analysis.text import Count, Language, Measure, Message, Quantity, Share, Unit, Value, Words

Gate = Callable[[Count | Share | Quantity], Count | Quantity | Message]
"""Turns a quantity on persons into what may be said of it."""


def render(text: Message | Words | str, language: Language, *, gate: Gate | None = None) -> str:
    """Write a text in one language.

    Parameters
    ----------
    text : Message, Words or str
        A plain `str` is data and stays as it is.
    language : {"en", "zh"}
    gate : callable, optional
        The disclosure rules. Without it, a text that holds a number on persons is
        refused: nothing about persons is worded past the rules.

    Raises
    ------
    DisclosureError
        If a number on persons is to be written and no `gate` is given.

    Examples
    --------
    >>> from analysis.text import message
    >>> render(message("{share} of the tables", share=Share(1, 8, Unit.NONE)), "en")
    '12.5% of the tables'
    """
    if isinstance(text, Message):
        values = {key: _write(value, language, gate) for key, value in text.values.items()}
        return _fill(translate(text.pattern, language), values)
    if isinstance(text, Words):
        return text.zh if language == "zh" else text.en
    return text


def _fill(pattern: str, values: Mapping[str, str]) -> str:
    """Fill in plain ``{name}`` fields: no attribute, index or format is ever looked up."""
    parts = []
    for literal, name, _, _ in Formatter().parse(pattern):
        parts.append(literal)
        if name is not None:
            parts.append(values[name])
    return "".join(parts)


def _write(value: Value | Message, language: Language, gate: Gate | None) -> str:
    if isinstance(value, Count | Share | Quantity):
        return _write_number(value, language, gate)
    if isinstance(value, dt.date):
        return format_day(value, language)
    if isinstance(value, int):
        return format_measure(value, Measure.COUNT, language)
    return render(value, language, gate=gate)


def _write_number(value: Count | Share | Quantity, language: Language, gate: Gate | None) -> str:
    if value.unit is not Unit.NONE:
        if gate is None:
            raise DisclosureError(
                Problem(
                    what=f"a number on {value.unit} was to be written without the disclosure rules",
                    next_step="Publish it through the report that `open_report` gives.",
                )
            )
        said = gate(value)
        if isinstance(said, Message):
            return render(said, language)
        value = said
    if isinstance(value, Count):
        return format_measure(value.n, Measure.COUNT, language)
    if isinstance(value, Share):
        return format_measure(value.part / value.whole, Measure.SHARE, language)
    return write_quantity(value.value, value.measure, language)


def write_quantity(value: float | Estimate, measure: Measure, language: Language) -> str:
    """Write a number, with its interval in brackets where it has one.

    Examples
    --------
    >>> estimate = Estimate(value=0.42, low=0.40, high=0.44, confidence=0.95)
    >>> write_quantity(estimate, Measure.SHARE, "en")
    '42.0% (40.0% to 44.0%)'
    """
    if not isinstance(value, Estimate):
        return format_measure(value, measure, language)
    return _fill(
        translate("{value} ({low} to {high})", language),
        {
            "value": format_measure(value.value, measure, language),
            "low": _bound(value.low, measure, language),
            "high": _bound(value.high, measure, language),
        },
    )


def _bound(value: float, measure: Measure, language: Language) -> str:
    """Write a bound; a unit in words stands once, beside the value."""
    if measure in {Measure.POINTS, Measure.MONTHS, Measure.DAYS}:
        return format_bare(value, measure, language)
    return format_measure(value, measure, language)


def write_interval(estimate: Estimate, measure: Measure, language: Language) -> str:
    """Write an interval alone, with its coverage.

    Examples
    --------
    >>> estimate = Estimate(value=0.42, low=0.40, high=0.44, confidence=0.95)
    >>> write_interval(estimate, Measure.SHARE, "en")
    '40.0% to 44.0% (95% interval)'
    """
    coverage = f"{100 * estimate.confidence:.4g}%"
    return _fill(
        translate("{low} to {high} ({coverage} interval)", language),
        {
            "low": format_measure(estimate.low, measure, language),
            "high": format_measure(estimate.high, measure, language),
            "coverage": coverage,
        },
    )
