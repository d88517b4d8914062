"""The page of origins: from every number to its functions, queries, tables and parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import sqlglot
from jinja2 import Template
from sqlglot.errors import SqlglotError

from analysis.proof.lineage import Lineage, Origin, trace_notebook
from analysis.publish.payload import PublishedQuery
from analysis.site.page import Head, compose_page, page_environment, write_text
from analysis.site.reader import Reader
from analysis.site.record import ReportRecord
from analysis.text import Language
from analysis.visible import clean_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published item and where it comes from.

    Attributes
    ----------
    key : str
        Its anchor on both pages, ``kind-name``.
    kind, label : str
    origin : Origin
    """

    key: str
    kind: str
    label: str
    origin: Origin


def trace_record(
    notebook: Mapping[str, Any], record: ReportRecord, manifest: Mapping[str, Any] | None
) -> Lineage | None:
    """Trace a report; None where its kernel said nothing of its queries."""
    if record.lineage is None:
        return None
    return trace_notebook(
        notebook,
        header=record.header,
        kernel=record.lineage,
        inputs=record.inputs,
        modules=dict((manifest or {}).get("modules") or {}),
    )


def write_lineage(
    folder: Path, lineage: Lineage, record: ReportRecord, manifest: Mapping[str, Any] | None
) -> None:
    """Write ``lineage.json`` and ``lineage.LANGUAGE.html`` beside a report's pages."""
    text = json.dumps(lineage.as_json(), ensure_ascii=False, indent=1, sort_keys=True)
    write_text(folder / "lineage.json", f"{text}\n")
    for language in record.header.languages:
        page = _draw(lineage, record, dict((manifest or {}).get("results") or {}), language)
        write_text(folder / f"lineage.{language}.html", page)


def _draw(
    lineage: Lineage, record: ReportRecord, results: Mapping[str, str], language: Language
) -> str:
    template = lineage_template(language)
    names = _labels(record, Reader(language))
    entries = [
        Entry(
            key=origin.item.replace(":", "-", 1),
            kind=origin.item.partition(":")[0],
            label=names.get(origin.item, origin.item),
            origin=origin,
        )
        for origin in lineage.origins
    ]
    spoken = record.header.languages

    def draw(head: Head) -> str:
        return template.render(
            head=head,
            language=language,
            record=record,
            report=record.header,
            siblings=tuple((each, f"lineage.{each}.html") for each in spoken)
            if len(spoken) > 1
            else (),
            entries=entries,
            queries=lineage.queries,
            functions=lineage.functions(),
            places={function: n for n, function in enumerate(lineage.functions(), 1)},
            inputs={table.name: table for table in record.inputs},
            results=results,
        )

    return compose_page(draw, language).strip() + "\n"


@cache
def lineage_template(language: Language) -> Template:
    """Compile the page's template once a process."""
    environment = page_environment(language)
    environment.filters["pretty"] = write_pretty
    return environment.get_template("lineage.html.j2")


def _labels(record: ReportRecord, reader: Reader) -> dict[str, str]:
    """Say of each item what the page calls it."""
    texts = {
        **{f"metric:{each.name}": each.label for each in record.metrics},
        **{f"finding:{each.name}": each.statement for each in record.findings},
        **{f"figure:{each.name}": each.caption for each in record.figures},
        **{f"table:{each.name}": each.caption for each in record.tables},
        **{f"check:{each.name}": each.label for each in record.checks},
    }
    labels = {item: reader.read(text) for item, text in texts.items()}
    if record.verdict is not None:
        labels[f"verdict:{record.verdict.name}"] = reader.read(record.verdict.statement)
    return labels


@lru_cache(maxsize=512)
def write_pretty(query: PublishedQuery) -> str:
    """Break a query into lines; it stays as it is where it cannot be read.

    Examples
    --------
    >>> query = PublishedQuery(cell=1, functions=(), sql="SELECT a FROM b", tables=(),
    ...                        gives="", rows=None)
    >>> print(write_pretty(query))
    SELECT
      a
    FROM b
    """
    try:
        text = sqlglot.transpile(query.sql, read="duckdb", write="duckdb", pretty=True)[0]
    except (SqlglotError, IndexError, RecursionError):
        text = query.sql
    return clean_text(text)
