"""The answer on what goes with an early end."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.lifecycle.checks.loss_drivers import proportionality_check
from analysis.lifecycle.figures import loss_drivers as figures
from analysis.lifecycle.findings import loss_drivers as findings
from analysis.lifecycle.loss_drivers import LossDrivers
from analysis.lifecycle.tables import loss_drivers as tables
from analysis.stats import cox, proportional_hazards
from analysis.text import message


def present_loss_drivers(drivers: LossDrivers | NotAssessed) -> Answer | NotAssessed:
    """What goes with an early end by one cause, and whether the model holds."""
    if isinstance(drivers, NotAssessed):
        return drivers
    finding = findings.driver_finding(drivers)
    figure = (
        ()
        if drivers.fit is None
        else (
            Figure(
                name=f"hazard_ratios_{drivers.cause}",
                caption=findings.driver_caption(drivers, drivers.fit),
                alt=message(
                    "A point with its interval for each group, against a line at one. {finding}",
                    finding=finding.statement,
                ),
                table=tables.hazard_table(drivers, drivers.fit),
                draw=figures.draw_hazards,
            ),
        )
    )
    return Answer(
        findings=(finding,),
        figures=figure,
        tables=(tables.proportionality_table(drivers),),
        checks=(proportionality_check(drivers),),
        methods=(cox.METHOD, proportional_hazards.METHOD),
    )
