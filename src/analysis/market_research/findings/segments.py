"""Findings on segments."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.names import listing
from analysis.market_research.segments import Segment, Segments
from analysis.market_research.tables.segments import segment_name
from analysis.results import Strength
from analysis.text import Measure, Message, message, on_customers


def segment_finding(found: Segments) -> Finding:
    """Say how many segments there are, or that there are none."""
    if not found.found.found:
        return Finding(
            name="segments",
            statement=message(
                "By what they hold important, customers do not fall into segments: one group "
                "describes them as well."
            ),
            strength=Strength.SUGGESTIVE,
            action=message("Do not address segments by need; use what customers hold and do."),
        )
    stable = all_come_back(found)
    return Finding(
        name="segments",
        statement=message(
            "By what they hold important, customers fall into {number} segments, of which the "
            "largest, {largest}, is {share} of customers. {stable}",
            number=found.found.number,
            largest=segment_name(found.segments[0]),
            share=_share(found, found.segments[0]),
            stable=message("Each comes back when people are drawn again.")
            if stable
            else message("Not each of them comes back when people are drawn again."),
        ),
        strength=Strength.CONCLUSIVE if stable else Strength.SUGGESTIVE,
        action=message("Address each segment with what it holds important."),
    )


def profile_findings(found: Segments) -> tuple[Finding, ...]:
    """Describe each segment in plain words."""
    if not found.found.found:
        return ()
    return tuple(
        Finding(
            name=f"segment_{place}",
            statement=message(
                "{name}, {share} of customers: more important to them than to others {above}; "
                "less important {below}.",
                name=segment_name(segment),
                share=_share(found, segment),
                above=listing(item.label for item in segment.above),
                below=listing(item.label for item in segment.below),
            ),
            strength=Strength.CONCLUSIVE if segment.stable else Strength.INCONCLUSIVE,
            action=message("Offer {need} to this segment first.", need=segment.above[0].label)
            if segment.above
            else message("Nothing sets this segment apart."),
        )
        for place, segment in enumerate(found.segments, start=1)
    )


def all_come_back(found: Segments) -> bool:
    """Whether each segment is there again when people are drawn again."""
    return all(segment.stable for segment in found.segments)


def _share(found: Segments, segment: Segment) -> Message:
    if segment.share is None:
        return message("a share that cannot be stated")
    return message("{share}", share=on_customers(segment.share.estimate, Measure.SHARE, found.n))


def segments_brief(found: Segments) -> Message:
    """Answer the question in a clause of the verdict."""
    if not found.found.found:
        return message("By need, customers do not fall into segments.")
    return message("By need, customers fall into {number} segments.", number=found.found.number)
