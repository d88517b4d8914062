"""Tables on what is known, and how well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from analysis.competitor_comparison.facts import MARKS, Conflict, Doubt
from analysis.competitor_comparison.register import KnownFigures, Offer
from analysis.competitor_comparison.wording import (
    CONDITIONS,
    METHODS,
    RELIABILITIES,
    TABLES,
    family,
    in_unit,
    listing,
    plain,
    quarter,
)
from analysis.tables import Counts, Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Unit, Words, message


def coverage(known: KnownFigures) -> Table:
    """How many figures there are on each institution, and how many are in doubt."""
    register = known.register
    rows: list[Row] = []
    for key in register.keys:
        offers = [offer for offer in known.offers if offer.institution == key]
        sound = sum(not offer.evidence.doubts for offer in offers)
        old = sum(Doubt.OLD in offer.evidence.doubts for offer in offers)
        rows.append(
            {
                "institution": register.name(key, known.doubts(key)),
                "figures": len(offers),
                "sound": sound,
                "old": old,
                "doubtful": len(offers) - sound - old,
                "missing": sum(name == key for name, _ in known.missing),
                "oldest": max((o.evidence.age_months for o in offers), default=None),
            }
        )
    return Table(
        name="register_coverage",
        caption=message("Figures on each institution, and how many are old, doubtful or missing"),
        unit=Unit.NONE,
        columns=(
            Labels(name="institution", title=message("Institution")),
            Counts(name="figures", title=message("Figures")),
            Counts(name="sound", title=message("Current and sound")),
            Counts(name="old", title=message("Old")),
            Counts(name="doubtful", title=message("Doubtful, not old")),
            Counts(name="missing", title=message("Criteria without figure")),
            Quantities(name="oldest", title=message("Oldest"), measure=Measure.MONTHS),
        ),
        rows=tuple(rows),
        notes=(MARKS,),
    )


def every_figure(known: KnownFigures) -> Table:
    """Each figure with source, day, method and age."""
    register = known.register
    groups: dict[tuple[object, ...], list[Offer]] = {}
    for offer in known.offers:
        evidence = offer.evidence
        groups.setdefault(
            (
                offer.criterion,
                *terms_key(offer),
                -evidence.source.rank,
                evidence.source.key,
                evidence.method,
                evidence.observed_on.isoformat(),
            ),
            [],
        ).append(offer)
    order = {key: i for i, key in enumerate(register.keys)}
    rows: list[Row] = []
    for at in sorted(groups, key=str):
        offers = sorted(groups[at], key=lambda o: order[o.institution])
        first = offers[0]
        criterion = known.criterion(first.criterion)
        rows.append(
            {
                "criterion": _with_terms(criterion.name, first),
                "figures": listing(
                    message(
                        "{institution} {value}",
                        institution=register.name(o.institution, o.evidence.doubts),
                        value=in_unit(o.value, criterion.unit),
                    )
                    for o in offers
                ),
                "source": _source(first.evidence.source.name, first.evidence.source.reliability),
                "method": METHODS.get(first.evidence.method, first.evidence.method),
                "observed_on": first.evidence.observed_on,
                "age": first.evidence.age_months,
            }
        )
    return Table(
        name="register_figures",
        caption=message("Every figure on terms and qualities with its source, day and method"),
        unit=Unit.NONE,
        columns=(
            Labels(name="criterion", title=message("Criterion")),
            Labels(name="figures", title=message("Figures")),
            Labels(name="source", title=message("Source")),
            Labels(name="method", title=message("Obtained by")),
            Labels(name="observed_on", title=message("Observed on")),
            Quantities(name="age", title=message("Age"), measure=Measure.MONTHS),
        ),
        rows=tuple(rows),
        notes=(MARKS,),
    )


def other_figures(known: KnownFigures) -> Table:
    """Source, day and method of volumes, moves, service times and perceptions."""
    return Table(
        name="register_other",
        caption=message("Where volumes, moves, service times and perceptions come from"),
        unit=Unit.NONE,
        columns=(
            Labels(name="table", title=message("Figures")),
            Labels(name="institutions", title=message("Institutions")),
            Labels(name="source", title=message("Source")),
            Labels(name="method", title=message("Obtained by")),
            Labels(name="observed_on", title=message("Last observed on")),
            Quantities(name="age", title=message("Age"), measure=Measure.MONTHS),
        ),
        rows=tuple(
            {
                "table": TABLES[other.table],
                "institutions": listing(
                    known.register.name(key, other.evidence.doubts) for key in other.institutions
                ),
                "source": _source(other.evidence.source.name, other.evidence.source.reliability),
                "method": METHODS.get(other.evidence.method, other.evidence.method),
                "observed_on": other.evidence.observed_on,
                "age": other.evidence.age_months,
            }
            for other in known.others
        ),
        notes=(MARKS,),
    )


def _with_terms(name: Words, offer: Offer) -> Message | Words:
    if offer.term_months is None and offer.from_amount_cny is None and not offer.conditions:
        return name
    return message("{criterion}; {terms}", criterion=name, terms=terms_of(offer))


def disagreements(
    known: KnownFigures, others: tuple[Conflict, ...], regions: Mapping[str, Words]
) -> Table:
    """Figures that two sources state differently, and which one counts."""
    rows: list[Row] = []
    for conflict in known.conflicts:
        criterion = known.criterion(conflict.subject[0])
        rows.append(
            {
                **_sources(known, conflict),
                "figure": criterion.name,
                "kept": in_unit(conflict.kept, criterion.unit),
                "dropped": in_unit(conflict.dropped, criterion.unit),
            }
        )
    rows += [
        {
            **_sources(known, conflict),
            "figure": _volume(conflict, regions),
            "kept": in_unit(conflict.kept, "CNY"),
            "dropped": in_unit(conflict.dropped, "CNY"),
        }
        for conflict in others
    ]
    return Table(
        name="register_disagreements",
        caption=message("Figures on which two sources disagree, and which one counts"),
        unit=Unit.NONE,
        columns=(
            Labels(name="institution", title=message("Institution")),
            Labels(name="figure", title=message("Figure")),
            Labels(name="kept", title=message("Counts")),
            Labels(name="kept_source", title=message("Source that counts")),
            Labels(name="dropped", title=message("Set aside")),
            Labels(name="dropped_source", title=message("Source set aside")),
            Labels(name="reason", title=message("Settled by")),
        ),
        rows=tuple(rows),
    )


def _volume(conflict: Conflict, regions: Mapping[str, Words]) -> Message:
    name, region, since = conflict.subject
    return message(
        "Volume of {product}, {region}, {quarter}",
        product=family(name),
        region=regions.get(region, region),
        quarter=quarter(dt.date.fromisoformat(since)),
    )


def _sources(known: KnownFigures, conflict: Conflict) -> dict[str, Message | Words]:
    return {
        "institution": known.register.name(conflict.institution),
        "kept_source": _source(conflict.kept_source.name, conflict.kept_source.reliability),
        "dropped_source": _source(
            conflict.dropped_source.name, conflict.dropped_source.reliability
        ),
        "reason": message("age of the figures")
        if conflict.reason == "age"
        else message("stated reliability"),
    }


def _source(name: Words, reliability: str) -> Message:
    return message(
        "{source} ({reliability})",
        source=name,
        reliability=RELIABILITIES.get(reliability, reliability),
    )


def terms_key(offer: Offer) -> tuple[float, float, str]:
    """Sort by term, amount and customers."""
    return (offer.term_months or 0.0, offer.from_amount_cny or 0.0, offer.conditions)


def terms_of(offer: Offer) -> Message:
    """Say for which term, amount and customers a figure holds."""
    if offer.term_months is None and offer.from_amount_cny is None:
        return message(
            "{conditions}", conditions=CONDITIONS.get(offer.conditions, offer.conditions)
        )
    return message(
        "{term}, from {amount}, {conditions}",
        term=plain(offer.term_months or 0.0, Measure.MONTHS),
        amount=plain(offer.from_amount_cny or 0.0, Measure.AMOUNT_CNY),
        conditions=CONDITIONS.get(offer.conditions, offer.conditions),
    )
