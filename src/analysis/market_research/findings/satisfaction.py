"""Findings on satisfaction."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.market_research.names import VARIABLES, listing, scale_name
from analysis.market_research.satisfaction import Satisfaction, Satisfied
from analysis.market_research.scales import Scale
from analysis.market_research.tables.satisfaction import correction_name, row_name
from analysis.market_research.wording import MEASURES, of_respondents
from analysis.results import Strength
from analysis.text import Measure, Message, message, on_customers

_RELIABLE = 0.7
"""Nunnally, J. C. (1978). Psychometric Theory: enough for comparing groups."""


def satisfaction_strength(satisfaction: Satisfaction) -> Strength:
    """Conclusive with raked weights, suggestive without."""
    raked = satisfaction.field.now.weighting.raked
    return Strength.CONCLUSIVE if raked else Strength.SUGGESTIVE


def overall_finding(satisfaction: Satisfaction) -> Finding:
    """Say how satisfied customers are as a whole."""
    found = satisfaction.overall
    return Finding(
        name="satisfaction",
        statement=message(
            "Of the customers {share} are satisfied (4 or 5 of 5); the mean is {mean}.{promoters}",
            share=of_respondents(found.top_two, Measure.SHARE),
            mean=of_respondents(found.mean, MEASURES["mean"]),
            promoters=_promoters(found),
        ),
        strength=satisfaction_strength(satisfaction),
        action=_lowest_action(satisfaction),
    )


def _promoters(found: Satisfied) -> Message | str:
    if found.promoters is None:
        return ""
    return message(
        " The net promoter score is {score}.",
        score=of_respondents(found.promoters, MEASURES["promoters"]),
    )


def lowest_step(satisfaction: Satisfaction) -> Satisfied | None:
    """Give the service step that is rated lowest."""
    steps = [row for row in satisfaction.questions if row.item.kind == "step_satisfaction"]
    return min(steps, key=lambda row: row.mean.estimate.value, default=None)


def _lowest_action(satisfaction: Satisfaction) -> Message:
    lowest = lowest_step(satisfaction)
    if lowest is None:
        return message("Ask for the service steps too, to learn where to begin.")
    return message(
        "Begin with the step that is rated lowest: {step} ({mean}).",
        step=lowest.item.label,
        mean=of_respondents(lowest.mean, MEASURES["mean"]),
    )


def change_finding(satisfaction: Satisfaction) -> Finding | None:
    """Say what changed since the last wave beyond chance."""
    if not satisfaction.comparisons:
        return None
    moved = satisfaction.moved
    method = correction_name(satisfaction.rules.correction)
    if not moved:
        return Finding(
            name="satisfaction_change",
            statement=message(
                "Since the wave before nothing changed beyond chance, {n} comparisons counted "
                "({method}).",
                n=satisfaction.comparisons,
                method=method,
            ),
            strength=Strength.INCONCLUSIVE,
            action=message("Explain no single movement; wait for the next wave."),
        )
    return Finding(
        name="satisfaction_change",
        statement=message(
            "Since the wave before changed beyond chance, {n} comparisons counted ({method}): "
            "{moved}.",
            n=satisfaction.comparisons,
            method=method,
            moved=listing(moved_by(satisfaction, row) for row in moved),
        ),
        strength=satisfaction_strength(satisfaction),
        action=message("Find what happened there between the waves, before acting elsewhere."),
        headline=True,
    )


def moved_by(satisfaction: Satisfaction, row: Satisfied, *, interval: bool = True) -> Message:
    """Say by how much a mean changed since the wave before."""
    assert row.change is not None  # noqa: S101
    n, change = min(row.mean.n, row.before.n if row.before else 0), row.change.change
    return message(
        "{name} by {change}",
        name=row_name(satisfaction, row),
        change=on_customers(change if interval else change.value, Measure.NUMBER, n),
    )


def extremes_finding(satisfaction: Satisfaction) -> Finding | None:
    """Say which groups are most and least satisfied."""
    found = extreme_groups(satisfaction)
    if found is None:
        return None
    least, most = found
    apart = are_apart(least, most)
    return Finding(
        name="satisfaction_groups",
        statement=message(
            "Least satisfied are {least} ({least_mean}), most satisfied {most} ({most_mean}).",
            least=group_name(satisfaction, least),
            least_mean=of_respondents(least.mean, MEASURES["mean"]),
            most=group_name(satisfaction, most),
            most_mean=of_respondents(most.mean, MEASURES["mean"]),
        ),
        strength=Strength.SUGGESTIVE if apart else Strength.INCONCLUSIVE,
        action=message("Ask the least satisfied group first what it lacks.")
        if apart
        else message("Treat no group differently on these figures."),
    )


def extreme_groups(satisfaction: Satisfaction) -> tuple[Satisfied, Satisfied] | None:
    """Give the least and the most satisfied group, where there are two."""
    groups = sorted(satisfaction.groups, key=lambda row: row.mean.estimate.value)
    return (groups[0], groups[-1]) if len(groups) > 1 else None


def are_apart(least: Satisfied, most: Satisfied) -> bool:
    """Whether the intervals of two means do not touch."""
    return least.mean.estimate.high < most.mean.estimate.low


def group_name(satisfaction: Satisfaction, row: Satisfied) -> Message:
    """Name a group with what it is a group by."""
    return message(
        "{variable}: {level}", variable=VARIABLES[row.variable], level=row_name(satisfaction, row)
    )


def scale_finding(scale: Scale) -> Finding:
    """Say whether a scale may be read as one thing."""
    if scale.reliability is None:
        return Finding(
            name=f"scale_{scale.name}",
            statement=message(
                "The scale '{name}' cannot be used. {reason}",
                name=scale_name(scale.name),
                reason=scale.refused or message("The data cannot bear the method."),
            ),
            strength=Strength.INCONCLUSIVE,
            action=message("Correct the scale before reading it."),
        )
    found = scale.reliability
    reliable = found.alpha.low >= _RELIABLE
    return Finding(
        name=f"scale_{scale.name}",
        statement=message(
            "The scale '{name}' of {k} questions has an alpha of {alpha} and an omega of {omega}.",
            name=scale_name(scale.name),
            k=len(scale.items),
            alpha=on_customers(found.alpha, Measure.NUMBER, found.n),
            omega=on_customers(found.omega, Measure.NUMBER, found.n),
        ),
        strength=Strength.CONCLUSIVE if reliable else Strength.SUGGESTIVE,
        action=message("Read its questions together as one measure.")
        if reliable
        else message("Read its questions one by one."),
    )


def satisfaction_brief(satisfaction: Satisfaction) -> Message:
    """Answer the question in a clause of the verdict."""
    found = satisfaction.overall
    moved = satisfaction.moved
    share = of_respondents(found.top_two, Measure.SHARE)
    if not moved:
        return message("{share} of the customers are satisfied.", share=share)
    return message(
        "{share} of the customers are satisfied; since the wave before changed: {moved}.",
        share=share,
        moved=listing(row_name(satisfaction, row) for row in moved),
    )
