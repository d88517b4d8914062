"""Words of this report: units, kinds of product, methods of observation, marks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from analysis.competitor_comparison.facts import Doubt
from analysis.results import Estimate
from analysis.text import Measure, Message, Quantity, Unit, Words, message

EstimateT = TypeVar("EstimateT", float, Estimate, float | Estimate)

FAMILIES = {
    "": message("all products"),
    "deposit": message("deposits"),
    "loan": message("loans"),
    "wealth": message("wealth products"),
    "card": message("cards"),
    "assets": message("total assets"),
}

METHODS = {
    "published": message("published"),
    "mystery_shopping": message("mystery shopping"),
    "process_data": message("process data"),
    "survey": message("survey"),
    "estimate": message("estimate"),
}

RELIABILITIES = {
    "official": message("official"),
    "good": message("good"),
    "doubtful": message("doubtful"),
    "": message("not stated"),
}

TABLES = {
    "market_volumes": message("volumes"),
    "switching_flows": message("moves between institutions"),
    "service_times": message("service times"),
    "brand_perceptions": message("brand perceptions"),
}

PROCESSES = {
    "waiting": message("Waiting at the counter"),
    "account_opening": message("Account opening"),
    "loan_approval": message("Loan approval"),
}

_TOLD_IN_HOURS = frozenset({"loan_approval"})
"""Processes that take hours or days; the others are told in minutes."""

CONDITIONS = {
    "all": message("all customers"),
    "new_customers": message("new customers"),
    "vip": message("VIP customers"),
    "salary_account": message("holders of a salary account"),
    "": message("any"),
}

MODES = {
    "given": message("given by management"),
    "ahp": message("from experts' comparisons"),
    "entropy": message("from the data (entropy)"),
}

_UNITS = {
    "hours": message("{value} hours"),
    "min": message("{value} min"),
    "minutes": message("{value} min"),
    "points": message("{value} points"),
    "fraction": message("{value}%"),
}


def plain(value: float | Estimate, measure: Measure) -> Quantity:
    """Make a quantity behind which no person stands."""
    return Quantity(value=value, measure=measure, unit=Unit.NONE)


def in_unit(value: float | Estimate, unit: str) -> Message | Words:
    """Write a figure in its criterion's unit.

    Examples
    --------
    >>> in_unit(0.0165, "fraction").values["value"].value
    1.65
    """
    if unit == "CNY":
        return message("{value}", value=plain(value, Measure.AMOUNT_CNY))
    if unit == "count":
        whole = isinstance(value, Estimate) or value != round(value)
        return message("{value}", value=plain(value, Measure.NUMBER if whole else Measure.COUNT))
    if unit in _UNITS:
        scaled = _scale(value, 100.0) if unit == "fraction" else value
        return Message(_UNITS[unit].pattern, {"value": plain(scaled, Measure.NUMBER)})
    return message("{value} {unit}", value=plain(value, Measure.NUMBER), unit=unit)


def time_unit(process: str) -> Message:
    """Name the unit in which the times of a process are told."""
    return message("hours") if process in _TOLD_IN_HOURS else message("minutes")


def in_time_unit(minutes: EstimateT, process: str) -> EstimateT:
    """Give a time, or its estimate, in the unit of its process.

    Examples
    --------
    >>> in_time_unit(90.0, "loan_approval"), in_time_unit(90.0, "waiting")
    (1.5, 90.0)
    """
    return _scale(minutes, 1 / 60) if process in _TOLD_IN_HOURS else minutes


def _scale(value: EstimateT, factor: float) -> EstimateT:
    if isinstance(value, Estimate):
        return replace(
            value,
            value=value.value * factor,
            low=value.low * factor,
            high=value.high * factor,
        )
    return round(value * factor, 10)


def marks(doubts: Iterable[Doubt]) -> str:
    """Write the marks of doubts, or nothing.

    Examples
    --------
    >>> marks([Doubt.DOUBTFUL, Doubt.OLD])
    '†‡'
    """
    found = set(doubts)
    return "".join(doubt.value for doubt in Doubt if doubt in found)


def family(name: str) -> Message:
    """Name a product family."""
    return FAMILIES.get(name) or message("{name}", name=name)


def quarter(day: dt.date) -> str:
    """Name a quarter by its first day.

    Examples
    --------
    >>> quarter(dt.date(2025, 10, 1))
    '2025-Q4'
    """
    return f"{day.year}-Q{(day.month + 2) // 3}"


def listing(items: Iterable[Message | Words | str]) -> Message | Words | str:
    """Join names with the language's comma."""
    found = list(items)
    if not found:
        return message("none")
    joined = found[0]
    for item in found[1:]:
        joined = message("{first}, {second}", first=joined, second=item)
    return joined
