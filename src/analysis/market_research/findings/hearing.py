"""Findings on whom we heard."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.hearing import BeforeAfter, Hearing
from analysis.market_research.names import VARIABLES, level_name
from analysis.market_research.wording import MEASURES, of_respondents
from analysis.results import Strength
from analysis.text import Measure, Message, message, on_customers


def hearing_strength(hearing: Hearing) -> Strength:
    """Conclusive with raked weights, and no more than suggestive without."""
    return Strength.CONCLUSIVE if hearing.wave.weighting.raked else Strength.SUGGESTIVE


def response_finding(hearing: Hearing) -> Finding:
    """Say how many answered, and who is over-represented."""
    return Finding(
        name="response",
        statement=message(
            "{rate} of the customers invited who are estimated to be eligible answered in full "
            "(RR3); {uneven}",
            rate=on_customers(hearing.rates.rr3, Measure.SHARE, hearing.outcomes.invited),
            uneven=_uneven(hearing),
        ),
        strength=Strength.CONCLUSIVE,
        action=message(
            "Remind those who answer least, and never read unweighted answers as the customers'."
        ),
        headline=False,
    )


def _uneven(hearing: Hearing) -> Message:
    group = hearing.most_uneven
    if group is None:
        return message("the source says nothing of who they are.")
    answered = sum(g.answered for g in hearing.of(group.variable))
    people = round(sum(g.population for g in hearing.of(group.variable)))
    return message(
        "most over-represented is {variable} {level}: {raw} of the answers, {population} of the "
        "customers.",
        variable=VARIABLES[group.variable],
        level=level_name(group.variable, group.level, hearing.field.regions),
        raw=on_customers(group.raw_share, Measure.SHARE, answered),
        population=on_customers(group.population_share, Measure.SHARE, people),
    )


def weighting_finding(hearing: Hearing) -> Finding | None:
    """Say what weighting changes, and what it costs."""
    found = next((e for e in hearing.estimates if e.name == "mean"), None)
    if found is None:
        return None
    return Finding(
        name="weighting",
        statement=message(
            "Weighting moves mean satisfaction from {raw} to {raked}; {n} weighted answers say as "
            "much as {effective} of a simple sample would.",
            raw=of_respondents(found.raw, MEASURES["mean"]),
            raked=of_respondents(found.raked, MEASURES["mean"]),
            n=on_customers(float(found.raked.n), Measure.COUNT, found.raked.n),
            effective=on_customers(
                float(round(found.raked.effective_n)), Measure.COUNT, found.raked.n
            ),
        ),
        strength=hearing_strength(hearing),
        action=_weighting_action(hearing, found),
        headline=False,
    )


def _weighting_action(hearing: Hearing, found: BeforeAfter) -> Message:
    if hearing.wave.weighting.refused is not None:
        return message(
            "Mend the population margins: estimates use the weights of the sample alone."
        )
    moved = abs(found.raked.estimate.value - found.raw.estimate.value)
    if moved > found.raked.error:
        return message("Use the weighted figures only: the unweighted ones mislead.")
    return message("Use the weighted figures; here they differ little from the unweighted ones.")


def hearing_brief(hearing: Hearing) -> Message:
    """Answer the question in a clause of the verdict."""
    return message(
        "We heard {rate} of those invited (RR3).",
        rate=on_customers(hearing.rates.rr3.value, Measure.SHARE, hearing.outcomes.invited),
    )
