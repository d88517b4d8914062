"""Findings on how long they stay and how they end."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.lifecycle.findings.changes import KEEP_WATCHING
from analysis.lifecycle.groups import group_name
from analysis.lifecycle.spells import describe_spell
from analysis.lifecycle.tenure import Tenure, gone
from analysis.probabilities import probability
from analysis.results import Strength
from analysis.stats.competing_risks import CumulativeIncidence
from analysis.stats.restricted_mean import RestrictedMean
from analysis.text import Measure, Message, Quantity, Value, message, on_customers


def tenure_finding(tenure: Tenure) -> Finding:
    """Say who stays longest and shortest, and whether the groups differ."""
    shortest, longest = _extremes(tenure)
    level = 1 - shortest.mean_periods.confidence
    differs = _differ(tenure)
    return Finding(
        name="tenure",
        statement=message(
            "Of the first {months} months, {spells} of {shortest} last {low}, those of {longest} "
            "{high} on average. {test}",
            months=tenure.horizon_months,
            spells=_spells(tenure),
            shortest=group_name(tenure.grouping, shortest.group),
            low=_stay(tenure, shortest),
            longest=group_name(tenure.grouping, longest.group),
            high=_stay(tenure, longest),
            test=_test(tenure, level),
        )
        if len(tenure.means) > 1
        else message(
            "Of the first {months} months, {spells} of {shortest} last {low} on average.",
            months=tenure.horizon_months,
            spells=_spells(tenure),
            shortest=group_name(tenure.grouping, shortest.group),
            low=_stay(tenure, shortest),
        ),
        strength=Strength.CONCLUSIVE if differs else Strength.INCONCLUSIVE,
        action=message(
            "Offer a reason to stay to this group before its first year ends: {group}.",
            group=group_name(tenure.grouping, shortest.group),
        )
        if differs
        else KEEP_WATCHING,
    )


def tenure_caption(tenure: Tenure) -> Message:
    """Say in a line how long the shortest and the longest stay, beyond chance or not."""
    shortest, longest = _extremes(tenure)
    values: dict[str, Value | Message] = {
        "spells": _spells(tenure),
        "months": tenure.horizon_months,
        "low": _stay(tenure, shortest),
        "shortest": group_name(tenure.grouping, shortest.group),
    }
    if len(tenure.means) == 1:
        return message("Length of {spells}: {low} of the first {months} for {shortest}", **values)
    values["high"] = _stay(tenure, longest)
    values["longest"] = group_name(tenure.grouping, longest.group)
    if _differ(tenure):
        return message(
            "Length of {spells}: {low} of the first {months} for {shortest}, {high} for {longest}",
            **values,
        )
    return message(
        "Length of {spells}: {low} of the first {months} for {shortest}, {high} for {longest}, "
        "perhaps by chance",
        **values,
    )


def _extremes(tenure: Tenure) -> tuple[RestrictedMean, RestrictedMean]:
    """Give the groups that stay shortest and longest."""
    ordered = sorted(tenure.means, key=lambda mean: mean.mean_periods.value)
    return ordered[0], ordered[-1]


def _differ(tenure: Tenure) -> bool:
    """Whether those who stay shortest and longest differ after correction."""
    shortest, longest = _extremes(tenure)
    level = 1 - shortest.mean_periods.confidence
    return any(
        {pair.first, pair.second} == {shortest.group, longest.group} and pair.p_adjusted < level
        for pair in tenure.pairs
    )


def _stay(tenure: Tenure, mean: RestrictedMean) -> Quantity:
    return on_customers(tenure.mean_months(mean.group), Measure.MONTHS, mean.n)


def _spells(tenure: Tenure) -> Message:
    return message("{spells}", spells=describe_spell(tenure.spells))


def _test(tenure: Tenure, level: float) -> Message:
    differ = sum(pair.p_adjusted < level for pair in tenure.pairs)
    if tenure.test is None:
        return message("There is one group only.")
    return message(
        "Log-rank test of all groups: p {p}; {differ} of {all} pairs differ after correction.",
        p=probability(tenure.test.p_value),
        differ=differ,
        all=len(tenure.pairs),
    )


def ending_finding(tenure: Tenure, months: int) -> Finding:
    """Say where falling dormant, rather than closing, is what ends a spell."""
    worst_closed = _worst(tenure, "closed", months)
    worst_dormant = _worst(tenure, "fell_dormant", months)
    quiet = _quiet(tenure, months)
    return Finding(
        name="endings",
        statement=message(
            "After {months} months most have closed among {closing}, {closed}; most have fallen "
            "dormant among {silent}, {dormant}. {quiet}",
            months=months,
            closing=group_name(tenure.grouping, worst_closed.group),
            closed=_gone(worst_closed, months),
            silent=group_name(tenure.grouping, worst_dormant.group),
            dormant=_gone(worst_dormant, months),
            quiet=message(
                "In this group more fall dormant than close, beyond chance: {group}.",
                group=group_name(tenure.grouping, quiet[0]),
            )
            if quiet
            else message("In no group do more fall dormant than close, beyond chance."),
        ),
        strength=Strength.CONCLUSIVE if quiet else Strength.SUGGESTIVE,
        action=message(
            "Watch use, not closings, in this group: {group}.",
            group=group_name(tenure.grouping, quiet[0]),
        )
        if quiet
        else message(
            "Ask at closing why they leave, first in this group: {group}.",
            group=group_name(tenure.grouping, worst_closed.group),
        ),
    )


def ending_caption(tenure: Tenure, months: int) -> Message:
    """Say in a line where more fall dormant than close, or where most close."""
    quiet = _quiet(tenure, months)
    if not quiet:
        worst = _worst(tenure, "closed", months)
        return message(
            "Gone within {months} months: in no group more fall dormant than close beyond chance; "
            "most close among {group}, {closed}",
            months=months,
            group=group_name(tenure.grouping, worst.group),
            closed=_gone(worst, months),
        )
    return message(
        "Gone within {months} months: beyond chance more {group} fall dormant, {dormant}, than "
        "close, {closed}",
        months=months,
        group=group_name(tenure.grouping, quiet[0]),
        dormant=_gone(tenure.gone(quiet[0], "fell_dormant"), months),
        closed=_gone(tenure.gone(quiet[0], "closed"), months),
    )


def _quiet(tenure: Tenure, months: int) -> list[str]:
    """Give the groups in which more fall dormant than close, beyond chance."""
    return [c.group for c in tenure.curves if _is_quiet(tenure, c.group, months)]


def _worst(tenure: Tenure, cause: str, months: int) -> CumulativeIncidence:
    def share(incidence: CumulativeIncidence) -> float:
        estimate = gone(incidence, months)
        return 0.0 if estimate is None else estimate.value

    return max((i for i in tenure.incidence if i.cause == cause), key=share)


def _is_quiet(tenure: Tenure, group: str, months: int) -> bool:
    closed = gone(tenure.gone(group, "closed"), months)
    dormant = gone(tenure.gone(group, "fell_dormant"), months)
    return closed is not None and dormant is not None and dormant.low > closed.high


def _gone(incidence: CumulativeIncidence, months: int) -> Message:
    estimate = gone(incidence, months)
    if estimate is None:
        return message("none yet")
    return message("{share}", share=on_customers(estimate, Measure.SHARE, incidence.n))
