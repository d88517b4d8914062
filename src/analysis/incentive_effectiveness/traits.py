"""The names of customers' traits, for readers."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.data.tables import Bank, collect
from analysis.incentive_effectiveness.wording import outcome_name
from analysis.text import Message, Words, message

_MAX_REGIONS = 10_000

_COLUMNS: dict[str, Message] = {
    "segment": message("segment"),
    "value_tier": message("value tier"),
    "wealth": message("wealth"),
    "region": message("region"),
}
_LEVELS: dict[str, Message] = {
    "student": message("students"),
    "employee": message("employees"),
    "family": message("families"),
    "entrepreneur": message("entrepreneurs"),
    "retired": message("retired customers"),
    "vip": message("VIP"),
    "high": message("high"),
    "medium": message("medium"),
    "low": message("low"),
    "large": message("large"),
    "small": message("small"),
    "unknown": message("not recorded"),
}


def region_names(bank: Bank) -> dict[str, Words]:
    """Give the regions' names in both languages, where the source has them."""
    if not bank.has("branches", "region_zh"):
        return {}
    # of all branches: customers of this scope may live elsewhere
    named = bank.source.table("branches").select("region", "region_zh").distinct()
    rows = collect(named.filter(named.region_zh.notnull()), max_rows=_MAX_REGIONS)
    return {
        str(row.region): Words(str(row.region), str(row.region_zh)) for row in rows.itertuples()
    }


def level_name(level: str) -> Message | str:
    """Name a level; an unknown one by the data's own name."""
    return _LEVELS.get(level, level)


def trait_name(trait: str, regions: Mapping[str, Words]) -> Message | str:
    """Name a trait: ``segment:family``, ``age`` or an outcome.

    Parameters
    ----------
    trait : str
    regions : mapping of str to Words
        Of `region_names`.

    Examples
    --------
    >>> trait_name("segment:family", {}).pattern
    '{column}: {level}'
    """
    column, _, level = trait.partition(":")
    if level:
        named = regions.get(level) if column == "region" else None
        return message(
            "{column}: {level}",
            column=_COLUMNS.get(column, column),
            level=level_name(level) if named is None else named,
        )
    if trait == "age":
        return message("age")
    return message("{outcome}, before", outcome=outcome_name(trait))
