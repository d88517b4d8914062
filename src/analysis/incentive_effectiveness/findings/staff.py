"""Findings on the incentives for staff."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.evidence import Evidence
from analysis.incentive_effectiveness.findings.effects import action
from analysis.incentive_effectiveness.staff import TargetStudy
from analysis.incentive_effectiveness.thresholds import ThresholdStudy
from analysis.incentive_effectiveness.wording import effect_statement, measure_of, strength_of
from analysis.results import Estimate, Strength
from analysis.text import Measure, Message, Quantity, Unit, message


def target_finding(study: TargetStudy) -> Finding:
    """Say whether a target is gamed, and how much of it only moves sales in time."""
    name = study.evidence.campaign.name
    return Finding(
        name=f"target_{study.evidence.campaign.campaign_id}",
        statement=message(
            "{name} is gamed at its target: {share} of the months were moved over it. {pulled} "
            "{quality}",
            name=name,
            share=_moved(study),
            pulled=_pulled(study),
            quality=_quality(study),
        )
        if study.gamed
        else message(
            "{name} shows no bunching at its target beyond chance. {quality}",
            name=name,
            quality=_quality(study),
        ),
        strength=Strength.CONCLUSIVE if study.gamed else Strength.INCONCLUSIVE,
        action=message(
            "Replace the single target by a rate that does not jump, and pay after the early "
            "closures are known."
        )
        if study.gamed
        else message("Keep watching sales around the target."),
        headline=study.gamed,
    )


def target_caption(study: TargetStudy) -> Message:
    """Say in a line how many months were moved over the target, if any beyond chance."""
    name = study.evidence.campaign.name
    if study.gamed:
        return message(
            "Months pile up just above the target of {name}: {share} of all were moved there",
            name=name,
            share=_moved(study),
        )
    return message("Months do not pile up above the target of {name} beyond chance", name=name)


def _moved(study: TargetStudy) -> Quantity:
    return Quantity(
        value=moved_share(study), measure=Measure.SHARE, unit=Unit.STAFF, n=study.months
    )


def moved_share(study: TargetStudy) -> Estimate:
    """Give the months moved over the target as a fraction of all."""
    excess = study.bunching.excess
    return Estimate(
        value=excess.value / study.months,
        low=excess.low / study.months,
        high=excess.high / study.months,
        confidence=excess.confidence,
    )


def _staff(value: float | Estimate, measure: Measure, study: TargetStudy) -> Quantity:
    return Quantity(value=value, measure=measure, unit=Unit.STAFF, n=study.staff)


def _pulled(study: TargetStudy) -> Message:
    if study.pulled is None:
        return message("Nothing is missing in the next month.")
    return message(
        "Of each point of sales gained there {share} are missing in the next month.",
        share=_staff(study.pulled.share, Measure.NUMBER, study),
    )


def _quality(study: TargetStudy) -> Message:
    if study.early_closures is None:
        return message("The source does not say what became of the contracts.")
    return message(
        "Contracts of months just above it are closed early more often by {difference}.",
        difference=Quantity(
            value=study.early_closures.estimate,
            measure=Measure.POINTS,
            unit=Unit.STAFF,
            n=study.early_closures.n_treated + study.early_closures.n_untreated,
        ),
    )


def award_finding(one: Evidence) -> Finding:
    """Say what an award from a score on did, in the words that the evidence bears."""
    study = one.study
    if not isinstance(study, ThresholdStudy) or study.jump is None:
        raise TypeError("an award's study has a jump")
    effect = Quantity(
        value=study.jump.effect,
        measure=measure_of(one.campaign.outcome),
        unit=Unit.STAFF,
        n=study.n,
    )
    return Finding(
        name=f"award_{one.campaign.campaign_id}",
        statement=effect_statement(
            one.campaign.name, one.campaign.outcome, effect, causal=one.causal
        ),
        strength=strength_of(effect, causal=one.causal),
        action=action(effect, causal=one.causal),
    )
