"""The sample bank's customers: who they are, when they come, how they will buy.

The bank's records begin 48 months before the as-of date, when its present ledger
began; every customer in it was won since, so that each relationship is seen from
its first day. Openings are even over time, except that the last three months
bring `SURGE` times as many.

What a customer will buy (`rate_per_week`, `drop`, `spend_rate`) is drawn
independently of segment, age and region, so that the laws of purchase hold
exactly in every part of the bank. Only the value tier looks at `spend_rate`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.sample import places
from analysis.sample.laws import PURCHASES
from analysis.sample.span import FloatArray, IntArray, Span
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded, number_labels

SEGMENTS = ("student", "employee", "family", "entrepreneur", "retired")
SEGMENT_SHARES = (0.15, 0.33, 0.25, 0.09, 0.18)
_AGES = ((18, 26), (22, 60), (28, 56), (25, 66), (58, 88))
"""First age and the age after the last, by segment."""
AGE_BANDS = ("18-29", "30-44", "45-59", "60+")
_AGE_BAND_STARTS = (30, 45, 60)
TIERS = ("vip", "high", "medium", "low")
_TIER_SCORES = (1.694, 0.806, 0.077)
"""Least score of the three upper tiers: 5, 20 and 35 in 100 customers fall into them."""
WEALTH = ("large", "medium", "small")
_WEALTH_SHARES = (0.08, 0.32, 0.60)
_WEALTH_SCORES = (1.2, 0.3, -0.2)
TEMPERAMENTS = ("cautious", "growth", "consuming")
_TEMPERAMENT_SHARES = (
    (0.15, 0.25, 0.60),
    (0.30, 0.40, 0.30),
    (0.45, 0.30, 0.25),
    (0.20, 0.60, 0.20),
    (0.75, 0.10, 0.15),
)
_CHANNELS = ("branch", "mobile", "online", "referral", "employer")
_CHANNEL_SHARES = (0.34, 0.28, 0.12, 0.14, 0.12)

POTENTIAL_SHARE = 0.08
REACHABLE_SHARE = 0.72
SURGE = 1.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Population:
    """The customers of one chunk; arrays of one entry a customer.

    Times are days since the span's start; `opened` is infinite for a potential
    customer. Categories are positions in this module's tuples.
    """

    number: IntArray
    first_contact: FloatArray
    opened: FloatArray
    birth_year: IntArray
    age_band: IntArray
    segment: IntArray
    tier: IntArray
    wealth: IntArray
    temperament: IntArray
    branch: IntArray
    channel: IntArray
    reachable: IntArray
    rate_per_week: FloatArray
    drop: FloatArray
    spend_rate: FloatArray

    @property
    def size(self) -> int:
        """Customers in the chunk."""
        return len(self.number)

    @property
    def ids(self) -> object:
        """Customer numbers as the tables show them, a pyarrow array."""
        return number_labels("C", self.number, digits=8)


def draw_population(
    rng: np.random.Generator, span: Span, *, first_number: int, size: int
) -> Population:
    """Draw the customers of one chunk."""
    segment = _pick(rng, SEGMENT_SHARES, size)
    low, high = np.array(_AGES).T
    age = rng.integers(low[segment], high[segment])
    opened, first_contact = _draw_opening(rng, span, size)
    wealth = _pick(rng, _WEALTH_SHARES, size)
    spend_rate = rng.gamma(PURCHASES.q, 1 / PURCHASES.v_cny, size)
    region = _pick(rng, places.REGION_SHARES, size)
    branch = region * places.BRANCHES_PER_REGION + rng.integers(
        places.BRANCHES_PER_REGION, size=size
    )
    temperament = _pick_by_row(rng, np.array(_TEMPERAMENT_SHARES)[segment])
    return Population(
        number=np.arange(first_number, first_number + size),
        first_contact=first_contact,
        opened=opened,
        birth_year=span.as_of.year - age,
        age_band=np.searchsorted(_AGE_BAND_STARTS, age, side="right"),
        segment=segment,
        tier=_tier(rng, spend_rate, wealth, potential=np.isinf(opened)),
        wealth=wealth,
        temperament=temperament,
        branch=branch,
        channel=_pick(rng, _CHANNEL_SHARES, size),
        reachable=(rng.random(size) < REACHABLE_SHARE).astype(np.int64),
        rate_per_week=rng.gamma(PURCHASES.r, 1 / PURCHASES.alpha_weeks, size),
        drop=np.maximum(rng.beta(PURCHASES.a, PURCHASES.b, size), 1e-12),
        spend_rate=spend_rate,
    )


def _draw_opening(rng: np.random.Generator, span: Span, size: int) -> tuple[FloatArray, FloatArray]:
    quarter = span.n_days - span.last_quarter
    place = rng.random(size) * (span.last_quarter + SURGE * quarter)
    late = place > span.last_quarter
    day = np.where(late, span.last_quarter + (place - span.last_quarter) / SURGE, place)
    potential = rng.random(size) < POTENTIAL_SHARE
    opened = np.where(potential, np.inf, np.minimum(np.floor(day), span.n_days - 1))
    first_contact = np.where(potential, day, day - rng.exponential(20.0, size))
    return opened, np.maximum(first_contact, 0.0)


def _tier(
    rng: np.random.Generator, spend_rate: FloatArray, wealth: IntArray, *, potential: object
) -> IntArray:
    mean_cny = PURCHASES.p / spend_rate
    score = np.log(mean_cny / 200) + np.array(_WEALTH_SCORES)[wealth]
    score += rng.normal(0.0, 0.4, len(score))
    tier = len(_TIER_SCORES) - np.searchsorted(np.sort(_TIER_SCORES), score, side="right")
    return np.where(np.asarray(potential), -1, tier)


def _pick(rng: np.random.Generator, shares: tuple[float, ...], size: int) -> IntArray:
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(size), side="right")


def _pick_by_row(rng: np.random.Generator, shares: FloatArray) -> IntArray:
    place = rng.random(len(shares))[:, np.newaxis]
    return np.asarray((place > np.cumsum(shares, axis=1)[:, :-1]).sum(axis=1), dtype=np.int64)


def write_customers(
    writer: BankWriter, population: Population, closed: FloatArray, span: Span
) -> None:
    """Write the chunk's rows of ``customers``."""
    region = places.BRANCH_REGION[population.branch]
    values = {
        "customer_id": population.ids,
        "first_contact_on": span.to_days(population.first_contact),
        "opened_on": span.to_days(population.opened),
        "closed_on": span.to_days(closed),
        "birth_year": population.birth_year,
        "segment": Coded(population.segment, SEGMENTS),
        "value_tier": Coded(population.tier, TIERS),
        "wealth": Coded(population.wealth, WEALTH),
        "temperament": Coded(population.temperament, TEMPERAMENTS),
        "region": Coded(region, places.REGION_NAMES),
        "branch_id": Coded(population.branch, places.BRANCH_IDS),
        "acquisition_channel": Coded(population.channel, _CHANNELS),
        "reachable": population.reachable.astype(bool),
    }
    writer.append("customers", values)


def plant_population(book: TruthBook, span: Span) -> None:
    """Record how customers come."""
    book.plant(
        "customers",
        "openings_last_quarter_ratio",
        SURGE,
        unit="ratio",
        meaning="Openings per day in the last three months over openings per day before.",
    )
    book.plant(
        "customers",
        "segment_shares",
        dict(zip(SEGMENTS, SEGMENT_SHARES, strict=True)),
        unit="fraction",
        meaning="Chance that a customer belongs to the segment.",
    )
    book.plant(
        "customers",
        "potential_share",
        POTENTIAL_SHARE,
        unit="fraction",
        meaning="Customers known to the bank that never open a relationship.",
    )
    book.plant(
        "customers",
        "first_day",
        span.start.isoformat(),
        unit="date",
        meaning="First day of the ledger; every relationship began on it or later.",
    )
