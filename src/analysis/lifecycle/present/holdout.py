"""The answer on whether the purchase models would have been right."""

from __future__ import annotations

from analysis.answers import Answer, Figure, NotAssessed
from analysis.lifecycle.checks.holdout import holdout_checks
from analysis.lifecycle.figures import holdout as figures
from analysis.lifecycle.findings import holdout as findings
from analysis.lifecycle.holdout import Holdout
from analysis.lifecycle.tables import holdout as tables
from analysis.text import Measure, message, on_customers


def present_holdout(holdout: Holdout | NotAssessed) -> Answer | NotAssessed:
    """Which purchase model predicts better, and how well."""
    if isinstance(holdout, NotAssessed):
        return holdout
    finding = findings.holdout_finding(holdout)
    better = holdout.better
    return Answer(
        findings=(finding,),
        figures=(
            Figure(
                name="holdout_calibration",
                caption=message(
                    "{model} predicted {inside} of {groups} groups of past frequency within its "
                    "interval",
                    model=better.model,
                    inside=holdout.groups_covered(better),
                    groups=len(holdout.calibration),
                ),
                alt=message(
                    "Bars of the purchases a customer that were counted, by repeat purchases "
                    "before; points with intervals for what each model predicted. In all, "
                    "{predicted} were predicted by {model} and {counted} counted.",
                    predicted=on_customers(better.predicted, Measure.COUNT, holdout.customers),
                    model=better.model,
                    counted=on_customers(float(holdout.counted), Measure.COUNT, holdout.customers),
                ),
                table=tables.calibration_table(holdout),
                draw=figures.draw_calibration,
            ),
        ),
        tables=(tables.model_table(holdout),),
        checks=holdout_checks(holdout),
        methods=holdout.methods,
    )
