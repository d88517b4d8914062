"""The page that compares a run with the one it follows: each figure, and why it differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment

from analysis.errors import AssessmentError
from analysis.locale.numbers import format_bare, format_measure
from analysis.proof.comparison import Cause, Effect, Kind, MetricChange
from analysis.proof.runs_compared import (
    ReportComparison,
    RunComparison,
    compare_runs,
    find_followed,
    languages_of,
)
from analysis.publish.payload import PublishedMetric
from analysis.site.page import Head, asset_loader, compose_page, prepare_environment, write_text
from analysis.site.reader import Reader
from analysis.text import LANGUAGES, Language, Measure

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
class Group:
    """One report about one scope."""

    key: str
    title: str
    scope_title: str
    href: str
    only: str
    rows: tuple[Row, ...]
    summary: str
    factors: tuple[tuple[str, str], ...]
    missing: str


def write_comparison(run_folder: Path) -> bool:
    """Write ``comparison.LANGUAGE.html`` of a run that follows another.

    Parameters
    ----------
    run_folder : Path
        Holds ``status.json``. Pages of an earlier time are removed where it follows none.

    Returns
    -------
    bool
        Whether there is a page.
    """
    names = {language: f"comparison.{language}.html" for language in LANGUAGES}
    try:
        followed = find_followed(run_folder)
        compared = None if followed is None else compare_runs(followed, run_folder)
    except AssessmentError:
        compared = None  # the status of one of the runs cannot be read: there is nothing to say
    spoken = languages_of(compared.new) if compared else ()
    for language, name in names.items():
        if compared is not None and language in spoken:
            write_text(run_folder / name, _draw(compared, language))
        else:
            (run_folder / name).unlink(missing_ok=True)
    return bool(spoken)


def _draw(compared: RunComparison, language: Language) -> str:
    environment = Environment(loader=asset_loader())  # noqa: S701 - escaped in the next line
    prepare_environment(environment, language)
    template = environment.get_template("comparison.html.j2")
    reader = Reader(language)
    groups = tuple(_group(each, reader) for each in compared.reports)
    spoken = languages_of(compared.new)

    def draw(head: Head) -> str:
        return template.render(
            head=head,
            language=language,
            title=_say(compared.new["title"], language),
            old=compared.old,
            new=compared.new,
            home="index.html" if language == spoken[0] else f"index.{language}.html",
            siblings=tuple((each, f"comparison.{each}.html") for each in spoken)
            if len(spoken) > 1
            else (),
            groups=groups,
        )

    return compose_page(draw, language).strip() + "\n"


def _group(compared: ReportComparison, reader: Reader) -> Group:
    shown = compared.new or compared.old
    counts = Counter(change.kind.value for change in compared.changes)
    only = ""
    if compared.old is None or compared.new is None:
        only = reader.say("only_in_new" if compared.old is None else "only_in_old")
    slug = f"{compared.report}-{compared.scope}".replace(":", "-").replace(" ", "_")
    return Group(
        key=slug,
        title=_say(shown.title, reader.language) if shown else compared.report,
        scope_title=_say(shown.scope_title, reader.language) if shown else compared.scope,
        href="",
        only=only,
        rows=tuple(_row(change, reader) for change in compared.changes),
        summary=reader.say(
            "comparison_summary",
            **{kind.value: counts[kind.value] for kind in Kind if kind is not Kind.WITHHELD},
        ),
        factors=tuple(_factors(compared, reader)),
        missing=reader.say("rerun_missing", why=reader.plain("; ".join(compared.missing)))
        if compared.missing
        else "",
    )


def _factors(compared: ReportComparison, reader: Reader) -> Iterator[tuple[str, str]]:
    for factor, names in compared.factors.items():
        shown = reader.plain(", ".join(names[:_NAMES_SHOWN]))
        more = len(names) - _NAMES_SHOWN
        text = reader.say("review_and_more", files=shown, n=more) if more > 0 else shown
        yield reader.say(f"factor_{factor}"), text


def _row(change: MetricChange, reader: Reader) -> Row:
    noise = {True: "beyond_noise", False: "within_noise", None: "noise_unknown"}
    differs = change.difference is not None and change.kind is not Kind.UNCHANGED
    return Row(
        kind=change.kind.value,
        beyond_noise=change.beyond_noise,
        label=_say(change.label, reader.language),
        old=_value(change.old, reader),
        new=_value(change.new, reader),
        difference=_amount(change.difference, change.measure, reader) if differs else "",
        interval=_interval(change, reader) if differs else "",
        noise=reader.say(noise[change.beyond_noise]) if differs else "",
        effects=tuple(_effect(effect, change.measure, reader) for effect in change.effects),
    )


def _value(metric: PublishedMetric | None, reader: Reader) -> str:
    return "" if metric is None else _say(metric.text, reader.language)


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


def _say(text: Mapping[Any, Any], language: Language) -> str:
    return str(text.get(language) or next(iter(text.values()), ""))
