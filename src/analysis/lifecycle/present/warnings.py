"""The answer on months out of the ordinary."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.lifecycle.checks.warnings import baseline_check
from analysis.lifecycle.figures import warnings as figures
from analysis.lifecycle.findings import warnings as findings
from analysis.lifecycle.tables import warnings as tables
from analysis.lifecycle.warnings import LossWarnings
from analysis.stats import control_chart
from analysis.text import message


def present_warnings(warnings: LossWarnings | NotAssessed) -> Answer | NotAssessed:
    """Whether loss was out of the ordinary, and what that coincides with."""
    if isinstance(warnings, NotAssessed):
        return warnings
    finding = findings.warning_finding(warnings)
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="loss_chart",
                caption=message(
                    "Monthly loss: {n} of the last {all} months are out of the ordinary",
                    n=len(warnings.signals),
                    all=len(warnings.watched),
                ),
                alt=message(
                    "Line of monthly loss between its limits; months out of the ordinary are "
                    "marked. {finding}",
                    finding=finding.statement,
                ),
                table=tables.chart_table(warnings),
                draw=figures.draw_chart,
            ),
        ),
        tables=(tables.signal_table(warnings),) if warnings.signals else (),
        checks=(baseline_check(warnings),),
        methods=(control_chart.METHODS[warnings.chart.chart], control_chart.METHODS["rules"]),
    )
