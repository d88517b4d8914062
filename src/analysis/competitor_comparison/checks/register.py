"""Checks on the register."""

from __future__ import annotations

from analysis.answers import Check
from analysis.competitor_comparison.facts import Conflict, Doubt
from analysis.competitor_comparison.register import KnownFigures
from analysis.results import CheckStatus
from analysis.text import Count, Unit, message


def register_checks(known: KnownFigures, others: tuple[Conflict, ...]) -> tuple[Check, ...]:
    """Whether figures are current, and how disagreements were settled."""
    n_conflicts = len(known.conflicts) + len(others)
    old = sum(Doubt.OLD in offer.evidence.doubts for offer in known.offers)
    return (
        Check(
            name="figures_current",
            label=message("Figures on terms and qualities are current"),
            status=CheckStatus.FAILED if old else CheckStatus.PASSED,
            detail=message(
                "{old} of {n} figures are older than {months} months; they are marked, and "
                "findings that rest on them are weaker by a step.",
                old=Count(old, Unit.NONE),
                n=Count(len(known.offers), Unit.NONE),
                months=known.rules.terms_old_after_months,
            ),
        ),
        Check(
            name="sources_agree",
            label=message("Sources that state the same figure agree, or are told apart"),
            status=CheckStatus.INFORMATIONAL if n_conflicts else CheckStatus.PASSED,
            detail=message(
                "{n} figures are stated differently by two sources; each was settled by age or "
                "stated reliability. Equal ones would have stopped the run.",
                n=Count(n_conflicts, Unit.NONE),
            ),
        ),
    )
