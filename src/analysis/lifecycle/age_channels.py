"""Over which channels each age band makes its purchases."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir

from analysis.data.tables import Bank, collect
from analysis.definitions import months_before
from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.ratio_interval import ratio

USE_WITHIN_MONTHS = 12
_MAX_CELLS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUse:
    """Share of a band's purchases that goes over a channel; rests on `customers` buyers.

    The two customers with most of the channel's purchases made at most `top_two_share` of them.
    """

    band: int
    channel: str
    customers: int
    share: Estimate
    top_two_share: float


def use_of_channels(
    bank: Bank, known: ir.Table, *, as_of: dt.date, confidence: float
) -> tuple[tuple[ChannelUse, ...], dict[int, int]]:
    """Share of purchases by channel; purchases of one customer are not independent."""
    if not bank.has("transactions", "channel"):
        return (), {}
    purchases = bank.table("transactions")
    since = months_before(as_of, USE_WITHIN_MONTHS)
    purchases = purchases.filter(
        (purchases.occurred_on > ibis.literal(since))
        & (purchases.occurred_on <= ibis.literal(as_of))
        & purchases.channel.notnull()
    )
    counts = purchases.group_by(["customer_id", "channel"]).aggregate(y=purchases.count())
    alls = purchases.group_by("customer_id").aggregate(n=purchases.count())
    alls = alls.join(known, "customer_id").select("customer_id", "n", "band")
    whole = collect(
        alls.group_by("band").aggregate(
            customers=alls.count(),
            n=alls.n.sum().cast("float64"),
            nn=(alls.n * alls.n).sum().cast("float64"),
        ),
        max_rows=_MAX_CELLS,
    )
    joined = alls.join(counts, "customer_id")
    parts = collect(
        joined.group_by(["band", "channel"]).aggregate(
            y=joined.y.sum().cast("float64"),
            yy=(joined.y * joined.y).sum().cast("float64"),
            largest=joined.y.max().cast("float64"),
            yn=(joined.y * joined.n).sum().cast("float64"),
        ),
        max_rows=_MAX_CELLS,
    )
    rows = parts.merge(whole, on="band").sort_values(["band", "channel"])
    uses = [use for row in rows.itertuples() if (use := _use(row, confidence)) is not None]
    return tuple(uses), {
        int(band): int(n) for band, n in zip(whole.band, whole.customers, strict=True)
    }


def _use(row: Any, confidence: float) -> ChannelUse | None:
    """Estimate a channel's share as a ratio of sums over customers."""
    k = int(row.customers)
    if k < 2:
        return None
    scale = k / (k - 1)
    try:
        found = ratio(
            row.y,
            row.n,
            numerator_variance=max(scale * (row.yy - row.y**2 / k), 0.0),
            denominator_variance=max(scale * (row.nn - row.n**2 / k), 0.0),
            covariance=scale * (row.yn - row.y * row.n / k),
            confidence=confidence,
        )
    except EstimationError:
        return None
    return ChannelUse(
        band=int(row.band),
        channel=str(row.channel),
        customers=k,
        share=Estimate(
            value=found.value,
            low=max(found.low, 0.0),
            high=min(found.high, 1.0),
            confidence=found.confidence,
        ),
        top_two_share=min(2 * row.largest / row.y, 1.0) if row.y > 0 else 0.0,
    )
