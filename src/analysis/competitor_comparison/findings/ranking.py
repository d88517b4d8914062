"""Findings on where we stand overall."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.competitor_comparison.facts import weaken
from analysis.competitor_comparison.ranking import Standing
from analysis.competitor_comparison.tables.attributes import signed
from analysis.competitor_comparison.wording import in_unit, listing, plain
from analysis.results import Strength
from analysis.text import Measure, Message, Value, message

_STRENGTHS = {
    "safe": Strength.CONCLUSIVE,
    "open": Strength.SUGGESTIVE,
    "coin toss": Strength.INCONCLUSIVE,
}


def rank_strength(standing: Standing) -> Strength:
    """How far our place may be relied upon; doubted figures anywhere weaken it."""
    own = standing.place(standing.register.own)
    doubts = {doubt for found in standing.doubts.values() for doubt in found}
    return weaken(_STRENGTHS[own.verdict], doubts)


def rank_finding(standing: Standing) -> Finding:
    """Say our place, who is ahead, and how safe that is."""
    own = standing.register.own
    place = standing.place(own)
    before = next(p for p in standing.places_undoubted if p.alternative == own)
    return Finding(
        name="ranking",
        statement=message(
            "Overall we stand in place {rank} of {n}; {safety} {ahead} By TOPSIS, another rule, we "
            "rank {topsis}. Were every figure current and sound, we would hold our place in "
            "{before} of the draws.",
            rank=place.rank,
            n=len(standing.places),
            safety=_safety(standing),
            ahead=_ahead(standing),
            topsis=standing.by_topsis.ranks[standing.by_topsis.alternatives.index(own)],
            before=plain(before.acceptability, Measure.SHARE),
        ),
        strength=rank_strength(standing),
        action=message("Use the order of neighbours only where the place is safe.")
        if place.verdict != "safe"
        else message("Report the place as it is."),
        headline=True,
    )


def _safety(standing: Standing) -> Message:
    place = standing.place(standing.register.own)
    held = plain(place.acceptability, Measure.SHARE)
    if place.verdict == "safe":
        return message("that is safe: it holds in {held} of the draws.", held=held)
    if place.verdict == "coin toss":
        return message(
            "against a neighbour that is a coin toss: it holds in {held} of the draws.", held=held
        )
    return message("that is open: it holds in {held} of the draws.", held=held)


def rank_caption(standing: Standing) -> Message:
    """Say in a line how often we take our place, and whether that is safe."""
    place = standing.place(standing.register.own)
    values: dict[str, Value | Message] = {
        "rank": place.rank,
        "held": plain(place.acceptability, Measure.SHARE),
    }
    if place.verdict == "safe":
        return message("We take place {rank} in {held} of all draws: our place is safe", **values)
    if place.verdict == "coin toss":
        return message(
            "We take place {rank} in {held} of all draws: against a neighbour a coin toss", **values
        )
    return message("We take place {rank} in {held} of all draws: our place is open", **values)


def _ahead(standing: Standing) -> Message:
    rank = standing.place(standing.register.own).rank
    ahead = [p.alternative for p in standing.places if p.rank < rank]
    if not ahead:
        return message("Nobody is ahead.")
    return message(
        "Ahead: {names}.",
        names=listing(standing.register.name(key, standing.doubts[key]) for key in ahead),
    )


def overtaking_finding(standing: Standing) -> Finding:
    """Say the smallest change that would move us up one place."""
    reachable = [step for step in standing.overtakings if step.value is not None]
    doubts = {doubt for found in standing.doubts.values() for doubt in found}
    if not standing.overtakings or not reachable:
        return Finding(
            name="overtaking",
            statement=message("We are first; there is nobody to overtake.")
            if not standing.overtakings
            else message("No change of one criterion alone would move us up a place."),
            strength=weaken(Strength.CONCLUSIVE, doubts),
            action=message("Hold the lead, and watch who follows.")
            if not standing.overtakings
            else message("Improve several criteria together."),
        )
    step = reachable[0]
    criterion = next(c for c in standing.weighing.criteria if c.key == step.criterion)
    return Finding(
        name="overtaking",
        statement=message(
            "The smallest change of one criterion that draws level with {ahead}: {criterion} from "
            "{current} to {needed} ({change}), all else unchanged.",
            ahead=standing.register.name(step.ahead, standing.doubts[step.ahead]),
            criterion=criterion.name,
            current=in_unit(step.current, criterion.unit),
            needed=in_unit(step.value or 0.0, criterion.unit),
            change=signed(step.change or 0.0, criterion.unit),
        ),
        strength=weaken(Strength.SUGGESTIVE, doubts),
        action=message("Judge whether this change is feasible, or combine smaller ones."),
    )
