"""What other reports published: read back from their ``results.json``, with links to it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import ValidationError

from analysis.params.neighbours import RESULTS, Neighbours, ReportResults, read_results_of
from analysis.publish.payload import (
    Payload,
    PublishedCheck,
    PublishedFinding,
    PublishedMetric,
    PublishedTable,
    PublishedVerdict,
    ReportHeader,
    parse_payload,
)
from analysis.text import Language, Link, Message, Words

_FORMAT = 1
_Kind = TypeVar("_Kind", bound=Payload)
Why = Literal["failed", "absent", "not_asked_for", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingResults:
    """A report whose results cannot be read, and why."""

    report: str
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """All that one report published about one scope, by name.

    Attributes
    ----------
    report : str
    header : ReportHeader
    verdict : PublishedVerdict or None
    metrics, findings, checks, tables : mapping of str to payload
    folder : str
        Of its pages, relative to the folder of the report that reads them, with ``/``.
    """

    report: str
    header: ReportHeader
    verdict: PublishedVerdict | None
    metrics: Mapping[str, PublishedMetric]
    findings: Mapping[str, PublishedFinding]
    checks: Mapping[str, PublishedCheck]
    tables: Mapping[str, PublishedTable]
    folder: str

    def link(self, text: Message | Words | str, anchor: str = "") -> Link:
        """Link a text to a place on the report's page, in the reader's language.

        Parameters
        ----------
        text : Message, Words or str
        anchor : str
            ``metric-NAME``, ``finding-NAME``, ``table-NAME``, ``certainty``; the top where
            empty.
        """
        return Link(text=text, page=f"{self.folder}/report", anchor=anchor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The results that one run left about one scope.

    Attributes
    ----------
    run, period : str
        Empty for the run under way.
    as_of : date or None
    """

    run: str = ""
    period: str = ""
    as_of: Any = None
    _folder: Path | None = None
    _places: Mapping[str, ReportResults] = field(default_factory=lambda: MappingProxyType({}))
    _up: str = ""

    @classmethod
    def of_this_run(cls, near: Neighbours) -> Archive:
        """Give the results beside a report's own."""
        return cls(
            _folder=near.folder,
            _places={found.report: found for found in near.results},
            _up="../..",
        )

    @classmethod
    def of_earlier_runs(cls, near: Neighbours, *, scope: str) -> tuple[Archive, ...]:
        """Give the results of the runs before, the latest first."""
        return tuple(
            cls(
                run=run.run,
                period=run.period,
                as_of=run.as_of,
                _folder=run.folder,
                _places={found.report: found for found in read_results_of(run.folder, scope=scope)},
                _up=_relative(run.folder, near.folder),
            )
            for run in near.earlier
        )

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports that the run asked for, but the one that reads them."""
        return tuple(self._places)

    def results(self, name: str) -> Results | MissingResults:
        """Read what a report published, or say why there is nothing to read."""
        place = self._places.get(name)
        if place is None or self._folder is None:
            return MissingResults(report=name, why="not_asked_for")
        if place.status != "published":
            return MissingResults(report=name, why=place.status)
        try:
            told = json.loads((self._folder / place.folder / RESULTS).read_text(encoding="utf-8"))
            if told["format"] != _FORMAT:
                return MissingResults(report=name, why="unreadable")
            return _parse(name, told, folder=f"{self._up}/{place.folder}")
        except (OSError, ValueError, KeyError, TypeError, ValidationError):
            return MissingResults(report=name, why="unreadable")


def spoken(text: Mapping[Language, str]) -> Words:
    """Give a published text as words; a language that it lacks takes the other's.

    Examples
    --------
    >>> spoken({"en": "Share"}).zh
    'Share'
    """
    any_of = next(iter(text.values()), "")
    return Words(en=text.get("en", any_of), zh=text.get("zh", any_of))


def _parse(name: str, told: Mapping[str, Any], *, folder: str) -> Results:
    verdict = told["verdict"]
    return Results(
        report=name,
        header=ReportHeader.model_validate(told["report"]),
        verdict=None if verdict is None else PublishedVerdict.model_validate(verdict),
        metrics=_by_name(told["metrics"], PublishedMetric),
        findings=_by_name(told["findings"], PublishedFinding),
        checks=_by_name(told["checks"], PublishedCheck),
        tables=_by_name(told["tables"], PublishedTable),
        folder=folder,
    )


def _by_name(payloads: list[Any], kind: type[_Kind]) -> Mapping[str, _Kind]:
    found = [parse_payload(payload) for payload in payloads]
    return MappingProxyType({p.name: p for p in found if isinstance(p, kind)})


def _relative(folder: Path, own: Path | None) -> str:
    """Give the way from a report's folder, two below its run's, to another run's folder."""
    if own is None:
        return "../.."
    return PurePath("../..", os.path.relpath(folder, own)).as_posix()
