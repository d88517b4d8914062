"""Captions on whom we heard."""

from __future__ import annotations

from analysis.market_research.hearing import Hearing
from analysis.market_research.names import level_name
from analysis.market_research.tables.hearing import in_sentence
from analysis.text import Message, Share, Unit, message


def heard_by(hearing: Hearing, variable: str) -> Message:
    """Say which category of a variable answered more often than its share of the customers."""
    group, groups = hearing.most_uneven_of(variable), hearing.of(variable)
    people = round(sum(each.population for each in groups))
    return message(
        "Most over-represented by {variable}: {level}, {raw} of the answers, {population} of the "
        "customers",
        variable=in_sentence(variable),
        level=level_name(variable, group.level, hearing.field.regions),
        raw=Share(group.answered, sum(each.answered for each in groups), Unit.CUSTOMERS),
        population=Share(round(group.population), people, Unit.CUSTOMERS),
    )
