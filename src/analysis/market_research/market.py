"""How big is the market, and what is our part in it? Volumes by product, now and a year before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.definitions import last_complete_quarter, quarter_label

_MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketLine:
    """One kind of product in the market; volumes in CNY, shares as fractions.

    Attributes
    ----------
    family : str
        Empty for all products together.
    size, size_before : float
        Of the market in the last quarter, and a year before.
    own, own_before : float or None
        Of our bank.
    """

    family: str
    size: float
    size_before: float | None
    own: float | None
    own_before: float | None

    @property
    def growth(self) -> float | None:
        """Of the market in a year, a fraction."""
        return self.size / self.size_before - 1 if self.size_before else None

    @property
    def share(self) -> float | None:
        """Our share of the market."""
        return self.own / self.size if self.own is not None and self.size else None

    @property
    def share_change(self) -> float | None:
        """Of our share in a year."""
        if self.share is None or self.own_before is None or not self.size_before:
            return None
        return self.share - self.own_before / self.size_before


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketSize:
    """The market in the last complete quarter of its figures.

    Attributes
    ----------
    quarter : str
        As ``2025-Q4``.
    lines : tuple of MarketLine
        By kind of product, all together last.
    """

    quarter: str
    lines: tuple[MarketLine, ...]

    @property
    def total(self) -> MarketLine:
        """All products together."""
        return self.lines[-1]


def market_size(bank: Bank, *, as_of: dt.date) -> MarketSize | None:
    """Sum the market's volumes by kind of product, ours beside them.

    Figures of quarters that had ended by `as_of` are used; where two sources state a
    volume, the first by its key counts. None where there are no totals.
    """
    if not bank.has("market_totals"):
        return None
    totals = _by_quarter(bank, "market_totals", as_of)
    totals = totals[totals.product_family != "assets"]
    if totals.empty:
        return None
    last = int(totals.number.max())
    own = _own(bank, as_of)
    families = sorted(totals.product_family[totals.number == last].unique())
    lines = [_line(totals, own, [family], family, last) for family in families]
    return MarketSize(
        quarter=quarter_label(last), lines=(*lines, _line(totals, own, families, "", last))
    )


def _by_quarter(bank: Bank, name: str, as_of: dt.date) -> pd.DataFrame:
    rows = collect(bank.table(name), max_rows=_MOST_ROWS)
    days = pd.to_datetime(rows.quarter)
    rows["number"] = 4 * days.dt.year + (days.dt.month - 1) // 3
    return rows[rows.number <= last_complete_quarter(as_of)]


def _own(bank: Bank, as_of: dt.date) -> pd.DataFrame | None:
    if not (bank.has("market_volumes") and bank.has("institutions")):
        return None
    institutions = collect(bank.table("institutions"), max_rows=10_000)
    keys = set(institutions.institution_id[institutions.own])
    volumes = _by_quarter(bank, "market_volumes", as_of)
    return volumes[volumes.institution_id.isin(keys)]


def _line(
    totals: pd.DataFrame, own: pd.DataFrame | None, families: list[str], name: str, last: int
) -> MarketLine:
    size = _volume(totals, families, last)
    return MarketLine(
        family=name,
        size=size or 0.0,
        size_before=_volume(totals, families, last - 4),
        own=None if own is None else _volume(own, families, last),
        own_before=None if own is None else _volume(own, families, last - 4),
    )


def _volume(rows: pd.DataFrame, families: list[str], quarter: int) -> float | None:
    """Sum a quarter's volumes over regions; None where a kind of product is missing."""
    chosen = rows[rows.product_family.isin(families) & (rows.number == quarter)]
    if set(chosen.product_family) != set(families):
        return None
    keys = [name for name in ("product_family", "region") if name in chosen.columns]
    once = chosen.sort_values([*keys, "source_id"]).drop_duplicates(keys)
    return float(once.volume_cny.sum())
