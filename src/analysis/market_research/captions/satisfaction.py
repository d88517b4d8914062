"""Captions on satisfaction."""

from __future__ import annotations

from analysis.market_research.findings.satisfaction import (
    are_apart,
    group_name,
    lowest_step,
    moved_by,
)
from analysis.market_research.names import listing
from analysis.market_research.satisfaction import Satisfaction, Satisfied
from analysis.market_research.wording import MEASURES, value_alone
from analysis.text import Message, Value, message

_MOST = 3


def questions(satisfaction: Satisfaction) -> Message:
    """Say which mean changed since the wave before, or how satisfied customers are."""
    moved = [row for row in satisfaction.moved if not row.variable]
    overall = value_alone(satisfaction.overall.mean, MEASURES["mean"])
    if moved:
        return message(
            "Mean satisfaction changed beyond chance since the wave before: {moved}",
            moved=listing(moved_by(satisfaction, row, interval=False) for row in moved[:_MOST]),
        )
    if satisfaction.comparisons:
        return message(
            "Overall satisfaction is {mean} of 5; no mean here changed beyond chance since the "
            "wave before",
            mean=overall,
        )
    lowest = lowest_step(satisfaction)
    if lowest is None:
        return message("Overall satisfaction is {mean} of 5", mean=overall)
    return message(
        "Overall satisfaction is {mean} of 5; the step rated lowest is {step}, with {lowest}",
        mean=overall,
        step=lowest.item.label,
        lowest=value_alone(lowest.mean, MEASURES["mean"]),
    )


def groups(satisfaction: Satisfaction, least: Satisfied, most: Satisfied) -> Message:
    """Say which groups are least and most satisfied, and whether that is beyond chance."""
    values: dict[str, Value | Message] = {
        "least": group_name(satisfaction, least),
        "least_mean": value_alone(least.mean, MEASURES["mean"]),
        "most": group_name(satisfaction, most),
        "most_mean": value_alone(most.mean, MEASURES["mean"]),
    }
    if are_apart(least, most):
        return message(
            "Overall satisfaction runs from {least_mean} ({least}) to {most_mean} ({most})",
            **values,
        )
    return message(
        "Overall satisfaction runs from {least_mean} ({least}) to {most_mean} ({most}); the "
        "intervals overlap",
        **values,
    )
