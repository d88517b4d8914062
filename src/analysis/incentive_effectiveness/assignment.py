"""Was the assignment by lot sound?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import ibis
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.incentive_effectiveness.arms import (
    ArmCounts,
    Measured,
    count_arms,
    measure_arms,
    measured_rows,
    traits,
)
from analysis.incentive_effectiveness.refusals import refusal
from analysis.incentive_effectiveness.register import Campaign
from analysis.incentive_effectiveness.rules import CheckRules
from analysis.incentive_effectiveness.traits import region_names
from analysis.incentive_effectiveness.wording import DesignCheck, measure_of
from analysis.methods import Method
from analysis.probabilities import probability
from analysis.stats.assignment import METHODS as ASSIGNMENT_METHODS
from analysis.stats.assignment import (
    Balance,
    SampleRatio,
    attrition_difference,
    minimum_detectable_effect,
    sample_ratio,
    standardised_differences,
)
from analysis.stats.assignment_refusals import refuse_early_outcome, refuse_overlap
from analysis.stats.effects import Effect
from analysis.stats.randomised import ArmMoments
from analysis.text import Measure, Message, Share, Unit, Words, message, on_customers

LARGEST_CONTAMINATION = 0.1
"""Share of those held back who got it anyway, from which the arms are no longer apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """How an incentive was assigned by lot, and what came of it.

    Attributes
    ----------
    campaign : Campaign
    arms : mapping of str to ArmCounts
        ``offer`` and ``holdout``.
    ratio : SampleRatio or None
        None where no plan is registered.
    balance : tuple of Balance
        The most different first.
    attrition : Effect
        Share without the outcome, offered minus held back.
    detectable : float
        Smallest true effect that would have been seen, in the outcome's unit.
    timing : Message or None
        Why the outcome's or the other incentives' timing allows no comparison.
    overlapping : int
        Customers who got another incentive meanwhile.
    measured : mapping
        By outcome, then by arm.
    regions : mapping of str to Words
        Names of regions in both languages.
    rules : CheckRules
    """

    campaign: Campaign
    arms: Mapping[str, ArmCounts]
    ratio: SampleRatio | None
    balance: tuple[Balance, ...]
    attrition: Effect
    detectable: float
    timing: Message | None
    overlapping: int
    measured: Mapping[str, Mapping[str, Measured]]
    regions: Mapping[str, Words]
    rules: CheckRules

    @property
    def offered(self) -> ArmCounts:
        """Customers offered the incentive."""
        return self.arms["offer"]

    @property
    def held_back(self) -> ArmCounts:
        """Customers held back."""
        return self.arms["holdout"]

    @property
    def n(self) -> int:
        """Customers assigned."""
        return self.offered.assigned + self.held_back.assigned

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return tuple(ASSIGNMENT_METHODS.values())

    @property
    def checks(self) -> tuple[DesignCheck, ...]:
        """Every assumption of the lot that can be held against the data."""
        return (*self._lot_checks(), *self._outcome_checks())

    @property
    def largest_allowed(self) -> float:
        """The rule's imbalance, or what a lot of so few customers leaves to chance."""
        chance = NormalDist().inv_cdf(1 - self.rules.level / (2 * len(self.balance)))
        error = math.sqrt(1 / self.offered.assigned + 1 / self.held_back.assigned)
        return max(self.rules.largest_imbalance, chance * error)

    def _lot_checks(self) -> tuple[DesignCheck, ...]:
        worst = self.balance[0]
        ratio = self.ratio
        return (
            DesignCheck(
                name="sample_ratio",
                label=message("The arms are as large as planned"),
                passed=ratio is not None and ratio.p_value >= self.rules.level,
                detail=message("No planned share is registered.")
                if ratio is None
                else message(
                    "Sample-ratio test: p {p}; {share} were offered it.",
                    p=probability(ratio.p_value),
                    share=Share(self.offered.assigned, self.n, Unit.CUSTOMERS),
                ),
            ),
            DesignCheck(
                name="balance",
                label=message("The arms were alike before the assignment"),
                passed=abs(worst.standardised_difference) <= self.largest_allowed,
                detail=message(
                    "The largest of {n} standardised differences is {worst}; {limit} is allowed.",
                    n=len(self.balance),
                    worst=_number(abs(worst.standardised_difference), self.n),
                    limit=_number(self.largest_allowed, self.n),
                ),
            ),
            DesignCheck(
                name="contamination",
                label=message("Those held back did not get it"),
                passed=self.held_back.taken_up <= LARGEST_CONTAMINATION * self.held_back.assigned,
                detail=message(
                    "{share} of those held back got it anyway.",
                    share=Share(self.held_back.taken_up, self.held_back.assigned, Unit.CUSTOMERS),
                ),
            ),
        )

    def _outcome_checks(self) -> tuple[DesignCheck, ...]:
        return (
            DesignCheck(
                name="attrition",
                label=message("Outcomes are missing alike in both arms"),
                passed=self.attrition.p_value >= self.rules.level,
                detail=message(
                    "Test of equal shares without an outcome: p {p}.",
                    p=probability(self.attrition.p_value),
                ),
            ),
            DesignCheck(
                name="timing",
                label=message("The outcome follows the assignment, with no other incentive"),
                passed=self.timing is None,
                detail=self.timing
                or message("All outcomes were measured afterwards; no other incentive overlaps."),
            ),
        )

    @property
    def detectable_quantity(self) -> Message:
        """The smallest effect that would have been seen, for a sentence."""
        return message(
            "{effect}",
            effect=on_customers(
                self.detectable, measure_of(self.campaign.outcome), self.n, degrees=self.n - 2
            ),
        )


def _number(value: float, n: int) -> Message:
    return message("{number}", number=on_customers(value, Measure.NUMBER, n))


def assignment(
    bank: Bank,
    campaign: Campaign,
    *,
    as_of: dt.date,
    rules: CheckRules,
    power: float,
    confidence: float,
) -> Assignment:
    """Judge an assignment by lot.

    Parameters
    ----------
    bank : Bank
        Needs ``offers`` and ``offer_outcomes``; uses ``customers``.
    campaign : Campaign
        Randomised.
    as_of : date
    rules : CheckRules
    power, confidence : float

    Returns
    -------
    Assignment

    Raises
    ------
    EstimationError
        If an arm is missing or too small, or no outcome was measured.

    Source
    ------
    `analysis.stats.assignment`.
    """
    key = campaign.campaign_id
    counts = count_arms(bank, key, campaign.outcome, until=as_of)
    measured = measure_arms(bank, key, until=as_of)
    empty = ArmCounts(assigned=0, exposed=0, taken_up=0, without_outcome=0)
    arms = {arm: counts.get(arm, empty) for arm in ("offer", "holdout")}
    offered, held_back = arms["offer"], arms["holdout"]
    attrition = attrition_difference(
        offered.assigned,
        offered.without_outcome,
        held_back.assigned,
        held_back.without_outcome,
        confidence=confidence,
    )
    known = _known_before(bank, campaign, measured, as_of)
    balance = standardised_differences(known.get("offer", {}), known.get("holdout", {}))
    main = (
        measured[campaign.outcome]["holdout"].with_take_up if campaign.outcome in measured else None
    )
    overlapping, timing = _timing(bank, campaign, as_of)
    share = campaign.planned_offer_share
    return Assignment(
        campaign=campaign,
        arms=arms,
        ratio=None
        if share is None
        else sample_ratio(
            {"offer": offered.assigned, "holdout": held_back.assigned},
            {"offer": share, "holdout": 1 - share},
        ),
        balance=tuple(sorted(balance, key=lambda b: abs(b.standardised_difference), reverse=True)),
        attrition=attrition,
        detectable=minimum_detectable_effect(
            n_treated=offered.assigned - offered.without_outcome,
            n_untreated=held_back.assigned - held_back.without_outcome,
            standard_deviation=main.variance**0.5 if main else 0.0,
            power=power,
            confidence=confidence,
        ),
        timing=timing,
        overlapping=overlapping,
        measured=measured,
        regions=region_names(bank),
        rules=rules,
    )


def _known_before(
    bank: Bank, campaign: Campaign, measured: Mapping[str, Mapping[str, Measured]], as_of: dt.date
) -> dict[str, dict[str, ArmMoments]]:
    """Traits by arm, with the outcomes that were measured before the assignment."""
    known = traits(bank, campaign.campaign_id, as_of=as_of)
    for outcome, arms in measured.items():
        for arm, found in arms.items():
            prior = found.with_prior
            if prior is not None:
                known.setdefault(arm, {})[outcome] = ArmMoments(
                    n=prior.n, mean=prior.other_mean, variance=prior.other_variance
                )
    return known


def _timing(bank: Bank, campaign: Campaign, as_of: dt.date) -> tuple[int, Message | None]:
    """Count who got another incentive meanwhile; say what the timing forbids."""
    rows = measured_rows(bank, campaign.campaign_id, until=as_of)
    after = (rows.measured_on.epoch_seconds() - rows.assigned_on.epoch_seconds()).min()
    before = (rows.before_on.epoch_seconds() - rows.assigned_on.epoch_seconds()).max()
    lags = collect(
        rows.aggregate(after=after, before=before, last=rows.assigned_on.max(), n=rows.count()),
        max_rows=1,
    )
    overlapping, assigned = _overlap(bank, campaign, as_of)
    day = campaign.starts_on
    first, prior = lags["after"][0], lags["before"][0]
    try:
        if not pd.isna(first):
            refuse_early_outcome(
                outcome_from=day + dt.timedelta(seconds=float(first)),
                last_assigned_on=day,
                prior_until=None if pd.isna(prior) else day + dt.timedelta(seconds=float(prior)),
                first_assigned_on=day,
            )
        refuse_overlap(customers=assigned, in_another_incentive=overlapping)
    except EstimationError as refused:
        return overlapping, refusal(refused)
    return overlapping, None


def _overlap(bank: Bank, campaign: Campaign, as_of: dt.date) -> tuple[int, int]:
    offers, campaigns = bank.table("offers"), bank.table("campaigns")
    own = offers.filter(offers.campaign_id == campaign.campaign_id).select(
        "customer_id", mine=offers.assigned_on
    )
    ends = ibis.literal(campaign.ends_on or as_of)
    others = offers.filter(
        (offers.campaign_id != campaign.campaign_id) & (offers.arm == "offer")
    ).join(campaigns.select("campaign_id", "ends_on"), "campaign_id")
    pairs = own.join(
        others.select("customer_id", theirs=others.assigned_on, until=others.ends_on),
        "customer_id",
    )
    meanwhile = pairs.filter(
        (pairs.theirs <= ends) & (pairs.until.isnull() | (pairs.until >= pairs.mine))
    )
    found = collect(meanwhile.aggregate(n=meanwhile.customer_id.nunique()), max_rows=1)
    total = collect(own.aggregate(n=own.count()), max_rows=1)
    return int(found.n[0]), int(total.n[0])
