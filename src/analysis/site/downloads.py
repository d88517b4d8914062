"""The files beside a page: each table as CSV, each figure as SVG, all results as JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from analysis.errors import Problem, ReportError
from analysis.publish.audit import audit_results
from analysis.publish.payload import Payload, PublishedCell, PublishedTable
from analysis.site.reader import Reader
from analysis.site.record import ReportRecord
from analysis.text import Language

RESULTS_FORMAT = 1
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def table_file(name: str, language: Language) -> str:
    """Give where a table lies beside the page, as a relative link."""
    return f"tables/{name}.{language}.csv"


def figure_file(name: str, language: Language) -> str:
    """Give where a figure's drawing lies beside the page."""
    return f"figures/{name}.{language}.svg"


def figure_table_name(name: str) -> str:
    """Name the table that a figure is drawn from."""
    return f"figure-{name}"


def list_tables(record: ReportRecord) -> tuple[tuple[str, PublishedTable], ...]:
    """Give every table of a report, those of figures too, by its file's name.

    Raises
    ------
    ReportError
        If two tables would be written to one file.
    """
    named = [(table.name, table) for table in record.tables]
    named += [(figure_table_name(figure.name), figure.table) for figure in record.figures]
    counts = Counter(name.casefold() for name, _ in named)
    problems = [
        Problem(
            what=f"two tables would be written to the file {name!r}",
            next_step="Rename the table or the figure in the domain's answers.",
        )
        for name, count in counts.items()
        if count > 1
    ]
    if problems:
        raise ReportError(problems)
    return tuple(named)


def write_csv(table: PublishedTable, language: Language) -> str:
    r"""Write a table for a spreadsheet, with a byte-order mark so that Chinese is read.

    An interval gets two columns of its own beside its value. Numbers are written in
    full and stay numbers, negative ones too; any other cell
    that a spreadsheet would take for a formula gets a leading apostrophe.

    Returns
    -------
    str
        Rows end in CR LF.
    """
    reader = Reader(language)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    bounded = {
        position
        for row in table.rows
        for position, cell in enumerate(row)
        if cell.low is not None or cell.high is not None
    }
    writer.writerow(list(_csv_head(table, bounded, reader)))
    for row in table.rows:
        writer.writerow(list(_csv_row(row, bounded, reader)))
    return "\ufeff" + buffer.getvalue()


def _csv_head(table: PublishedTable, bounded: set[int], reader: Reader) -> Iterator[str]:
    for position, column in enumerate(table.columns):
        title = reader.read(column.title)
        yield neutralise(title)
        if position in bounded:
            yield neutralise(reader.say("low_of", column=title))
            yield neutralise(reader.say("high_of", column=title))


def _csv_row(
    row: tuple[PublishedCell, ...], bounded: set[int], reader: Reader
) -> Iterator[str | float]:
    for position, cell in enumerate(row):
        if isinstance(cell.value, int | float):
            yield cell.value
        elif cell.value is None and not cell.suppressed:
            yield ""
        else:
            yield neutralise(reader.read(cell.text))
        if position in bounded:
            yield "" if cell.low is None else cell.low
            yield "" if cell.high is None else cell.high


def neutralise(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula.

    Examples
    --------
    >>> neutralise("=1+1"), neutralise("-5.2"), neutralise("North")
    ("'=1+1", '-5.2', 'North')
    """
    if text.lstrip(" ").startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def write_results(record: ReportRecord) -> str:
    """Write all payloads as JSON, without drawings; the same bytes for the same record."""
    results: dict[str, Any] = {
        "format": RESULTS_FORMAT,
        "report": _dump(record.header),
        "verdict": _dump(record.verdict) if record.verdict else None,
        "partial": record.partial,
        "stray_outputs": record.stray_outputs,
    }
    for kind, payloads in _groups(record):
        results[kind] = [_dump(payload) for payload in payloads]
    return json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_audit(results: str) -> str:
    """Write what the disclosure rules did to each item, by the results as they are written."""
    audit = audit_results(json.loads(results)).as_json()
    return json.dumps(audit, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _groups(record: ReportRecord) -> Iterator[tuple[str, tuple[Payload, ...]]]:
    yield "findings", record.findings
    yield "metrics", record.metrics
    yield "tables", record.tables
    yield "figures", record.figures
    yield "checks", record.checks
    yield "methods", record.methods
    yield "inputs", record.inputs
    yield "gaps", record.gaps


def _dump(payload: Payload) -> dict[str, Any]:
    return payload.model_dump(mode="json", exclude={"svg"})
