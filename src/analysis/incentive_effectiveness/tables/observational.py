"""Tables on incentives that were not given by lot."""

from __future__ import annotations

from analysis.incentive_effectiveness.matched import MatchedStudy
from analysis.incentive_effectiveness.region import RegionStudy
from analysis.incentive_effectiveness.roll_out import RollOut
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Unit, message

LONGEST_BEFORE = 12

_RESTS_ON = Counts(name="n", title=message("Customers"), adds_up=False, shown=False)
"""The customers of the branches that got it."""


def event_table(study: RollOut) -> Table:
    """The effect by months since the start."""
    return Table(
        name=f"event_study_{study.campaign.campaign_id}",
        caption=message(
            "{name}: effect by months since the start, CNY per customer", name=study.campaign.name
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="month", title=message("Months since the start")),
            _RESTS_ON,
            Quantities(
                name="effect",
                title=message("Effect"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "month": str(time),
                "n": study.n_customers,
                "effect": effect.estimate,
                "degrees": study.degrees,
            }
            for time, effect in study.by_event_time
            if time >= -LONGEST_BEFORE
        ),
        notes=(
            message(
                "{treated} branches got it, {never} never did.",
                treated=study.n_treated,
                never=study.n_untreated,
            ),
        ),
    )


def ways_table(study: RollOut) -> Table:
    """The average effect by each way of estimating it."""
    return Table(
        name=f"ways_{study.campaign.campaign_id}",
        caption=message("{name}: the average effect in four ways", name=study.campaign.name),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="way", title=message("Estimate")),
            _RESTS_ON,
            Quantities(
                name="effect",
                title=message("Effect"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "way": way,
                "n": study.n_customers,
                "effect": effect,
                "degrees": study.degrees,
            }
            for way, effect in (
                (message("Group-time effects"), study.average.estimate),
                (message("Imputation"), study.imputed.estimate),
                (
                    message("First months of all cohorts, half of the earlier drift allowed"),
                    study.bounds,
                ),
                (message("Plain regression, misleading here"), study.plain),
            )
        ),
    )


def gaps_table(study: RegionStudy) -> Table:
    """The region minus its mix, month by month."""
    return Table(
        name=f"gaps_{study.campaign.campaign_id}",
        caption=message(
            "{name}: the region minus its mix of other regions, CNY per customer",
            name=study.campaign.name,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="month", title=message("Months since the start")),
            _RESTS_ON,
            Quantities(
                name="effect",
                title=message("Region minus mix"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "month": str(month),
                "n": study.n_customers,
                "effect": gap,
                "degrees": study.n_customers - 1,
            }
            for month, gap in study.gaps
        ),
    )


def mix_table(study: RegionStudy) -> Table:
    """What the mix is made of."""
    return Table(
        name=f"mix_{study.campaign.campaign_id}",
        caption=message("{name}: the mix of other regions", name=study.campaign.name),
        unit=Unit.NONE,
        columns=(
            Labels(name="region", title=message("Region")),
            Quantities(name="weight", title=message("Weight"), measure=Measure.SHARE),
        ),
        rows=tuple({"region": name, "weight": weight} for name, weight in study.mix),
    )


def overlap_table(study: MatchedStudy) -> Table:
    """Whether comparable customers were found."""
    n = study.effect.n_treated + study.effect.n_untreated
    return Table(
        name=f"overlap_{study.campaign.campaign_id}",
        caption=message(
            "{name}: whether comparable customers were found", name=study.campaign.name
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="what", title=message("Measure")),
            Counts(name="n", title=message("Customers"), adds_up=False),
            Quantities(
                name="found",
                title=message("Found"),
                measure=Measure.NUMBER,
                n="n",
                degrees="degrees",
            ),
        ),
        rows=(
            {
                "what": message("Share without a counterpart"),
                "n": n,
                "found": study.outside_share,
                "degrees": n - 2,
            },
            {
                "what": message("Largest standardised difference, as found"),
                "n": n,
                "found": study.largest_before,
                "degrees": n - 2,
            },
            {
                "what": message("Largest standardised difference, weighted"),
                "n": n,
                "found": study.largest_after,
                "degrees": n - 2,
            },
        ),
    )
