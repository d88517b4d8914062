"""Findings on how we are seen."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.competitor_comparison.facts import weaken
from analysis.competitor_comparison.perception import ImageGap, Perception
from analysis.competitor_comparison.wording import listing
from analysis.results import Strength
from analysis.text import Measure, Message, Quantity, message, on_customers


def map_finding(seen: Perception) -> Finding:
    """Say whether our profile differs from the average, and how much the map shows."""
    own = seen.stability.rows[0]
    others = [p for p in seen.stability.rows[1:] if p.differs_from_average]
    return Finding(
        name="perception",
        statement=message(
            "{own} A profile of their own have: {others}. The map shows {shown} of the "
            "differences.",
            own=message("People see a profile of our own, beyond noise.")
            if own.differs_from_average
            else message("People do not tell our profile from the average of all."),
            others=listing(seen.register.name(p.label, seen.doubts[p.label]) for p in others),
            shown=_shown(seen),
        ),
        strength=weaken(
            Strength.CONCLUSIVE if own.differs_from_average else Strength.SUGGESTIVE,
            {doubt for found in seen.doubts.values() for doubt in found},
        ),
        action=message("Build on what people already see in us.")
        if own.differs_from_average
        else message("Choose what we want to stand for, and say it where it is true."),
    )


def map_caption(seen: Perception) -> Message:
    """Say in a line whether our profile differs, and how much of all the map shows."""
    if seen.stability.rows[0].differs_from_average:
        return message(
            "Brand map: our image differs from the average beyond noise; the map shows {shown} of "
            "all differences",
            shown=_shown(seen),
        )
    return message(
        "Brand map: our image cannot be told from the average; the map shows {shown} of all "
        "differences",
        shown=_shown(seen),
    )


def _shown(seen: Perception) -> Quantity:
    """Give the share of the differences that the map's two axes show."""
    shown = float(min(1.0, seen.found.inertia_shares[:2].sum()))
    return on_customers(shown, Measure.SHARE, seen.n[seen.stability.rows[0].label])


def image_finding(seen: Perception) -> Finding:
    """Say where image and facts part."""
    under = [g for g in seen.gaps if g.fact_side is not None and g.image_side < g.fact_side]
    over = [g for g in seen.gaps if g.fact_side is not None and g.image_side > g.fact_side]
    return Finding(
        name="image_and_facts",
        statement=message(
            "The image falls short of the facts on: {under}; it is better than the facts on: "
            "{over}.",
            under=_names(under),
            over=_names(over),
        ),
        strength=Strength.SUGGESTIVE,
        action=message("Tell customers the facts that they do not see yet.")
        if under
        else message("Put the facts right before the image follows them.")
        if over
        else message("Keep image and facts together."),
    )


def _names(gaps: list[ImageGap]) -> Message:
    return message("{names}", names=listing(gap.name for gap in gaps))
