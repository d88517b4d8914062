"""Checks on what goes with an early end."""

from __future__ import annotations

from analysis.answers import Check
from analysis.lifecycle.findings.loss_drivers import CAUSE_NAMES
from analysis.lifecycle.loss_drivers import LossDrivers
from analysis.probabilities import probability
from analysis.results import CheckStatus
from analysis.text import message


def proportionality_check(drivers: LossDrivers) -> Check:
    """Whether hazards are proportional, and what was done where they are not."""
    stratified = sum(check.stratified for check in drivers.checks)
    return Check(
        name=f"proportional_hazards_{drivers.cause}",
        label=message(
            "The effects on the risk of {cause} are the same at every age",
            cause=CAUSE_NAMES[drivers.cause],
        ),
        status=CheckStatus.FAILED if stratified else CheckStatus.PASSED,
        detail=message(
            "Scaled Schoenfeld residuals: the smallest corrected p is {p}. {n} of {all} covariates "
            "were stratified, and the model was fitted again with them as strata.",
            p=probability(min(check.p_adjusted for check in drivers.checks)),
            n=stratified,
            all=len(drivers.checks),
        )
        if stratified
        else message(
            "Scaled Schoenfeld residuals: the smallest corrected p is {p}; all {all} covariates "
            "were kept.",
            p=probability(min(check.p_adjusted for check in drivers.checks)),
            all=len(drivers.checks),
        ),
    )
