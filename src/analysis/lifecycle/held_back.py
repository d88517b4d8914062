"""What was known of each customer at the cut-off, and what each bought after it, in cells."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.lifecycle.purchases import MAX_CELLS, CountBy, customer_histories, weeks_watched
from analysis.stats.purchase_cells import PurchaseCells, reduce_to_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """Purchase histories at the cut-off, with what was bought after it.

    Attributes
    ----------
    cells : PurchaseCells
        At the cut-off, in weeks.
    later : DataFrame
        ``cell, purchases, customers``: customers of a cell by purchases after it.
    horizon_weeks : float
    """

    cells: PurchaseCells
    later: pd.DataFrame
    horizon_weeks: float


def hold_back(bank: Bank, *, cutoff: dt.date, as_of: dt.date, count_by: CountBy) -> HeldBack | None:
    """Reduce to histories at the cut-off and counts after it; None without any history."""
    before = customer_histories(bank, as_of=cutoff, count_by=count_by)
    transactions = bank.table("transactions")
    after = transactions.filter(
        (transactions.occurred_on > ibis.literal(cutoff))
        & (transactions.occurred_on <= ibis.literal(as_of))
    )
    later = after.group_by("customer_id").aggregate(
        later=after.count() if count_by == "transaction" else after.occurred_on.nunique()
    )
    people = before.left_join(later, "customer_id")
    people = people.select(
        frequency=before.frequency,
        recency_days=before.recency_days,
        age_days=before.age_days,
        purchases=ibis.coalesce(later.later, ibis.literal(0)).cast("int64"),
    )
    keys = ["frequency", "recency_days", "age_days"]
    counted = collect(
        people.group_by([*keys, "purchases"]).aggregate(customers=people.count()),
        max_rows=MAX_CELLS,
    )
    if counted.empty:
        return None
    counted = counted.sort_values([*keys, "purchases"], ignore_index=True)
    cell = counted.groupby(keys, sort=True).ngroup()
    return HeldBack(
        cells=reduce_to_cells(
            counted.frequency,
            counted.recency_days / 7,
            weeks_watched(counted.age_days, count_by=count_by),
            time_unit="weeks",
            weight=counted.customers,
        ),
        later=pd.DataFrame(
            {"cell": cell, "purchases": counted.purchases, "customers": counted.customers}
        ),
        horizon_weeks=(as_of - cutoff).days / 7,
    )
