"""What the incentives cost."""

from __future__ import annotations

import datetime as dt

import ibis

from analysis.data.tables import Bank, collect

_MAX_CELLS = 10_000


def offer_costs(bank: Bank, campaign_id: str) -> dict[str, tuple[int, float]]:
    """Give the customers of each arm and their mean cost, CNY."""
    if not bank.has("offers", "cost_cny"):
        return {}
    offers = bank.table("offers")
    own = offers.filter(offers.campaign_id == campaign_id)
    rows = collect(
        own.group_by("arm").aggregate(n=own.count(), total=own.cost_cny.sum()).order_by("arm"),
        max_rows=_MAX_CELLS,
    )
    return {
        str(row["arm"]): (int(row["n"]), float(row["total"] or 0.0) / int(row["n"]))
        for row in rows.to_dict("records")
    }


def largest_offer_cost(bank: Bank, campaign_id: str) -> float:
    """Give what the offer that cost most cost, CNY; 0 where no cost is known."""
    if not bank.has("offers", "cost_cny"):
        return 0.0
    offers = bank.table("offers")
    own = offers.filter((offers.campaign_id == campaign_id) & (offers.arm == "offer"))
    largest = collect(own.aggregate(largest=own.cost_cny.max()), max_rows=1).largest.iloc[0]
    return float(largest or 0.0)


def fixed_costs(bank: Bank, *, as_of: dt.date) -> dict[str, float]:
    """Give what each incentive cost beside the offers themselves, CNY."""
    if not bank.has("incentive_costs"):
        return {}
    costs = bank.table("incentive_costs")
    past = costs.filter(costs.month <= ibis.literal(as_of))
    rows = collect(
        past.group_by("campaign_id").aggregate(total=past.amount_cny.sum()).order_by("campaign_id"),
        max_rows=_MAX_CELLS,
    )
    return {str(row["campaign_id"]): float(row["total"]) for row in rows.to_dict("records")}
