"""Findings on service times."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.competitor_comparison.facts import weaken
from analysis.competitor_comparison.service import Service, ServiceTimes
from analysis.competitor_comparison.wording import PROCESSES, in_time_unit, listing, time_unit
from analysis.results import Strength
from analysis.text import Measure, Message, Quantity, Value, Words, message, on_customers


def service_finding(service: Service, process: str) -> Finding:
    """Say who is faster and who is slower than we, by the median and beyond noise."""
    own = service.of(process)[0]
    faster, slower = _faster(service, process), _slower(service, process)
    doubts = {doubt for t in (*faster, *slower) for doubt in t.doubts}
    return Finding(
        name=f"service_{process}",
        statement=message(
            "{process}: our median is {own} {unit}. Beyond noise faster than we: {faster}; "
            "slower: {slower}.",
            process=PROCESSES[process],
            own=_median(own),
            unit=time_unit(process),
            faster=_names(service, faster),
            slower=_names(service, slower),
        ),
        strength=weaken(Strength.CONCLUSIVE if faster or slower else Strength.INCONCLUSIVE, doubts),
        action=message("Study how the fastest of them does it.")
        if faster
        else message("Keep the pace, and time it again next period."),
        headline=False,
    )


def service_caption(service: Service, process: str) -> Message:
    """Say in a line how long it takes with us, and how many are faster and slower."""
    own, *others = service.of(process)
    faster, slower = _faster(service, process), _slower(service, process)
    values: dict[str, Value | Message] = {
        "process": PROCESSES[process],
        "own": _median(own),
        "unit": time_unit(process),
        "all": len(others),
    }
    if not faster and not slower:
        return message(
            "{process}: our median is {own} {unit}; none of {all} competitors differs beyond noise",
            **values,
        )
    return message(
        "{process}: our median is {own} {unit}; beyond noise {faster} of {all} competitors are "
        "faster, {slower} slower",
        **values,
        faster=len(faster),
        slower=len(slower),
    )


def _median(times: ServiceTimes) -> Quantity:
    median = in_time_unit(times.quantiles[2], times.process)
    return on_customers(median, Measure.NUMBER, times.n)


def _faster(service: Service, process: str) -> list[ServiceTimes]:
    """Give the competitors whose median is shorter than ours beyond noise."""
    return [t for t in service.of(process)[1:] if t.median and t.median.difference.low > 0]


def _slower(service: Service, process: str) -> list[ServiceTimes]:
    """Give the competitors whose median is longer than ours beyond noise."""
    return [t for t in service.of(process)[1:] if t.median and t.median.difference.high < 0]


def _names(service: Service, times: list[ServiceTimes]) -> Message | Words | str:
    return listing(
        message(
            "{institution} (ours less theirs {difference} {unit})",
            institution=service.register.name(t.institution, t.doubts),
            difference=on_customers(
                in_time_unit(t.median.difference, t.process), Measure.NUMBER, t.n
            ),
            unit=time_unit(t.process),
        )
        for t in times
        if t.median
    )
