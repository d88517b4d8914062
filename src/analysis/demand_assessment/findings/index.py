"""Findings on the index: where it stands, what moved it, how far it hangs on the weights."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.answers import Finding, NotAssessed, Verdict
from analysis.demand_assessment.actions import Actions
from analysis.demand_assessment.findings.strength import weaker
from analysis.demand_assessment.history import PastPeriod
from analysis.demand_assessment.index import DimensionState, Index
from analysis.demand_assessment.movement import Movement
from analysis.demand_assessment.values import HOLES
from analysis.demand_assessment.wording import listing, plain, points
from analysis.results import Strength
from analysis.stats.index_change import PartChange
from analysis.text import Measure, Message, message

_SURE, _LIKELY = 0.9, 0.6
_MOST_NAMED = 3
_NOTEWORTHY = 0.05


def index_statement(index: Index) -> Message:
    """Say the index and the grade, or the range where something is missing."""
    if index.whole:
        return message(
            "The index is {points} of 100 points, grade {grade}.",
            points=points(index.points),
            grade=index.grade,
        )
    return message(
        "Of 100 points {points} are attained and {missing} could not be assessed: the index lies "
        "between {low} and {high}, grade {grade}.",
        points=points(index.points),
        missing=points(index.missing_points),
        low=points(index.points.value),
        high=points(index.points.value + index.missing_points),
        grade=index.grade
        if index.grade == index.best_grade
        else message("{worst} to {best}", worst=index.grade, best=index.best_grade),
    )


def index_strength(index: Index) -> Strength:
    """Say how sure the grade is when values and weights vary; a hole weakens it."""
    if not index.whole:
        same = index.grade == index.best_grade
        return Strength.SUGGESTIVE if same else Strength.INCONCLUSIVE
    often = index.grades.get(index.grade, 0.0)
    if often >= _SURE:
        return Strength.CONCLUSIVE
    return Strength.SUGGESTIVE if often >= _LIKELY else Strength.INCONCLUSIVE


def index_finding(index: Index) -> Finding:
    """Say where the index stands."""
    return Finding(
        name="index",
        statement=index_statement(index),
        strength=index_strength(index),
        action=message("Look below at the dimensions that attained least.")
        if index.whole
        else message("Have the missing indicators assessed before the grade is used."),
        headline=True,
    )


def hole_finding(index: Index) -> Finding | None:
    """Name what could not be assessed, and why."""
    if not index.holes:
        return None
    return Finding(
        name="holes",
        statement=message(
            "Not assessed, with {points} points: {names}. Nothing else was weighed more for it.",
            points=points(index.missing_points),
            names=listing(
                message(
                    "{name} ({reason})",
                    name=state.indicator.name,
                    reason=HOLES[state.hole or "no_value"],
                )
                for state in index.holes
            ),
        ),
        strength=Strength.CONCLUSIVE,
        action=message("Run the missing reports, or complete the tables, and run this one again."),
        headline=True,
    )


def weights_finding(index: Index) -> Finding:
    """Say how far the index hangs on the weights."""
    low, high = min(index.by_mode.values()), max(index.by_mode.values())
    grades = {index.rules.grade(value) for value in index.by_mode.values()}
    first = index.swing[0][0]
    return Finding(
        name="weights",
        statement=message(
            "Under other weights the index would be {low} to {high} points, {grades}; when values "
            "and weights vary it lies between {least} and {most}. It hangs most on the weight of "
            "{dimension}.",
            low=points(low),
            high=points(high),
            grades=message("the same grade") if len(grades) == 1 else message("another grade too"),
            least=points(index.with_weights.low),
            most=points(index.with_weights.high),
            dimension=index.register.dimension(first).name,
        ),
        strength=Strength.CONCLUSIVE if len(grades) == 1 else Strength.SUGGESTIVE,
        action=message("Do not compare grades across other weights.")
        if len(grades) > 1
        else message("Keep the weights, so that periods stay comparable."),
    )


def change_finding(
    index: Index,
    before: PastPeriod | None,
    changes: tuple[PartChange, ...],
    movements: Mapping[str, Movement],
) -> Finding:
    """Say by how much the index moved, and by which indicators."""
    if before is None or before.index is None:
        return Finding(
            name="change",
            statement=message(
                "There is no earlier assessment to compare with: the run follows none."
            ),
            strength=Strength.INCONCLUSIVE,
            action=message("Name the run of the period before as 'follows' in the run file."),
        )
    total = sum(part.total for part in changes)
    coverage = sum(part.coverage for part in changes)
    sure = [part for part in changes if _beyond(movements, part.key)]
    worse, better = worse_and_better(changes, movements)
    return Finding(
        name="change",
        statement=message(
            "Since {period} the index moved by {total} points, of them {coverage} because more or "
            "less could be assessed. Worse beyond noise: {worse}. Better beyond noise: {better}.",
            period=before.period,
            total=points(total),
            coverage=points(coverage),
            worse=_names(index, worse),
            better=_names(index, better),
        ),
        strength=Strength.CONCLUSIVE if sure else Strength.INCONCLUSIVE,
        action=message("Begin with the indicator that took most points."),
        headline=True,
    )


def worse_and_better(
    changes: tuple[PartChange, ...], movements: Mapping[str, Movement]
) -> tuple[list[PartChange], list[PartChange]]:
    """Give the indicators that got worse, and better, beyond noise: largest losses, gains first."""
    sure = [part for part in changes if _beyond(movements, part.key)]
    return (
        [part for part in sure if part.performance < -_NOTEWORTHY],
        [part for part in reversed(sure) if part.performance > _NOTEWORTHY],
    )


def _beyond(movements: Mapping[str, Movement], key: str) -> bool:
    found = movements.get(key)
    return found is not None and found.beyond_noise


def _names(index: Index, parts: list[PartChange]) -> Message | str:
    names = {state.indicator.key: state.indicator.name for state in index.states}
    joined = listing(
        message("{name} ({points} points)", name=names[part.key], points=points(part.performance))
        for part in parts[:_MOST_NAMED]
        if part.key in names
    )
    return joined if isinstance(joined, Message) else message("none")


def dimension_finding(index: Index) -> Finding:
    """Name the dimensions that attained least and most."""
    extremes = extreme_dimensions(index)
    if extremes is None:
        return Finding(
            name="dimensions",
            statement=message("No dimension could be assessed."),
            strength=Strength.INCONCLUSIVE,
            action=message(
                "Run the missing reports, or complete the tables, and run this one again."
            ),
        )
    least, most = extremes
    return Finding(
        name="dimensions",
        statement=message(
            "{least} attained least, {low} of its target; {most} most, {high}.",
            least=index.register.dimension(least.key).name,
            low=plain(least.attained or 0.0, Measure.SHARE),
            most=index.register.dimension(most.key).name,
            high=plain(most.attained or 0.0, Measure.SHARE),
        ),
        strength=Strength.CONCLUSIVE if are_apart(least, most) else Strength.SUGGESTIVE,
        action=message("Set next period's actions where most points are missing."),
    )


def extreme_dimensions(index: Index) -> tuple[DimensionState, DimensionState] | None:
    """Give the dimensions that attained least and most, where any could be assessed."""
    known = sorted(
        (d for d in index.dimensions if d.attained is not None),
        key=lambda d: d.attained.value if d.attained else 0.0,
    )
    return (known[0], known[-1]) if known else None


def are_apart(least: DimensionState, most: DimensionState) -> bool:
    """Whether the intervals of what two dimensions attained do not touch."""
    return bool(least.attained and most.attained and least.attained.high < most.attained.low)


def verdict(
    index: Index | NotAssessed,
    changes: tuple[PartChange, ...],
    before: PastPeriod | None,
    actions: Actions | NotAssessed,
) -> Verdict:
    """Answer the whole question: how well, what moved, did the actions work."""
    if isinstance(index, NotAssessed):
        return Verdict(
            statement=message("Not assessed: {reason}", reason=index.reason),
            strength=Strength.INCONCLUSIVE,
        )
    total = sum(part.total - part.coverage for part in changes)
    moved = (
        message("There is no earlier assessment to compare with.")
        if before is None
        else message(
            "What was assessed in both moved it by {total} points since {period}.",
            total=points(total),
            period=before.period,
        )
    )
    strength = index_strength(index)
    return Verdict(
        statement=message(
            "{index} {moved} {actions}",
            index=index_statement(index),
            moved=moved,
            actions=_actions(actions),
        ),
        strength=weaker(strength) if isinstance(actions, NotAssessed) else strength,
    )


def _actions(actions: Actions | NotAssessed) -> Message:
    if isinstance(actions, NotAssessed):
        return message("No actions are on record.")
    return message(
        "Of {n} actions done, {worked} moved the number they were meant to move, beyond noise.",
        n=len(actions.follow_ups),
        worked=len(actions.of("worked")),
    )
