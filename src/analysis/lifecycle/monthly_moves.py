"""Each customer's stage at every month's end, reduced in the engine to counted moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.definitions import Stage, StageRules
from analysis.lifecycle.activity import relationships
from analysis.lifecycle.months import last_complete_month, month_label, month_of
from analysis.text import message

FEWEST_MONTHS = 6
_UNKNOWN = "unknown"
_NEVER = 10**6
"""A month that does not come."""
_MOST_BITS = 62


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MonthlyMoves:
    """Customers by stage at the end of one month and of the next.

    Attributes
    ----------
    months : tuple of int, length t
        The months in which the moves fall, ``12 * year + month - 1``, in order.
    customers : ndarray of int64, shape (t, k + 1, k)
        From the stage of the row (the last row: not yet known) to that of the
        column; the k stages are in the order of `Stage`.
    """

    months: tuple[int, ...]
    customers: npt.NDArray[np.int64]

    @property
    def labels(self) -> tuple[str, ...]:
        """The months as ``2025-12``."""
        return tuple(month_label(month) for month in self.months)

    def mix(self, position: int) -> npt.NDArray[np.int64]:
        """Customers by stage at the end of the month at `position`, shape (k,)."""
        return np.asarray(self.customers[position].sum(axis=0), dtype=np.int64)

    def last(self, months: int) -> MonthlyMoves:
        """Keep the last `months` months."""
        return replace(self, months=self.months[-months:], customers=self.customers[-months:])

    def until(self, months_ago: int) -> MonthlyMoves:
        """Keep what had happened by the end of the month `months_ago` months earlier."""
        return replace(
            self, months=self.months[:-months_ago], customers=self.customers[:-months_ago]
        )


def monthly_moves(
    bank: Bank, *, as_of: dt.date, months: int, rules: StageRules
) -> MonthlyMoves | NotAssessed:
    """Count, month by month, who moved from which stage to which.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``; uses ``customers`` where the source has it.
    as_of : date
        Months that have not ended by then are left out.
    months : int
        How many months to look back on. Fewer are given where the transactions do
        not reach back far enough for a customer to have become lost.
    rules : StageRules

    Returns
    -------
    MonthlyMoves or NotAssessed
        Not assessed where fewer than six months remain.

    Notes
    -----
    At a month's end every threshold of `StageRules` falls on a month's end too. A
    customer's stage at any of them therefore follows, without loss, from the months of
    the start and the closing and a bit for each month with activity. Equal histories are
    counted once and laid over the months. The bits are those of one whole number, so
    that `months` and the months it takes to be lost together are at most 61.
    """
    last = last_complete_month(as_of)
    first_active = _first_active_month(bank, as_of)
    available = 0 if first_active is None else last - first_active - rules.lost_after_months
    reach = min(months, available, _MOST_BITS - 1 - rules.lost_after_months)
    if reach < FEWEST_MONTHS:
        return NotAssessed(
            name="monthly_moves",
            question=message("Who moves where, month by month?"),
            reason=message(
                "After the {lost} months that it takes to be lost, the transactions reach back "
                "over {months} complete months; {needed} are needed.",
                lost=rules.lost_after_months,
                months=max(reach, 0),
                needed=FEWEST_MONTHS,
            ),
        )
    first = last - reach
    histories = _histories(bank, as_of=as_of, first=first, rules=rules)
    stages = list(Stage)
    counted = collect(_expand(histories, first, last, rules), max_rows=reach * 6 * 5)
    customers = np.zeros((reach, len(stages) + 1, len(stages)), dtype=np.int64)
    rows: Iterator[tuple[int, str, str, int]] = counted.itertuples(index=False, name=None)
    for month, origin, destination, n in rows:
        row = len(stages) if origin == _UNKNOWN else stages.index(Stage(origin))
        customers[int(month) - first - 1, row, stages.index(Stage(destination))] = int(n)
    return MonthlyMoves(months=tuple(range(first + 1, last + 1)), customers=customers)


def _first_active_month(bank: Bank, as_of: dt.date) -> int | None:
    seen = bank.table("transactions").filter(lambda t: t.occurred_on <= ibis.literal(as_of))
    day = collect(seen.aggregate(first=seen.occurred_on.min()), max_rows=1)["first"].iloc[0]
    return None if pd.isna(day) else int(day.year * 12 + day.month - 1)


def _histories(bank: Bank, *, as_of: dt.date, first: int, rules: StageRules) -> ir.Table:
    """Count equal histories: ``active`` holds a bit for each month with activity or the start.

    Bit 0 stands for every month up to the one from which a customer is lost at the first
    month's end; dates before the window are brought to where they decide the same.
    """
    people = relationships(bank, as_of=as_of, previous_as_of=as_of)
    edge = first - rules.lost_after_months
    transactions = bank.table("transactions")
    seen = transactions.filter(transactions.occurred_on <= ibis.literal(as_of))
    bits = seen.select("customer_id", bit=_bit(month_of(seen.occurred_on), edge))
    active = bits.group_by("customer_id").aggregate(active=bits.bit.bit_or())
    known = people.select(
        "customer_id",
        known=ibis.greatest(month_of(people.known_on), first),
        started=month_of(people.started_on).fill_null(_NEVER),
        closed=ibis.greatest(month_of(people.closed_on).fill_null(_NEVER), first),
    )
    joined = known.left_join(active, "customer_id")
    begun = ibis.ifelse(
        joined.started <= edge + _MOST_BITS, _bit(joined.started, edge), ibis.literal(0, "int64")
    )
    histories = joined.select(
        "known",
        "closed",
        started=ibis.greatest(joined.started, first - rules.new_within_months),
        active=joined.active.fill_null(0) | begun,
    )
    return histories.group_by(["known", "started", "closed", "active"]).aggregate(
        customers=histories.count()
    )


def _bit(month: Any, edge: int) -> Any:
    """Set the bit of a month, counted from the edge."""
    return ibis.literal(1, "int64") << ibis.greatest(ibis.least(month, edge + _MOST_BITS) - edge, 0)


def _expand(histories: ir.Table, first: int, last: int, rules: StageRules) -> ir.Table:
    """Lay each history over the months; count moves by month, from and to."""
    months = ibis.memtable({"month": list(range(first + 1, last + 1))})
    laid = histories.cross_join(months)
    laid = laid.filter(laid.known <= laid.month)
    moved = laid.select(
        "month",
        "customers",
        origin=ibis.ifelse(
            laid.known > laid.month - 1, _UNKNOWN, _stage(laid, laid.month - 1, first, rules)
        ),
        destination=_stage(laid, laid.month, first, rules),
    )
    return moved.group_by(["month", "origin", "destination"]).aggregate(n=moved.customers.sum())


def _stage(laid: ir.Table, month: Any, first: int, rules: StageRules) -> Any:
    """State `definitions.stage_of` at a month's end, in whole months."""
    edge = first - rules.lost_after_months

    def silent(months: int) -> Any:
        recent = laid.active >> (month - months + 1 - edge)
        return (recent & ibis.literal(2**months - 1, "int64")) == 0

    return ibis.cases(
        (laid.started > month, Stage.POTENTIAL.value),
        (laid.closed <= month, Stage.LOST.value),
        (silent(rules.lost_after_months), Stage.LOST.value),
        (silent(rules.dormant_after_months), Stage.DORMANT.value),
        (laid.started > month - rules.new_within_months, Stage.NEW.value),
        else_=Stage.STABLE.value,
    )
