"""Each customer's purchase history, reduced in the engine to what the value models need."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from analysis.data.tables import Bank, collect
from analysis.errors import DataError, Problem
from analysis.lifecycle.activity import customer_activity
from analysis.stats.purchase_cells import PurchaseCells

CountBy = Literal["transaction", "day"]

MAX_CELLS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PurchaseHistories:
    """Equal histories of a scope's customers, counted, with what they spend.

    Attributes
    ----------
    cells : PurchaseCells
        Frequency, recency and age in weeks; age to the end of the as-of day.
    mean_value_cny : ndarray of float64, shape (n_cells,)
        Mean over the cell's customers of their mean repeat purchase; NaN without one.
    spenders_frequency : ndarray of int64, shape (n_spenders,)
    spenders_mean_value_cny : ndarray of float64, shape (n_spenders,)
        Repeat customers with a positive mean repeat purchase, one entry each.
    n_without_value : int
        Repeat customers left out of the value model: their mean is zero or less.
    """

    cells: PurchaseCells
    mean_value_cny: npt.NDArray[np.float64]
    spenders_frequency: npt.NDArray[np.int64]
    spenders_mean_value_cny: npt.NDArray[np.float64]
    n_without_value: int


def purchase_histories(bank: Bank, *, as_of: dt.date, count_by: CountBy) -> PurchaseHistories:
    """Reduce the transactions up to `as_of` to purchase histories.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions`` with amounts in CNY.
    as_of : date
        The end of observation.
    count_by : {"transaction", "day"}
        Whether two transactions of one day are two purchases or one.

    Returns
    -------
    PurchaseHistories

    Raises
    ------
    DataError
        If there is no transaction by `as_of`.

    Source
    ------
    Frequency, recency and age as Fader, Hardie and Lee (2005) define them, from each
    customer's first purchase. The first purchase is no repeat: with several
    transactions on the first day their mean stands for it.
    """
    people = customer_histories(bank, as_of=as_of, count_by=count_by)
    spends = people.repeat_value > 0
    counted = collect(
        people.group_by(["frequency", "recency_days", "age_days"])
        .aggregate(
            customers=people.count(),
            # decimals: their sum does not depend on the order in which threads add
            total_value=people.repeat_value.cast("decimal(38, 9)").sum(where=spends),
            spenders=people.count(where=spends),
        )
        .order_by(["frequency", "recency_days", "age_days"]),
        max_rows=MAX_CELLS,
    )
    if counted.empty:
        raise DataError(
            Problem(
                what="no transaction by the as-of date",
                needed="at least one",
                next_step="Check as_of and the scope.",
            )
        )
    spenders = collect(
        people.filter((people.frequency > 0) & spends)
        .select("frequency", "repeat_value")
        .order_by(["frequency", "repeat_value"]),
        max_rows=MAX_CELLS,
    )
    repeats = int(counted.customers[counted.frequency > 0].sum())
    return PurchaseHistories(
        cells=PurchaseCells(
            frequency=counted.frequency.to_numpy(),
            recency=counted.recency_days.to_numpy() / 7,
            age=weeks_watched(counted.age_days.to_numpy(), count_by=count_by),
            weight=counted.customers.to_numpy(),
            time_unit="weeks",
        ),
        mean_value_cny=(
            counted.total_value / counted.spenders.where(counted.spenders > 0)
        ).to_numpy(dtype=np.float64, na_value=np.nan),
        spenders_frequency=spenders.frequency.to_numpy(),
        spenders_mean_value_cny=spenders.repeat_value.to_numpy(),
        n_without_value=repeats - len(spenders),
    )


def weeks_watched(
    age_days: npt.ArrayLike, *, count_by: CountBy = "transaction"
) -> npt.NDArray[np.float64]:
    """Turn the days from the first purchase's to the as-of day into weeks of watching.

    Transactions fall on average in the middle of their day, and the as-of day is watched
    to its end: half a day more. Without it whoever bought lately looks more faithful than
    he is, and expected purchases come out half a standard error too high. Where a day
    counts once, the next purchase is one of a later day: whole days, as in published tables.

    Parameters
    ----------
    age_days : array_like of int, shape (n,)
    count_by : {"transaction", "day"}

    Returns
    -------
    ndarray of float64, shape (n,)

    Examples
    --------
    >>> weeks_watched([0, 7]).round(3).tolist()
    [0.071, 1.071]
    >>> weeks_watched([0, 7], count_by="day").tolist()
    [0.0, 1.0]
    """
    rest_of_first_day = 0.5 if count_by == "transaction" else 0.0
    return (np.asarray(age_days, dtype=np.float64) + rest_of_first_day) / 7


def customer_histories(bank: Bank, *, as_of: dt.date, count_by: CountBy) -> ir.Table:
    """Give every customer's history, one row each, still in the engine: once a report.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``.
    as_of : date
    count_by : {"transaction", "day"}

    Returns
    -------
    ibis table
        ``customer_id, frequency, recency_days, age_days, repeat_value``; the last is
        the mean of the repeat purchases in CNY, null without one.
    """
    return bank.keep_once(("histories", as_of, count_by), lambda: _histories(bank, as_of, count_by))


def _histories(bank: Bank, as_of: dt.date, count_by: CountBy) -> ir.Table:
    if count_by == "transaction":
        people = _count_transactions(bank, as_of)
    else:
        people = _count_days(bank.table("transactions"), as_of)
    frequency = people.purchases - 1
    return people.select(
        customer_id=people.customer_id,
        frequency=frequency.cast("int64"),
        recency_days=people.last_on.delta(people.first_on, unit="day"),
        age_days=ibis.literal(as_of).delta(people.first_on, unit="day"),
        repeat_value=((people.spent - people.first_value) / frequency.nullif(0)).cast("float64"),
    )


def _count_transactions(bank: Bank, as_of: dt.date) -> ir.Table:
    """Read again the transactions of first days with several; the rest is known already.

    The engine groups customers only, not customers' days, of which there are nearly as
    many as transactions.
    """
    people = customer_activity(bank, as_of=as_of)
    begun_more = people.filter(~people.begun_once)
    several = _average_first_days(bank.table("transactions"), begun_more)
    joined = people.left_join(several, "customer_id")
    return joined.select(
        *(people[name] for name in people.columns if name != "first_value"),
        first_value=ibis.coalesce(several.first_value, people.first_value),
    )


def _average_first_days(transactions: ir.Table, people: ir.Table) -> ir.Table:
    begun = transactions.join(
        people,
        [
            transactions.customer_id == people.customer_id,
            transactions.occurred_on == people.first_on,
        ],
    ).select(transactions.customer_id, transactions.amount_cny)
    return begun.group_by("customer_id").aggregate(
        first_value=begun.amount_cny.sum() / begun.count()
    )


def _count_days(transactions: ir.Table, as_of: dt.date) -> ir.Table:
    """Count days with transactions; the first day's total is the first purchase."""
    seen = transactions.filter(transactions.occurred_on <= ibis.literal(as_of))
    days = seen.group_by(["customer_id", "occurred_on"]).aggregate(spent=seen.amount_cny.sum())
    return days.group_by("customer_id").aggregate(
        purchases=days.count(),
        spent=days.spent.sum(),
        first_on=days.occurred_on.min(),
        last_on=days.occurred_on.max(),
        first_value=days.spent.cast("float64").argmin(days.occurred_on),
    )
