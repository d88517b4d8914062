"""Words and quantities for readers, before a language is chosen.

Code states *what* is to be said (a `Message` with typed quantities); the
rendering in `analysis.locale` says it in English or Chinese, with numbers in the
reader's format and after the disclosure rules of `analysis.disclosure`. A number
therefore never enters a sentence as ready-made text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

from analysis.results import Estimate

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Unit(StrEnum):
    """Whom a count counts: decides whether the disclosure rules apply."""

    CUSTOMERS = "customers"
    STAFF = "staff"
    NONE = "none"


class Measure(StrEnum):
    """What a number measures: decides how it is written."""

    SHARE = "share"
    """A fraction, written as a percentage."""
    POINTS = "points"
    """A difference of two fractions, written in percentage points."""
    AMOUNT_CNY = "amount_cny"
    COUNT = "count"
    NUMBER = "number"
    RATIO = "ratio"
    MONTHS = "months"
    DAYS = "days"


class Basis(StrEnum):
    """What a number on persons is made of, where nothing else states it."""

    ONE_EACH = "one each"
    """Everybody counts for the same at most: an answer on a scale, yes or no, a head."""
    GIVEN = "given"
    """Nobody's own: what was asked of all, a limit, a price on a list."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many persons or things; persons are suppressed and rounded."""

    n: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, both counts of `unit`; written as a percentage."""

    part: int
    whole: int
    unit: Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number that rests on `n` units, with its interval where it has one.

    `n` is required wherever persons stand behind the number; ``unit=Unit.NONE``
    says that none do. Money of persons also states what it is, as a column of a table
    does (`analysis.tables.Quantities`): the share of its two largest contributors, the
    degrees of freedom of its model, which quantile it is, or that it is nobody's own.
    """

    value: float | Estimate
    measure: Measure
    unit: Unit
    n: int | None = None
    top_two_share: float | None = None
    degrees: float | None = None
    quantile: float | None = None
    basis: Basis | None = None

    def __post_init__(self) -> None:
        if self.unit is Unit.NONE:
            return
        if self.n is None:
            raise ValueError(f"a quantity on {self.unit} states the n that it rests on")
        stated = (self.top_two_share, self.degrees, self.quantile)
        unstated = self.basis is None and stated == (None, None, None)
        if self.measure is Measure.AMOUNT_CNY and unstated:
            raise ValueError(
                f"an amount of {self.unit} states the share of its two largest contributors, its "
                "model's degrees of freedom, its quantile, or its basis"
            )


def on_customers(
    value: float | Estimate,
    measure: Measure,
    n: int,
    *,
    top_two_share: float | None = None,
    degrees: float | None = None,
    quantile: float | None = None,
    basis: Basis | None = None,
) -> Quantity:
    """Make a quantity that rests on `n` customers; money states what it is made of.

    Examples
    --------
    >>> on_customers(0.42, Measure.SHARE, 1200).unit
    <Unit.CUSTOMERS: 'customers'>
    """
    return Quantity(
        value=value,
        measure=measure,
        unit=Unit.CUSTOMERS,
        n=n,
        top_two_share=top_two_share,
        degrees=degrees,
        quantile=quantile,
        basis=basis,
    )


@dataclass(frozen=True, slots=True)
class Words:
    """Text from data that exists in both languages, such as a product's name."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Said(Words):
    """A person's own words, as written: only in a column that counts who says so.

    Examples
    --------
    >>> Said(en="The queue was long.", zh="The queue was long.").zh
    'The queue was long.'
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A text that leads to a place on a report's page; for cells of tables.

    Attributes
    ----------
    text : Message, Words or str
    page : str
        The page without its language and ending, relative to the one that links, such as
        ``../../lifecycle/bank/report``; empty for the page itself.
    anchor : str
        Name of the place on it, or empty.

    Raises
    ------
    ValueError
        If the page is not a relative path, or the anchor is not plain.
    """

    text: Message | Words | str
    page: str = ""
    anchor: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"((\.\.|[A-Za-z0-9_-][A-Za-z0-9._-]*)(/(?=.)|$))*", self.page):
            raise ValueError(f"a page is a relative path: {self.page!r}")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", self.anchor):
            raise ValueError(f"an anchor is plain: {self.anchor!r}")

    def address(self, language: Language) -> str:
        """Give the address in one language.

        Examples
        --------
        >>> Link(text="Loans", page="../../lifecycle/bank/report", anchor="metric-a").address("zh")
        '../../lifecycle/bank/report.zh.html#metric-a'
        """
        page = f"{self.page}.{language}.html" if self.page else ""
        return f"{page}#{self.anchor}" if self.anchor else page


Value = Count | Share | Quantity | Words | dt.date | str | int


@dataclass(frozen=True, slots=True)
class Message:
    """A translatable text: the English pattern is its identity (gettext's msgid)."""

    pattern: str
    values: Mapping[str, Value | Message] = field(default_factory=lambda: MappingProxyType({}))


def message(pattern: str, /, **values: Value | Message) -> Message:
    """Make a translatable text; `pattern` must be a literal, so that it is extracted.

    Examples
    --------
    >>> message("{active} of the customers are active.",
    ...         active=Share(420, 1000, Unit.CUSTOMERS)).pattern
    '{active} of the customers are active.'
    """
    if any(isinstance(value, Said) for value in values.values()):
        raise ValueError("persons' own words stand in a table, beside the count of who says so")
    return Message(pattern, MappingProxyType(values))
