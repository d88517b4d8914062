"""What has become of each named metric between two runs, and why.

A report's page gives a figure's change since the day before, computed by the new run
from the new data. So the new run's figure for the old day is known: its value less its
change. Where that is the figure that the old run published, nothing but the passing of
time has moved it. Where it is another, the old figure was restated, by whatever differs
between the runs: data, code, parameters or environment.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from analysis.proof.digests import MANIFEST
from analysis.proof.factors import Factor, find_factors
from analysis.publish.payload import Localised, PublishedMetric
from analysis.results import Estimate
from analysis.stats.independent_difference import independent_difference
from analysis.text import Measure

_RELATIVE = 1e-9


class Kind(StrEnum):
    """What has become of a metric."""

    CHANGED = "changed"
    RESTATED = "restated"
    UNCHANGED = "unchanged"
    NEW = "new"
    VANISHED = "vanished"
    WITHHELD = "withheld"


class Cause(StrEnum):
    """Why a metric differs."""

    DATA = "data"
    CODE = "code"
    PARAMETERS = "parameters"
    ENVIRONMENT = "environment"
    REAL = "real"
    """The new period's own data: the bank has changed."""
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """How a cause is known."""

    ONLY = "only"
    """Nothing else differs between the two runs."""
    RECOMPUTED = "recomputed"
    """The new run computed the old day's figure too."""
    RERUN = "rerun"
    """The report was run with one thing swapped."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A part of a difference, and its cause.

    Attributes
    ----------
    cause : Cause
    amount : float
        In the metric's unit; the effects of a metric add up to its difference.
    basis : Basis
    candidates : tuple of str
        Where the cause is unknown: what it may be.
    """

    cause: Cause
    amount: float
    basis: Basis
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricChange:
    """What has become of one metric.

    Attributes
    ----------
    name : str
    label : mapping of language to str
    measure : Measure
    kind : Kind
    old, new : PublishedMetric or None
    difference : float or None
        New minus old.
    low, high : float or None
        Its interval, at the new metric's confidence.
    beyond_noise : bool or None
        Whether the interval leaves zero out; None where there is none.
    effects : tuple of Effect
        The largest first.
    """

    name: str
    label: Localised
    measure: Measure
    kind: Kind
    old: PublishedMetric | None
    new: PublishedMetric | None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    beyond_noise: bool | None = None
    effects: tuple[Effect, ...] = ()

    @property
    def cause(self) -> Cause | None:
        """The cause of the largest part; None where nothing differs."""
        return self.effects[0].cause if self.effects else None


class _Header(BaseModel):
    as_of: dt.date
    previous_as_of: dt.date
    title: Localised
    scope_title: Localised
    disclosure: dict[str, Any]


class _Results(BaseModel):
    report: _Header
    metrics: tuple[PublishedMetric, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What of a report a comparison looks at.

    Attributes
    ----------
    as_of, previous_as_of : date
    title, scope_title : mapping of language to str
    rounding_base : int
    metrics : mapping of str to PublishedMetric
    manifest : mapping
    """

    as_of: dt.date
    previous_as_of: dt.date
    title: Localised
    scope_title: Localised
    rounding_base: int
    metrics: Mapping[str, PublishedMetric]
    manifest: Mapping[str, Any]


def read_published(folder: Path) -> Published | None:
    """Read a report's metrics and manifest; None where there is no report to read."""
    try:
        results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return recall_published(results, manifest)


def recall_published(results: object, manifest: object) -> Published | None:
    """Make a report of its ``results.json`` and manifest; None where they hold none."""
    try:
        told = _Results.model_validate_json(json.dumps(results))
    except (ValueError, ValidationError):
        return None
    return Published(
        as_of=told.report.as_of,
        previous_as_of=told.report.previous_as_of,
        title=told.report.title,
        scope_title=told.report.scope_title,
        rounding_base=int(told.report.disclosure.get("rounding_base", 1)),
        metrics={metric.name: metric for metric in told.metrics},
        manifest=manifest if isinstance(manifest, dict) else {},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a metric is once a factor has been swapped, all before it swapped already.

    Attributes
    ----------
    causes : tuple of Cause
        What was swapped; several where they could not be swapped one by one.
    values : mapping of str to float
        Each metric's value; one that is missing there is not known.
    """

    causes: tuple[Cause, ...]
    values: Mapping[str, float]


def compare_reports(
    old: Published, new: Published, *, steps: Sequence[Step] = ()
) -> tuple[MetricChange, ...]:
    """Compare the metrics of one report in two runs.

    Parameters
    ----------
    old, new : Published
    steps : sequence of Step
        Figures of re-runs with one thing swapped after another, from old to new.

    Returns
    -------
    tuple of MetricChange
        In the new report's order, those that vanished at the end.
    """
    names = [*new.metrics, *(name for name in old.metrics if name not in new.metrics)]
    factors = tuple(find_factors(old.manifest, new.manifest))
    return tuple(_compare(name, old, new, factors, steps) for name in names)


def _compare(
    name: str, old: Published, new: Published, factors: tuple[Factor, ...], steps: Sequence[Step]
) -> MetricChange:
    before, now = old.metrics.get(name), new.metrics.get(name)
    shown = now or before
    assert shown is not None  # noqa: S101 - the name comes from one of the two
    plain = MetricChange(
        name=name, label=shown.label, measure=shown.measure, kind=Kind.NEW, old=before, new=now
    )
    if before is None or now is None:
        return replace(plain, kind=Kind.NEW if before is None else Kind.VANISHED)
    if before.value is None or now.value is None:
        same = before.value is None and now.value is None
        return replace(plain, kind=Kind.UNCHANGED if same else Kind.WITHHELD)
    same_day = old.as_of == new.as_of
    difference = now.value - before.value
    restated, real = _split(before, now, old, new)
    effects = _effects_of_steps(name, before.value, now.value, steps, same_day=same_day)
    if not effects:
        effects = _effects(difference, restated, real, factors, same_day=same_day)
    own = not restated and real is not None and not same_day
    low, high = _interval(before, now, own=own)
    return replace(
        plain,
        kind=_kind(difference, restated, now.value),
        difference=difference,
        low=low,
        high=high,
        beyond_noise=None if low is None or high is None else not low <= 0 <= high,
        effects=tuple(sorted(effects, key=lambda effect: -abs(effect.amount))),
    )


def _kind(difference: float, restated: float | None, scale: float) -> Kind:
    if restated:
        return Kind.RESTATED
    return Kind.UNCHANGED if abs(difference) <= _RELATIVE * max(abs(scale), 1e-12) else Kind.CHANGED


def _split(
    before: PublishedMetric, now: PublishedMetric, old: Published, new: Published
) -> tuple[float | None, float | None]:
    """Split a difference: how far the old day's figure was restated, and what is real.

    Returns
    -------
    restated : float or None
        None where the new run says nothing of the old day.
    real : float or None
    """
    assert before.value is not None  # noqa: S101 - asked before
    assert now.value is not None  # noqa: S101
    if old.as_of == new.as_of:
        return now.value - before.value, 0.0
    if new.previous_as_of != old.as_of or now.change is None:
        return None, None
    restated = now.value - now.change - before.value
    if abs(restated) <= _tolerance(before, now, max(old.rounding_base, new.rounding_base)):
        return 0.0, now.value - before.value
    return restated, now.change


def _tolerance(before: PublishedMetric, now: PublishedMetric, base: int) -> float:
    """Give how far rounded counts alone may move a figure and its change apart."""
    scale = max(abs(before.value or 0.0), abs(now.value or 0.0))
    exact = 1e-9 * max(scale, 1e-12)
    if now.unit == "none":
        return exact
    if now.measure is Measure.COUNT:
        return float(base)
    n = min(each.n for each in (before, now) if each.n) if before.n and now.n else 0
    fraction = now.measure in {Measure.SHARE, Measure.POINTS}
    return base / n + exact if fraction and n else exact


def _interval(
    before: PublishedMetric, now: PublishedMetric, *, own: bool
) -> tuple[float | None, float | None]:
    """Give the interval of the difference: the report's own, or from the two figures' own."""
    if own and now.change_low is not None and now.change_high is not None:
        return now.change_low, now.change_high
    earlier, later = _estimate(before), _estimate(now)
    if earlier is None or later is None:
        return None, None
    found = independent_difference(later, earlier)
    return found.low, found.high


def _estimate(metric: PublishedMetric) -> Estimate | None:
    """Give a metric's estimate; None where it has no interval of some width."""
    value, low, high, confidence = metric.value, metric.low, metric.high, metric.confidence
    if value is None or low is None or high is None or confidence is None or low == high:
        return None
    if not low <= value <= high:
        return None
    return Estimate(value=value, low=low, high=high, confidence=confidence)


def _effects(
    difference: float,
    restated: float | None,
    real: float | None,
    factors: tuple[Factor, ...],
    *,
    same_day: bool,
) -> list[Effect]:
    """Say what the manifests, and the new run's own figure of the old day, bear out."""
    if restated is None or real is None:
        if not difference:
            return []
        if not factors and not same_day:
            return [Effect(cause=Cause.REAL, amount=difference, basis=Basis.ONLY)]
        return [_unknown(difference, factors, real=True)]
    effects = []
    if restated:
        effects.append(_attribute(restated, factors))
    if real:
        basis = Basis.RECOMPUTED if factors else Basis.ONLY
        effects.append(Effect(cause=Cause.REAL, amount=real, basis=basis))
    return effects


def _attribute(amount: float, factors: tuple[Factor, ...]) -> Effect:
    if len(factors) == 1:
        return Effect(cause=Cause(factors[0].value), amount=amount, basis=Basis.ONLY)
    return _unknown(amount, factors, real=False)


def _unknown(amount: float, factors: Iterable[Factor], *, real: bool) -> Effect:
    candidates = [factor.value for factor in factors] + (["real"] if real else [])
    return Effect(
        cause=Cause.UNKNOWN, amount=amount, basis=Basis.NONE, candidates=tuple(candidates)
    )


def _effects_of_steps(
    name: str, before: float, now: float, steps: Sequence[Step], *, same_day: bool
) -> list[Effect]:
    """Take the differences between one re-run and the next; what moves nothing is no effect."""
    if not steps or any(name not in step.values for step in steps):
        return []
    effects, value = [], before
    for step in steps:
        effects += _effect_of(step.values[name] - value, step.causes, abs(now))
        value = step.values[name]
    last = () if same_day else (Cause.REAL,)
    return effects + _effect_of(now - value, last, abs(now))


def _effect_of(amount: float, causes: tuple[Cause, ...], scale: float) -> list[Effect]:
    if abs(amount) <= _RELATIVE * max(scale, 1e-12):
        return []
    if len(causes) == 1:
        return [Effect(cause=causes[0], amount=amount, basis=Basis.RERUN)]
    candidates = tuple(cause.value for cause in causes)
    return [Effect(cause=Cause.UNKNOWN, amount=amount, basis=Basis.NONE, candidates=candidates)]
