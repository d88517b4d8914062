"""What a domain answers, before the disclosure gate and before a language is chosen.

A domain's ``figures``, ``tables`` and ``findings`` build these frozen values from
results; `analysis.publish` is the only way from here to a page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.methods import Method
from analysis.results import CheckStatus, Strength
from analysis.tables import ProtectedTable, Table
from analysis.text import Language, Message, Quantity

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

Draw = Callable[[ProtectedTable, Language], "Drawing"]
"""Draws a figure in one language from the gated table, and from nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure, its words, and the table that it is drawn from.

    Attributes
    ----------
    alt : Message
        States the finding for a reader who does not see the figure.
    """

    name: str
    caption: Message
    alt: Message
    table: Table
    draw: Draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A named number that periods are compared on.

    Attributes
    ----------
    change : Quantity or None
        Since the previous period.
    higher_is : {"better", "worse", ""}
        How a reader should take a rise; empty where it is neither.
    """

    name: str
    label: Message
    definition: Message
    quantity: Quantity
    change: Quantity | None = None
    higher_is: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The sentence that answers a question, its strength, and what to do next.

    The headlines stand under the verdict: three to five of a report, for a reader who
    has a minute. The others stand in their sections.
    """

    name: str
    statement: Message
    strength: Strength
    action: Message
    headline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to the whole report's question."""

    statement: Message
    strength: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How an assumption came out; a failed mandatory check bars approval."""

    name: str
    label: Message
    status: CheckStatus
    detail: Message
    mandatory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everything that one section puts on the page, in the order of the page."""

    findings: tuple[Finding, ...] = ()
    metrics: tuple[Metric, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    checks: tuple[Check, ...] = ()
    methods: tuple[Method, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAssessed:
    """A question that this data cannot answer, and why: said on the page, never left out."""

    name: str
    question: Message
    reason: Message
