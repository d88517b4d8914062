"""Members of a renewing product, reduced in the engine by the renewals that came due."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.lifecycle.months import month_of
from analysis.lifecycle.spells import find_most_held
from analysis.text import Message, Words, message

MAX_CELLS = 2_000_000
_QUESTION = message("How many members renew?")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RenewingCohorts:
    """Members of one renewing product, by how many renewals have come due.

    Attributes
    ----------
    product : Words
    renewal_months : int
    due : ndarray of int64, shape (m,)
        Renewals that had come due by the as-of date.
    lost_at : ndarray of int64, shape (m,)
        Renewal at which the membership ended; 0 where it goes on.
    members : ndarray of int64, shape (m,)
    """

    product: Words
    renewal_months: int
    due: npt.NDArray[np.int64]
    lost_at: npt.NDArray[np.int64]
    members: npt.NDArray[np.int64]

    def survivors(self, *, held_back: int = 0) -> dict[int, npt.NDArray[np.int64]]:
        """Give, by renewals due, the members at the start and after each of them.

        With `held_back`, as it was known that many renewals earlier.
        """
        found = {}
        for due in sorted(set(self.due.tolist())):
            if due - held_back < 1:
                continue
            own = self.due == due
            left = [
                int(self.members[own & ((self.lost_at == 0) | (self.lost_at > renewal))].sum())
                for renewal in range(due - held_back + 1)
            ]
            found[due] = np.array(left, dtype=np.int64)
        return found


def renewing_cohorts(
    bank: Bank, *, as_of: dt.date, product_id: str
) -> RenewingCohorts | NotAssessed:
    """Count the members of a renewing product by renewals due and the one at which they left.

    Parameters
    ----------
    bank : Bank
        Needs ``holdings``, and ``products`` with ``renewal_months``.
    as_of : date
    product_id : str
        Product to follow; empty for the renewing one that most hold.

    Returns
    -------
    RenewingCohorts or NotAssessed
    """
    if not (bank.has("holdings") and bank.has("products", "renewal_months")):
        return renewal_not_assessed(message("The source has no holdings of products that renew."))
    products = bank.table("products")
    wanted = products.filter(products.renewal_months.notnull() & (products.renewal_months > 0))
    if product_id:
        wanted = wanted.filter(wanted.product_id == product_id)
    chosen = find_most_held(bank, as_of, wanted)
    if chosen is None:
        return renewal_not_assessed(message("Nobody holds a product that renews."))
    held, name = chosen
    every = collect(wanted.filter(wanted.product_id == held).select("renewal_months"), max_rows=1)
    months = int(every["renewal_months"].iloc[0])
    counted = collect(_count(bank, held, as_of, months), max_rows=MAX_CELLS)
    return RenewingCohorts(
        product=name,
        renewal_months=months,
        due=counted.due.to_numpy(dtype=np.int64),
        lost_at=counted.lost_at.to_numpy(dtype=np.int64),
        members=counted.members.to_numpy(dtype=np.int64),
    )


def _count(bank: Bank, product_id: str, as_of: dt.date, months: int) -> ir.Table:
    """Count members by renewals due and by the renewal at which they left, in the engine."""
    holdings = bank.table("holdings")
    at = ibis.literal(as_of)
    held = holdings.filter((holdings.product_id == product_id) & (holdings.opened_on <= at)).select(
        "opened_on", "closed_on"
    )
    ended = (held.closed_on.notnull() & (held.closed_on <= at)).fill_null(False)
    last_day = ibis.literal((as_of + dt.timedelta(days=1)).day == 1)
    complete = (as_of.year * 12 + as_of.month - 1 - month_of(held.opened_on)) - (
        (held.opened_on.day() > as_of.day) & ~last_day
    ).cast("int64")
    begun = (
        month_of(held.closed_on)
        - month_of(held.opened_on)
        + (held.closed_on.day() > held.opened_on.day()).cast("int64")
    )
    due = ibis.greatest(complete, 0) // months
    lost = ibis.greatest((begun + months - 1) // months, 1)
    # An end before a renewal that has not come due yet is not known to be a loss there.
    spells: Any = held.select(
        due=due.cast("int64"),
        lost_at=ibis.ifelse(ended & (lost <= due), lost, 0).cast("int64"),
    )
    return spells.group_by(["due", "lost_at"]).aggregate(members=spells.count())


def renewal_not_assessed(reason: Message) -> NotAssessed:
    """Say that renewal cannot be assessed, and why."""
    return NotAssessed(name="renewal", question=_QUESTION, reason=reason)
