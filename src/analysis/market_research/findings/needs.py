"""Findings on needs."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.features import Feature
from analysis.market_research.names import level_name, listing
from analysis.market_research.needs import GroupNeed, Needs, Topic
from analysis.market_research.tables.needs import CLASS_NAMES
from analysis.market_research.wording import of_respondents
from analysis.results import Strength
from analysis.text import Measure, Message, Quantity, message, on_customers

_CERTAIN = 0.95
_MOST = 5


def unmet_finding(needs: Needs) -> Finding | None:
    """Say which need is most unmet, and whether it is safely so."""
    ranked = needs.ranked
    if not ranked:
        return None
    first = ranked[0]
    apart = len(ranked) > 1 and _bounds(first)[0] > _bounds(ranked[1])[1]
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
        if apart
        else Strength.SUGGESTIVE,
        action=message("Put {topic} first among what is to be improved.", topic=first.name),
        headline=True,
    )


def _bounds(topic: Topic) -> tuple[float, float]:
    assert topic.unmet is not None  # noqa: S101
    return topic.unmet.estimate.low, topic.unmet.estimate.high


def _share(topic: Topic, name: str) -> Quantity:
    found = getattr(topic, name)
    return on_customers(found.estimate.value, Measure.SHARE, found.n)


def _index(topic: Topic) -> Quantity:
    assert topic.unmet is not None  # noqa: S101
    return of_respondents(topic.unmet, Measure.NUMBER)


def _next(ranked: tuple[Topic, ...]) -> Message | str:
    if len(ranked) < 2:
        return ""
    return message(", ahead of {topic} with {index}", topic=ranked[1].name, index=_index(ranked[1]))


def segment_finding(needs: Needs) -> Finding | None:
    """Say which segments need a topic more than the others do, beyond chance."""
    above = [
        group
        for group in needs.groups
        if group.stands and group.above_others and group.above_others.low > 0
    ]
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
    first = sorted(above, key=lambda group: -_gap(group))[:_MOST]
    return Finding(
        name="need_by_segment",
        statement=message(
            "Segments that need more than the others do, beyond chance with {n} comparisons "
            "counted: {groups}.",
            n=needs.comparisons,
            groups=listing(_named(needs, group) for group in first),
        ),
        strength=Strength.CONCLUSIVE,
        action=message("Offer each segment first what it needs more than others do."),
    )


def _gap(group: GroupNeed) -> float:
    return group.above_others.value if group.above_others else 0.0


def _named(needs: Needs, group: GroupNeed) -> Message:
    assert group.above_others is not None  # noqa: S101
    return message(
        "{segment}: {topic} ({share})",
        segment=level_name("segment", group.segment, needs.field.regions),
        topic=needs.name(group.topic),
        share=on_customers(group.share.estimate.value, Measure.SHARE, group.share.n),
    )


def held_finding(needs: Needs) -> Finding | None:
    """Say what is needed most by those who do not hold it."""
    known = [topic for topic in needs.topics if topic.unserved]
    if not known:
        return None
    first = max(known, key=lambda topic: topic.unserved.estimate.value if topic.unserved else 0.0)
    assert first.unserved is not None  # noqa: S101
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
    sure = [feature for feature in features if feature.kano.certainty >= _CERTAIN]
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
