"""Tables on what the incentives given by lot changed."""

from __future__ import annotations

from analysis.incentive_effectiveness.effects import CampaignEffects, OutcomeEffect
from analysis.incentive_effectiveness.findings.effects import looks_caption
from analysis.incentive_effectiveness.wording import measure_of, outcome_name
from analysis.probabilities import probability
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Basis, Measure, Message, Unit, message

_STEPS = (
    ("unadjusted", message("Everybody offered, plain difference")),
    ("offered", message("Everybody offered, adjusted by the earlier outcome")),
    ("takers", message("Those who took it up because of the offer")),
)


def main_table(found: CampaignEffects) -> Table:
    """The main outcome: plain, adjusted, and on the takers."""
    main = found.main
    estimates = {
        "unadjusted": main.unadjusted.estimate,
        "offered": main.offered.estimate,
        "takers": None if main.takers is None else main.takers.effect,
    }
    n = main.offered.n_treated + main.offered.n_untreated
    return Table(
        name=f"main_effect_{found.evidence.campaign.campaign_id}",
        caption=message(
            "{name}: effect on {outcome}",
            name=found.evidence.campaign.name,
            outcome=outcome_name(main.outcome),
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="who", title=message("On whom")),
            Counts(name="n", title=message("Customers"), adds_up=False),
            Quantities(
                name="effect",
                title=message("Effect"),
                measure=measure_of(main.outcome),
                n="n",
                degrees="degrees",
            ),
        ),
        rows=tuple(
            {"who": label, "n": n, "effect": estimates[step], "degrees": n - 3}
            for step, label in _STEPS
            if estimates[step] is not None
            and not (step == "offered" and main.variance_removed is None)
        ),
    )


def outcomes_tables(found: CampaignEffects) -> tuple[Table, ...]:
    """All outcomes with the correction for their number, a table for each measure."""
    measures = list(dict.fromkeys(measure_of(one.outcome) for one in found.outcomes))
    return tuple(_outcomes_table(found, measure) for measure in measures)


def _outcomes_table(found: CampaignEffects, measure: Measure) -> Table:
    return Table(
        name=f"outcomes_{measure.value}_{found.evidence.campaign.campaign_id}",
        caption=_outcomes_caption(found, measure),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="outcome", title=message("Outcome")),
            Counts(name="n", title=message("Customers"), adds_up=False),
            Quantities(
                name="effect",
                title=message("Effect"),
                measure=measure,
                n="n",
                degrees="degrees",
            ),
            Labels(name="p", title=message("p, corrected for all outcomes")),
        ),
        rows=tuple(_row(one) for one in found.outcomes if measure_of(one.outcome) is measure),
    )


def _outcomes_caption(found: CampaignEffects, measure: Measure) -> Message:
    name = found.evidence.campaign.name
    if measure is Measure.AMOUNT_CNY:
        return message("{name}: effect of being offered it on amounts", name=name)
    if measure is Measure.POINTS:
        return message("{name}: effect of being offered it on shares of customers", name=name)
    return message("{name}: effect of being offered it on numbers per customer", name=name)


def _row(one: OutcomeEffect) -> Row:
    return {
        "outcome": outcome_name(one.outcome),
        "n": one.offered.n_treated + one.offered.n_untreated,
        "effect": one.offered.estimate,
        "degrees": one.offered.n_treated + one.offered.n_untreated - 3,
        "p": probability(one.corrected_p_value),
    }


def looks_table(found: CampaignEffects) -> Table:
    """The looks at the running experiment, against bounds that count all of them."""
    return Table(
        name=f"looks_{found.evidence.campaign.campaign_id}",
        caption=looks_caption(found),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="day", title=message("Looked at on")),
            Counts(name="n", title=message("Customers with an outcome"), adds_up=False),
            Quantities(
                name="z",
                title=message("Effect over its error"),
                measure=Measure.NUMBER,
                n="n",
                degrees="degrees",
            ),
            Quantities(
                name="bound",
                title=message("Must exceed"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.GIVEN,
            ),
            Labels(name="crossed", title=message("Stands")),
        ),
        rows=tuple(
            {
                "day": look.looked_on,
                "n": look.n,
                "z": look.z,
                "degrees": look.n - 2,
                "bound": look.bound,
                "crossed": message("yes") if look.crossed else message("no"),
            }
            for look in found.looks
        ),
    )
