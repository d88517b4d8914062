"""Life stage of the person: what each age band holds, uses and wants next."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.lifecycle.age_channels import ChannelUse, use_of_channels
from analysis.lifecycle.age_needs import Need, needs_by_band
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import multiple_outcomes, proportions, ratio_interval
from analysis.stats.proportions import share
from analysis.text import message

QUESTION = message("What does each age band hold, use and want next?")
_MAX_CELLS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand:
    """People of `first_age` to `last_age` years; the last band is open.

    Attributes
    ----------
    customers : int
        With a relationship on the as-of date and a known year of birth.
    asked : int
        Of them, those asked for their needs.
    buyers : int
        Of them, those with a purchase of known channel in the last twelve months.
    """

    first_age: int
    last_age: int | None
    customers: int
    asked: int
    buyers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Customers of a band that hold a product of a family."""

    band: int
    family: str
    holders: int
    customers: int
    share: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeStages:
    """What each age band holds, uses and wants next; empty where the source does not say.

    Attributes
    ----------
    bands : tuple of AgeBand
        Youngest first; bands without customers are left out.
    holdings : tuple of Holding
    channels : tuple of ChannelUse
    needs : tuple of Need
    without_age : int
        Customers with a relationship whose year of birth is not known.
    asked : int
        Customers asked for their needs.
    """

    bands: tuple[AgeBand, ...]
    holdings: tuple[Holding, ...]
    channels: tuple[ChannelUse, ...]
    needs: tuple[Need, ...]
    without_age: int
    asked: int

    @property
    def largest_unmet(self) -> Need | None:
        """The largest unmet need that stands above the other bands; else the largest."""
        standing = [
            need
            for need in self.needs
            if need.stands and need.above_others is not None and need.above_others.value > 0
        ]
        return max(standing or self.needs, key=lambda need: need.unmet_share.value, default=None)

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        found = [proportions.METHODS["share"]]
        if self.channels:
            found.append(ratio_interval.METHOD)
        if self.needs:
            found += [
                proportions.METHODS["difference"],
                proportions.METHODS["change"],
                multiple_outcomes.METHODS["holm"],
            ]
        return tuple(found)


def life_stages(
    bank: Bank, *, as_of: dt.date, band_starts: Sequence[int], confidence: float
) -> LifeStages | NotAssessed:
    """Count holdings, channels and needs by age band.

    Parameters
    ----------
    bank : Bank
        Needs ``customers.birth_year``; uses ``holdings`` with ``products``,
        ``transactions.channel`` and ``needs`` where they are there.
    as_of : date
        Age is the year of `as_of` less the year of birth.
    band_starts : sequence of int
        First ages of all bands but the youngest, rising.
    confidence : float
        Coverage of each interval; needs are also corrected for their number.

    Returns
    -------
    LifeStages or NotAssessed

    Source
    ------
    Wilson (1927) for shares, Fieller (1954) for shares of purchases with customers as
    the unit, Newcombe (1998) for differences, Holm (1979) for their number.
    """
    if not (bank.has("customers") and bank.has("customers", "birth_year")):
        return NotAssessed(
            name="life_stages",
            question=QUESTION,
            reason=message("The source does not hold the customers' years of birth."),
        )
    people = _people(bank, as_of, band_starts)
    held = _held(bank, as_of)
    sizes = collect(people.group_by("band").aggregate(n=people.count()), max_rows=_MAX_CELLS)
    unknown = int(sizes.n[sizes.band < 0].sum())
    customers = {
        int(band): int(n) for band, n in zip(sizes.band, sizes.n, strict=True) if band >= 0
    }
    if not customers:
        return NotAssessed(
            name="life_stages",
            question=QUESTION,
            reason=message("No customer with a relationship has a known year of birth."),
        )
    known = people.filter(people.band >= 0)
    channels, buyers = use_of_channels(bank, known, as_of=as_of, confidence=confidence)
    needs, asked = needs_by_band(bank, known, held, as_of=as_of, confidence=confidence)
    edges: list[int] = [0, *band_starts]
    return LifeStages(
        bands=tuple(
            AgeBand(
                first_age=edges[band],
                last_age=edges[band + 1] - 1 if band + 1 < len(edges) else None,
                customers=n,
                asked=asked.get(band, 0),
                buyers=buyers.get(band, 0),
            )
            for band, n in sorted(customers.items())
        ),
        holdings=_holdings(known, held, customers, confidence),
        channels=_renumber(channels, customers),
        needs=_renumber(needs, customers),
        without_age=unknown,
        asked=sum(asked.values()),
    )


def _renumber(rows: tuple[Any, ...], customers: dict[int, int]) -> tuple[Any, ...]:
    """Let `band` be a position among the bands that have customers."""
    position = {band: i for i, band in enumerate(sorted(customers))}
    return tuple(dataclasses.replace(row, band=position[row.band]) for row in rows)


def _people(bank: Bank, as_of: dt.date, band_starts: Sequence[int]) -> ir.Table:
    """Customers with a relationship on the as-of date, and the band of each (-1: unknown)."""
    customers = bank.table("customers")
    day = ibis.literal(as_of)
    if "opened_on" in customers.columns:
        customers = customers.filter(customers.opened_on <= day)
    if "closed_on" in customers.columns:
        customers = customers.filter(customers.closed_on.isnull() | (customers.closed_on > day))
    age = ibis.literal(as_of.year) - customers.birth_year
    band: Any = ibis.literal(0)
    for start in band_starts:
        band = band + (age >= start).cast("int64")
    return customers.select("customer_id", band=ibis.coalesce(band, ibis.literal(-1)))


def _held(bank: Bank, as_of: dt.date) -> ir.Table | None:
    """Customers and the families that they hold on the as-of date, each once."""
    if not (bank.has("holdings") and bank.has("products")):
        return None
    holdings, products = bank.table("holdings"), bank.table("products")
    day = ibis.literal(as_of)
    current = holdings.filter(
        (holdings.opened_on <= day) & (holdings.closed_on.isnull() | (holdings.closed_on > day))
    )
    joined = current.join(products, "product_id")
    return joined.select(customer_id=current.customer_id, family=products.family).distinct()


def _holdings(
    known: ir.Table, held: ir.Table | None, customers: dict[int, int], confidence: float
) -> tuple[Holding, ...]:
    if held is None:
        return ()
    joined = known.join(held, "customer_id")
    counted = collect(
        joined.group_by(["band", "family"]).aggregate(holders=joined.count()), max_rows=_MAX_CELLS
    )
    found = {
        (int(band), str(family)): int(n)
        for band, family, n in zip(counted.band, counted.family, counted.holders, strict=True)
    }
    families = sorted({family for _, family in found})
    return tuple(
        Holding(
            band=position,
            family=family,
            holders=found.get((band, family), 0),
            customers=n,
            share=share(found.get((band, family), 0), n, confidence=confidence),
        )
        for position, (band, n) in enumerate(sorted(customers.items()))
        for family in families
    )
