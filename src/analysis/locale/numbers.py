"""Numbers and dates as a reader of each language writes them: one format a measure."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_compact_currency, format_currency, format_decimal

from analysis.locale.catalog import translate
from analysis.text import Language, Measure, message

_LOCALE: dict[Language, Locale] = {
    "en": Locale.parse("en_GB"),
    "zh": Locale.parse("zh_CN"),
}
"""Parsed once: by name, every number would look through the catalog of languages."""
_COMPACT_FROM_CNY = 100_000


@dataclass(frozen=True, slots=True)
class _Style:
    pattern: str
    unit: str
    decimals: int
    scale: float = 1
    unit_of_one: str = ""


_STYLES: dict[Measure, _Style] = {
    Measure.SHARE: _Style("#,##0.0", "{number}%", 1, 100),
    Measure.POINTS: _Style(
        "+#,##0.0;-#,##0.0", message("{number} percentage points").pattern, 1, 100
    ),
    Measure.COUNT: _Style("#,##0", "{number}", 0),
    Measure.MONTHS: _Style(
        "#,##0.#",
        message("{number} months").pattern,
        1,
        unit_of_one=message("{number} month").pattern,
    ),
    Measure.DAYS: _Style(
        "#,##0", message("{number} days").pattern, 0, unit_of_one=message("{number} day").pattern
    ),
}


def format_day(day: dt.date, language: Language) -> str:
    """Write a date in full.

    Examples
    --------
    >>> format_day(dt.date(2025, 12, 31), "zh")
    '2025年12月31日'
    """
    return format_date(day, "long", locale=_LOCALE[language])


def format_measure(value: float, measure: Measure, language: Language) -> str:
    """Write a number as its measure asks for.

    Parameters
    ----------
    value : float
        Fractions for shares and points, yuan for amounts.
    measure : Measure
    language : {"en", "zh"}

    Examples
    --------
    >>> format_measure(0.4234, Measure.SHARE, "en")
    '42.3%'
    >>> format_measure(0.0123, Measure.POINTS, "en")
    '+1.2 percentage points'
    >>> format_measure(1_234_567, Measure.AMOUNT_CNY, "zh")
    '¥123.46万'
    """
    if measure is Measure.AMOUNT_CNY:
        return _format_amount(value, _LOCALE[language])
    if measure in {Measure.NUMBER, Measure.RATIO}:
        return _format_number(value, _LOCALE[language])
    return with_unit(format_bare(value, measure, language), measure, language)


def format_bare(value: float, measure: Measure, language: Language) -> str:
    """Write a number without its unit, for the bounds of an interval beside a value.

    Examples
    --------
    >>> format_bare(-0.0123, Measure.POINTS, "en")
    '-1.2'
    """
    if measure not in _STYLES:
        return format_measure(value, measure, language)
    style = _STYLES[measure]
    shown = _positive_zero(style.scale * value, style.decimals)
    return format_decimal(shown, style.pattern, locale=_LOCALE[language])


def with_unit(number: str, measure: Measure, language: Language) -> str:
    """Put the unit of a measure to a number that is already written.

    Examples
    --------
    >>> with_unit("1", Measure.MONTHS, "en"), with_unit("2", Measure.MONTHS, "en")
    ('1 month', '2 months')
    """
    style = _STYLES[measure]
    unit = style.unit_of_one if style.unit_of_one and number == "1" else style.unit
    return translate(unit, language).format(number=number)


def _positive_zero(value: float, digits: int) -> float:
    """Avoid ``-0.0``, which reads as a fall."""
    return 0.0 if round(value, digits) == 0 else value


def _format_amount(value: float, locale: Locale) -> str:
    if abs(value) >= _COMPACT_FROM_CNY:
        return format_compact_currency(value, "CNY", locale=locale, fraction_digits=2)
    if abs(value) >= 1_000:
        return format_currency(round(value), "CNY", "¤#,##0", locale=locale, currency_digits=False)
    return format_currency(value, "CNY", locale=locale)


def _format_number(value: float, locale: Locale) -> str:
    """Write at least four significant figures, at most three decimals; nothing is ``0``."""
    if value == 0:
        return "0"
    magnitude = math.floor(math.log10(abs(value)))
    digits = max(0, 3 - max(magnitude, 0))
    value = _positive_zero(value, digits)
    return format_decimal(value, "#,##0." + "0" * digits if digits else "#,##0", locale=locale)
