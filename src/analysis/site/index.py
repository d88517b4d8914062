"""The page of a run: every report by scope, and first of all what is missing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.errors import Problem, ReportError
from analysis.params.report import PlainName
from analysis.proof.standing import read_standing
from analysis.publish.payload import (
    Localised,
    PublishedCheck,
    PublishedMetric,
    PublishedVerdict,
    ReportHeader,
)
from analysis.site.comparison import write_comparison
from analysis.site.page import Head, compose_page, page_environment, write_text
from analysis.site.reader import Reader
from analysis.text import LANGUAGES, Language

_METRICS_SHOWN = 3
_WITH_PAGE = {"failed": "kept", "skipped": "kept"}
_WITHOUT_PAGE = {"published": "failed", "partial": "failed", "kept": "failed"}


class StatusEntry(BaseModel):
    """What became of one report about one scope, as ``status.json`` says.

    Attributes
    ----------
    status : {"published", "partial", "failed", "skipped", "kept"}
    reason : str
        Why there is no new page, in the words of the terminal.
    folder : str
        Relative to the run's folder, with ``/``.
    title : mapping of language to str
        The report's, for where no page says it.
    """

    model_config = ConfigDict(frozen=True)

    report: PlainName
    scope: str
    status: Literal["published", "partial", "failed", "skipped", "kept"]
    reason: str = ""
    folder: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$")]
    title: Localised = Field(default_factory=dict)


class RunStatus(BaseModel):
    """What became of a run."""

    model_config = ConfigDict(frozen=True)

    run: str
    title: Localised
    period: str
    as_of: dt.date
    languages: tuple[Language, ...] = Field(min_length=1)
    home: Annotated[str, Field(pattern=r"^(\.\./)*$")] = ""
    """Leads to the pages over all runs; empty where there are none."""
    reports: tuple[StatusEntry, ...]


class _Results(BaseModel):
    """The part of ``results.json`` that the index shows."""

    report: ReportHeader
    verdict: PublishedVerdict | None
    metrics: tuple[PublishedMetric, ...]
    checks: tuple[PublishedCheck, ...] = ()
    review: str = "none"
    """How its review stands (`analysis.proof.standing`); not from the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One report about one scope.

    Attributes
    ----------
    status : str
        ``kept`` where the new run failed and an earlier page is still there.
    href : str
        Its page in the index's language; empty where there is none.
    as_of : date or None
        Of the page's data.
    metrics : tuple of PublishedMetric or None
        In the order of the group's columns.
    review : str
        How its review stands; empty where there is no page.
    barred : bool
        Whether a mandatory check failed.
    """

    scope: str
    scope_title: str
    status: str
    reason: str
    href: str
    as_of: dt.date | None
    verdict: PublishedVerdict | None
    metrics: tuple[PublishedMetric | None, ...]
    review: str = ""
    barred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One report about all its scopes."""

    name: str
    title: str
    question: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def write_index(run_folder: Path) -> None:
    """Write ``index.html`` of a run, and its sibling in the run's second language.

    Where the run follows another, the page that compares the two is written too.

    Parameters
    ----------
    run_folder : Path
        Holds ``status.json``, and for each report a folder with ``results.json``.

    Raises
    ------
    ReportError
        If ``status.json`` is missing or says something else than expected.
    """
    status = _read_status(run_folder / "status.json")
    found = [(entry, _read_results(run_folder, entry)) for entry in status.reports]
    names = {
        language: "index.html" if position == 0 else f"index.{language}.html"
        for position, language in enumerate(status.languages)
    }
    compared = write_comparison(run_folder)
    for language, name in names.items():
        page = _draw_index(status, found, names, language, compared=compared)
        write_text(run_folder / name, page)
    for language in LANGUAGES:
        if f"index.{language}.html" not in names.values():
            (run_folder / f"index.{language}.html").unlink(missing_ok=True)


def _read_status(path: Path) -> RunStatus:
    try:
        return RunStatus.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ReportError(
            Problem(
                what="the run's status cannot be read",
                found=type(error).__name__,
                next_step="Run the reports again.",
                where=path.name,
            )
        ) from error


def _read_results(run_folder: Path, entry: StatusEntry) -> _Results | None:
    """Read what a report's page says; None where there is no page."""
    try:
        text = (run_folder / entry.folder / "results.json").read_text(encoding="utf-8")
        results = _Results.model_validate({**json.loads(text), "review": "none"})
    except (OSError, ValueError, TypeError):
        return None
    standing = read_standing(run_folder / entry.folder)
    return results.model_copy(update={"review": standing.state.value})


def _draw_index(
    status: RunStatus,
    found: list[tuple[StatusEntry, _Results | None]],
    names: Mapping[Language, str],
    language: Language,
    *,
    compared: bool,
) -> str:
    template = page_environment(language).get_template("index.html.j2")
    groups = tuple(_group(found, language))
    rows = [(group, row) for group in groups for row in group.rows]

    def draw(head: Head) -> str:
        return template.render(
            head=head,
            language=language,
            home=f"{status.home}index.{language}.html" if status.home else "",
            title=_say(status.title, language),
            period=status.period,
            as_of=status.as_of,
            siblings=tuple(names.items()) if len(names) > 1 else (),
            groups=groups,
            compared=compared,
            missing=[(group, row) for group, row in rows if row.status != "published"],
            total=len(rows),
            published=sum(row.status == "published" for _, row in rows),
        )

    return compose_page(draw, language).strip() + "\n"


def _group(
    found: Iterable[tuple[StatusEntry, _Results | None]], language: Language
) -> Iterator[Group]:
    by_report: dict[str, list[tuple[StatusEntry, _Results | None]]] = {}
    for entry, results in found:
        by_report.setdefault(entry.report, []).append((entry, results))
    for name, entries in by_report.items():
        known = [results for _, results in entries if results]
        shown = known[0].metrics[:_METRICS_SHOWN] if known else ()
        yield Group(
            name=name,
            title=_say(known[0].report.title if known else entries[0][0].title, language) or name,
            question=_say(known[0].report.question, language) if known else "",
            columns=tuple(_say(metric.label, language) for metric in shown),
            rows=tuple(
                _row(entry, results, tuple(metric.name for metric in shown), language)
                for entry, results in entries
            ),
        )


def _row(
    entry: StatusEntry, results: _Results | None, columns: tuple[str, ...], language: Language
) -> Row:
    if results is None:
        return Row(
            scope=entry.scope,
            scope_title=entry.scope.partition(":")[2] or Reader(language).say("whole_bank"),
            status=_WITHOUT_PAGE.get(entry.status, entry.status),
            reason=entry.reason,
            href="",
            as_of=None,
            verdict=None,
            metrics=(None,) * len(columns),
        )
    metrics = {metric.name: metric for metric in results.metrics}
    spoken = results.report.languages
    return Row(
        scope=entry.scope,
        scope_title=_say(results.report.scope_title, language),
        status=_WITH_PAGE.get(entry.status, entry.status),
        reason=entry.reason,
        href=f"{entry.folder}/report.{language if language in spoken else spoken[0]}.html",
        as_of=results.report.as_of,
        verdict=results.verdict,
        metrics=tuple(metrics.get(name) for name in columns),
        review=results.review,
        barred=any(check.bars_approval for check in results.checks),
    )


def _say(text: Mapping[Language, Any], language: Language) -> str:
    """Give a text in the index's language, or as it is: an earlier run may have had one only."""
    return str(text.get(language) or next(iter(text.values()), ""))
