"""Findings on incentives that were not given by lot: the words follow the checks."""

from __future__ import annotations

from analysis.answers import Finding
from analysis.incentive_effectiveness.evidence import Evidence
from analysis.incentive_effectiveness.findings.effects import action
from analysis.incentive_effectiveness.matched import MatchedStudy
from analysis.incentive_effectiveness.observational import Observed, ObservedStudy
from analysis.incentive_effectiveness.region import RegionStudy
from analysis.incentive_effectiveness.roll_out import RollOut, why_not_plain
from analysis.incentive_effectiveness.thresholds import ThresholdStudy
from analysis.incentive_effectiveness.wording import (
    effect_caption,
    effect_statement,
    measure_of,
    strength_of,
)
from analysis.probabilities import probability
from analysis.text import Measure, Message, Quantity, Unit, message, on_customers


def observed_finding(found: Observed) -> Finding | None:
    """Say what one incentive shows; None where it could not be studied."""
    effect = effect_of(found.study)
    if found.study is None or effect is None:
        return None
    campaign, causal = found.evidence.campaign, found.evidence.causal
    return Finding(
        name=f"effect_{campaign.campaign_id}",
        statement=message(
            "{effect} {limits}",
            effect=effect_statement(campaign.name, campaign.outcome, effect, causal=causal),
            limits=limits_of(found.study, found.evidence),
        ),
        strength=strength_of(effect, causal=causal),
        action=action(effect, causal=causal),
        headline=causal,
    )


def observed_caption(found: Observed) -> Message | None:
    """Say in a line what the months show; None where it could not be studied."""
    effect = effect_of(found.study)
    if found.study is None or effect is None:
        return None
    campaign = found.evidence.campaign
    return effect_caption(
        campaign.name,
        campaign.outcome,
        effect,
        message("{effect} on average since the start", effect=effect),
        causal=found.evidence.causal,
    )


def effect_of(study: ObservedStudy | None) -> Quantity | None:
    """Give a study's effect as it is written."""
    if isinstance(study, RollOut):
        return _amount(study, study.average.estimate)
    if isinstance(study, ThresholdStudy) and study.jump is not None:
        return Quantity(
            value=study.jump.effect,
            measure=measure_of(study.campaign.outcome),
            unit=study.unit,
            n=study.n,
            degrees=study.jump.n_below + study.jump.n_above - 4,
        )
    if isinstance(study, MatchedStudy):
        n = study.effect.n_treated + study.effect.n_untreated
        return on_customers(
            study.effect.estimate, measure_of(study.campaign.outcome), n, degrees=n - 2
        )
    if isinstance(study, RegionStudy):
        return on_customers(
            study.effect if study.interval is None else study.interval,
            measure_of(study.campaign.outcome),
            study.n_customers,
            degrees=study.n_customers - 1,
        )
    return None


def _amount(study: RollOut, value: object) -> Quantity:
    return on_customers(
        value,  # type: ignore[arg-type]
        measure_of(study.campaign.outcome),
        study.n_customers,
        degrees=study.degrees,
    )


def limits_of(study: ObservedStudy, evidence: Evidence) -> Message:
    """Say what the effect survives, and what it does not."""
    if isinstance(study, RollOut):
        return message(
            "By imputation it is {imputed}. It survives drift of {breakdown} times the largest "
            "before the start. {plain}",
            imputed=_amount(study, study.imputed.estimate),
            breakdown=_number(study.breakdown),
            plain=why_not_plain(study),
        )
    if isinstance(study, ThresholdStudy):
        return message(
            "It holds for those near the threshold; the test that nobody manages to pass it gives "
            "p {p}.",
            p=probability(study.density.p_value),
        )
    if isinstance(study, MatchedStudy):
        n = study.effect.n_treated + study.effect.n_untreated
        return message(
            "The plain difference is {plain}. Something unmeasured would have to go with both by a "
            "risk ratio of {needed} to explain the interval away.",
            plain=on_customers(
                study.unadjusted, measure_of(evidence.campaign.outcome), n, degrees=n - 2
            ),
            needed=_number(study.e_value.of_limit),
        )
    return message(
        "Region: {region}. Of {all} regions {share} drift as far from their mix (a placebo in "
        "space); a pretended earlier start gives {placebo}.",
        region=study.region,
        all=study.regions,
        share=Quantity(value=study.rank_share, measure=Measure.SHARE, unit=Unit.NONE),
        placebo=on_customers(
            study.placebo_in_time,
            measure_of(study.campaign.outcome),
            study.n_customers,
            degrees=study.n_customers - 1,
        ),
    )


def _number(value: float) -> Quantity:
    return Quantity(value=value, measure=Measure.NUMBER, unit=Unit.NONE)
