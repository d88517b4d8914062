"""Every run beneath a reports folder: what its reports are about, and what they say."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.proof.standing import read_standing
from analysis.publish.payload import PublishedMetric
from analysis.site.index import RunStatus, StatusEntry
from analysis.text import LANGUAGES, Language

STATUS = "status.json"
_DEEPEST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A text of a report that can be searched for, and its place on the page.

    Attributes
    ----------
    kind : {"verdict", "finding", "metric", "definition", "figure", "table"}
    text : mapping of language to str
    anchor : str
    """

    kind: str
    text: Mapping[str, str]
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfReport:
    """One report of one run about one scope.

    Attributes
    ----------
    name, scope : str
    title, scope_title : mapping of language to str
    status : str
        ``published``, ``partial``, ``kept`` (an earlier page is there), ``failed`` or
        ``skipped``.
    reason : str
        Why it is not simply published.
    folder : str or None
        Its folder, relative to the reports folder; None where there is no page.
    languages : tuple of str
        Of its pages.
    strength : str
        Of its verdict; empty without one.
    review : str
        How its review stands (`analysis.proof.standing.State`); empty without a page.
    metrics : mapping of str to PublishedMetric
    said : tuple of Said
    """

    name: str
    scope: str
    title: Mapping[str, str]
    scope_title: Mapping[str, str]
    status: str
    reason: str
    folder: str | None
    languages: tuple[str, ...]
    strength: str
    metrics: Mapping[str, PublishedMetric]
    said: tuple[Said, ...]
    review: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRun:
    """One run.

    Attributes
    ----------
    folder : str
        Relative to the reports folder.
    follows : str or None
        The folder of the run of the period before.
    """

    folder: str
    title: Mapping[str, str]
    period: str
    as_of: dt.date
    follows: str | None
    languages: tuple[Language, ...]
    reports: tuple[ShelfReport, ...]


def read_shelf(reports: Path) -> tuple[ShelfRun, ...]:
    """Read every run beneath a reports folder.

    Parameters
    ----------
    reports : Path
        Runs lie in it or in folders of it, each with a ``status.json``.

    Returns
    -------
    tuple of ShelfRun
        The latest first. A folder whose status cannot be read is passed over: it is no
        run.
    """
    runs = [run for path in _find(reports) if (run := _read_run(path, reports)) is not None]
    return tuple(sorted(runs, key=lambda run: (run.as_of, run.folder), reverse=True))


def _find(reports: Path) -> Iterator[Path]:
    for depth in range(1, _DEEPEST + 1):
        yield from sorted(reports.glob("/".join(["[!.]*"] * depth) + f"/{STATUS}"))


def _read_run(path: Path, reports: Path) -> ShelfRun | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        status = RunStatus.model_validate(content)
    except (OSError, ValueError):
        return None
    folder = path.parent.relative_to(reports).as_posix()
    follows = content.get("follows")
    return ShelfRun(
        folder=folder,
        title=_texts(status.title),
        period=status.period,
        as_of=status.as_of,
        follows=follows if isinstance(follows, str) else None,
        languages=status.languages,
        reports=tuple(_read_report(path.parent, folder, entry) for entry in status.reports),
    )


def _read_report(run: Path, folder: str, entry: StatusEntry) -> ShelfReport:
    try:
        text = (run / entry.folder / "results.json").read_text(encoding="utf-8")
        results = json.loads(text)
        report = results["report"]
        metrics = [PublishedMetric.model_validate(metric) for metric in results["metrics"]]
        said = tuple(_list_said(results))
    except (OSError, ValueError, KeyError, TypeError, ValidationError):
        return _without_page(entry)
    return ShelfReport(
        name=entry.report,
        scope=entry.scope,
        title=report["title"],
        scope_title=report["scope_title"],
        status="kept" if entry.status in {"failed", "skipped"} else entry.status,
        reason=entry.reason,
        folder=f"{folder}/{entry.folder}",
        languages=tuple(report["languages"]),
        strength=(results["verdict"] or {}).get("strength", ""),
        metrics={metric.name: metric for metric in metrics},
        said=said,
        review=read_standing(run / entry.folder).state.value,
    )


def _without_page(entry: StatusEntry) -> ShelfReport:
    named = entry.scope.partition(":")[2]
    return ShelfReport(
        name=entry.report,
        scope=entry.scope,
        title=_texts(entry.title) or {"en": entry.report},
        scope_title=dict.fromkeys(LANGUAGES, named) if named else {},
        status="skipped" if entry.status == "skipped" else "failed",
        reason=entry.reason,
        folder=None,
        languages=(),
        strength="",
        metrics={},
        said=(),
    )


def _texts(text: Mapping[Language, str]) -> dict[str, str]:
    return {str(language): said for language, said in text.items()}


def _list_said(results: Mapping[str, Any]) -> Iterator[Said]:
    """Give what a reader may look for, in the order of what matters."""
    if results["verdict"]:
        yield Said(kind="verdict", text=results["verdict"]["statement"], anchor="verdict")
    for finding in results["findings"]:
        yield _said("finding", finding["statement"], f"finding-{finding['name']}")
    for metric in results["metrics"]:
        yield _said("metric", metric["label"], f"metric-{metric['name']}")
        yield _said("definition", metric["definition"], f"definition-{metric['name']}")
    for kind in ("figure", "table"):
        for shown in results[f"{kind}s"]:
            yield _said(kind, shown["caption"], f"{kind}-{shown['name']}")


def _said(kind: str, text: Mapping[str, str], anchor: str) -> Said:
    return Said(kind=kind, text=text, anchor=anchor)


def list_chains(runs: tuple[ShelfRun, ...]) -> tuple[tuple[ShelfRun, ...], ...]:
    """Put runs that follow each other into chains.

    Parameters
    ----------
    runs : tuple of ShelfRun

    Returns
    -------
    tuple of tuple of ShelfRun
        Each from its first period to its last; the chain with the latest run first.
    """
    by_folder = {run.folder: run for run in runs}
    followed = {run.follows for run in runs}
    chains = []
    for head in runs:
        if head.folder in followed:
            continue
        chain, run = [head], head
        while run.follows in by_folder and by_folder[run.follows] not in chain:
            run = by_folder[run.follows]
            chain.append(run)
        chains.append(tuple(chain[::-1]))
    return tuple(chains)
