"""What did the incentives given by lot change?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.incentive_effectiveness.arms import Measured, measure_arms
from analysis.incentive_effectiveness.assignment import Assignment
from analysis.incentive_effectiveness.evidence import Evidence, EvidenceRegister
from analysis.methods import Method
from analysis.stats import complier_effect as compliers
from analysis.stats import group_sequential, multiple_outcomes, randomised
from analysis.stats import prior_outcome_adjustment as adjustment
from analysis.stats.complier_effect import ComplierEffect
from analysis.stats.effects import Effect
from analysis.stats.group_sequential import sequential_bounds
from analysis.stats.multiple_outcomes import correct_tests
from analysis.text import message

QUESTION = message("What did the incentives given by lot change?")
_MAX_LOOKS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEffect:
    """What an offer changed in one outcome.

    Attributes
    ----------
    outcome : str
    offered : Effect
        On everybody offered (intention to treat); adjusted by the same outcome before the
        assignment where that was measured.
    unadjusted : Effect
    variance_removed : float or None
        Fraction of the squared error that the adjustment took away; None without one.
    takers : ComplierEffect or None
        On those whom the offer made take it up; None where take-up cannot bear it.
    corrected_p_value : float
        Counted with the campaign's other outcomes (Holm).
    """

    outcome: str
    offered: Effect
    unadjusted: Effect
    variance_removed: float | None
    takers: ComplierEffect | None
    corrected_p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The main outcome, as it stood when it was looked at.

    Attributes
    ----------
    number : int
    looked_on : date
    n : int
        Customers with an outcome by then.
    z, bound : float
        Value over error, and what it must exceed at this look.
    """

    number: int
    looked_on: dt.date
    n: int
    z: float
    bound: float

    @property
    def crossed(self) -> bool:
        """Whether the result stood at this look, counted with all looks."""
        return abs(self.z) > self.bound


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignEffects:
    """What one incentive given by lot changed: main outcome first."""

    evidence: Evidence
    outcomes: tuple[OutcomeEffect, ...]
    looks: tuple[Look, ...]

    @property
    def main(self) -> OutcomeEffect:
        """The registered outcome."""
        return self.outcomes[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotEffects:
    """Effects of all incentives given by lot."""

    campaigns: tuple[CampaignEffects, ...]

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return (
            randomised.METHODS["intention_to_treat"],
            adjustment.METHOD,
            compliers.METHOD,
            multiple_outcomes.METHODS["holm"],
            group_sequential.METHODS["obrien-fleming"],
        )


def lot_effects(
    bank: Bank, register: EvidenceRegister, *, as_of: dt.date, confidence: float
) -> LotEffects | NotAssessed:
    """Estimate what the incentives given by lot changed.

    Parameters
    ----------
    bank : Bank
        Uses ``interim_looks`` where the source has it.
    register : EvidenceRegister
    as_of : date
    confidence : float

    Returns
    -------
    LotEffects or NotAssessed
        Not assessed where no incentive was given by lot, or no outcome was measured.

    Source
    ------
    Neyman (1923); Deng and others (2013); Imbens and Angrist (1994); Holm (1979); Lan and
    DeMets (1983).
    """
    found = []
    for one in register.by_design("randomised"):
        study = one.study
        if isinstance(study, Assignment) and one.campaign.outcome in study.measured:
            found.append(
                CampaignEffects(
                    evidence=one,
                    outcomes=outcome_effects(
                        study.measured, main=one.campaign.outcome, confidence=confidence
                    ),
                    looks=_looks(bank, one, as_of=as_of, confidence=confidence),
                )
            )
    if not found:
        return NotAssessed(
            name="lot_effects",
            question=QUESTION,
            reason=message("No incentive with measured outcomes was given by lot."),
        )
    return LotEffects(campaigns=tuple(found))


def outcome_effects(
    measured: Mapping[str, Mapping[str, Measured]], *, main: str, confidence: float
) -> tuple[OutcomeEffect, ...]:
    """Estimate the effect on each outcome, the main one first.

    Parameters
    ----------
    measured : mapping
        By outcome, then by arm.
    main : str
    confidence : float

    Returns
    -------
    tuple of OutcomeEffect
    """
    names = [main, *sorted(set(measured) - {main})]
    complete = [name for name in names if {"offer", "holdout"} <= set(measured[name])]
    effects = {name: _adjusted(measured[name], confidence) for name in complete}
    tests = correct_tests(
        {name: effect.p_value for name, (effect, _, _) in effects.items()}, confidence=confidence
    )
    return tuple(
        OutcomeEffect(
            outcome=name,
            offered=effects[name][0],
            unadjusted=effects[name][1],
            variance_removed=effects[name][2],
            takers=_takers(measured[name], confidence),
            corrected_p_value=test.corrected_p_value,
        )
        for name, test in zip(complete, tests, strict=True)
    )


def _adjusted(
    arms: Mapping[str, Measured], confidence: float
) -> tuple[Effect, Effect, float | None]:
    offered, held_back = arms["offer"], arms["holdout"]
    if offered.with_prior is None or held_back.with_prior is None:
        plain = randomised.intention_to_treat(
            offered.with_take_up, held_back.with_take_up, confidence=confidence
        )
        return plain, plain, None
    found = adjustment.adjust_by_prior_outcome(
        offered.with_prior, held_back.with_prior, confidence=confidence
    )
    return found.effect, found.unadjusted, found.variance_removed


def _takers(arms: Mapping[str, Measured], confidence: float) -> ComplierEffect | None:
    try:
        return compliers.complier_effect(
            arms["offer"].with_take_up, arms["holdout"].with_take_up, confidence=confidence
        )
    except EstimationError:
        return None


def _looks(bank: Bank, one: Evidence, *, as_of: dt.date, confidence: float) -> tuple[Look, ...]:
    """Repeat the plain comparison with what had been measured by each look."""
    if not bank.has("interim_looks", "planned_information"):
        return ()
    table, campaign = bank.table("interim_looks"), one.campaign
    rows = collect(
        table.filter(table.campaign_id == campaign.campaign_id).order_by("look"),
        max_rows=_MAX_LOOKS,
    )
    days = [pd.Timestamp(day).date() for day in rows.looked_on]
    past = [day for day in days if day <= as_of]
    shares = [float(share) for share in rows.planned_information[: len(past)]]
    if len(past) < 2:
        return ()
    bounds = sequential_bounds(shares, confidence=confidence).bounds
    looks = []
    for number, (day, bound) in enumerate(zip(past, bounds, strict=True), start=1):
        arms = measure_arms(bank, campaign.campaign_id, until=day).get(campaign.outcome, {})
        if {"offer", "holdout"} <= set(arms):
            effect = _adjusted(arms, confidence)[0]
            looks.append(
                Look(
                    number=number,
                    looked_on=day,
                    n=effect.n_treated + effect.n_untreated,
                    z=effect.estimate.value / effect.standard_error,
                    bound=bound,
                )
            )
    return tuple(looks)
