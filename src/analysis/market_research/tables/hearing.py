"""Tables on whom we heard."""

from __future__ import annotations

from analysis.market_research.hearing import Hearing
from analysis.market_research.names import VARIABLES, level_name
from analysis.market_research.wording import ESTIMATES, MEASURES
from analysis.tables import Counts, Labels, Quantities, Row, Shares, Table
from analysis.text import Basis, Measure, Message, Share, Unit, message

_RATES = (
    ("rr1", message("RR1: complete, of all that may be eligible")),
    ("rr2", message("RR2: complete and partial, of all that may be eligible")),
    ("rr3", message("RR3: complete, of the estimated eligible")),
    ("rr4", message("RR4: complete and partial, of the estimated eligible")),
    ("rr5", message("RR5: complete, of the known eligible")),
    ("rr6", message("RR6: complete and partial, of the known eligible")),
)
_OUTCOMES = {
    "complete": message("complete"),
    "partial": message("partial"),
    "refusal": message("refusal"),
    "non_contact": message("not reached"),
    "other": message("other, eligible"),
    "unknown_eligibility": message("eligibility unknown"),
    "not_eligible": message("not eligible"),
}


def response(hearing: Hearing) -> Table:
    """The six rates now and in the wave before."""
    before = hearing.field.before
    rows: list[Row] = [
        {
            "rate": title,
            "now": getattr(hearing.rates, name),
            "before": getattr(hearing.rates_before, name) if hearing.rates_before else None,
            "invited": hearing.outcomes.invited,
            "invited_before": before.outcomes.invited if before else None,
        }
        for name, title in _RATES
    ]
    return Table(
        name="response_rates",
        caption=message("Response rates by the standard definitions"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="rate", title=message("Rate")),
            Quantities(
                name="now",
                title=message("Last wave"),
                measure=Measure.SHARE,
                n="invited",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="before",
                title=message("Wave before"),
                measure=Measure.SHARE,
                n="invited_before",
                basis=Basis.ONE_EACH,
            ),
            Counts(name="invited", title=message("Invited"), adds_up=False),
            Counts(
                name="invited_before",
                title=message("Invited before"),
                adds_up=False,
                shown=before is not None,
            ),
        ),
        rows=tuple(rows),
        notes=(
            message(
                "Of the cases of unknown eligibility {share} are taken to be eligible in RR3 and "
                "RR4, as among the known.",
                share=_percent(hearing.rates.eligible_share),
            ),
        ),
    )


def outcomes(hearing: Hearing) -> Table:
    """How the invitations ended."""
    rows: list[Row] = [
        {
            "outcome": title,
            "n": getattr(hearing.outcomes, name),
            "all": hearing.outcomes.invited,
        }
        for name, title in _OUTCOMES.items()
    ]
    rows.append(
        {
            "outcome": message("all"),
            "n": hearing.outcomes.invited,
            "all": hearing.outcomes.invited,
        }
    )
    return Table(
        name="outcomes",
        caption=message(
            "Of the invitations of the last wave {complete} ended in a complete answer",
            complete=Share(hearing.outcomes.complete, hearing.outcomes.invited, Unit.CUSTOMERS),
        ),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="outcome", title=message("Outcome")),
            Counts(name="n", title=message("Invitations")),
            Counts(name="all", title=message("Invited"), adds_up=False, shown=False),
            Shares(name="share", title=message("Share of all"), part="n", whole="all"),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,),
    )


def composition(hearing: Hearing, variable: str) -> Table:
    """Who there is, who answered, and what weights make of it, by one variable."""
    groups = hearing.of(variable)
    people = round(sum(group.population for group in groups))
    answered = sum(group.answered for group in groups)
    rows: list[Row] = [
        {
            "group": level_name(variable, group.level, hearing.field.regions),
            "invited": group.invited,
            "answered": group.answered,
            "people": people,
            "here": round(group.population),
            "all_answered": answered,
            "population": group.population_share,
            "raw": group.raw_share,
            "base": group.base_share,
            "raked": group.raked_share,
        }
        for group in groups
    ]
    rows.append(
        {
            "group": message("all"),
            "invited": sum(group.invited for group in groups),
            "answered": answered,
            "people": people,
            "here": people,
            "all_answered": answered,
            **dict.fromkeys(("population", "raw", "base", "raked"), 1.0),
        }
    )
    return Table(
        name=f"heard_by_{variable}",
        caption=message("Who was heard, by {variable}", variable=in_sentence(variable)),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="group", title=VARIABLES[variable]),
            Counts(name="invited", title=message("Eligible invited")),
            Counts(name="answered", title=message("Answered")),
            Counts(name="people", title=message("Population"), adds_up=False, shown=False),
            Counts(name="here", title=message("Population"), shown=False),
            Counts(name="all_answered", title=message("Answered"), adds_up=False, shown=False),
            Shares(
                name="rate", title=message("Answered of invited"), part="answered", whole="invited"
            ),
            Quantities(
                name="population",
                title=message("Share of the population"),
                measure=Measure.SHARE,
                n="people",
                part="here",
            ),
            *(
                Quantities(
                    name=name,
                    title=title,
                    measure=Measure.SHARE,
                    n="all_answered",
                    part="answered",
                )
                for name, title in (
                    ("raw", message("Share of answers")),
                    ("base", message("with sample weights")),
                    ("raked", message("raked")),
                )
            ),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,),
        notes=()
        if hearing.field.whole_bank
        else (
            message(
                "The population of this scope is estimated from all invited, with the weights of "
                "the sample."
            ),
        ),
    )


def before_after(hearing: Hearing) -> Table:
    """Estimates side by side: unweighted, with sample weights, raked."""
    rows: list[Row] = []
    for found in hearing.estimates:
        for weights, title in _WEIGHTS.items():
            one = getattr(found, weights)
            share = found.name == "top_two"
            rows.append(
                {
                    "estimate": ESTIMATES[found.name],
                    "weights": title,
                    "n": one.n,
                    "value": None if share else one.estimate,
                    "share": one.estimate if share else None,
                    "effect": round(one.design_effect, 2),
                    "effective": round(one.effective_n),
                }
            )
    return Table(
        name="before_after",
        caption=message("The same answers unweighted, with sample weights, and raked"),
        unit=Unit.CUSTOMERS,
        columns=(
            Labels(name="estimate", title=message("Estimate")),
            Labels(name="weights", title=message("Weights")),
            Quantities(
                name="value",
                title=message("Value"),
                measure=MEASURES["mean"],
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="share",
                title=message("Share"),
                measure=MEASURES["top_two"],
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Quantities(
                name="effect",
                title=message("Design effect"),
                measure=Measure.NUMBER,
                n="n",
                basis=Basis.ONE_EACH,
            ),
            Counts(name="effective", title=message("Effective answers"), adds_up=False),
            Counts(name="n", title=message("Answers"), adds_up=False),
        ),
        rows=tuple(rows),
    )


_WEIGHTS = {
    "raw": message("none"),
    "base": message("of the sample"),
    "raked": message("raked to the population"),
}


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def in_sentence(variable: str) -> Message:
    """Name a variable of the frame within a sentence."""
    return {
        "age_band": message("age"),
        "region": message("region"),
        "segment": message("segment"),
        "value_tier": message("value tier"),
    }[variable]
