"""Findings on what goes with an early end."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.findings.changes import KEEP_WATCHING
from analysis.lifecycle.groups import GROUPING_NAMES, group_name
from analysis.lifecycle.loss_drivers import Cause, LossDrivers, count_group
from analysis.results import Strength
from analysis.stats.cox import CoxCoefficient, CoxFit
from analysis.text import Measure, Message, Quantity, message, on_customers

CAUSE_NAMES: dict[Cause, Message] = {
    "closed": message("closing"),
    "fell_dormant": message("falling dormant"),
}


def driver_finding(drivers: LossDrivers) -> Finding:
    """Say which group runs the highest risk, beyond what the number of groups explains."""
    fit = drivers.fit
    if fit is None:
        return Finding(
            name=f"loss_drivers_{drivers.cause}",
            statement=message(
                "No covariate's effect on {cause} stays the same at every age, so that no single "
                "multiple of the risk can be given.",
                cause=CAUSE_NAMES[drivers.cause],
            ),
            strength=Strength.INCONCLUSIVE,
            action=message("Compare the groups by their curves."),
        )
    certain = _certain(fit, 1 - drivers.confidence)
    highest = _highest(fit, 1 - drivers.confidence)
    return Finding(
        name=f"loss_drivers_{drivers.cause}",
        statement=message(
            "{leading} {strata}", leading=_leading(drivers, fit, highest), strata=_strata(drivers)
        ),
        strength=Strength.CONCLUSIVE if certain else Strength.INCONCLUSIVE,
        action=message(
            "Put the effort against {cause} into this group first: {group}.",
            cause=CAUSE_NAMES[drivers.cause],
            group=group_name(highest.covariate, highest.level),
        )
        if highest is not None
        else KEEP_WATCHING,
    )


def driver_caption(drivers: LossDrivers, fit: CoxFit) -> Message:
    """Say in a line which group runs the highest risk, beyond chance or not."""
    cause, highest = CAUSE_NAMES[drivers.cause], _highest(fit, 1 - drivers.confidence)
    if highest is None:
        return message(
            "Risk of {cause} against the reference: none of {n} groups is higher beyond chance",
            cause=cause,
            n=len(fit.coefficients),
        )
    return message(
        "Risk of {cause} as a multiple of the reference's: highest for {group}, {ratio}",
        cause=cause,
        group=group_name(highest.covariate, highest.level),
        ratio=_ratio(drivers, fit, highest),
    )


def _highest(fit: CoxFit, level: float) -> CoxCoefficient | None:
    """Give the group of the highest risk, if any is above its reference beyond chance."""
    raised = [c for c in _certain(fit, level) if c.hazard_ratio.value > 1]
    return max(raised, key=lambda c: c.hazard_ratio.value, default=None)


def _ratio(drivers: LossDrivers, fit: CoxFit, highest: CoxCoefficient) -> Quantity:
    n = count_group(drivers, fit, highest)[1]
    return on_customers(highest.hazard_ratio, Measure.RATIO, n)


def _certain(fit: CoxFit, level: float) -> list[CoxCoefficient]:
    """Keep the coefficients that differ from none after Bonferroni's correction."""
    return [c for c in fit.coefficients if c.p_value * len(fit.coefficients) < level]


def _leading(drivers: LossDrivers, fit: CoxFit, highest: CoxCoefficient | None) -> Message:
    if highest is None:
        return message(
            "In none of the {n} comparisons is the risk of {cause} higher than the reference's "
            "beyond chance.",
            n=len(fit.coefficients),
            cause=CAUSE_NAMES[drivers.cause],
        )
    return message(
        "Others equal, the risk of {cause} is highest among {group}: {ratio} times that of "
        "{reference}.",
        cause=CAUSE_NAMES[drivers.cause],
        group=group_name(highest.covariate, highest.level),
        ratio=_ratio(drivers, fit, highest),
        reference=group_name(highest.covariate, highest.reference),
    )


def _strata(drivers: LossDrivers) -> Message:
    stratified = [check.covariate for check in drivers.checks if check.stratified]
    if not stratified:
        return message("No covariate's effect changes with age beyond chance.")
    return message(
        "The effect of {n} covariates changes with age, so that each of their groups has a "
        "baseline of its own: {first}.",
        n=len(stratified),
        first=GROUPING_NAMES[stratified[0]],
    )
