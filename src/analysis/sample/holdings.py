"""Who holds what: adoption by the Bass law, giving up by a constant hazard.

The times of adoption are drawn first, as many as the product will have adopters;
each is then given to a customer whose relationship is open at that time, the
segments that the product appeals to being preferred. So the number of adopters
over time follows the Bass law exactly, whoever they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.sample.contracts import ACTIVE, CLOSED, END_REASONS, RELATIONSHIP_ENDED, Contracts
from analysis.sample.population import SEGMENTS, Population
from analysis.sample.products import (
    EVERYDAY,
    MEMBERSHIP,
    PRODUCTS,
    SALARY_PLAN,
    SPREADING,
    Spread,
    bass_months,
    launch_date,
)
from analysis.sample.span import DAYS_PER_MONTH, FloatArray, IntArray, Span
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded, number_labels

_WEALTH_FACTORS = (6.0, 1.0, 0.35)
_BALANCE_SPREAD = 0.6
_EVERYDAY_BALANCE_CNY = 6_000.0
_ROUNDS = 300
_PRODUCT_IDS = tuple(product.product_id for product in PRODUCTS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spells:
    """Spells of one product; an unfinished one ends at infinity."""

    product_id: str
    owner: IntArray
    start: FloatArray
    end: FloatArray
    reason: IntArray
    balance_cny: FloatArray


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many a chunk was to adopt a product in the end, and how many found no customer."""

    ceiling: int
    unplaced: int

    def __add__(self, other: Adopted) -> Adopted:
        """Join the counts of two chunks."""
        return Adopted(self.ceiling + other.ceiling, self.unplaced + other.unplaced)


def draw_holdings(
    rng: np.random.Generator,
    population: Population,
    closed: FloatArray,
    contracts: dict[str, Contracts],
    span: Span,
) -> tuple[list[Spells], dict[str, Adopted]]:
    """Draw all holdings of a chunk, and count the adopters by product."""
    spells = [_everyday(rng, population, closed)]
    for product_id in (SALARY_PLAN, MEMBERSHIP):
        contract = contracts[product_id]
        nothing = np.full(len(contract.owner), np.nan)
        spells.append(
            Spells(
                product_id=product_id,
                owner=contract.owner,
                start=contract.start,
                end=contract.end,
                reason=contract.reason,
                balance_cny=nothing,
            )
        )
    adopted: dict[str, Adopted] = {}
    for product, spread in SPREADING:
        stop = product.withdrawn_month
        until = span.n_days if stop is None else span.day_of(launch_date(span, stop))
        owner, start, count = _adopt(rng, population, closed, spread, span, until=until)
        adopted[product.product_id] = count
        end, reason = _give_up(rng, start, closed[owner], spread.leaving_per_month, span)
        balance = _balances(rng, population.wealth[owner], spread.mean_balance_cny)
        spells.append(
            Spells(
                product_id=product.product_id,
                owner=owner,
                start=start,
                end=end,
                reason=reason,
                balance_cny=balance,
            )
        )
    return spells, adopted


def _everyday(rng: np.random.Generator, population: Population, closed: FloatArray) -> Spells:
    owner = np.flatnonzero(np.isfinite(population.opened))
    end = closed[owner]
    return Spells(
        product_id=EVERYDAY,
        owner=owner,
        start=population.opened[owner],
        end=end,
        reason=np.where(np.isfinite(end), RELATIONSHIP_ENDED, ACTIVE),
        balance_cny=_balances(rng, population.wealth[owner], _EVERYDAY_BALANCE_CNY),
    )


def _adopt(
    rng: np.random.Generator,
    population: Population,
    closed: FloatArray,
    spread: Spread,
    span: Span,
    *,
    until: int,
) -> tuple[IntArray, FloatArray, Adopted]:
    ceiling = round(spread.share * int(np.isfinite(population.opened).sum()))
    launch = span.day_of(launch_date(span, spread.launch_month))
    months = bass_months(rng.random(ceiling), p=spread.p, q=spread.q)
    times = launch + months * DAYS_PER_MONTH
    times = np.sort(times[times < until])
    appeal = np.array(spread.appeal)[population.segment]
    owner = match_to_open(rng, times, opened=population.opened, closed=closed, appeal=appeal)
    placed = owner >= 0
    unplaced = int(len(times) - placed.sum())
    return owner[placed], times[placed], Adopted(ceiling, unplaced)


def match_to_open(
    rng: np.random.Generator,
    times: FloatArray,
    *,
    opened: FloatArray,
    closed: FloatArray,
    appeal: FloatArray,
) -> IntArray:
    """Give each time to a customer whose relationship is open then, none twice.

    Parameters
    ----------
    rng : Generator
    times : ndarray, shape (n_times,)
    opened, closed : ndarray, shape (n_customers,)
        In the unit of `times`; infinite where it does not happen.
    appeal : ndarray, shape (n_customers,)
        Chance that a customer accepts when asked.

    Returns
    -------
    ndarray of int, shape (n_times,)
        Positions of customers; -1 where none was found.
    """
    order = np.argsort(opened, kind="stable")
    eligible = np.searchsorted(opened[order], times, side="right")
    owner = np.full(len(times), -1, dtype=np.int64)
    free = np.ones(len(opened), dtype=bool)
    for _ in range(_ROUNDS):
        open_places = np.flatnonzero((owner < 0) & (eligible > 0))
        if not len(open_places):
            break
        asked = order[(rng.random(len(open_places)) * eligible[open_places]).astype(np.int64)]
        accepts = rng.random(len(asked)) < appeal[asked]
        fits = accepts & free[asked] & (closed[asked] > times[open_places])
        taken, first = np.unique(asked[fits], return_index=True)
        owner[open_places[fits][first]] = taken
        free[taken] = False
    return owner


def _give_up(
    rng: np.random.Generator,
    start: FloatArray,
    closed: FloatArray,
    per_month: float,
    span: Span,
) -> tuple[FloatArray, IntArray]:
    own_end = start + rng.exponential(DAYS_PER_MONTH / per_month, len(start))
    end = np.minimum(own_end, closed)
    ended = end < span.n_days
    reason = np.where(own_end < closed, CLOSED, RELATIONSHIP_ENDED)
    return np.where(ended, end, np.inf), np.where(ended, reason, ACTIVE)


def _balances(rng: np.random.Generator, wealth: IntArray, mean_cny: float) -> FloatArray:
    if mean_cny == 0:
        return np.full(len(wealth), np.nan)
    noise = rng.lognormal(-(_BALANCE_SPREAD**2) / 2, _BALANCE_SPREAD, len(wealth))
    return np.asarray(np.round(mean_cny * np.array(_WEALTH_FACTORS)[wealth] * noise, 2))


def write_holdings(
    writer: BankWriter,
    population: Population,
    spells: list[Spells],
    span: Span,
    *,
    first_account: int,
) -> int:
    """Write the chunk's rows of ``holdings``; give the number of the next account."""
    owner = np.concatenate([s.owner for s in spells])
    codes: npt.NDArray[np.int64] = np.repeat(
        [_PRODUCT_IDS.index(s.product_id) for s in spells], [len(s.owner) for s in spells]
    )
    next_account = first_account + len(owner)
    values = {
        "account_id": number_labels("A", np.arange(first_account, next_account), digits=9),
        "customer_id": Coded(owner, population.ids),
        "product_id": Coded(codes, _PRODUCT_IDS),
        "opened_on": span.to_days(np.concatenate([s.start for s in spells])),
        "closed_on": span.to_days(np.concatenate([s.end for s in spells])),
        "end_reason": Coded(np.concatenate([s.reason for s in spells]), END_REASONS),
        "balance_cny": np.concatenate([s.balance_cny for s in spells]),
    }
    writer.append("holdings", values)
    return next_account


def plant_holdings(book: TruthBook, span: Span, adopted: dict[str, Adopted]) -> None:
    """Record the law of each product's adoption."""
    for product, spread in SPREADING:
        count = adopted[product.product_id]
        book.plant(
            "adoption",
            product.product_id,
            {
                "launched_on": launch_date(span, spread.launch_month).isoformat(),
                "p_per_month": spread.p,
                "q_per_month": spread.q,
                "m_adopters": count.ceiling,
                "unplaced": count.unplaced,
                "leaving_per_month": spread.leaving_per_month,
                "appeal_by_segment": dict(zip(SEGMENTS, spread.appeal, strict=True)),
            },
            unit="1/month, customers",
            meaning=(
                f"Bass law of the first days of holding '{product.name_en}', in months of 30.4375 "
                "days since launch; m is the number of adopters in the end, unplaced those that "
                "found no open relationship; holders leave with a constant hazard."
            ),
        )
    book.plant(
        "adoption",
        "roles",
        {
            "introduction": ["P08", "P09"],
            "growth": ["P07"],
            "maturity": ["P04", "P05", "P06", "P11"],
            "decline": ["P10", "P12"],
            "too_young": ["P09"],
        },
        unit="",
        meaning=(
            "Where each product stands on the as-of date: before a third of its way to the "
            "peak of adoption, before the peak, after it, and losing holders with none coming."
        ),
    )
