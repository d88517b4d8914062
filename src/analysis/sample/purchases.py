"""Card purchases: exactly BG/NBD in continuous time, then cut to days.

Given its rate, a customer's purchases while watched are Poisson in number and
uniform in time; the one after which the customer falls silent is geometric. So
the purchases seen are the first ones of the sorted uniform times, up to the
silencing one. Nothing else in the bank changes them: contracts and closings are
drawn from the silence onwards, never before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.sample.laws import FIRST_PURCHASE_WITHIN_DAYS, PURCHASES
from analysis.sample.population import AGE_BANDS, Population
from analysis.sample.span import DAYS_PER_WEEK, FloatArray, IntArray, Span
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded

_CHANNELS = ("mobile", "online", "shop", "machine")
CHANNEL_SHARES = (
    (0.58, 0.22, 0.17, 0.03),
    (0.47, 0.22, 0.26, 0.05),
    (0.32, 0.17, 0.43, 0.08),
    (0.16, 0.08, 0.60, 0.16),
)
"""How each age band pays."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Purchases:
    """The purchases of a chunk, by customer and then time, and when customers fell silent.

    Attributes
    ----------
    owner : ndarray of int, shape (n_purchases,)
        Position of the customer in the chunk.
    time : ndarray of float, shape (n_purchases,)
        Days since the span's start.
    amount_cny : ndarray of float, shape (n_purchases,)
    channel : ndarray of int, shape (n_purchases,)
    silent_at : ndarray of float, shape (n_customers,)
        Days since the span's start; infinite while the customer still buys.
    """

    owner: IntArray
    time: FloatArray
    amount_cny: FloatArray
    channel: IntArray
    silent_at: FloatArray


def draw_purchases(rng: np.random.Generator, population: Population, span: Span) -> Purchases:
    """Draw the purchases of a chunk."""
    first = population.opened + rng.uniform(0.0, FIRST_PURCHASE_WITHIN_DAYS, population.size)
    buys = first < span.n_days
    age_days = np.where(buys, span.n_days - first, 0.0)
    possible = rng.poisson(population.rate_per_week * age_days / DAYS_PER_WEEK)
    last = np.minimum(rng.geometric(population.drop), np.iinfo(np.int32).max)

    owner, place, rank = _sorted_places(rng, possible, buys)
    kept = rank <= last[owner]
    owner, place, rank = owner[kept], place[kept], rank[kept]
    time = first[owner] + place * age_days[owner]
    time = np.minimum(time, np.nextafter(span.n_days, 0.0))

    silent_at = np.full(population.size, np.inf)
    ends = rank == last[owner]
    silent_at[owner[ends]] = time[ends]
    amounts = rng.standard_gamma(PURCHASES.p, len(owner)) / population.spend_rate[owner]
    return Purchases(
        owner=owner,
        time=time,
        amount_cny=np.maximum(np.round(amounts, 2), 0.01),
        channel=_pay_by(rng, population.age_band[owner]),
        silent_at=silent_at,
    )


def _sorted_places(
    rng: np.random.Generator, possible: IntArray, buys: object
) -> tuple[IntArray, FloatArray, IntArray]:
    """Give owner, time as a share of the age, and rank, the first purchase being rank 0."""
    counts = np.where(np.asarray(buys), possible + 1, 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    key = owner + rng.random(len(owner))
    key[starts[counts > 0]] = owner[starts[counts > 0]]
    key.sort()
    rank = np.arange(len(owner)) - starts[owner]
    return owner, key - owner, rank


def _pay_by(rng: np.random.Generator, age_band: IntArray) -> IntArray:
    limits = np.cumsum(CHANNEL_SHARES, axis=1)
    place = rng.random(len(age_band), dtype=np.float32)
    channel = np.zeros(len(age_band), dtype=np.int8)
    for limit in range(len(_CHANNELS) - 1):
        channel += place > limits[:, limit].astype(np.float32)[age_band]
    return channel.astype(np.int64)


def write_purchases(
    writer: BankWriter, population: Population, purchases: Purchases, span: Span
) -> None:
    """Write the chunk's rows of ``transactions``."""
    values = {
        "customer_id": Coded(purchases.owner, population.ids),
        "occurred_on": span.to_days(purchases.time),
        "amount_cny": purchases.amount_cny,
        "channel": Coded(purchases.channel, _CHANNELS),
    }
    writer.append("transactions", values)


def plant_channels(book: TruthBook) -> None:
    """Record how each age band pays."""
    book.plant(
        "purchases",
        "channel_shares_by_age_band",
        {
            band: dict(zip(_CHANNELS, shares, strict=True))
            for band, shares in zip(AGE_BANDS, CHANNEL_SHARES, strict=True)
        },
        unit="fraction",
        meaning="Chance that a purchase of the age band is made over the channel.",
    )
