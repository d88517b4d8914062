"""Findings on needs."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.features import Feature
from analysis.market_research.names import level_name, listing
from analysis.market_research.needs import GroupNeed, Needs, Topic
from analysis.market_research.tables.needs import CLASS_NAMES
from analysis.market_research.wording import of_respondents, value_alone
from analysis.results import Strength
from analysis.text import Measure, Message, Quantity, message

_CERTAIN = 0.95
_MOST = 5


def unmet_finding(needs: Needs) -> Finding | None:
    """Say which need is most unmet, and whether it is safely so."""
    ranked = needs.ranked
    if not ranked:
        return None
    first = ranked[0]
    return Finding(
        name="unmet_need",
        statement=message(
            "Most unmet is {topic}: {important} hold it important, {met} find it met; the index "
            "is {index} of 20{next}.",
            topic=first.name,
            important=_share(first, "important"),
            met=_share(first, "met"),
            index=_index(first),
            next=_next(ranked),
        ),
        strength=(Strength.CONCLUSIVE if needs.field.now.weighting.raked else Strength.SUGGESTIVE)
        if first_is_apart(ranked)
        else Strength.SUGGESTIVE,
        action=message("Put {topic} first among what is to be improved.", topic=first.name),
        headline=True,
    )


def first_is_apart(ranked: tuple[Topic, ...]) -> bool:
    """Whether the most unmet need stays so within the intervals of the first two."""
    return len(ranked) > 1 and _bounds(ranked[0])[0] > _bounds(ranked[1])[1]


def _bounds(topic: Topic) -> tuple[float, float]:
    assert topic.unmet is not None  # noqa: S101
    return topic.unmet.estimate.low, topic.unmet.estimate.high


def _share(topic: Topic, name: str) -> Quantity:
    return value_alone(getattr(topic, name), Measure.SHARE)


def _index(topic: Topic) -> Quantity:
    assert topic.unmet is not None  # noqa: S101
    return of_respondents(topic.unmet, Measure.NUMBER)


def _next(ranked: tuple[Topic, ...]) -> Message | str:
    if len(ranked) < 2:
        return ""
    return message(", ahead of {topic} with {index}", topic=ranked[1].name, index=_index(ranked[1]))


def segment_finding(needs: Needs) -> Finding | None:
    """Say which segments need a topic more than the others do, beyond chance."""
    above = needing_more(needs)
    if not needs.comparisons:
        return None
    if not above:
        return Finding(
            name="need_by_segment",
            statement=message(
                "No segment needs a topic more than the others do beyond chance, {n} comparisons "
                "counted.",
                n=needs.comparisons,
            ),
            strength=Strength.INCONCLUSIVE,
            action=message("Address no segment by needs on these figures."),
        )
    return Finding(
        name="need_by_segment",
        statement=message(
            "Segments that need more than the others do, beyond chance with {n} comparisons "
            "counted: {groups}.",
            n=needs.comparisons,
            groups=listing(_named(needs, group) for group in above[:_MOST]),
        ),
        strength=Strength.CONCLUSIVE,
        action=message("Offer each segment first what it needs more than others do."),
    )


def needing_more(needs: Needs) -> list[GroupNeed]:
    """Give the segments that need a topic more than others beyond chance, the furthest first."""
    above = [
        group
        for group in needs.groups
        if group.stands and group.above_others and group.above_others.low > 0
    ]
    return sorted(above, key=lambda group: -_gap(group))


def _gap(group: GroupNeed) -> float:
    return group.above_others.value if group.above_others else 0.0


def _named(needs: Needs, group: GroupNeed) -> Message:
    assert group.above_others is not None  # noqa: S101
    return message(
        "{segment}: {topic} ({share})",
        segment=level_name("segment", group.segment, needs.field.regions),
        topic=needs.name(group.topic),
        share=value_alone(group.share, Measure.SHARE),
    )


def held_finding(needs: Needs) -> Finding | None:
    """Say what is needed most by those who do not hold it."""
    first = needs.most_unserved
    if first is None or first.unserved is None:
        return None
    return Finding(
        name="needed_not_held",
        statement=message(
            "Most often needed and not held with us: {topic}, by {share} of the customers.",
            topic=first.name,
            share=of_respondents(first.unserved, Measure.SHARE),
        ),
        strength=Strength.SUGGESTIVE,
        action=message("Find out whether they hold it elsewhere, and why not with us."),
    )


def kano_finding(features: tuple[Feature, ...]) -> Finding | None:
    """Say what must be there, what delights, and what nobody wants."""
    sure = with_certain_class(features)
    if not features:
        return None
    parts = [
        message(
            "{kind}: {names}",
            kind=CLASS_NAMES[kind],
            names=listing(feature.name for feature in sure if feature.kano.most == kind),
        )
        for kind in CLASS_NAMES
        if any(feature.kano.most == kind for feature in sure)
    ]
    unsure = len(features) - len(sure)
    return Finding(
        name="kano",
        statement=message(
            "Of {n} features the class is certain for {sure}. {classes}.",
            n=len(features),
            sure=len(sure),
            classes=_joined(parts),
        ),
        strength=Strength.CONCLUSIVE if not unsure else Strength.SUGGESTIVE,
        action=message(
            "Secure what must be there first, then add what delights; drop what is rejected."
        ),
    )


def with_certain_class(features: tuple[Feature, ...]) -> list[Feature]:
    """Give the features of which the class is certain."""
    return [feature for feature in features if feature.kano.certainty >= _CERTAIN]


def _joined(parts: list[Message]) -> Message:
    if not parts:
        return message("none")
    joined = parts[0]
    for part in parts[1:]:
        joined = message("{first}; {second}", first=joined, second=part)
    return joined


def needs_brief(needs: Needs) -> Message:
    """Answer the question in a clause of the verdict."""
    if not needs.ranked:
        return message("Which needs are unmet could not be assessed.")
    return message("The most unmet need is {topic}.", topic=needs.ranked[0].name)
