"""Findings on what is known, and how well."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.competitor_comparison.facts import Doubt
from analysis.competitor_comparison.register import KnownFigures
from analysis.competitor_comparison.wording import listing
from analysis.results import Strength
from analysis.text import Count, Message, Unit, message


def register_finding(known: KnownFigures) -> Finding:
    """Say how many figures are sound, and on whom they are not."""
    register = known.register
    others, old = _others(known)
    doubted = _doubted(known)
    return Finding(
        name="register",
        statement=message(
            "{figures} figures on competitors are in the register; {old} of them are older than "
            "{months} months. {whom} {missing}",
            figures=others,
            old=old,
            months=known.rules.terms_old_after_months,
            whom=message(
                "Most figures are old or doubtful on: {names}.",
                names=listing(register.name(key, known.doubts(key)) for key in doubted),
            )
            if doubted
            else message("On no competitor are most figures old or doubtful."),
            missing=_missing(known),
        ),
        strength=Strength.CONCLUSIVE,
        action=message(
            "Observe anew before relying on them: {names}.",
            names=listing(register.name(key) for key in doubted),
        )
        if doubted
        else message("Keep observing at the same intervals."),
        headline=False,
    )


def register_caption(known: KnownFigures) -> Message:
    """Say in a line how many figures are old, and on whom most are."""
    figures, old = _others(known)
    doubted = _doubted(known)
    if not doubted:
        return message(
            "{old} of {figures} figures on competitors are old; on none of them are most old or "
            "doubtful",
            old=old,
            figures=figures,
        )
    return message(
        "{old} of {figures} figures on competitors are old; most are old or doubtful on {names}",
        old=old,
        figures=figures,
        names=listing(known.register.name(key, known.doubts(key)) for key in doubted),
    )


def _others(known: KnownFigures) -> tuple[Count, Count]:
    """Count the figures on competitors, and those of them that are old."""
    others = [offer for offer in known.offers if offer.institution != known.register.own]
    old = sum(Doubt.OLD in offer.evidence.doubts for offer in others)
    return Count(len(others), Unit.NONE), Count(old, Unit.NONE)


def _doubted(known: KnownFigures) -> list[str]:
    """Give the competitors on whom most figures are old or doubtful."""
    return [key for key in known.register.competitors if known.doubts(key)]


def _missing(known: KnownFigures) -> Message:
    if not known.missing:
        return message("Every criterion has a figure on every institution.")
    return message(
        "No figure exists for: {pairs}.",
        pairs=listing(
            message(
                "{criterion} of {institution}",
                criterion=known.criterion(criterion).name,
                institution=known.register.name(key),
            )
            for key, criterion in known.missing
        ),
    )
