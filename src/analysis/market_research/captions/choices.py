"""Captions on the choice experiment, and on which features matter."""

from __future__ import annotations

from analysis.market_research.choices import ChoiceExperiment
from analysis.market_research.findings.choices import draws_more, is_ahead, plain_and_best
from analysis.market_research.priorities import Priorities
from analysis.text import Measure, Message, message, on_customers


def variants(found: ChoiceExperiment) -> Message:
    """Say what the best single improvement does to the share of takers, as simulated."""
    plain, best = plain_and_best(found)
    values = {
        "concept": found.concept.name,
        "attribute": best.improved or message("part"),
        "plain": on_customers(plain.taken.value, Measure.SHARE, found.n_people),
        "best": on_customers(best.taken.value, Measure.SHARE, found.n_people),
    }
    if draws_more(plain, best):
        return message(
            "{concept}, simulated: {plain} would take it plain, {best} with the best {attribute}",
            **values,
        )
    return message(
        "{concept}, simulated: {plain} would take it plain, {best} with the best {attribute}; the "
        "intervals overlap",
        **values,
    )


def priorities(found: Priorities) -> Message:
    """Say which feature matters most, and whether the next one may as well."""
    first, second, last = found.standings[0], found.standings[1], found.standings[-1]
    if is_ahead(first, second):
        return message(
            "Best less worst: {first} is first with {score}, {last} last with {lowest}",
            first=found.names[first.name],
            score=on_customers(first.score.value, Measure.NUMBER, found.n_people),
            last=found.names[last.name],
            lowest=on_customers(last.score.value, Measure.NUMBER, found.n_people),
        )
    return message(
        "Best less worst: {first} ({score}) and {second} ({next}) lead; their intervals overlap",
        first=found.names[first.name],
        score=on_customers(first.score.value, Measure.NUMBER, found.n_people),
        second=found.names[second.name],
        next=on_customers(second.score.value, Measure.NUMBER, found.n_people),
    )
