"""Each customer's relationship and last activity, one row a customer, in the engine."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis.data.tables import Bank


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
    purchases = bank.table("transactions").filter(lambda t: t.occurred_on <= ibis.literal(as_of))
    activity = purchases.group_by("customer_id").aggregate(
        first_active_on=purchases.occurred_on.min(),
        last_active_now=purchases.occurred_on.max(),
        last_active_before=purchases.occurred_on.max(
            where=purchases.occurred_on <= ibis.literal(previous_as_of)
        ),
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


def _date(table: ir.Table, name: str) -> Any:
    return table[name] if name in table.columns else ibis.null("date")
