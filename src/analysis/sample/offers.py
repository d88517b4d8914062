"""Offers to customers under four designs, with planted effects.

A customer takes part in one campaign at most, so that no campaign's effect mixes
with another's. Outcomes are measured in the year before the as-of date:

- by lot, with imperfect take-up, a little contamination, outcomes missing at
  random and five looks; the effect on those who take the offer up depends on the
  segment, and one segment is put off by it;
- self-selected, with comparable customers recorded: who takes part has more
  anyway, so that the plain difference overstates the effect;
- by a threshold of the balance, with a jump there and nothing manipulated;
- everybody, which leaves nothing to compare with: a general rise looks like an
  effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.sample import campaigns
from analysis.sample.population import SEGMENTS, Population
from analysis.sample.span import FloatArray, IntArray, Span
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded

ARMS = ("offer", "holdout", "comparison")
_OFFER, _HOLDOUT, _COMPARISON = range(3)
_OUTCOMES = ("balance_cny", "signed_up", "complained", "logins")
_SHARES = (0.40, 0.20, 0.20, 0.05)
"""Customers of the campaigns, of those whose relationship is open."""
_CAMPAIGN_IDS = (
    campaigns.RANDOMISED,
    campaigns.MATCHED,
    campaigns.THRESHOLD,
    campaigns.UNCONTROLLED,
)

TAKE_UP = (0.70, 0.60, 0.65, 0.50, 0.45)
CONTAMINATION = 0.02
EXPOSED_SHARE = 0.8
"""Of those who were offered and did not take it up, how many the offer reached."""
TAKER_EFFECT_CNY = (300.0, 1200.0, 1800.0, 900.0, -400.0)
SIGN_UP_BASE = 0.08
SIGN_UP_EFFECT = 0.06
MISSING_SHARE = 0.03
MATCHED_EFFECT_CNY = 1500.0
THRESHOLD_EFFECT_CNY = 3000.0
GENERAL_RISE_CNY = 900.0
UNCONTROLLED_EFFECT_CNY = 0.0
_BATCH_DAYS = 7
_MEASURED_AFTER_DAYS = (56, 80, 75, 50)
_FIRST_ASSIGNED_DAYS_AGO = (180, 120, 100, 60)


@dataclass(slots=True, kw_only=True, eq=False)
class _Arms:
    """The customers of one campaign: arm, exposure, take-up, before and after."""

    owner: IntArray
    arm: IntArray
    exposed: npt.NDArray[np.bool_]
    taken: npt.NDArray[np.bool_]
    before: FloatArray
    after: FloatArray
    running: FloatArray
    cost: FloatArray


def write_offers(
    rng: np.random.Generator,
    writer: BankWriter,
    population: Population,
    closed: FloatArray,
    span: Span,
) -> None:
    """Write the chunk's rows of ``offers`` and ``offer_outcomes``."""
    group = np.searchsorted(np.cumsum(_SHARES), rng.random(population.size), side="right")
    draw: tuple[Callable[[np.random.Generator, Population, IntArray], _Arms], ...] = (
        _draw_by_lot,
        _draw_self_selected,
        _draw_at_threshold,
        _draw_everybody,
    )
    for number, campaign_id in enumerate(_CAMPAIGN_IDS):
        first_day = span.n_days - 1 - _FIRST_ASSIGNED_DAYS_AGO[number]
        takes_part = (
            (group == number) & (population.opened <= first_day - 60) & (closed > first_day)
        )
        owner = np.flatnonzero(takes_part)
        arms = draw[number](rng, population, owner)
        batches = campaigns.PLANNED_LOOKS if number == 0 else 1
        assigned = first_day + _BATCH_DAYS * rng.integers(batches, size=len(owner))
        _write_arms(writer, campaign_id, population, arms, assigned, span)
        seen = rng.random(len(owner)) >= MISSING_SHARE
        measured = assigned + _MEASURED_AFTER_DAYS[number]
        writing = _OutcomeWriter(writer, campaign_id, population, span)
        writing.write("balance_cny", "before", arms.owner, assigned - 1, arms.before)
        writing.write("balance_cny", "after", owner[seen], measured[seen], arms.after[seen])
        if number == 0:
            _write_further_outcomes(rng, writing, arms, measured, seen)


def _level(rng: np.random.Generator, size: int) -> tuple[FloatArray, FloatArray]:
    before = rng.gamma(4.0, 5_000.0, size)
    after = 8_000.0 + 0.7 * before + rng.normal(0.0, 2_500.0, size)
    return before, after


def _draw_by_lot(rng: np.random.Generator, population: Population, owner: IntArray) -> _Arms:
    segment = population.segment[owner]
    offered = rng.random(len(owner)) < 0.5
    chance = np.where(offered, np.array(TAKE_UP)[segment], CONTAMINATION)
    taken = rng.random(len(owner)) < chance
    before, after = _level(rng, len(owner))
    return _Arms(
        owner=owner,
        arm=np.where(offered, _OFFER, _HOLDOUT),
        exposed=taken | (offered & (rng.random(len(owner)) < EXPOSED_SHARE)),
        taken=taken,
        before=before,
        after=after + np.where(taken, np.array(TAKER_EFFECT_CNY)[segment], 0.0),
        running=np.full(len(owner), np.nan),
        cost=np.where(offered, 2.0, 0.0) + np.where(taken, 8.0, 0.0),
    )


def _draw_self_selected(rng: np.random.Generator, population: Population, owner: IntArray) -> _Arms:
    before, after = _level(rng, len(owner))
    upper = population.tier[owner] <= 1
    middle_aged = population.age_band[owner] == 2
    score = -1.4 + 0.9 * upper + 0.6 * middle_aged + (before - 20_000.0) / 15_000.0
    chosen = rng.random(len(owner)) < 1.0 / (1.0 + np.exp(-score))
    after += 1_500.0 * upper + 800.0 * middle_aged + MATCHED_EFFECT_CNY * chosen
    return _Arms(
        owner=owner,
        arm=np.where(chosen, _OFFER, _COMPARISON),
        exposed=chosen,
        taken=chosen,
        before=before,
        after=after,
        running=np.full(len(owner), np.nan),
        cost=np.where(chosen, 45.0, 0.0),
    )


def _draw_at_threshold(rng: np.random.Generator, population: Population, owner: IntArray) -> _Arms:
    del population
    running = np.round(rng.lognormal(np.log(campaigns.BALANCE_THRESHOLD_CNY), 0.5, len(owner)), 2)
    offered = running >= campaigns.BALANCE_THRESHOLD_CNY
    noise = rng.normal(0.0, 4_000.0, len(owner))
    return _Arms(
        owner=owner,
        arm=np.where(offered, _OFFER, _COMPARISON),
        exposed=offered,
        taken=offered,
        before=running,
        after=20_000.0 + 0.6 * running + THRESHOLD_EFFECT_CNY * offered + noise,
        running=running,
        cost=np.where(offered, 40.0, 0.0),
    )


def _draw_everybody(rng: np.random.Generator, population: Population, owner: IntArray) -> _Arms:
    del population
    before, _ = _level(rng, len(owner))
    after = 6_000.0 + 0.7 * before + rng.normal(0.0, 2_500.0, len(owner))
    after += GENERAL_RISE_CNY + UNCONTROLLED_EFFECT_CNY
    return _Arms(
        owner=owner,
        arm=np.full(len(owner), _OFFER),
        exposed=np.ones(len(owner), dtype=bool),
        taken=rng.random(len(owner)) < 0.8,
        before=before,
        after=after,
        running=np.full(len(owner), np.nan),
        cost=np.full(len(owner), 12.0),
    )


def _write_arms(
    writer: BankWriter,
    campaign_id: str,
    population: Population,
    arms: _Arms,
    assigned: IntArray,
    span: Span,
) -> None:
    values = {
        "campaign_id": Coded(np.zeros(len(arms.owner), dtype=np.int8), (campaign_id,)),
        "customer_id": Coded(arms.owner, population.ids),
        "assigned_on": span.to_days(assigned.astype(np.float64)),
        "arm": Coded(arms.arm, ARMS),
        "exposed": arms.exposed,
        "taken_up": arms.taken,
        "running_value": arms.running,
        "cost_cny": arms.cost,
    }
    writer.append("offers", values)


@dataclass(frozen=True, slots=True)
class _OutcomeWriter:
    writer: BankWriter
    campaign_id: str
    population: Population
    span: Span

    def write(
        self, outcome: str, phase: str, owner: IntArray, measured: IntArray, value: FloatArray
    ) -> None:
        one = np.zeros(len(owner), dtype=np.int8)
        values = {
            "campaign_id": Coded(one, (self.campaign_id,)),
            "customer_id": Coded(owner, self.population.ids),
            "outcome": Coded(one, (outcome,)),
            "phase": Coded(one, (phase,)),
            "measured_on": self.span.to_days(measured.astype(np.float64)),
            "value": np.round(value, 2),
        }
        self.writer.append("offer_outcomes", values)


def _write_further_outcomes(
    rng: np.random.Generator,
    writing: _OutcomeWriter,
    arms: _Arms,
    measured: IntArray,
    seen: npt.NDArray[np.bool_],
) -> None:
    size = len(arms.owner)
    values = {
        "signed_up": rng.random(size) < SIGN_UP_BASE + SIGN_UP_EFFECT * arms.taken,
        "complained": rng.random(size) < 0.02,
        "logins": rng.poisson(rng.gamma(2.0, 3.0, size)),
    }
    for outcome, value in values.items():
        writing.write(
            outcome, "after", arms.owner[seen], measured[seen], value[seen].astype(np.float64)
        )


def write_looks(writer: BankWriter, span: Span) -> None:
    """Write the table ``interim_looks``: one a week, when another fifth has come in."""
    first = span.n_days - 1 - _FIRST_ASSIGNED_DAYS_AGO[0] + _MEASURED_AFTER_DAYS[0]
    looks = np.arange(1, campaigns.PLANNED_LOOKS + 1)
    values = {
        "campaign_id": [campaigns.RANDOMISED] * len(looks),
        "look": looks,
        "looked_on": span.to_days((first + _BATCH_DAYS * (looks - 1)).astype(np.float64)),
        "planned_information": looks / campaigns.PLANNED_LOOKS,
    }
    writer.append("interim_looks", values)


def plant_offers(book: TruthBook) -> None:
    """Record the planted effects."""
    domain = "offers"
    name = campaigns.RANDOMISED
    book.plant(
        domain,
        "randomised_effect_on_takers_cny",
        dict(zip(SEGMENTS, TAKER_EFFECT_CNY, strict=True)),
        unit="CNY",
        meaning=f"{name}: rise of the balance of those who take the offer up, by segment.",
    )
    book.plant(
        domain,
        "randomised_take_up",
        dict(zip(SEGMENTS, TAKE_UP, strict=True)),
        unit="fraction",
        meaning=f"{name}: chance of taking the offer up when offered, by segment.",
    )
    book.plant(
        domain,
        "randomised_intention_to_treat_cny",
        {
            segment: round((take_up - CONTAMINATION) * effect, 6)
            for segment, take_up, effect in zip(SEGMENTS, TAKE_UP, TAKER_EFFECT_CNY, strict=True)
        },
        unit="CNY",
        meaning=f"{name}: rise of the mean balance by being offered, by segment.",
    )
    for key, value, unit, meaning in (
        ("randomised_contamination", CONTAMINATION, "fraction", "holdouts who got it anyway"),
        ("randomised_sign_up_effect", SIGN_UP_EFFECT, "fraction", "rise of sign-up of takers"),
        ("randomised_logins_effect", 0.0, "logins", "rise of logins: none"),
        ("randomised_complaints_effect", 0.0, "fraction", "rise of complaints: none"),
        ("randomised_missing_share", MISSING_SHARE, "fraction", "outcomes missing at random"),
    ):
        book.plant(domain, key, value, unit=unit, meaning=f"{name}: {meaning}.")
    for key, value, campaign_id, meaning in (
        ("matched_effect_cny", MATCHED_EFFECT_CNY, campaigns.MATCHED, "given tier, age, balance"),
        ("threshold_jump_cny", THRESHOLD_EFFECT_CNY, campaigns.THRESHOLD, "at the threshold"),
        ("uncontrolled_effect_cny", UNCONTROLLED_EFFECT_CNY, campaigns.UNCONTROLLED, "caused"),
        ("uncontrolled_rise_cny", GENERAL_RISE_CNY, campaigns.UNCONTROLLED, "that came anyway"),
    ):
        book.plant(
            domain, key, value, unit="CNY", meaning=f"{campaign_id}: rise of the balance {meaning}."
        )
