"""Checks on monthly moves and on the forecast made of them."""

from __future__ import annotations

from analysis.answers import Check
from analysis.lifecycle.findings.stage_mix import comparison_sentence
from analysis.lifecycle.stage_mix import StageMix
from analysis.probabilities import probability
from analysis.results import CheckStatus
from analysis.text import Measure, message, on_customers


def stage_mix_checks(mix: StageMix) -> tuple[Check, ...]:
    """Whether moves are stable over time, and whether an earlier forecast held."""
    test = mix.stationarity
    stable = test.p_value >= 1 - mix.confidence
    checks = [
        Check(
            name="moves_are_stable",
            label=message("The monthly moves between stages are the same in all months"),
            status=CheckStatus.PASSED if stable else CheckStatus.FAILED,
            detail=message(
                "Likelihood-ratio test over {months} months: p {p}; the largest difference of a "
                "month's share from the mean is {shift}. The forecast lets months differ as they "
                "did, so that it does not rest on this.",
                months=mix.months,
                p=probability(test.p_value),
                shift=on_customers(test.largest_shift, Measure.SHARE, test.shift_customers),
            ),
        )
    ]
    if mix.comparison is not None:
        held = all(outcome.inside for outcome in mix.comparison.states)
        checks.append(
            Check(
                name="earlier_forecast_held",
                label=message("The forecast that would have been made earlier held"),
                status=CheckStatus.PASSED if held else CheckStatus.FAILED,
                detail=comparison_sentence(mix, mix.comparison),
            )
        )
    return tuple(checks)
