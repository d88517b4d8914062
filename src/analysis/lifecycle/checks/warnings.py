"""Checks on the control chart."""

from __future__ import annotations

from analysis.answers import Check
from analysis.lifecycle.warnings import LossWarnings
from analysis.results import CheckStatus
from analysis.text import message


def baseline_check(warnings: LossWarnings) -> Check:
    """Whether the months that set the limits were ordinary ones."""
    return Check(
        name="ordinary_baseline",
        label=message("The months that set the limits of loss were ordinary ones"),
        status=CheckStatus.FAILED if warnings.baseline_signals else CheckStatus.PASSED,
        detail=message(
            "{n} of the {all} months that set the limits signal themselves.",
            n=warnings.baseline_signals,
            all=warnings.baseline_months,
        ),
    )
