"""Tables on for whom an incentive works."""

from __future__ import annotations

from analysis.incentive_effectiveness.findings.targeting import policy_caption
from analysis.incentive_effectiveness.targeting import Targeting
from analysis.incentive_effectiveness.traits import level_name
from analysis.incentive_effectiveness.wording import measure_of
from analysis.probabilities import probability
from analysis.tables import Counts, Labels, Quantities, Table
from analysis.text import Measure, Unit, message


def segments_table(found: Targeting) -> Table:
    """The effect by segment, alone and drawn towards the mean."""
    measure = measure_of(found.evidence.campaign.outcome)
    return Table(
        name=f"segments_{found.evidence.campaign.campaign_id}",
        caption=message(
            "{name}: effect of being offered it, by segment", name=found.evidence.campaign.name
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="segment", title=message("Segment")),
            Counts(name="n", title=message("Customers"), adds_up=False),
            Quantities(
                name="alone",
                title=message("Segment alone"),
                measure=measure,
                n="n",
                degrees="degrees",
            ),
            Quantities(
                name="effect",
                title=message("With shrinkage"),
                measure=measure,
                n="n",
                degrees="degrees",
            ),
            Labels(name="p", title=message("p, corrected for all segments")),
        ),
        rows=tuple(
            {
                "segment": level_name(one.segment),
                "n": one.n,
                "alone": one.found.estimate,
                "effect": one.shrunk,
                "degrees": one.n - 2,
                "p": probability(one.corrected_p_value),
            }
            for one in found.segments
        ),
    )


def qini_table(found: Targeting) -> Table:
    """Gain of offering to the best-scored fraction."""
    return Table(
        name=f"qini_{found.evidence.campaign.campaign_id}",
        caption=message(
            "{name}: gain per customer of all, offering to the best-scored first",
            name=found.evidence.campaign.name,
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="fraction", title=message("Offered to, % of the customers")),
            Counts(name="n", title=message("Customers"), adds_up=False, shown=False),
            Quantities(
                name="gain",
                title=message("Gain"),
                measure=measure_of(found.evidence.campaign.outcome),
                n="n",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {
                "fraction": str(round(100 * fraction)),
                "n": round(fraction * found.n),
                "gain": gain,
                "degrees": found.n - 2,
            }
            for fraction, gain in zip(found.qini.fractions, found.qini.gains, strict=True)
        ),
    )


def policy_table(found: Targeting) -> Table:
    """What a targeted offer is worth against all and none."""
    policy = found.policy
    return Table(
        name=f"policy_{found.evidence.campaign.campaign_id}",
        caption=policy_caption(found),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="what", title=message("Comparison")),
            Counts(name="n", title=message("Customers"), adds_up=False),
            Quantities(
                name="value",
                title=message("Value"),
                measure=Measure.AMOUNT_CNY,
                n="n",
                degrees="degrees",
            ),
        ),
        rows=(
            {
                "what": message("Chosen customers against nobody"),
                "n": found.n,
                "value": policy.against_none.estimate,
                "degrees": found.n - 2,
            },
            {
                "what": message("Chosen customers against everybody"),
                "n": found.n,
                "value": policy.against_all.estimate,
                "degrees": found.n - 2,
            },
            {
                "what": message("Everybody against nobody"),
                "n": found.n,
                "value": policy.all_against_none.estimate,
                "degrees": found.n - 2,
            },
        ),
    )
