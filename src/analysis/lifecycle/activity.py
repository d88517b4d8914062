"""Each customer's relationship and activity, one row a customer, in the engine.

The transactions are read once for all questions that ask when a customer was active, how
often and for how much: a report has a dozen of them, and the reading is what costs.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis.data.earliest import two_earliest
from analysis.data.tables import Bank
from analysis.definitions import last_complete_quarter, quarter_begin

TOP_BIT = 62
"""The quarters of a customer are the bits of a whole number of 64."""


def relationships(bank: Bank, *, as_of: dt.date, previous_as_of: dt.date) -> ir.Table:
    """Bring the customers and their last activity together.

    Without a table ``customers`` everyone with a transaction is a customer, whose
    relationship starts with the first one; nobody is then potential.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``; uses ``customers`` where the source has it.
    as_of, previous_as_of : date
        Activity after `as_of` is not seen.

    Returns
    -------
    ibis table
        ``customer_id, known_on, started_on, closed_on, last_active_now,
        last_active_before``, one row a customer known by `as_of`.
    """
    seen = customer_activity(bank, as_of=as_of, previous_as_of=previous_as_of)
    activity = seen.select(
        "customer_id",
        first_active_on=seen.first_on,
        last_active_now=seen.last_on,
        last_active_before=seen.last_on if previous_as_of == as_of else seen.last_before_on,
    )
    if not bank.has("customers"):
        return activity.mutate(
            known_on=activity.first_active_on,
            started_on=activity.first_active_on,
            closed_on=ibis.null("date"),
        ).drop("first_active_on")
    customers = bank.table("customers")
    joined = customers.left_join(activity, "customer_id")
    started_on = ibis.coalesce(_date(customers, "opened_on"), joined.first_active_on)
    known_on = ibis.coalesce(
        ibis.least(_date(customers, "first_contact_on"), started_on), started_on
    )
    people = joined.select(
        customer_id=joined.customer_id,
        known_on=known_on,
        started_on=started_on,
        closed_on=_date(customers, "closed_on"),
        last_active_now=joined.last_active_now,
        last_active_before=joined.last_active_before,
    )
    return people.filter(people.known_on <= ibis.literal(as_of))


def customer_activity(
    bank: Bank, *, as_of: dt.date, previous_as_of: dt.date | None = None
) -> ir.Table:
    """Reduce the transactions up to `as_of` to one row a customer, once a report.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``.
    as_of : date
    previous_as_of : date, optional
        Where somebody asked for the same `as_of` before, his answer is given, whatever
        the earlier date in it, unless another one is needed here.

    Returns
    -------
    ibis table
        ``customer_id, purchases, first_on, last_on, last_before_on, quarters``:
        transactions, the first and the last day, the last one up to `previous_as_of`
        (missing without one), and the calendar quarters with a transaction. Of these, bit
        k of the number stands for k quarters before the last complete one, the topmost for
        all that are earlier. Where the source has amounts, ``spent, first_value,
        begun_once``: their sum in CNY, the amount of a transaction of the first day, and
        whether it is that day's only one.
    """
    if previous_as_of in {None, as_of}:
        before = bank.find_kept(("activity", as_of))
        if before is not None:
            return before
    asked = ("activity", as_of, previous_as_of)
    return bank.keep_once(asked, lambda: _reduce(bank, as_of, previous_as_of or as_of))


def _reduce(bank: Bank, as_of: dt.date, previous_as_of: dt.date) -> ir.Table:
    seen = bank.table("transactions").filter(lambda t: t.occurred_on <= ibis.literal(as_of))
    people = seen.group_by("customer_id").aggregate(
        purchases=seen.count(),
        first_on=seen.occurred_on.min(),
        last_on=seen.occurred_on.max(),
        last_before_on=seen.occurred_on.max(where=seen.occurred_on <= ibis.literal(previous_as_of)),
        quarters=_quarter_bit(seen.occurred_on, last_complete_quarter(as_of)).bit_or(),
        **_amounts(seen),
    )
    if "days" not in people.columns:
        return people
    second = people.days[ibis.least(people.days.length() - 1, 1)]
    return people.mutate(begun_once=(people.purchases == 1) | (people.first_on < second)).drop(
        "days"
    )


def _quarter_bit(day: Any, last: int) -> Any:
    ended = day < ibis.literal(quarter_begin(last + 1))
    since = ibis.literal(quarter_begin(last)).delta(day, unit="quarter")
    bit = ibis.literal(1).cast("int64") << ibis.least(since, TOP_BIT).cast("int32")
    return ibis.ifelse(ended, bit, ibis.literal(0, "int64"))


def _amounts(seen: ir.Table) -> dict[str, Any]:
    if "amount_cny" not in seen.columns:
        return {}
    return {
        "spent": seen.amount_cny.sum(),
        "first_value": seen.amount_cny.argmin(seen.occurred_on),
        "days": two_earliest(seen.occurred_on),
    }


def _date(table: ir.Table, name: str) -> Any:
    return table[name] if name in table.columns else ibis.null("date")
