"""Tables on what each age band holds, uses and wants next."""

from __future__ import annotations

from analysis.lifecycle.age_bands import LifeStages
from analysis.lifecycle.product_names import band_name, channel_name, family_name
from analysis.tables import Counts, Labels, Quantities, Shares, Table
from analysis.text import Basis, Measure, Message, Unit, message


def name_of(found: LifeStages, band: int) -> Message:
    """Name a band by its position."""
    return band_name(found.bands[band].first_age, found.bands[band].last_age)


def holding_table(found: LifeStages) -> Table:
    """Customers of each band that hold a product of each family."""
    return Table(
        name="age_holdings",
        caption=message("Customers who hold a product of the family, by age band"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="band", title=message("Age band")),
            Labels(name="kind", title=message("Family")),
            Counts(name="customers", title=message("Customers"), adds_up=False),
            Counts(name="holders", title=message("Holders"), adds_up=False),
            Quantities(
                name="share",
                title=message("Share that holds it"),
                measure=Measure.SHARE,
                n="customers",
                basis=Basis.ONE_EACH,
            ),
        ),
        rows=tuple(
            {
                "band": name_of(found, row.band),
                "kind": family_name(row.family),
                "customers": row.customers,
                "holders": row.holders,
                "share": row.share,
            }
            for row in found.holdings
        ),
    )


def channel_table(found: LifeStages) -> Table:
    """Share of each band's purchases by channel."""
    return Table(
        name="age_channels",
        caption=message("Share of the last twelve months' purchases by channel and age band"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="band", title=message("Age band")),
            Labels(name="kind", title=message("Channel")),
            Counts(name="customers", title=message("Customers with purchases"), adds_up=False),
            Quantities(
                name="share",
                title=message("Share of purchases"),
                measure=Measure.SHARE,
                n="customers",
                top_two_share="top_two",
            ),
        ),
        rows=tuple(
            {
                "band": name_of(found, row.band),
                "kind": channel_name(row.channel),
                "customers": row.customers,
                "share": row.share,
                "top_two": row.top_two_share,
            }
            for row in found.channels
        ),
    )


def need_table(found: LifeStages) -> Table:
    """What each band says to want, what it holds, and what it wants and does not hold."""
    return Table(
        name="age_needs",
        caption=message("Wanted next, held, and wanted but not held, of the customers asked"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="band", title=message("Age band")),
            Labels(name="kind", title=message("Family")),
            Counts(name="asked", title=message("Customers asked"), adds_up=False),
            Counts(name="held", title=message("Holders"), adds_up=False, shown=False),
            Quantities(
                name="wanted",
                title=message("Want it next"),
                measure=Measure.SHARE,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Shares(name="held_share", title=message("Hold it"), part="held", whole="asked"),
            Quantities(
                name="gap",
                title=message("Wanted over held"),
                measure=Measure.POINTS,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="unmet",
                title=message("Unmet need"),
                measure=Measure.SHARE,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="above",
                title=message("Unmet need over other bands"),
                measure=Measure.POINTS,
                n="asked",
                basis=Basis.ONE_EACH,
            ),
            Labels(name="stands", title=message("Differs beyond noise")),
        ),
        rows=tuple(
            {
                "band": name_of(found, need.band),
                "kind": family_name(need.family),
                "asked": need.asked,
                "held": need.held,
                "wanted": need.wanted_share,
                "gap": need.wanted_over_held,
                "unmet": need.unmet_share,
                "above": need.above_others,
                "stands": message("yes") if need.stands else message("no"),
            }
            for need in found.needs
        ),
        notes=(
            message(
                "Whether a band differs from the others counts all bands and families that were "
                "looked at (Holm)."
            ),
        ),
    )
