"""Findings on what goes with satisfaction."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.drivers import SatisfactionDrivers, StepDriver
from analysis.market_research.wording import plain
from analysis.results import Strength
from analysis.text import Measure, Message, message, on_customers


def driver_finding(found: SatisfactionDrivers) -> Finding:
    """Say which step goes with satisfaction most."""
    first = found.steps[0]
    return Finding(
        name="drivers",
        statement=message(
            "Satisfaction goes most with {step}: {share} of the differences between customers, "
            "out of {all} that go with the steps together. {sure}",
            step=first.item.label,
            share=on_customers(first.driver.lmg, Measure.SHARE, found.n),
            all=on_customers(found.importance.r_squared, Measure.SHARE, found.n),
            sure=message("No other step comes near.")
            if found.first_is_sure
            else message("Another step may well come first."),
        ),
        strength=Strength.SUGGESTIVE,
        action=message(
            "Begin with {step}, on trial in some branches, and measure before and after: a survey "
            "shows what goes together, not what causes what.",
            step=found.best_gain.item.label,
        ),
        headline=True,
    )


def improvement_finding(found: SatisfactionDrivers) -> Finding:
    """Say what a realistic improvement goes with."""
    best = found.best_gain
    return Finding(
        name="improvement",
        statement=message(
            "If {share} of those who rate {step} below 4 rated it one point higher, the share of "
            "satisfied customers would differ by {gain}, provided that the step is the cause.",
            share=plain(found.improved_share, Measure.SHARE),
            step=best.item.label,
            gain=on_customers(best.gain, Measure.POINTS, found.n),
        ),
        strength=Strength.SUGGESTIVE if is_gain(best) else Strength.INCONCLUSIVE,
        action=message(
            "Set the target for the step by this figure, and check it in the next wave."
        ),
    )


def is_gain(step: StepDriver) -> bool:
    """Whether an improvement of the step goes with a gain beyond chance."""
    return step.gain.low > 0


def drivers_brief(found: SatisfactionDrivers) -> Message:
    """Answer the question in a clause of the verdict."""
    return message("Satisfaction goes most with {step}.", step=found.steps[0].item.label)
