"""Key figures over periods and scopes: small multiples, each row on one scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from analysis.publish.payload import PublishedMetric
from analysis.site.shelf import ShelfReport, ShelfRun
from analysis.site.trend import Point, draw_trend
from analysis.text import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One key figure in one scope over the periods.

    Attributes
    ----------
    latest : str
        As it was published last; empty where it never was.
    picture : Markup
        On the scale of its row; empty with fewer than two values.
    texts : tuple of str
        By period; empty where the period does not have it.
    """

    latest: str
    href: str
    picture: Markup
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiple:
    """One key figure in every scope."""

    name: str
    label: str
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCourses:
    """One report's key figures: metrics by scopes."""

    name: str
    title: str
    scopes: tuple[str, ...]
    periods: tuple[str, ...]
    multiples: tuple[Multiple, ...]


def list_courses(
    chain: Sequence[ShelfRun], choose: Callable[[Mapping[Any, str]], str], language: Language
) -> tuple[ReportCourses, ...]:
    """Follow every key figure of every report through a chain of runs.

    Parameters
    ----------
    chain : sequence of ShelfRun
        The first period first.
    choose : callable
        Gives a text in the page's language.
    language : {"en", "zh"}
    """
    names = dict.fromkeys(report.name for run in chain[::-1] for report in run.reports)
    found = (_report(name, chain, choose, language) for name in names)
    return tuple(courses for courses in found if courses.multiples)


def _report(
    name: str,
    chain: Sequence[ShelfRun],
    choose: Callable[[Mapping[Any, str]], str],
    language: Language,
) -> ReportCourses:
    placed = {
        (run.folder, report.scope): report
        for run in chain
        for report in run.reports
        if report.name == name and report.folder is not None
    }
    every = list(placed.values())
    scopes = {
        report.scope: choose(report.scope_title)
        for run in chain[::-1]
        for report in run.reports
        if (run.folder, report.scope) in placed and report.name == name
    }
    metrics = {m.name: m for report in every for m in report.metrics.values()}
    return ReportCourses(
        name=name,
        title=choose(every[-1].title) if every else name,
        scopes=tuple(scopes.values()),
        periods=tuple(run.period for run in chain),
        multiples=tuple(
            Multiple(
                name=metric,
                label=choose(shown.label),
                courses=tuple(
                    _courses(metric, choose(shown.label), scopes, chain, placed, language)
                ),
            )
            for metric, shown in metrics.items()
        ),
    )


def _courses(
    name: str,
    label: str,
    scopes: Mapping[str, str],
    chain: Sequence[ShelfRun],
    placed: Mapping[tuple[str, str], ShelfReport],
    language: Language,
) -> list[Course]:
    found = {
        scope: [_point(run, placed.get((run.folder, scope)), name, language) for run in chain]
        for scope in scopes
    }
    every = [
        value
        for points in found.values()
        for point in points
        for value in (point.value, point.low, point.high)
        if value is not None
    ]
    bounds = (min(every), max(every)) if every else None
    latest = {
        scope: next(
            (placed[run.folder, scope] for run in chain[::-1] if (run.folder, scope) in placed),
            None,
        )
        for scope in scopes
    }
    return [
        Course(
            latest=next((p.text for p in points[::-1] if p.text), ""),
            href=_href(latest[scope], name, language),
            picture=draw_trend(points, label=f"{label} – {scopes[scope]}", bounds=bounds),
            texts=tuple(point.text for point in points),
        )
        for scope, points in found.items()
    ]


def _href(report: ShelfReport | None, metric: str, language: Language) -> str:
    if report is None or metric not in report.metrics:
        return ""
    spoken = language if language in report.languages else report.languages[0]
    return f"{report.folder}/report.{spoken}.html#metric-{metric}"


def _point(run: ShelfRun, report: ShelfReport | None, name: str, language: Language) -> Point:
    metric: PublishedMetric | None = None if report is None else report.metrics.get(name)
    if metric is None:
        return Point(label=run.period, value=None, low=None, high=None, text="")
    text = metric.text.get(language) or next(iter(metric.text.values()), "")
    return Point(label=run.period, value=metric.value, low=metric.low, high=metric.high, text=text)
