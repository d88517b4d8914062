"""What an executed notebook says: its typed outputs and prose, and nothing else it printed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from analysis.errors import Problem, ReportError
from analysis.publish.payload import (
    AnyPayload,
    Payload,
    PublishedCheck,
    PublishedFigure,
    PublishedFinding,
    PublishedGap,
    PublishedInput,
    PublishedLineage,
    PublishedMethod,
    PublishedMetric,
    PublishedTable,
    PublishedVerdict,
    ReportEnd,
    ReportHeader,
    is_payload,
    mime_type,
    parse_payload,
)
from analysis.site.sections import Section, collect_sections
from analysis.text import LANGUAGES, Language, Unit

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_NO_TEXTS = {"parameters", "disclosure", "derived", "functions"}
_RUN_AGAIN = "Run the report again."
_Kind = TypeVar("_Kind", bound=Payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRecord:
    """All that one executed notebook published, in the notebook's order.

    Attributes
    ----------
    header : ReportHeader
    verdict : PublishedVerdict or None
    findings, metrics, checks, methods, inputs, tables, figures : tuple of payloads
        `tables` holds the tables published as such; a figure carries its own.
    lineage : PublishedLineage or None
        What the kernel says of its queries; None in a notebook of an earlier version.
    introductions : mapping of language to str
        The Markdown between the title and the first section.
    sections : mapping of language to tuple of Section
        Headings with the prose, findings, figures and tables under them.
    gaps : tuple of PublishedGap
        The places of what failed.
    stray_outputs : int
        Outputs that nothing published: counted here, shown nowhere.
    """

    header: ReportHeader
    verdict: PublishedVerdict | None
    findings: tuple[PublishedFinding, ...]
    metrics: tuple[PublishedMetric, ...]
    checks: tuple[PublishedCheck, ...]
    methods: tuple[PublishedMethod, ...]
    inputs: tuple[PublishedInput, ...]
    lineage: PublishedLineage | None
    tables: tuple[PublishedTable, ...]
    figures: tuple[PublishedFigure, ...]
    introductions: Mapping[Language, str]
    sections: Mapping[Language, tuple[Section, ...]]
    gaps: tuple[PublishedGap, ...]
    stray_outputs: int

    @property
    def partial(self) -> bool:
        """Whether a part of the report failed."""
        return bool(self.gaps)

    @property
    def barred_by(self) -> tuple[PublishedCheck, ...]:
        """The failed mandatory checks: with one of them no approval is possible."""
        return tuple(check for check in self.checks if check.bars_approval)

    @property
    def person_tables(self) -> tuple[PublishedTable, ...]:
        """The tables on persons, those of figures too."""
        tables = (*self.tables, *(figure.table for figure in self.figures))
        return tuple(table for table in tables if table.unit is not Unit.NONE)

    @property
    def person_cells(self) -> int:
        """How many numbers on persons the tables hold, shown or withheld."""
        return sum(person_cells(table) for table in self.person_tables)

    @property
    def withheld_cells(self) -> int:
        """How many of them are withheld."""
        return sum(table.suppressed_cells for table in self.person_tables)


def person_cells(table: PublishedTable) -> int:
    """Count a table's numbers, and its withheld words."""
    return sum(
        cell.suppressed or column.numeric
        for row in table.rows
        for cell, column in zip(row, table.columns, strict=True)
    )


def read_record(path: Path) -> ReportRecord:
    """Read what an executed notebook published.

    Parameters
    ----------
    path : Path
        An executed ``.ipynb`` of format 4.

    Returns
    -------
    ReportRecord

    Raises
    ------
    ReportError
        If the file is no notebook, has no report header or end, lost an output, holds
        a payload that this version cannot read, or lacks a text in one of its languages.
    """
    return collect_record(load_notebook(path), where=path.name)


def load_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook's JSON, without the cost of importing nbformat.

    Raises
    ------
    ReportError
        If the file is missing or is not a notebook of format 4.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReportError(
            Problem(
                what="the executed notebook cannot be read",
                found=type(error).__name__,
                next_step=_RUN_AGAIN,
                where=path.name,
            )
        ) from error
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        raise ReportError(
            Problem(
                what="the file is not a notebook",
                needed="a notebook of format 4",
                next_step=_RUN_AGAIN,
                where=path.name,
            )
        )
    return notebook


def collect_record(notebook: Mapping[str, Any], *, where: str) -> ReportRecord:
    """Build the record of a loaded notebook; see `read_record`."""
    parsed = [(cell, *_parse_outputs(cell, where)) for cell in notebook["cells"]]
    payloads = [payload for _, published, _ in parsed for payload in published]
    header = _only(payloads, ReportHeader, where)
    problems = [
        *_find_lost(payloads, where),
        *_find_bad_names(payloads, where),
        *_find_untranslated(payloads, header.languages, where),
    ]
    if problems:
        raise ReportError(problems)
    verdicts = _of(payloads, PublishedVerdict)
    told = [(cell, published) for cell, published, _ in parsed]
    stories = {language: collect_sections(told, language) for language in header.languages}
    return ReportRecord(
        header=header,
        verdict=verdicts[0] if verdicts else None,
        findings=_of(payloads, PublishedFinding),
        metrics=_of(payloads, PublishedMetric),
        checks=_of(payloads, PublishedCheck),
        methods=_of(payloads, PublishedMethod),
        inputs=_of(payloads, PublishedInput),
        lineage=next(iter(_of(payloads, PublishedLineage)), None),
        tables=_of(payloads, PublishedTable),
        figures=_of(payloads, PublishedFigure),
        introductions={language: story[0] for language, story in stories.items()},
        sections={language: story[1] for language, story in stories.items()},
        gaps=_of(payloads, PublishedGap),
        stray_outputs=sum(stray for _, _, stray in parsed),
    )


def _parse_outputs(cell: Mapping[str, Any], where: str) -> tuple[list[AnyPayload], int]:
    """Give a cell's payloads, and how many outputs are none."""
    payloads, stray = list[AnyPayload](), 0
    for output in cell.get("outputs", ()):
        mimes = [mime for mime in output.get("data", {}) if is_payload(mime)]
        if not mimes:
            stray += 1
        payloads.extend(_parse(mime, output["data"][mime], where) for mime in mimes)
    return payloads, stray


def _parse(mime: str, data: object, where: str) -> AnyPayload:
    """Read one payload; its values stay out of the message."""
    try:
        payload = parse_payload(data)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ReportError(
            Problem(
                what="an output cannot be read by this version",
                found=f"{place}: {first['type']}",
                next_step=_RUN_AGAIN,
                where=where,
            )
        ) from error
    if mime_type(payload.kind) != mime:
        raise ReportError(
            Problem(
                what=f"an output is marked {mime!r} but holds a {payload.kind}",
                next_step=_RUN_AGAIN,
                where=where,
            )
        )
    return payload


def _of(payloads: Iterable[AnyPayload], kind: type[_Kind]) -> tuple[_Kind, ...]:
    return tuple(payload for payload in payloads if isinstance(payload, kind))


def _only(payloads: Iterable[AnyPayload], kind: type[_Kind], where: str) -> _Kind:
    """Give the one payload of a kind that a report has exactly once."""
    found = _of(payloads, kind)
    if len(found) != 1:
        name = "header" if kind is ReportHeader else "end"
        raise ReportError(
            Problem(
                what=f"the notebook has no report {name}" if not found else f"two report {name}s",
                found=str(len(found)),
                needed="1",
                next_step="Run the whole notebook, from its first to its last cell.",
                where=where,
            )
        )
    return found[0]


def _find_lost(payloads: list[AnyPayload], where: str) -> Iterator[Problem]:
    """Compare what the end says was published with what is there."""
    end = _only(payloads, ReportEnd, where)
    told = (p for p in payloads if not isinstance(p, ReportEnd | PublishedGap))
    present = Counter(f"{p.kind}:{p.name}" for p in told)
    declared = Counter(end.published)
    for name in sorted((declared - present).keys()):
        yield Problem(
            what=f"{name} was published but its output is lost", next_step=_RUN_AGAIN, where=where
        )
    for name in sorted((present - declared).keys()):
        yield Problem(
            what=f"{name} is in the notebook but not among what its end declares",
            next_step=_RUN_AGAIN,
            where=where,
        )


def _find_bad_names(payloads: list[AnyPayload], where: str) -> Iterator[Problem]:
    """Names become anchors and file names: plain, and unique among their kind."""
    counts = Counter((payload.kind, payload.name.casefold()) for payload in payloads)
    for payload in payloads:
        if not _PLAIN.fullmatch(payload.name):
            yield Problem(
                what=f"the name {payload.name!r} of a {payload.kind} is not plain",
                needed="letters, digits, '-' and '_', at most 64",
                where=where,
            )
    for (kind, name), count in counts.items():
        if count > 1:
            yield Problem(
                what=f"the {kind} {name!r} is published {count} times", needed="1", where=where
            )
    verdicts = len(_of(payloads, PublishedVerdict))
    if verdicts > 1:
        yield Problem(what="a report has one verdict", found=str(verdicts), where=where)


def _find_untranslated(
    payloads: list[AnyPayload], languages: tuple[Language, ...], where: str
) -> Iterator[Problem]:
    """Each text is there in each language of the report, or in none."""
    for payload in payloads:
        fields = payload.model_dump(
            mode="json", exclude={"parameters", "disclosure", "derived", "functions"}
        )
        for place, text in _texts(fields):
            missing = [language for language in languages if language not in text]
            if text and missing:
                yield Problem(
                    what=f"{payload.kind}:{payload.name}: {place} has no {', '.join(missing)} text",
                    next_step="Publish it through the report that `open_report` gives.",
                    where=where,
                )


def _texts(value: object, place: str = "") -> Iterator[tuple[str, Mapping[str, object]]]:
    """Walk through the localised texts of a dumped payload."""
    if isinstance(value, dict):
        if value and value.keys() <= set(LANGUAGES):
            yield place, value
            return
        for key, part in value.items():
            yield from _texts(part, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list | tuple):
        for position, part in enumerate(value):
            yield from _texts(part, f"{place}[{position}]")
