"""Captions on segments."""

from __future__ import annotations

from analysis.market_research.findings.segments import all_come_back
from analysis.market_research.segments import Segments
from analysis.market_research.tables.segments import segment_name
from analysis.market_research.wording import value_alone
from analysis.text import Measure, Message, Value, message


def profiles(found: Segments) -> Message:
    """Say what the largest segment holds important, and whether the segments hold."""
    largest = found.segments[0]
    values: dict[str, Value | Message] = {
        "number": found.found.number,
        "share": message("a share that cannot be stated")
        if largest.share is None
        else message("{share}", share=value_alone(largest.share, Measure.SHARE)),
        "name": segment_name(largest),
    }
    if all_come_back(found):
        return message(
            "The largest of {number} segments, '{name}', is {share} of customers", **values
        )
    return message(
        "The largest of {number} segments, '{name}', is {share} of customers; not all come back in "
        "resamples",
        **values,
    )


def numbers(found: Segments) -> Message:
    """Say how many segments both criteria bear out."""
    number = found.found.number
    if not found.found.found:
        return message(
            "Gap statistic and prediction strength bear out {number} group, no segments",
            number=number,
        )
    return message(
        "Gap statistic and prediction strength bear out {number} segments", number=number
    )
