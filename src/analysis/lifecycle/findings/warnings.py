"""Findings on months out of the ordinary."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.findings.changes import KEEP_WATCHING
from analysis.lifecycle.tables.warnings import RULE_NAMES, event_words
from analysis.lifecycle.warnings import LossWarnings, Signal
from analysis.results import Strength
from analysis.text import Measure, Message, Quantity, Unit, message, on_customers


def warning_finding(warnings: LossWarnings) -> Finding:
    """Say whether loss was out of the ordinary, since when, and what that coincides with."""
    high = [signal for signal in warnings.signals if signal.is_high]
    low = [signal for signal in warnings.signals if not signal.is_high]
    if high:
        return _raised(warnings, max(high, key=lambda signal: signal.point.z), len(high))
    if low:
        return Finding(
            name="loss_warnings",
            statement=message(
                "Monthly loss was lower than ordinary in {n} of {all} months, first in {month}.",
                n=len(low),
                all=len(warnings.watched),
                month=low[0].point.month,
            ),
            strength=_strength(warnings),
            action=message("Find out what kept customers then, and repeat it."),
        )
    return Finding(
        name="loss_warnings",
        statement=message(
            "In none of the last {all} months was loss out of the ordinary; it is {centre} a "
            "month.",
            all=len(warnings.watched),
            centre=_centre(warnings),
        ),
        strength=_strength(warnings),
        action=KEEP_WATCHING,
    )


def _raised(warnings: LossWarnings, worst: Signal, n: int) -> Finding:
    point = worst.point
    return Finding(
        name="loss_warnings",
        statement=message(
            "Monthly loss was higher than ordinary in {n} of {all} months, most in {month}: "
            "{rate} against {centre} ({rule}). {events}",
            n=n,
            all=len(warnings.watched),
            month=point.month,
            rate=on_customers(point.rate, Measure.SHARE, point.n),
            centre=_centre(warnings),
            rule=RULE_NAMES[point.signals[0]],
            events=_coincides(warnings, worst),
        ),
        strength=_strength(warnings),
        action=message(
            "Look at once at what changed by {month}, and ask those who left then.",
            month=point.month,
        ),
        headline=True,
    )


def _strength(warnings: LossWarnings) -> Strength:
    """A baseline that signals itself is no firm ground."""
    return Strength.SUGGESTIVE if warnings.baseline_signals else Strength.CONCLUSIVE


def _centre(warnings: LossWarnings) -> Quantity:
    baseline = warnings.chart.points[: warnings.baseline_months]
    return Quantity(
        value=warnings.chart.centre,
        measure=Measure.SHARE,
        unit=Unit.CUSTOMERS,
        n=sum(point.n for point in baseline),
    )


def _coincides(warnings: LossWarnings, signal: Signal) -> Message:
    if not warnings.knows_events:
        return message("The source has no calendar of events to hold it against.")
    if not signal.events:
        return message("The calendar of events has nothing in that month or the one before.")
    if len(signal.events) == 1:
        return message("It coincides with: {first}.", first=event_words(signal.events[0]))
    return message(
        "It coincides with {n} events, among them: {first}; {second}.",
        n=len(signal.events),
        first=event_words(signal.events[-1]),
        second=event_words(signal.events[-2]),
    )
