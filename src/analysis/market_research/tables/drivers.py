"""Tables on what goes with satisfaction."""

from __future__ import annotations

from analysis.market_research.drivers import SatisfactionDrivers
from analysis.market_research.wording import plain
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Basis, Measure, Unit, message


def importance(found: SatisfactionDrivers) -> Table:
    """Each step's share of the variance of satisfaction, by two methods."""
    return Table(
        name="driver_importance",
        caption=message("How much of the differences in satisfaction goes with each step"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="step", title=message("Step")),
            Quantities(
                name="lmg",
                title=message("Shapley share (LMG)"),
                measure=Measure.SHARE,
                n="n",
                degrees="degrees",
            ),
            Quantities(
                name="weight",
                title=message("Relative weight"),
                measure=Measure.SHARE,
                n="n",
                degrees="degrees",
            ),
            Counts(name="n", title=message("Answers"), adds_up=False),
        ),
        rows=tuple(
            {
                "step": step.item.label,
                "lmg": step.driver.lmg,
                "weight": step.driver.relative_weight,
                "n": found.n,
                "degrees": _degrees(found),
            }
            for step in found.steps
        ),
        notes=(
            message(
                "Both columns add up to R-squared, {r_squared}: the part of the differences in "
                "satisfaction that goes with the steps. They say what goes together, not what "
                "causes what.",
                r_squared=plain(round(found.importance.r_squared.value, 3), Measure.SHARE),
            ),
        ),
    )


def improvement(found: SatisfactionDrivers) -> Table:
    """What a better step might bring."""
    return Table(
        name="driver_improvement",
        caption=message("What a realistic improvement of each step goes with"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="step", title=message("Step")),
            Quantities(
                name="mean",
                title=message("Mean answer"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Counts(name="dissatisfied", title=message("Rate it below 4"), adds_up=False),
            Quantities(
                name="odds",
                title=message("Odds of a higher overall answer, per point"),
                measure=Measure.NUMBER,
                n="n",
                degrees="degrees",
            ),
            Quantities(
                name="gain",
                title=message("Satisfied customers, change of share in points"),
                measure=Measure.POINTS,
                n="n",
                degrees="degrees",
            ),
            Counts(name="n", title=message("Answers"), adds_up=False, shown=False),
        ),
        rows=tuple(
            {
                "step": step.item.label,
                "mean": round(step.mean, 2),
                "dissatisfied": step.dissatisfied,
                "odds": step.odds,
                "gain": step.gain,
                "n": found.n,
                "degrees": _degrees(found),
            }
            for step in sorted(found.steps, key=lambda step: -step.gain.value)
        ),
        notes=(
            message(
                "Taken for realistic: {share} of those who rate the step below 4 would rate it one "
                "point higher, all else as it is. The change is what the association would "
                "bring if it were the cause.",
                share=plain(found.improved_share, Measure.SHARE),
            ),
        ),
    )


def _degrees(found: SatisfactionDrivers) -> int:
    return found.n - len(found.logit.coefficients)
