"""The survey's questions, and names that tables hold in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.text import Words

_MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question that is answered by a number.

    Attributes
    ----------
    key, kind, topic : str
        `topic` is empty where there is none.
    label : Words
    low, high : int
        Of the scale.
    high_is_good : bool
    scale : str
        Scale that it is part of, or empty.
    """

    key: str
    kind: str
    topic: str
    label: Words
    low: int
    high: int
    high_is_good: bool
    scale: str


def read_items(bank: Bank) -> tuple[Item, ...]:
    """Give the questions that are answered by a number, by their keys."""
    rows = collect(bank.table("survey_items"), max_rows=_MOST_ROWS).sort_values("item_id")
    return tuple(_item(row) for row in rows.itertuples())


def _item(row: Any) -> Item:
    return Item(
        key=str(row.item_id),
        kind=str(row.kind),
        topic=text(getattr(row, "topic", None)),
        label=words(
            text(getattr(row, "label_en", None)) or row.wording_en,
            text(getattr(row, "label_zh", None)) or getattr(row, "wording_zh", None),
        ),
        low=int(row.scale_low),
        high=int(row.scale_high),
        high_is_good=bool(row.high_is_good),
        scale=text(getattr(row, "scale_name", None)),
    )


def read_regions(bank: Bank) -> dict[str, Words]:
    """Give the names of regions, where the source has Chinese ones."""
    if not bank.has("branches", "region_zh"):
        return {}
    named = bank.source.table("branches").select("region", "region_zh").distinct()
    bank.table("branches")
    rows = collect(named, max_rows=_MOST_ROWS).dropna().drop_duplicates("region")
    return {str(row.region): words(row.region, row.region_zh) for row in rows.itertuples()}


def words(english: Any, chinese: Any) -> Words:
    """Read a name in both languages; English stands in where there is no Chinese one."""
    en = str(english)
    return Words(en=en, zh=text(chinese) or en)


def text(value: Any) -> str:
    """Read a text that may be missing."""
    return "" if value is None or pd.isna(value) else str(value)
