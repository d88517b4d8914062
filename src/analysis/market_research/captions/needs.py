"""Captions on needs."""

from __future__ import annotations

from analysis.market_research.features import Feature
from analysis.market_research.findings.needs import (
    first_is_apart,
    needing_more,
    with_certain_class,
)
from analysis.market_research.names import level_name
from analysis.market_research.needs import Needs, Topic
from analysis.market_research.wording import value_alone
from analysis.text import Measure, Message, Quantity, message


def unmet(needs: Needs) -> Message:
    """Say which need is most unmet, alone or with the next one."""
    ranked = needs.ranked
    if len(ranked) > 1 and not first_is_apart(ranked):
        return message(
            "{first} ({index} of 20) and {second} ({next}) are most unmet; their intervals overlap",
            first=ranked[0].name,
            second=ranked[1].name,
            index=_value(ranked[0], "unmet", Measure.NUMBER),
            next=_value(ranked[1], "unmet", Measure.NUMBER),
        )
    return message(
        "Most unmet is {topic}: important to {important}, found met by {met}",
        topic=ranked[0].name,
        important=_value(ranked[0], "important", Measure.SHARE),
        met=_value(ranked[0], "met", Measure.SHARE),
    )


def _value(topic: Topic, name: str, measure: Measure) -> Quantity:
    return value_alone(getattr(topic, name), measure)


def by_segment(needs: Needs) -> Message:
    """Say which segment stands out from the others."""
    above = needing_more(needs)
    if not above:
        return message("No segment needs anything more than the others beyond chance")
    first = above[0]
    return message(
        "Furthest above the others are {segment}: {share} need {topic}",
        segment=level_name("segment", first.segment, needs.field.regions),
        share=value_alone(first.share, Measure.SHARE),
        topic=needs.name(first.topic),
    )


def kano(features: tuple[Feature, ...]) -> Message:
    """Count the features that must be there and those that delight, as far as that is certain."""
    sure = with_certain_class(features)
    counts = {
        "n": len(features),
        "must": sum(feature.kano.most == "must_be" for feature in sure),
        "attractive": sum(feature.kano.most == "attractive" for feature in sure),
    }
    if len(sure) == len(features):
        return message(
            "Kano classes: of {n} features {must} must be there and {attractive} delight", **counts
        )
    return message(
        "Kano classes: of {n} features {must} must be there and {attractive} delight; {unsure} "
        "cannot be told",
        unsure=len(features) - len(sure),
        **counts,
    )
