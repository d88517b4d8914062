"""The register: dimensions, indicators, targets, weights; refused where it is not sound."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.rows import day, fetch, names, number, real, text
from analysis.data.tables import Bank
from analysis.errors import DataError, Problem
from analysis.stats.attainment import TargetScale, scale_problems
from analysis.text import Words, message

Direction = Literal["higher", "lower", "band"]
_NEEDED = ("dimensions", "indicators", "indicator_targets")
_TOLERANCE = 1e-6
_SIDES: dict[str, tuple[str, ...]] = {
    "higher": ("low",),
    "lower": ("high",),
    "band": ("low", "high"),
}
OWN_REPORT = "demand_assessment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One dimension of the assessment; its weight is a fraction of the index."""

    key: str
    name: Words
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator with the target in force.

    Attributes
    ----------
    key, dimension : str
    name : Words
    unit : str
        Empty where it has none and no target either.
    direction : {"higher", "lower", "band"}
    weight : float
        Within its dimension, a fraction.
    report, metric : str
        Where its value is from; empty where ``indicator_values`` holds it.
    scale : TargetScale or None
        None where no target is in force yet.
    """

    key: str
    dimension: str
    name: Words
    unit: str
    direction: Direction
    weight: float
    report: str
    metric: str
    scale: TargetScale | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorRegister:
    """Dimensions and indicators in the order of their keys."""

    dimensions: tuple[Dimension, ...]
    indicators: tuple[Indicator, ...]

    def of(self, dimension: str) -> tuple[Indicator, ...]:
        """Give a dimension's indicators."""
        return tuple(i for i in self.indicators if i.dimension == dimension)

    def dimension(self, key: str) -> Dimension:
        """Give a dimension by its key."""
        return next(found for found in self.dimensions if found.key == key)


def load_register(bank: Bank, *, as_of: dt.date) -> IndicatorRegister | NotAssessed:
    """Read the register with the targets in force.

    Raises
    ------
    DataError
        If weights do not add up, an indicator is defined twice or belongs nowhere, or a
        target has no unit or is none: all of it at once.
    """
    missing = [name for name in _NEEDED if not bank.has(name)]
    if missing:
        return NotAssessed(
            name="index",
            question=message("How well does the bank manage demand?"),
            reason=message("the source has no table {name}.", name=missing[0]),
        )
    dimensions = tuple(
        Dimension(key=str(row.dimension_id), name=names(row), weight=real(row.weight))
        for row in fetch(bank, "dimensions").sort_values("dimension_id").itertuples()
    )
    scales = _scales(fetch(bank, "indicator_targets"), as_of)
    frame = fetch(bank, "indicators").sort_values(["dimension_id", "indicator_id"])
    indicators = tuple(_indicator(row, scales) for row in frame.itertuples())
    problems = [
        *_weight_problems(dimensions, indicators),
        *_definition_problems(dimensions, indicators),
        *_target_problems(indicators),
    ]
    if problems:
        raise DataError(problems)
    return IndicatorRegister(dimensions=dimensions, indicators=indicators)


def _scales(frame: pd.DataFrame, as_of: dt.date) -> Mapping[str, TargetScale]:
    """Give the latest target of each indicator that is in force."""
    found: dict[str, TargetScale] = {}
    for row in frame.sort_values(["indicator_id", "valid_from"]).itertuples():
        if day(row.valid_from) <= as_of:
            found[str(row.indicator_id)] = TargetScale(
                target_low=number(getattr(row, "target_low", None)),
                target_high=number(getattr(row, "target_high", None)),
                zero_low=number(getattr(row, "zero_low", None)),
                zero_high=number(getattr(row, "zero_high", None)),
            )
    return found


def _indicator(row: Any, scales: Mapping[str, TargetScale]) -> Indicator:
    key = str(row.indicator_id)
    return Indicator(
        key=key,
        dimension=str(row.dimension_id),
        name=names(row),
        unit=text(getattr(row, "unit", None)),
        direction=row.direction,
        weight=real(row.weight),
        report=text(getattr(row, "source_report", None)),
        metric=text(getattr(row, "source_metric", None)),
        scale=scales.get(key),
    )


def _weight_problems(
    dimensions: tuple[Dimension, ...], indicators: tuple[Indicator, ...]
) -> Iterator[Problem]:
    sums = {"dimensions": math.fsum(found.weight for found in dimensions)}
    for dimension in dimensions:
        mine = [i.weight for i in indicators if i.dimension == dimension.key]
        if mine:
            sums[f"the indicators of dimension {dimension.key!r}"] = math.fsum(mine)
    for what, total in sums.items():
        if abs(total - 1) > _TOLERANCE:
            yield Problem(
                what=f"the weights of {what} do not add up",
                found=f"{total:.6g}",
                needed="1",
                next_step="Correct the column weight; nothing is re-weighted silently.",
                where="dimensions" if what == "dimensions" else "indicators",
            )


def _definition_problems(
    dimensions: tuple[Dimension, ...], indicators: tuple[Indicator, ...]
) -> Iterator[Problem]:
    known = {found.key for found in dimensions}
    for what, counts in (
        ("indicator", Counter(i.key for i in indicators)),
        ("metric", Counter(f"{i.report}.{i.metric}" for i in indicators if i.metric)),
    ):
        for key, count in counts.items():
            if count > 1:
                yield Problem(
                    what=f"{what} {key!r} is defined as an indicator twice",
                    found=f"{count} rows",
                    needed="1",
                    next_step="Keep one of them, so that nothing counts twice.",
                    where="indicators",
                )
    for indicator in indicators:
        if indicator.dimension not in known:
            yield Problem(
                what=f"indicator {indicator.key!r} belongs to no dimension",
                found=indicator.dimension,
                needed=f"one of {', '.join(sorted(known))}",
                next_step="Correct dimension_id.",
                where="indicators",
            )
        if bool(indicator.report) != bool(indicator.metric):
            yield Problem(
                what=f"indicator {indicator.key!r} names half of its source",
                needed="both source_report and source_metric, or neither",
                next_step="Complete or clear them.",
                where="indicators",
            )


def _target_problems(indicators: tuple[Indicator, ...]) -> Iterator[Problem]:
    for indicator in indicators:
        if indicator.scale is None:
            continue
        if not indicator.unit:
            yield Problem(
                what=f"indicator {indicator.key!r} has a target without a unit",
                needed="the unit in which its target is stated",
                next_step="Complete the column unit.",
                where="indicators",
            )
        yield from (
            problem
            for problem in scale_problems(f"indicator {indicator.key!r}", indicator.scale)
            if problem is not None
        )
        yield from _side_problems(indicator, indicator.scale)


def _side_problems(indicator: Indicator, scale: TargetScale) -> Iterator[Problem]:
    there = {
        side
        for side, target in (("low", scale.target_low), ("high", scale.target_high))
        if target is not None
    }
    wanted = set(_SIDES[indicator.direction])
    if there and there != wanted:
        yield Problem(
            what=f"indicator {indicator.key!r} has a target of another direction",
            found=" and ".join(f"target_{side}" for side in sorted(there)),
            needed=" and ".join(f"target_{side}" for side in sorted(wanted))
            + f" for direction {indicator.direction!r}",
            next_step="Correct direction, or the target.",
            where="indicator_targets",
        )
