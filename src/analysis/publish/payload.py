"""The typed outputs of an executed notebook: what a page, an index or a comparison reads.

Each payload is worded in every language of the run and has passed the disclosure
gate before it is built. The executed notebook holds it under its own MIME type,
``application/vnd.bank-assessment.KIND.v1+json``.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from analysis.results import CheckStatus, Strength
from analysis.text import Language, Measure, Unit

Localised = dict[Language, str]
"""A text in every language of the run."""


class Payload(BaseModel):
    """Anything that a notebook publishes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str
    """Plain and unique among its kind in a report: anchors and file names use it."""


class ReportHeader(Payload):
    """First output of a report: what it is about and under which rules it was made."""

    kind: Literal["report"] = "report"
    title: Localised
    question: Localised
    run: str
    run_title: Localised
    period: str
    as_of: dt.date
    previous_as_of: dt.date
    scope: str
    scope_title: Localised
    within: str = ""
    """The scope that this one is a part of."""
    parts: tuple[str, ...] = ()
    """The scopes that it is divided into, published or not."""
    languages: tuple[Language, ...]
    parameters: dict[str, JsonValue]
    disclosure: dict[str, JsonValue]
    rules: tuple[Localised, ...]
    """The disclosure rules in force, one sentence each."""


class PublishedVerdict(Payload):
    """The answer to the report's question in one or two sentences."""

    kind: Literal["verdict"] = "verdict"
    statement: Localised
    strength: Strength


class PublishedFinding(Payload):
    """A sentence that answers a section's question, how sure it is, what to do."""

    kind: Literal["finding"] = "finding"
    statement: Localised
    strength: Strength
    action: Localised
    headline: bool
    """Whether it stands among the first page's findings."""


class PublishedMetric(Payload):
    """A named number that periods are compared on; a tile of the first page."""

    kind: Literal["metric"] = "metric"
    label: Localised
    definition: Localised
    measure: Measure
    unit: Unit
    value: float | None
    low: float | None
    high: float | None
    confidence: float | None
    n: int | None
    suppressed: bool
    text: Localised
    """The value as a reader sees it; a mark where it is suppressed."""
    interval_text: Localised
    change_text: Localised
    """The change since the previous period with its interval; empty where none."""
    change: float | None
    change_low: float | None
    change_high: float | None
    trend: Literal["better", "worse", "unchanged", "unknown"]


class PublishedColumn(BaseModel):
    """The head of a table's column."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Localised
    numeric: bool
    role: Literal["labels", "counts", "shares", "quantities"] = "quantities"
    adds_up: bool = False
    """Of counts and sums: the total rows are sums of the others."""
    part: str = ""
    whole: str = ""
    """Of shares: the counts that they are made of; of sums: whom they are summed over."""
    identity: str = ""
    total_identity: str = ""
    """Of counts and sums: what they are, where other tables show them; `analysis.disclosure`."""
    is_sum: bool = False
    """Of quantities: persons contribute to it, some perhaps more than others."""


class PublishedCell(BaseModel):
    """One cell: the value for machines, the text for readers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    value: float | int | str | None
    low: float | None = None
    high: float | None = None
    text: Localised
    suppressed: bool = False
    link: Localised = Field(default_factory=dict)
    """Where the text leads, relative to the page; empty where nowhere."""


class PublishedTable(Payload):
    """A table after the disclosure gate."""

    kind: Literal["table"] = "table"
    caption: Localised
    unit: Unit
    columns: tuple[PublishedColumn, ...]
    rows: tuple[tuple[PublishedCell, ...], ...]
    total_rows: tuple[int, ...]
    """Positions of the rows that are totals of others."""
    notes: tuple[Localised, ...]
    suppressed_cells: int
    total_column: str = ""
    """The counts that are the sum of the others in their row."""
    row_keys: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    """Which disclosure rules withheld something."""
    cost: int = 0
    cost_at_least: int = 0
    """What was lost to protect other cells, and what any safe choice loses."""


class PublishedMark(BaseModel):
    """A place in a figure's picture that shows a cell of its table; it holds no number of it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    x: float
    y: float
    """In the picture's own units, from its upper left corner."""
    row: int
    columns: tuple[int, ...]
    """Which cells of that row: one, or two where both axes show one."""


class PublishedFigure(Payload):
    """A figure in each language, drawn from its gated table alone."""

    kind: Literal["figure"] = "figure"
    caption: Localised
    alt: Localised
    svg: Localised
    table: PublishedTable
    marks: dict[Language, tuple[PublishedMark, ...]] = Field(default_factory=dict)
    """Where each picture shows which cell."""


class PublishedCheck(Payload):
    """How an assumption came out."""

    kind: Literal["check"] = "check"
    label: Localised
    status: CheckStatus
    detail: Localised
    mandatory: bool

    @property
    def bars_approval(self) -> bool:
        """Whether it is mandatory and failed."""
        return self.mandatory and self.status is CheckStatus.FAILED


class PublishedMethod(Payload):
    """A method for the appendix."""

    kind: Literal["method"] = "method"
    title: Localised
    citation: str
    assumptions: tuple[Localised, ...]


class PublishedInput(Payload):
    """A table that was read: where from, how much of it, how fresh, what is wrong."""

    kind: Literal["input"] = "input"
    title: Localised
    source: str
    """The source as the run file names it, without secrets."""
    rows: int
    rows_used: int
    left_out: tuple[Localised, ...]
    """Each reason with its count."""
    first_date: dt.date | None
    last_date: dt.date | None
    sha256: str
    quality: tuple[Localised, ...]


class PublishedGap(Payload):
    """The place of something that could not be made; the engine writes it, no notebook."""

    kind: Literal["gap"] = "gap"
    section: Localised
    """The heading that it stands under; empty before the first."""
    error: str
    """The exception's type."""
    detail: str
    """What our own error says, in English; empty for any other, whose text may quote data."""
    follows: str
    """The gap whose missing result this one needed; empty where it failed by itself."""


class PublishedQuery(BaseModel):
    """A query that the report asked of its source; it holds no row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cell: int
    """Execution count of the notebook's cell that asked."""
    functions: tuple[str, ...]
    """``package.module:function``, from the one that the cell called to the one that asked."""
    sql: str
    tables: tuple[str, ...]
    """Tables of the contract, and intermediate results of other queries."""
    gives: str
    """Name of the intermediate result that it makes; empty where rows were handed over."""
    rows: int | None
    """Rows handed over, rounded; None where they are few, or where none were."""


class PublishedLineage(Payload):
    """What the kernel alone knows of where numbers come from."""

    kind: Literal["lineage"] = "lineage"
    queries: tuple[PublishedQuery, ...]
    derived: dict[str, tuple[str, ...]]
    """Parameters that a derived one is made of, by its name: of ``p.rules`` for instance."""
    functions: dict[str, str]
    """What a name in the notebook is, where its module took it over from another."""


class ReportEnd(Payload):
    """Last output: all that was published, so that a lost output is noticed."""

    kind: Literal["end"] = "end"
    published: tuple[str, ...]
    """``kind:name`` of every payload, in order, without this one."""


AnyPayload = Annotated[
    ReportHeader
    | PublishedVerdict
    | PublishedFinding
    | PublishedMetric
    | PublishedTable
    | PublishedFigure
    | PublishedCheck
    | PublishedMethod
    | PublishedInput
    | PublishedLineage
    | PublishedGap
    | ReportEnd,
    Field(discriminator="kind"),
]

_ADAPTER: TypeAdapter[AnyPayload] = TypeAdapter(AnyPayload)
_PREFIX = "application/vnd.bank-assessment."
_SUFFIX = ".v1+json"


def mime_type(kind: str) -> str:
    """Give the MIME type of a kind of payload.

    Examples
    --------
    >>> mime_type("figure")
    'application/vnd.bank-assessment.figure.v1+json'
    """
    return f"{_PREFIX}{kind}{_SUFFIX}"


def is_payload(mime: str) -> bool:
    """Whether a MIME type is one of the payloads'."""
    return mime.startswith(_PREFIX) and mime.endswith(_SUFFIX)


def parse_payload(data: object) -> AnyPayload:
    """Read a payload back from the JSON value that a notebook holds.

    Raises
    ------
    pydantic.ValidationError
        If the value is not a payload of this version.
    """
    return _ADAPTER.validate_python(data, strict=False)
