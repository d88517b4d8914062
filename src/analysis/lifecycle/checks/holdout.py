"""Checks on whether the purchase models would have been right."""

from __future__ import annotations

from analysis.answers import Check
from analysis.lifecycle.holdout import Holdout
from analysis.results import CheckStatus
from analysis.text import Measure, message, on_customers

ACCEPTED_MISSES = 1
"""Of about eight intervals at 95% one misses now and then by chance."""


def holdout_checks(holdout: Holdout) -> tuple[Check, ...]:
    """Whether the better model's prediction held, in all and by past frequency."""
    better = holdout.better
    inside, groups = holdout.groups_covered(better), len(holdout.calibration)
    return (
        Check(
            name="holdout_total",
            label=message("The purchases held back lie in the prediction interval"),
            status=CheckStatus.PASSED if holdout.is_covered(better) else CheckStatus.FAILED,
            detail=message(
                "{model} predicted {predicted}; {counted} were counted.",
                model=better.model,
                predicted=on_customers(better.predicted, Measure.COUNT, holdout.customers),
                counted=on_customers(float(holdout.counted), Measure.COUNT, holdout.customers),
            ),
        ),
        Check(
            name="holdout_calibration",
            label=message("Rare and frequent buyers are predicted alike well"),
            status=CheckStatus.PASSED if groups - inside <= ACCEPTED_MISSES else CheckStatus.FAILED,
            detail=message(
                "In {inside} of {groups} groups of past frequency what was counted lies in the "
                "prediction interval of {model}; {accepted} miss is accepted.",
                inside=inside,
                groups=groups,
                model=better.model,
                accepted=ACCEPTED_MISSES,
            ),
        ),
    )
