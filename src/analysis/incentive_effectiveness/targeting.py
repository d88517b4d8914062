"""For whom does an incentive given by lot work, and whom should it be offered to?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.errors import EstimationError
from analysis.incentive_effectiveness.costs import offer_costs
from analysis.incentive_effectiveness.evidence import Evidence, EvidenceRegister
from analysis.incentive_effectiveness.matched import characteristics, customer_rows
from analysis.incentive_effectiveness.refusals import refusal
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import (
    multiple_outcomes,
    policy_value,
    qini,
    shrinkage,
    uplift,
)
from analysis.stats.effects import Effect
from analysis.stats.multiple_outcomes import correct_tests
from analysis.stats.policy_value import PolicyValue
from analysis.stats.prior_outcome_adjustment import adjust_by_prior_outcome
from analysis.stats.qini import QiniCurve, qini_curve
from analysis.stats.randomised import paired_moments
from analysis.stats.shrinkage import shrink_effects
from analysis.stats.uplift import uplift_scores
from analysis.text import message

QUESTION = message("For whom does it work?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEffect:
    """What the offer changed in one segment.

    Attributes
    ----------
    segment : str
    n : int
        Customers with an outcome.
    found : Effect
        Of this segment alone, adjusted by the earlier outcome.
    shrunk : Estimate
        Drawn towards the mean of all segments as far as noise explains the difference.
    corrected_p_value : float
        Counted with the other segments (Benjamini-Hochberg).
    """

    segment: str
    n: int
    found: Effect
    shrunk: Estimate
    corrected_p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targeting:
    """For whom one incentive works, and what choosing is worth.

    Attributes
    ----------
    evidence : Evidence
    segments : tuple of SegmentEffect
        The largest effect first.
    qini : QiniCurve
        In the outcome's unit per customer.
    policy : PolicyValue
        Of offering to whose expected gain exceeds the cost, CNY per customer.
    cost_per_offer_cny, margin : float
        Margin on one unit of the outcome over the horizon.
    n : int
    """

    evidence: Evidence
    segments: tuple[SegmentEffect, ...]
    qini: QiniCurve
    policy: PolicyValue
    cost_per_offer_cny: float
    margin: float
    n: int

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return (
            shrinkage.METHOD,
            multiple_outcomes.METHODS["benjamini-hochberg"],
            uplift.METHODS["x"],
            qini.METHOD,
            policy_value.METHOD,
        )


def targeting(
    bank: Bank,
    register: EvidenceRegister,
    *,
    as_of: dt.date,
    confidence: float,
    horizon_months: int,
    rng: np.random.Generator,
    draws: int,
) -> Targeting | NotAssessed:
    """Find for whom the first incentive given by lot works.

    Parameters
    ----------
    bank : Bank
        Needs ``offers``, ``offer_outcomes`` and ``customers``.
    register : EvidenceRegister
    as_of : date
    confidence : float
    horizon_months : int
        For which a gain of balance earns its margin.
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    Targeting or NotAssessed
        Not assessed where no lot passed its checks: whom an unsound lot seems to move is
        no ground for choosing.

    Source
    ------
    Morris (1983), Kunzel and others (2019), Radcliffe (2007), Hitsch, Misra and Zhang (2024).
    """
    sound = [one for one in register.by_design("randomised") if one.causal]
    if not sound:
        return NotAssessed(
            name="targeting",
            question=QUESTION,
            reason=message("No incentive was given by a lot whose checks pass."),
        )
    try:
        rows = customer_rows(bank, sound[0].campaign, as_of=as_of)
        cost = _cost_per_offer(bank, sound[0].campaign.campaign_id)
        margin = (sound[0].campaign.margin_per_unit_cny or 0.0) * horizon_months / 12
        return target_offer(
            rows,
            sound[0],
            cost_per_offer_cny=cost,
            margin=margin,
            confidence=confidence,
            rng=rng,
            draws=draws,
        )
    except EstimationError as refused:
        return NotAssessed(name="targeting", question=QUESTION, reason=refusal(refused))


def target_offer(
    rows: pd.DataFrame,
    one: Evidence,
    *,
    cost_per_offer_cny: float,
    margin: float,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Targeting:
    """Estimate effects by segment, score customers and judge the scores on held-out ones.

    Parameters
    ----------
    rows : DataFrame
        Of `analysis.incentive_effectiveness.matched.customer_rows`.
    one : Evidence
    cost_per_offer_cny, margin : float
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    Targeting

    Raises
    ------
    EstimationError
        If an arm of a segment is too small, or there are fewer than four segments.
    """
    offered = (rows.arm == "offer").to_numpy()
    outcome = rows.after.to_numpy(dtype=float)
    known = characteristics(rows).to_numpy(dtype=float)
    scores = uplift_scores(outcome, offered, known, rng=rng)
    # what was known before explains most of the outcome, and none of who got the offer
    slope = float(np.cov(outcome, rows.before)[0, 1] / rows.before.var())
    left = outcome - slope * (rows.before.to_numpy(dtype=float) - float(rows.before.mean()))
    return Targeting(
        evidence=one,
        segments=_segments(rows, confidence),
        qini=qini_curve(left, offered, scores, rng=rng, confidence=confidence, draws=draws),
        policy=policy_value.policy_value(
            left,
            offered,
            margin * scores > cost_per_offer_cny,
            cost_per_offer=cost_per_offer_cny,
            margin=margin,
            confidence=confidence,
        ),
        cost_per_offer_cny=cost_per_offer_cny,
        margin=margin,
        n=len(rows),
    )


def _segments(rows: pd.DataFrame, confidence: float) -> tuple[SegmentEffect, ...]:
    effects: dict[str, Effect] = {}
    for segment, group in rows.groupby("segment", sort=True):
        arms = {
            arm: paired_moments(group.after[group.arm == arm], group.before[group.arm == arm])
            for arm in ("offer", "holdout")
        }
        effects[str(segment)] = adjust_by_prior_outcome(
            arms["offer"], arms["holdout"], confidence=confidence
        ).effect
    shrunk = shrink_effects(
        [effect.estimate.value for effect in effects.values()],
        [effect.standard_error for effect in effects.values()],
        confidence=confidence,
    ).effects
    tests = correct_tests(
        {name: effect.p_value for name, effect in effects.items()},
        method="benjamini-hochberg",
        confidence=confidence,
    )
    found = [
        SegmentEffect(
            segment=name,
            n=effect.n_treated + effect.n_untreated,
            found=effect,
            shrunk=estimate,
            corrected_p_value=test.corrected_p_value,
        )
        for (name, effect), estimate, test in zip(effects.items(), shrunk, tests, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: one.shrunk.value, reverse=True))


def _cost_per_offer(bank: Bank, campaign_id: str) -> float:
    """Mean cost of one customer offered, beyond that of one held back, CNY."""
    arms = offer_costs(bank, campaign_id)
    return max(arms.get("offer", (0, 0.0))[1] - arms.get("holdout", (0, 0.0))[1], 0.0)
