"""What has changed in a report since the last period, and why, in a reader's words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.locale.numbers import format_bare, format_measure
from analysis.proof.comparison import (
    Cause,
    Effect,
    Kind,
    MetricChange,
    Published,
    compare_reports,
    recall_published,
)
from analysis.proof.factors import Factor, find_factors
from analysis.publish.payload import PublishedMetric
from analysis.site.reader import Reader
from analysis.site.record import ReportRecord
from analysis.site.trend import EarlierPeriod
from analysis.text import Language, Measure

_NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One metric as the page shows it; every field but the first two is text."""

    kind: str
    beyond_noise: bool | None
    label: str
    old: str
    new: str
    difference: str
    interval: str
    noise: str
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A report against that of the period before.

    Attributes
    ----------
    period : str
        That before.
    summary : str
        How many key figures changed in which way.
    rows : tuple of Row
        Those that did.
    factors : tuple of (str, str)
        What else differs.
    unknown : bool
        Whether the cause of some change is unknown.
    href : str
        The page that compares the whole run; empty where it is not known.
    """

    period: str
    summary: str
    rows: tuple[Row, ...]
    factors: tuple[tuple[str, str], ...]
    unknown: bool
    href: str


def list_changes(
    record: ReportRecord,
    history: Sequence[EarlierPeriod],
    manifest: Mapping[str, Any] | None,
    reader: Reader,
) -> Changes | None:
    """Compare a report with that of the run which its run follows.

    Parameters
    ----------
    record : ReportRecord
    history : sequence of EarlierPeriod
    manifest : mapping or None
        The report's own.
    reader : Reader

    Returns
    -------
    Changes or None
        None where there is no report of the period before.
    """
    before = history[-1].report if history else None
    old = recall_published(before.get("results"), before.get("manifest")) if before else None
    if old is None:
        return None
    header, facts = record.header, manifest or {}
    new = Published(
        as_of=header.as_of,
        previous_as_of=header.previous_as_of,
        title=header.title,
        scope_title=header.scope_title,
        rounding_base=int(str(header.disclosure.get("rounding_base", 1))),
        metrics={metric.name: metric for metric in record.metrics},
        manifest=facts,
    )
    changes = compare_reports(old, new)
    differ = [change for change in changes if change.kind is not Kind.UNCHANGED]
    report, scope = facts.get("report"), facts.get("scope")
    place = f"#{anchor_of(str(report), str(scope))}" if report and scope else ""
    return Changes(
        period=history[-1].period,
        summary=summarise(changes, reader),
        rows=tuple(describe_change(change, reader) for change in differ),
        factors=tuple(describe_factors(find_factors(old.manifest, facts), reader)),
        unknown=any(e.cause is Cause.UNKNOWN for change in differ for e in change.effects),
        href=f"../../comparison.{reader.language}.html{place}" if place else "",
    )


def anchor_of(report: str, scope: str) -> str:
    """Give the place of a report on the page that compares two runs.

    Examples
    --------
    >>> anchor_of("lifecycle", "region:North")
    'lifecycle-region-North'
    """
    return f"{report}-{scope}".replace(":", "-").replace(" ", "_")


def summarise(changes: Sequence[MetricChange], reader: Reader) -> str:
    """Count the metrics by what became of them."""
    counts = Counter(change.kind.value for change in changes)
    return reader.say(
        "comparison_summary",
        **{kind.value: counts[kind.value] for kind in Kind if kind is not Kind.WITHHELD},
    )


def describe_factors(
    factors: Mapping[Factor, tuple[str, ...]], reader: Reader
) -> Iterator[tuple[str, str]]:
    """Say in what two reports differ apart from their numbers."""
    for factor, names in factors.items():
        shown = reader.plain(", ".join(names[:_NAMES_SHOWN]))
        more = len(names) - _NAMES_SHOWN
        text = reader.say("review_and_more", files=shown, n=more) if more > 0 else shown
        yield reader.say(f"factor_{factor}"), text


def describe_change(change: MetricChange, reader: Reader) -> Row:
    """Say what has become of a metric."""
    noise = {True: "beyond_noise", False: "within_noise", None: "noise_unknown"}
    differs = change.difference is not None and change.kind is not Kind.UNCHANGED
    return Row(
        kind=change.kind.value,
        beyond_noise=change.beyond_noise,
        label=say_in(change.label, reader.language),
        old=_value(change.old, reader),
        new=_value(change.new, reader),
        difference=_amount(change.difference, change.measure, reader) if differs else "",
        interval=_interval(change, reader) if differs else "",
        noise=reader.say(noise[change.beyond_noise]) if differs else "",
        effects=tuple(_effect(effect, change.measure, reader) for effect in change.effects),
    )


def _value(metric: PublishedMetric | None, reader: Reader) -> str:
    return "" if metric is None else say_in(metric.text, reader.language)


def _effect(effect: Effect, measure: Measure, reader: Reader) -> str:
    if effect.cause is not Cause.UNKNOWN:
        cause = reader.say(f"cause_{effect.cause}")
    elif effect.candidates:
        names = [reader.say(f"cause_{name}") for name in effect.candidates]
        cause = reader.say("cause_unknown", candidates="; ".join(names))
    else:
        cause = reader.say("cause_unknown_why")
    return reader.say(
        "effect",
        amount=_amount(effect.amount, measure, reader),
        cause=cause,
        basis=reader.say(f"basis_{effect.basis}"),
    )


def _amount(value: float | None, measure: Measure, reader: Reader) -> str:
    """Write a difference with its sign: of shares in percentage points."""
    if value is None:
        return ""
    shown = Measure.POINTS if measure is Measure.SHARE else measure
    text = format_measure(value, shown, reader.language)
    return text if text.startswith(("+", "-", "−")) or not value else f"+{text}"


def _interval(change: MetricChange, reader: Reader) -> str:
    if change.low is None or change.high is None:
        return ""
    shown = Measure.POINTS if change.measure is Measure.SHARE else change.measure
    low, high = (format_bare(each, shown, reader.language) for each in (change.low, change.high))
    return f"[{low}, {high}]"


def say_in(text: Mapping[Any, Any], language: Language) -> str:
    """Give a text in a language, or else in the one that it is in."""
    return str(text.get(language) or next(iter(text.values()), ""))
