"""The site over all runs: what there is, how it moves over the periods, what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from analysis.proof.standing import State
from analysis.site.courses import list_courses
from analysis.site.page import Head, compose_page, page_environment, write_text
from analysis.site.reader import Reader
from analysis.site.shelf import ShelfReport, ShelfRun, list_chains, read_shelf
from analysis.text import LANGUAGES, Language

PAGES = ("index", "trends", "failures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """One run: its reports by scope.

    Attributes
    ----------
    scopes : tuple of str
        Titles, the columns.
    rows : tuple of (title, tuple of ShelfReport or None)
    """

    run: ShelfRun
    href: str
    scopes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[ShelfReport | None, ...]], ...]


def write_overview(reports: Path) -> None:
    """Write the pages over all runs into the reports folder.

    Parameters
    ----------
    reports : Path
        Holds the runs' folders. It receives ``index.html`` and, in each language that
        a run speaks, ``index.LANGUAGE.html``, ``trends.LANGUAGE.html`` and
        ``failures.LANGUAGE.html``: the same bytes for the same runs.
    """
    runs = read_shelf(reports)
    spoken = {language for run in runs for language in run.languages}
    languages = tuple(language for language in LANGUAGES if language in spoken)
    for language in languages:
        for name in PAGES:
            text = _draw(name, runs, languages, language)
            write_text(reports / f"{name}.{language}.html", text)
            if name == "index" and language == _first(runs):
                write_text(reports / "index.html", text)
    for name in PAGES:
        for language in LANGUAGES:
            if language not in languages:
                (reports / f"{name}.{language}.html").unlink(missing_ok=True)


def _first(runs: tuple[ShelfRun, ...]) -> Language:
    return runs[0].languages[0]


def _draw(
    name: str, runs: tuple[ShelfRun, ...], languages: tuple[Language, ...], language: Language
) -> str:
    environment = page_environment(language)
    choose = _chooser(language)
    environment.globals.update(choose=choose, page_of=_page_of(language))
    template = environment.get_template(f"overview/{name}.html.j2")
    content = _CONTENT[name](runs, language)

    def draw(head: Head) -> str:
        return template.render(
            head=head,
            language=language,
            siblings=tuple((each, f"{name}.{each}.html") for each in languages)
            if len(languages) > 1
            else (),
            here=name,
            runs=runs,
            total=sum(len(run.reports) for run in runs),
            published=sum(one.status == "published" for run in runs for one in run.reports),
            **content,
        )

    return compose_page(draw, language).strip() + "\n"


def _chooser(language: Language) -> Callable[[Mapping[Any, str]], str]:
    """Give a text in the page's language, or as it is: a run may speak the other only."""
    reader = Reader(language)

    def choose(text: Mapping[str, str]) -> str:
        said = text.get(language) or next(iter(text.values()), "")
        return reader.plain(said) or reader.say("whole_bank")

    return choose


def _page_of(language: Language) -> Callable[[ShelfReport], str]:
    def page_of(report: ShelfReport) -> str:
        spoken = language if language in report.languages else report.languages[0]
        return f"{report.folder}/report.{spoken}.html"

    return page_of


def _index(runs: tuple[ShelfRun, ...], language: Language) -> dict[str, Any]:
    data = search_data(runs, language)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    used = "".join(sorted({character for said in data["texts"] for character in said}))
    return {
        "matrices": [_matrix(run, language) for run in runs],
        "search": Markup(text.replace("<", "\\u003c")),  # noqa: S704 - no tag can begin in it
        "search_type": used if language == "zh" else "",
        "options": _options(runs, language),
    }


def _matrix(run: ShelfRun, language: Language) -> Matrix:
    choose = _chooser(language)
    scopes = {report.scope: choose(report.scope_title) for report in run.reports}
    names = {report.name: choose(report.title) for report in run.reports}
    placed = {(report.name, report.scope): report for report in run.reports}
    first = language == run.languages[0]
    spoken = "" if first or language not in run.languages else f".{language}"
    return Matrix(
        run=run,
        href=f"{run.folder}/index{spoken}.html",
        scopes=tuple(scopes.values()),
        rows=tuple(
            (title, tuple(placed.get((name, scope)) for scope in scopes))
            for name, title in names.items()
        ),
    )


def _options(
    runs: tuple[ShelfRun, ...], language: Language
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give what the index can be narrowed by: periods, reports, scopes, status, review."""
    choose, reader = _chooser(language), Reader(language)
    every = [report for run in runs for report in run.reports]
    periods = {run.period: run.period for run in runs}
    names = {report.name: choose(report.title) for report in every}
    scopes = {report.scope: choose(report.scope_title) for report in every}
    known = {report.status for report in every}
    status = {
        key: reader.say("run_failed" if key == "failed" else key)
        for key in ("published", "partial", "kept", "failed", "skipped")
        if key in known
    }
    stands = {report.review for report in every}
    reviews = {state.value: reader.say(f"review_{state}") for state in State if state in stands}
    named = (
        ("period", periods), ("report", names), ("scope", scopes), ("status", status),
        ("review", reviews),
    )  # fmt: skip
    return [(word, list(values.items())) for word, values in named]


def search_data(runs: Iterable[ShelfRun], language: Language) -> dict[str, Any]:
    """Give what the index searches, each text once.

    Returns
    -------
    dict
        ``texts``, ``kinds`` (in words), and ``reports``: the name, title, scope, its
        title, period, status, state of review, both in words, page, and what it says as
        triples of kind, place of the text, and anchor.
    """
    choose, page_of, reader = _chooser(language), _page_of(language), Reader(language)
    texts: dict[str, int] = {}
    kinds = ["verdict", "finding", "metric", "definition", "figure", "table"]
    found = []
    for run in runs:
        for report in run.reports:
            said = [
                (kinds.index(one.kind), texts.setdefault(text, len(texts)), one.anchor)
                for one in report.said
                if (text := reader.plain(one.text.get(language, "")))
            ]
            found.append(
                {
                    "name": report.name,
                    "title": choose(report.title),
                    "scope": report.scope,
                    "where": choose(report.scope_title),
                    "period": run.period,
                    "status": report.status,
                    "review": report.review,
                    "how": " · ".join(_describe(report, reader)),
                    "page": page_of(report) if report.folder else "",
                    "said": said,
                }
            )
    words = [reader.say(f"kind_{kind}") for kind in kinds]
    return {"texts": list(texts), "kinds": words, "reports": found}


def _describe(report: ShelfReport, reader: Reader) -> Iterator[str]:
    yield reader.say("run_failed" if report.status == "failed" else report.status)
    if report.review:
        yield reader.say(f"review_{report.review}")


def _trends(runs: tuple[ShelfRun, ...], language: Language) -> dict[str, Any]:
    return {
        "chains": [
            (chain[-1], list_courses(chain, _chooser(language), language))
            for chain in list_chains(runs)
        ]
    }


def _failures(runs: tuple[ShelfRun, ...], language: Language) -> dict[str, Any]:
    return {"missing": list(_list_missing(runs))}


def _list_missing(runs: tuple[ShelfRun, ...]) -> Iterator[tuple[ShelfRun, list[ShelfReport]]]:
    for run in runs:
        missing = [report for report in run.reports if report.status != "published"]
        if missing:
            yield run, missing


_CONTENT: Mapping[str, Callable[[tuple[ShelfRun, ...], Language], dict[str, Any]]] = {
    "index": _index,
    "trends": _trends,
    "failures": _failures,
}
