"""Who holds each product, what they hold in it, and how many came and left."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.definitions import months_before

_MAX_ROWS = 100_000


def read_facts(bank: Bank, *, as_of: dt.date) -> dict[str, pd.Series]:
    """Holders, balances, comings and goings by product."""
    holdings = bank.table("holdings")
    holdings = holdings.filter(holdings.opened_on <= ibis.literal(as_of))
    now, before = ibis.literal(as_of), ibis.literal(months_before(as_of, 12))

    def is_open(day: ir.DateValue) -> ir.BooleanValue:
        found: ir.BooleanValue = (holdings.opened_on <= day) & (
            holdings.closed_on.isnull() | (holdings.closed_on > day)
        )
        return found

    # decimals, as the contract has them: their sum does not depend on the order of adding
    exact = "decimal(38, 9)"
    balance = holdings.balance_cny if "balance_cny" in holdings.columns else ibis.null(exact)
    spells = holdings.mutate(
        now=is_open(now).cast("int64"),
        earlier=is_open(before).cast("int64"),
        came=(holdings.opened_on > before).cast("int64"),
        left=ibis.coalesce(
            ((holdings.closed_on > before) & (holdings.closed_on <= now)).cast("int64"), 0
        ),
        balance=ibis.ifelse(is_open(now), balance, ibis.null(exact)),
    )
    people = spells.group_by(["product_id", "customer_id"]).aggregate(
        now=spells.now.max(),
        earlier=spells.earlier.max(),
        spells_now=spells.now.sum(),
        came=spells.came.sum(),
        left=spells.left.sum(),
        balance=spells.balance.sum(),
    )
    ranked = people.mutate(
        rank=ibis.row_number().over(
            ibis.window(group_by=people.product_id, order_by=ibis.desc(people.balance))
        )
    )
    facts = collect(
        ranked.group_by("product_id").aggregate(
            adopted=ranked.count(),
            holders=ranked.now.sum(),
            year_ago=ranked.earlier.sum(),
            kept=(ranked.earlier * ranked.now).sum(),
            spells_now=ranked.spells_now.sum(),
            came=ranked.came.sum(),
            left=ranked.left.sum(),
            balance=ranked.balance.sum(),
            top_two=ranked.balance.sum(where=ranked["rank"] < 2),
        ),
        max_rows=_MAX_ROWS,
    )
    return {str(row.product_id): row for _, row in facts.iterrows()}


def most_holdings(bank: Bank, *, as_of: dt.date) -> dict[str, int]:
    """The most open holdings at the end of a month, by product."""
    holdings = bank.table("holdings")
    day = ibis.literal(as_of)
    opened = holdings.filter(holdings.opened_on <= day).select(
        "product_id", on=holdings.opened_on, step=ibis.literal(1)
    )
    closed = holdings.filter(holdings.closed_on <= day).select(
        "product_id", on=holdings.closed_on, step=ibis.literal(-1)
    )
    steps = opened.union(closed)
    months = steps.mutate(month=steps.on.year() * 12 + steps.on.month())
    counted = collect(
        months.group_by(["product_id", "month"]).aggregate(change=months.step.sum()),
        max_rows=_MAX_ROWS,
    ).sort_values(["product_id", "month"])
    level = counted.groupby("product_id").change.cumsum()
    most = level.groupby(counted.product_id).max()
    return {str(product): int(n) for product, n in most.items()}
