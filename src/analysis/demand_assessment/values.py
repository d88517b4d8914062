"""What each indicator is in this period: from another report, from here, or as stated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.demand_assessment.indicators import OWN_REPORT, Indicator, IndicatorRegister
from analysis.demand_assessment.measured import Measured
from analysis.demand_assessment.stated_values import Stated, stated_at
from analysis.disclosure import SentenceGate
from analysis.params.policy import DisclosurePolicy
from analysis.publish.payload import PublishedMetric
from analysis.publish.results import MissingResults, Results, spoken
from analysis.results import Estimate
from analysis.stats.attainment import attained_estimate
from analysis.stats.inputs import bracket
from analysis.stats.normal import at_confidence
from analysis.text import Link, Message, Quantity, Unit, message

Read = Callable[[str], Results | MissingResults]
"""Gives what another report of the same run published."""
HoleReason = Literal[
    "failed",
    "absent",
    "not_asked_for",
    "unreadable",
    "no_metric",
    "withheld",
    "no_value",
    "no_target",
]
HOLES: Mapping[HoleReason, Message] = {
    "failed": message("its report failed"),
    "absent": message("its report was not run"),
    "not_asked_for": message("the run did not ask for its report"),
    "unreadable": message("the results of its report cannot be read"),
    "no_metric": message("its report publishes no such number"),
    "withheld": message("its number is withheld, as few persons stand behind it"),
    "no_value": message("no value was stated for the period"),
    "no_target": message("no target is in force"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorState:
    """An indicator in this period.

    Attributes
    ----------
    indicator : Indicator
    weight : float
        In the index, a fraction: of its dimension times within it.
    value : Estimate or None
        In the indicator's unit; None where there is a hole.
    bounded : bool
        Whether an interval was stated; else the value is taken as exact.
    change : Estimate or None
        Since the period before, where the source itself states it.
    attained : Estimate or None
        Fraction of the target.
    hole : HoleReason or None
    peer : float or None
    evidence : Link or Message
    doubted : bool
        Whether a mandatory check of its report failed.
    """

    indicator: Indicator
    weight: float
    value: Estimate | None
    bounded: bool
    change: Estimate | None
    attained: Estimate | None
    hole: HoleReason | None
    peer: float | None
    evidence: Link | Message
    doubted: bool

    @property
    def points(self) -> float:
        """What it adds to the index, in points of 100."""
        return 100 * self.weight * self.attained.value if self.attained else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    value: Estimate | None = None
    bounded: bool = False
    change: Estimate | None = None
    hole: HoleReason | None = None
    peer: float | None = None
    evidence: Link | Message = HOLES["no_value"]
    doubted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where values come from.

    Attributes
    ----------
    read : callable
        Other reports.
    own : mapping of str to Measured
        This report's own measures, by name.
    stated : Stated
    policy : DisclosurePolicy
        What this report measures of persons passes it before it enters the index.
    previous_as_of, as_of : date
    confidence : float
    """

    read: Read
    own: Mapping[str, Measured]
    stated: Stated
    policy: DisclosurePolicy
    previous_as_of: dt.date
    as_of: dt.date
    confidence: float


def gather(
    register: IndicatorRegister, weights: Mapping[str, float], sources: Sources
) -> tuple[IndicatorState, ...]:
    """Find every indicator's value, or why there is none.

    Parameters
    ----------
    register : IndicatorRegister
    weights : mapping of str to float
        Of the dimensions, in force.
    sources : Sources

    Returns
    -------
    tuple of IndicatorState
        In the register's order. A hole stays a hole: no other weight changes.
    """
    read: dict[str, Results | MissingResults] = {}
    for indicator in register.indicators:
        if indicator.report not in ("", OWN_REPORT, *read):
            read[indicator.report] = sources.read(indicator.report)
    return tuple(
        _state(
            indicator,
            weights[indicator.dimension] * indicator.weight,
            _find(indicator, read, sources),
        )
        for indicator in register.indicators
    )


def own_measures(measures: Iterable[Measured | None]) -> dict[str, Measured]:
    """Name this report's own measures."""
    return {measure.name: measure for measure in measures if measure is not None}


def _state(indicator: Indicator, weight: float, found: _Found) -> IndicatorState:
    hole = found.hole or (None if indicator.scale is not None else "no_target")
    known = found.value is not None and indicator.scale is not None
    return IndicatorState(
        indicator=indicator,
        weight=weight,
        value=found.value,
        bounded=found.bounded,
        change=found.change,
        attained=attained_estimate(found.value, indicator.scale) if known else None,  # type: ignore[arg-type]
        hole=hole,
        peer=found.peer,
        evidence=found.evidence,
        doubted=found.doubted,
    )


def _find(
    indicator: Indicator, read: Mapping[str, Results | MissingResults], sources: Sources
) -> _Found:
    if not indicator.report:
        return _from_table(indicator, sources)
    if indicator.report == OWN_REPORT:
        return _from_here(indicator, sources)
    return _from_report(indicator, read[indicator.report], sources)


def _from_table(indicator: Indicator, sources: Sources) -> _Found:
    here = Link(text=message("Values stated by the bank"), anchor="data")
    value = stated_at(
        sources.stated, indicator.key, after=sources.previous_as_of, until=sources.as_of
    )
    if value is None:
        return _Found(hole="no_value", evidence=here)
    return _Found(value=value.value, bounded=value.bounded, peer=value.peer, evidence=here)


def _from_here(indicator: Indicator, sources: Sources) -> _Found:
    measure = sources.own.get(indicator.metric)
    if measure is None:
        return _Found(hole="no_metric", evidence=message("this report"))
    persons = measure.unit is not Unit.NONE
    gate = SentenceGate(sources.policy)
    shown = gate(measure.quantity()) if persons else measure.quantity()
    if not isinstance(shown, Quantity) or not isinstance(shown.value, Estimate):
        return _Found(hole="withheld", evidence=message("this report"))
    return _Found(
        value=at_confidence(shown.value, sources.confidence),
        bounded=True,
        change=None if persons else measure.change,
        evidence=Link(
            text=message("This report: {metric}", metric=measure.label),
            anchor=f"metric-{measure.name}",
        ),
    )


def _from_report(
    indicator: Indicator, results: Results | MissingResults, sources: Sources
) -> _Found:
    if isinstance(results, MissingResults):
        return _Found(
            hole=results.why, evidence=message("{report}, missing", report=indicator.report)
        )
    metric = results.metrics.get(indicator.metric)
    if metric is None:
        return _Found(hole="no_metric", evidence=results.link(spoken(results.header.title)))
    link = results.link(
        message(
            "{report}: {metric}", report=spoken(results.header.title), metric=spoken(metric.label)
        ),
        f"metric-{metric.name}",
    )
    if metric.value is None:
        return _Found(hole="withheld", evidence=link)
    same = results.header.previous_as_of == sources.previous_as_of
    failed = [check for check in results.checks.values() if check.bars_approval]
    return _Found(
        value=_published(metric.value, metric.low, metric.high, metric, sources.confidence),
        bounded=metric.low is not None,
        change=None
        if metric.change is None or metric.change_low is None or not same
        else _published(
            metric.change, metric.change_low, metric.change_high, metric, sources.confidence
        ),
        evidence=link,
        doubted=bool(failed),
    )


def _published(
    value: float,
    low: float | None,
    high: float | None,
    metric: PublishedMetric,
    confidence: float,
) -> Estimate:
    """Give a published number as an estimate at this report's coverage."""
    stated = bracket(
        value,
        value if low is None else low,
        value if high is None else high,
        metric.confidence or confidence,
    )
    return at_confidence(stated, confidence)
