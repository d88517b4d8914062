"""Checks on what goes with satisfaction."""

from __future__ import annotations

from analysis.answers import Check
from analysis.market_research.drivers import SatisfactionDrivers
from analysis.market_research.names import listing
from analysis.results import CheckStatus
from analysis.text import message


def driver_checks(found: SatisfactionDrivers) -> tuple[Check, ...]:
    """Whether three methods agree on the order of the steps."""
    by_weight = sorted(found.steps, key=lambda step: -step.driver.relative_weight.value)
    by_odds = sorted(found.steps, key=lambda step: -step.odds.value)
    agree = by_weight[0] is found.steps[0] and by_odds[0] is found.steps[0]
    return (
        Check(
            name="drivers_agree",
            label=message("Three methods put the same step first"),
            status=CheckStatus.PASSED if agree else CheckStatus.FAILED,
            detail=message(
                "By Shapley shares: {lmg}. By relative weights: {weights}. By the ordered logit: "
                "{odds}.",
                lmg=listing(step.item.label for step in found.steps),
                weights=listing(step.item.label for step in by_weight),
                odds=listing(step.item.label for step in by_odds),
            ),
        ),
    )
