"""Is each incentive worth its cost, and how should the next budget be split?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.incentive_effectiveness.costs import fixed_costs, largest_offer_cost, offer_costs
from analysis.incentive_effectiveness.effects import LotEffects
from analysis.incentive_effectiveness.evidence import Evidence, EvidenceRegister
from analysis.incentive_effectiveness.matched import MatchedStudy
from analysis.incentive_effectiveness.observational import Observational
from analysis.incentive_effectiveness.register import Campaign
from analysis.incentive_effectiveness.roll_out import RollOut
from analysis.incentive_effectiveness.thresholds import ThresholdStudy
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import budget_allocation, cost_effectiveness, ratio_interval
from analysis.stats.budget_allocation import Allocation, Incentive, allocate_budget
from analysis.stats.cost_effectiveness import (
    PayBack,
    ReturnCase,
    cost_per_additional_unit,
    pay_back,
    return_on_cost,
    return_sensitivity,
)
from analysis.stats.effects import Effect, effect_from_error
from analysis.text import message

QUESTION = message("Is it worth it?")
STOCKS = frozenset({"balance_cny", "deposits_cny"})
"""Outcomes that earn their margin for as long as they last; the margin is that of a year."""
_MARGINS = (0.5, 1.0, 1.5)
_HORIZONS = (0.5, 1.0, 2.0)
_MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What one incentive gained and cost.

    Attributes
    ----------
    evidence : Evidence
    effect : Effect
        In all, in the outcome's unit.
    cost_cny, margin_cny : float
        In all; margin of one unit within the horizon.
    cost_top_two : float
        The two offers that cost most are at most this share of the cost.
    cost_per_unit : Estimate or None
        CNY; None where the effect cannot be told from zero.
    return_on_cost : Estimate
        A fraction: 0 breaks even.
    pay_back : PayBack or None
        Of outcomes that earn month by month.
    cases : tuple of ReturnCase
        Margin and horizon varied.
    """

    evidence: Evidence
    effect: Effect
    cost_cny: float
    margin_cny: float
    cost_top_two: float
    cost_per_unit: Estimate | None
    return_on_cost: Estimate
    pay_back: PayBack | None
    cases: tuple[ReturnCase, ...]

    @property
    def n(self) -> int:
        """Units that the effect rests on."""
        return self.effect.n_treated + self.effect.n_untreated


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The next budget between incentives whose effect may be claimed.

    Attributes
    ----------
    names : tuple of Evidence
    today_cny : tuple of float
    best : Allocation
        In CNY spent, gain in CNY.
    budget_cny : float
    """

    names: tuple[Evidence, ...]
    today_cny: tuple[float, ...]
    best: Allocation
    budget_cny: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WorthOfAll:
    """Every incentive whose effect and cost are known, and the next budget."""

    incentives: tuple[Worth, ...]
    split: Split | None
    horizon_months: int

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return cost_effectiveness.METHOD, ratio_interval.METHOD, budget_allocation.METHOD


def worth(
    bank: Bank,
    register: EvidenceRegister,
    changed: LotEffects | NotAssessed,
    observed: Observational | NotAssessed,
    *,
    as_of: dt.date,
    horizon_months: int,
    confidence: float,
    rng: np.random.Generator,
) -> WorthOfAll | NotAssessed:
    """Set what each incentive gained against what it cost.

    Parameters
    ----------
    bank : Bank
        Uses ``incentive_costs``, ``offers.cost_cny``, ``incentive_budgets``.
    register : EvidenceRegister
    changed : LotEffects or NotAssessed
    observed : Observational or NotAssessed
    as_of : date
    horizon_months : int
    confidence : float
    rng : numpy.random.Generator

    Returns
    -------
    WorthOfAll or NotAssessed
        Effects at a threshold hold near it alone and are left out, but for awards to staff,
        where those recognised are few.

    Source
    ------
    Willan and O'Brien (1996); Dantzig (1963); Smith and Winkler (2006).
    """
    totals = {
        **_lot_totals(changed, confidence),
        **_observed_totals(bank, observed, as_of, confidence),
        **_award_totals(bank, register, as_of, confidence),
    }
    fixed = fixed_costs(bank, as_of=as_of)
    found = [
        judge_worth(
            register.of(key),
            effect,
            cost_cny=_cost(bank, key, fixed),
            largest_cost_cny=largest_offer_cost(bank, key),
            horizon_months=horizon_months,
            confidence=confidence,
            rng=rng,
        )
        for key, effect in sorted(totals.items())
        if _cost(bank, key, fixed) > 0 and register.of(key).campaign.margin_per_unit_cny
    ]
    if not found:
        return NotAssessed(
            name="worth",
            question=QUESTION,
            reason=message("No incentive has an effect, a cost and a margin."),
        )
    return WorthOfAll(
        incentives=tuple(found),
        split=_split(bank, found, confidence, rng),
        horizon_months=horizon_months,
    )


def judge_worth(
    one: Evidence,
    effect: Effect,
    *,
    cost_cny: float,
    largest_cost_cny: float = 0.0,
    horizon_months: int,
    confidence: float,
    rng: np.random.Generator,
) -> Worth:
    """Set the whole effect of an incentive against its whole cost.

    Parameters
    ----------
    one : Evidence
    effect : Effect
        In all, in the outcome's unit.
    cost_cny : float
        Above 0.
    largest_cost_cny : float
        Of one person.
    horizon_months : int
    confidence : float
    rng : numpy.random.Generator

    Returns
    -------
    Worth
    """
    campaign = one.campaign
    lasting = campaign.outcome in STOCKS
    yearly = campaign.margin_per_unit_cny or 0.0
    margin = yearly * horizon_months / 12 if lasting else yearly
    try:
        per_unit = cost_per_additional_unit(
            effect, cost_per_customer_cny=cost_cny, confidence=confidence
        )
    except EstimationError:
        per_unit = None
    return Worth(
        evidence=one,
        effect=effect,
        cost_cny=cost_cny,
        margin_cny=margin,
        cost_top_two=min(2 * largest_cost_cny / cost_cny, 1.0),
        cost_per_unit=per_unit,
        return_on_cost=return_on_cost(
            effect, margin_cny=margin, cost_per_customer_cny=cost_cny, confidence=confidence
        ),
        pay_back=_pay_back(effect, yearly / 12, horizon_months, cost_cny, rng) if lasting else None,
        cases=return_sensitivity(
            effect,
            margins_cny=[share * yearly / 12 for share in _MARGINS],
            horizons_months=[share * horizon_months for share in _HORIZONS],
            cost_per_customer_cny=cost_cny,
            confidence=confidence,
        )
        if lasting
        else (),
    )


def _pay_back(
    effect: Effect, monthly: float, months: int, cost: float, rng: np.random.Generator
) -> PayBack:
    gains = np.full(months, effect.estimate.value * monthly)
    error = effect.standard_error * monthly
    return pay_back(gains, np.full((months, months), error**2), cost_cny=cost, rng=rng)


def _scaled(effect: Effect, units: float, confidence: float) -> Effect:
    return effect_from_error(
        effect.estimate.value * units,
        effect.standard_error * units,
        n_treated=effect.n_treated,
        n_untreated=effect.n_untreated,
        confidence=confidence,
    )


def _lot_totals(changed: LotEffects | NotAssessed, confidence: float) -> dict[str, Effect]:
    if isinstance(changed, NotAssessed):
        return {}
    return {
        one.evidence.campaign.campaign_id: _scaled(
            one.main.offered, one.main.offered.n_treated, confidence
        )
        for one in changed.campaigns
    }


def _observed_totals(
    bank: Bank, observed: Observational | NotAssessed, as_of: dt.date, confidence: float
) -> dict[str, Effect]:
    if isinstance(observed, NotAssessed):
        return {}
    found: dict[str, Effect] = {}
    for one in observed.observed:
        key, study = one.evidence.campaign.campaign_id, one.study
        if isinstance(study, MatchedStudy):
            found[key] = _scaled(study.effect, study.effect.n_treated, confidence)
        elif isinstance(study, RollOut):
            served = _customer_months(bank, one.evidence.campaign, as_of)
            found[key] = _scaled(study.average, served, confidence)
    return found


def _customer_months(bank: Bank, campaign: Campaign, as_of: dt.date) -> float:
    """Customers times months at the branches that had the incentive."""
    months, adoptions = bank.table("branch_months"), bank.table("adoptions")
    own = adoptions.filter(adoptions.campaign_id == campaign.campaign_id)
    joined = months.join(own.select("branch_id", "adopted_on"), "branch_id")
    had = joined.filter((joined.adopted_on <= joined.month) & (joined.month <= ibis.literal(as_of)))
    return float(collect(had.aggregate(n=had.customers.sum()), max_rows=1).n[0])


def _award_totals(
    bank: Bank, register: EvidenceRegister, as_of: dt.date, confidence: float
) -> dict[str, Effect]:
    found: dict[str, Effect] = {}
    for one in register.by_design("threshold"):
        study = one.study
        if (
            one.campaign.outcome == "sales_after_points"
            and isinstance(study, ThresholdStudy)
            and study.jump is not None
        ):
            table = bank.table("staff_assessments")
            given = table.filter(table.recognised & (table.assessed_on <= ibis.literal(as_of)))
            n = int(collect(given.aggregate(n=given.count()), max_rows=1).n[0])
            jump = effect_from_error(
                study.jump.bias_corrected,
                study.jump.robust_error,
                n_treated=study.jump.n_above,
                n_untreated=study.jump.n_below,
                confidence=confidence,
            )
            found[one.campaign.campaign_id] = _scaled(jump, n, confidence)
    return found


def _cost(bank: Bank, key: str, fixed: dict[str, float]) -> float:
    arms = offer_costs(bank, key) if bank.has("offers") else {}
    offered = arms.get("offer", (0, 0.0))
    return offered[0] * offered[1] + fixed.get(key, 0.0)


def _split(
    bank: Bank, found: list[Worth], confidence: float, rng: np.random.Generator
) -> Split | None:
    """Split the budget of the incentives whose effect may be claimed."""
    sure = [one for one in found if one.evidence.causal]
    if not bank.has("incentive_budgets") or not sure:
        return None
    table = bank.table("incentive_budgets")
    rows = collect(table.order_by("campaign_id"), max_rows=_MAX_ROWS)
    today = {str(row["campaign_id"]): row for row in rows.to_dict("records")}
    sure = [one for one in sure if one.evidence.campaign.campaign_id in today]
    options = []
    for one in sure:
        row = today[one.evidence.campaign.campaign_id]
        most = row.get("maximum_cny")
        budget = float(row["budget_cny"])
        per_cny = one.margin_cny / one.cost_cny
        options.append(
            Incentive(
                name=one.evidence.campaign.name.en,
                cost_cny=1.0,
                effect=one.effect.estimate.value * per_cny,
                standard_error=one.effect.standard_error * per_cny,
                minimum_units=float(row.get("minimum_cny") or 0.0),
                maximum_units=budget * 10 if most is None or pd.isna(most) else float(most),
                today_units=budget,
            )
        )
    total = sum(option.today_units for option in options)
    try:
        best = allocate_budget(options, budget_cny=total, rng=rng, confidence=confidence)
    except EstimationError:
        return None
    return Split(
        names=tuple(one.evidence for one in sure),
        today_cny=tuple(option.today_units for option in options),
        best=best,
        budget_cny=total,
    )
