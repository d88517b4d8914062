"""The register of incentives: what each is, whom it addresses and how it was given."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ibis
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.text import Words

_MAX_CAMPAIGNS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """An incentive, as the bank registered it.

    Attributes
    ----------
    campaign_id, audience, kind, design : str
        Of the contract.
    name : Words
    starts_on : date
    ends_on : date or None
        None while it runs.
    planned_offer_share : float or None
        Fraction that was to get it, where drawn by lot.
    threshold, margin_per_unit_cny : float or None
    outcome : str
        Its main outcome; empty where none is registered.
    """

    campaign_id: str
    name: Words
    audience: str
    kind: str
    design: str
    starts_on: dt.date
    ends_on: dt.date | None = None
    planned_offer_share: float | None = None
    threshold: float | None = None
    outcome: str = ""
    margin_per_unit_cny: float | None = None


def incentives(bank: Bank, *, as_of: dt.date) -> tuple[Campaign, ...]:
    """Read the incentives that had begun by a date.

    Parameters
    ----------
    bank : Bank
        Needs ``campaigns``.
    as_of : date

    Returns
    -------
    tuple of Campaign
        In the order of their numbers.
    """
    table = bank.table("campaigns")
    begun = table.filter(table.starts_on <= ibis.literal(as_of)).order_by("campaign_id")
    rows = collect(begun, max_rows=_MAX_CAMPAIGNS)
    return tuple(_campaign(row) for row in rows.to_dict("records"))


def _campaign(row: dict[Any, Any]) -> Campaign:
    def number(name: str) -> float | None:
        value = row.get(name)
        return None if value is None or pd.isna(value) else float(value)

    def text(name: str) -> str:
        value = row.get(name)
        return "" if value is None or pd.isna(value) else str(value)

    ends = row["ends_on"]
    return Campaign(
        campaign_id=text("campaign_id"),
        name=Words(text("name_en"), text("name_zh") or text("name_en")),
        audience=text("audience"),
        kind=text("kind"),
        design=text("design"),
        starts_on=_day(row["starts_on"]),
        ends_on=None if ends is None or pd.isna(ends) else _day(ends),
        planned_offer_share=number("planned_offer_share"),
        threshold=number("threshold"),
        outcome=text("outcome"),
        margin_per_unit_cny=number("margin_per_unit_cny"),
    )


def _day(value: Any) -> dt.date:
    return pd.Timestamp(value).date()
