"""Captions on what goes with satisfaction."""

from __future__ import annotations

from analysis.market_research.drivers import SatisfactionDrivers
from analysis.market_research.findings.drivers import is_gain
from analysis.text import Measure, Message, Value, message, on_customers


def importance(found: SatisfactionDrivers) -> Message:
    """Say which step goes with satisfaction most, and whether another may."""
    first = found.steps[0]
    values: dict[str, Value | Message] = {
        "step": first.item.label,
        "share": on_customers(first.driver.lmg.value, Measure.SHARE, found.n),
    }
    if found.first_is_sure:
        return message("{step} goes most with satisfaction: {share} of its differences", **values)
    return message(
        "{step} goes most with satisfaction ({share} of its differences); another may come first",
        **values,
    )


def improvement(found: SatisfactionDrivers) -> Message:
    """Say which improvement goes with the largest gain, and whether it is one."""
    best = found.best_gain
    values: dict[str, Value | Message] = {
        "step": best.item.label,
        "gain": on_customers(best.gain.value, Measure.POINTS, found.n),
    }
    if is_gain(best):
        return message(
            "Improving {step} goes with the largest gain in satisfied customers: {gain}", **values
        )
    return message(
        "Even the largest gain in satisfied customers, with {step}, is within chance: {gain}",
        **values,
    )
