"""Where to move the holders of a product that is given up: what similar holders keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.lifecycle.adoption import Product
from analysis.results import Estimate
from analysis.stats.proportions import PairedCounts, share, share_change
from analysis.text import Words

MINIMUM_SIMILAR = 30
_MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A product of the same family that similar holders keep.

    Attributes
    ----------
    name : Words
    product_id : str
    similar : int
        Customers of the bank who hold, or have held, the product given up.
    keeping : int
        Of them, those who hold this one on the as-of date.
    share : Estimate
    """

    name: Words
    product_id: str
    similar: int
    keeping: int
    share: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A product to be given up, and where its holders may go.

    Attributes
    ----------
    product : Product
    destinations : tuple of Destination
        By what similar holders keep, most first; empty where the family has none.
    lead : Estimate or None
        Share that keeps the first minus share that keeps the second, the same
        customers; None with fewer than two destinations.
    """

    product: Product
    destinations: tuple[Destination, ...]
    lead: Estimate | None

    @property
    def decided(self) -> bool:
        """Whether the first destination leads beyond noise, or is the only one."""
        enough = bool(self.destinations) and self.destinations[0].similar >= MINIMUM_SIMILAR
        return enough and (self.lead is None or self.lead.low > 0)


def plan_exit(
    bank: Bank,
    product: Product,
    remaining: Sequence[Product],
    *,
    as_of: dt.date,
    confidence: float,
) -> Exit:
    """Find what similar holders keep within the product's family.

    Similar holders are customers, still with the bank, who hold or have held the
    product; what they keep is what they hold on the as-of date.

    Parameters
    ----------
    bank : Bank
        Needs ``holdings``; uses ``customers.closed_on``.
    product : Product
        To be given up.
    remaining : sequence of Product
        On sale and not declining; those of other families are left out.
    as_of : date
    confidence : float

    Returns
    -------
    Exit

    Source
    ------
    Wilson (1927) for the shares, Newcombe (1998) for the lead on the same customers.
    """
    targets = [
        other
        for other in remaining
        if other.family == product.family and other.product_id != product.product_id
    ]
    if not targets:
        return Exit(product=product, destinations=(), lead=None)
    counted = _count_kept(bank, product, targets, as_of)
    similar = int(counted.customers.sum())
    if similar == 0:
        return Exit(product=product, destinations=(), lead=None)
    kept = {
        target.product_id: int(counted.customers[counted[f"t{i}"]].sum())
        for i, target in enumerate(targets)
    }
    order = sorted(range(len(targets)), key=lambda i: (-kept[targets[i].product_id], i))
    return Exit(
        product=product,
        destinations=tuple(
            Destination(
                name=targets[i].name,
                product_id=targets[i].product_id,
                similar=similar,
                keeping=kept[targets[i].product_id],
                share=share(kept[targets[i].product_id], similar, confidence=confidence),
            )
            for i in order
        ),
        lead=_lead(counted, order[0], order[1], confidence) if len(order) > 1 else None,
    )


def _count_kept(
    bank: Bank, product: Product, targets: Sequence[Product], as_of: dt.date
) -> pd.DataFrame:
    """Count similar holders by which of the targets they hold."""
    holdings = bank.table("holdings")
    day = ibis.literal(as_of)
    holdings = holdings.filter(holdings.opened_on <= day)
    is_open = holdings.closed_on.isnull() | (holdings.closed_on > day)
    people = holdings.group_by("customer_id").aggregate(
        similar=(holdings.product_id == product.product_id).any(),
        **{
            f"t{i}": ((holdings.product_id == target.product_id) & is_open).any()
            for i, target in enumerate(targets)
        },
    )
    similar = people.filter(people.similar)
    similar = _still_here(bank, similar, as_of)
    flags = [f"t{i}" for i in range(len(targets))]
    return collect(similar.group_by(flags).aggregate(customers=similar.count()), max_rows=_MAX_ROWS)


def _still_here(bank: Bank, people: ir.Table, as_of: dt.date) -> ir.Table:
    if not (bank.has("customers") and bank.has("customers", "closed_on")):
        return people
    customers = bank.table("customers")
    still = customers.filter(
        customers.closed_on.isnull() | (customers.closed_on > ibis.literal(as_of))
    )
    return people.semi_join(still, "customer_id")


def _lead(counted: pd.DataFrame, first: int, second: int, confidence: float) -> Estimate:
    one, two = counted[f"t{first}"], counted[f"t{second}"]

    def total(inside: pd.Series) -> int:
        return int(counted.customers[inside].sum())

    return share_change(
        PairedCounts(
            both=total(one & two),
            only_earlier=total(two & ~one),
            only_later=total(one & ~two),
            neither=total(~one & ~two),
        ),
        confidence=confidence,
    )
