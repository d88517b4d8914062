"""Captions on demand."""

from __future__ import annotations

from analysis.market_research.findings.outlook import falls, rises
from analysis.market_research.names import family_name
from analysis.market_research.outlook import ProductDemand
from analysis.market_research.tables.outlook import month_name
from analysis.market_research.wording import plain
from analysis.text import Measure, Message, message


def series(line: ProductDemand) -> Message:
    """Say where a product's demand goes, against the same month a year before."""
    assert line.forecast is not None  # noqa: S101  # those without are not drawn
    last, before = line.ahead[-1], line.year_before(line.ahead[-1])
    values = {"family": family_name(line.family), "month": month_name(last)}
    requests = plain(line.forecast.months[-1].value, Measure.COUNT)
    if line.change is None or before is None:
        return message(
            "{requests} requests for {family} expected in {month}", requests=requests, **values
        )
    change = line.change.value
    if rises(line):
        return message(
            "Requests for {family} expected in {month}: {change} above a year before",
            change=plain(change, Measure.SHARE),
            **values,
        )
    if falls(line):
        return message(
            "Requests for {family} expected in {month}: {change} below a year before",
            change=plain(-change, Measure.SHARE),
            **values,
        )
    return message(
        "{requests} requests for {family} expected in {month}; last year's {before} lies within "
        "the interval",
        requests=requests,
        before=plain(before, Measure.COUNT),
        **values,
    )
