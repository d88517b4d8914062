"""Tables on what goes with an early end."""

from __future__ import annotations

from analysis.lifecycle.groups import GROUPING_NAMES, group_name
from analysis.lifecycle.loss_drivers import LossDrivers, count_group
from analysis.probabilities import probability
from analysis.stats.cox import CoxFit
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Unit, message


def hazard_table(drivers: LossDrivers, fit: CoxFit) -> Table:
    """Each group's risk as a multiple of its reference's."""
    return Table(
        name=f"hazard_ratios_{drivers.cause}",
        caption=message("Risk of ending so, as a multiple of the reference group's"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=message("Group")),
            Labels(name="reference", title=message("Reference")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Counts(name="ended", title=message("Ended so"), adds_up=False),
            Quantities(
                name="hazard_ratio",
                title=message("Hazard ratio"),
                measure=Measure.RATIO,
                n="ended",
                degrees="degrees",
            ),
            Labels(name="p", title=message("p")),
        ),
        rows=tuple(
            {
                "group": group_name(c.covariate, c.level),
                "reference": group_name(c.covariate, c.reference),
                "customers": count_group(drivers, fit, c)[0],
                "ended": count_group(drivers, fit, c)[1],
                "hazard_ratio": c.hazard_ratio,
                "degrees": fit.events - len(fit.coefficients),
                "p": probability(c.p_value),
            }
            for c in fit.coefficients
        ),
    )


def proportionality_table(drivers: LossDrivers) -> Table:
    """The check of proportional hazards, and what was done about it."""
    return Table(
        name=f"proportional_hazards_{drivers.cause}",
        caption=message("Whether each covariate's effect stays the same at every age"),
        unit=Unit.NONE,
        columns=(
            Labels(name="covariate", title=message("Covariate")),
            Quantities(name="chi2", title=message("Chi-square"), measure=Measure.NUMBER),
            Quantities(name="degrees", title=message("Degrees of freedom"), measure=Measure.COUNT),
            Labels(name="p", title=message("p, corrected")),
            Labels(name="action", title=message("What follows")),
        ),
        rows=tuple(
            {
                "covariate": GROUPING_NAMES[check.covariate],
                "chi2": check.chi2,
                "degrees": check.degrees_of_freedom,
                "p": probability(check.p_adjusted),
                "action": message("stratified: a baseline for each of its groups")
                if check.stratified
                else message("kept as a covariate"),
            }
            for check in drivers.checks
        ),
    )
