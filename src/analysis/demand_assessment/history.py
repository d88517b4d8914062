"""The periods before: what each assessment published, and what is known better now."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.demand_assessment.indicators import OWN_REPORT
from analysis.demand_assessment.stated_values import Stated
from analysis.publish.payload import PublishedCell, PublishedTable
from analysis.publish.results import Archive, MissingResults, Results
from analysis.results import Estimate
from analysis.stats.attainment import TargetScale, attained_estimate
from analysis.stats.index_change import IndexPart
from analysis.stats.inputs import bracket
from analysis.stats.normal import at_confidence
from analysis.stats.weighted_total import weighted_total
from analysis.text import Link

PARTS_TABLE = "index_parts"
"""The table from which a later period reads what this one found."""
STATED = "stated"
"""Marks in it the values that the bank states itself, which may be restated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPart:
    """One indicator as an earlier assessment published it.

    Attributes
    ----------
    key, dimension : str
    weight : float
        In the index, a fraction.
    value : Estimate or None
        As known now; None where there was a hole.
    published : float or None
        As published then.
    scale : TargetScale
    """

    key: str
    dimension: str
    weight: float
    value: Estimate | None
    published: float | None
    scale: TargetScale

    @property
    def restated(self) -> bool:
        """Whether the value is another one than was published."""
        return (
            self.value is not None
            and self.published is not None
            and not math.isclose(self.value.value, self.published, rel_tol=1e-9, abs_tol=1e-12)
        )

    @property
    def attained(self) -> Estimate | None:
        """Fraction of the target, as known now."""
        return None if self.value is None else attained_estimate(self.value, self.scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPeriod:
    """One earlier assessment.

    Attributes
    ----------
    period : str
    as_of : date
    parts : mapping of str to PastPart
        By indicator.
    link : Link
        To its page.
    """

    period: str
    as_of: dt.date
    parts: Mapping[str, PastPart]
    link: Link

    @property
    def known(self) -> dict[str, PastPart]:
        """The parts that are no holes."""
        return {key: part for key, part in self.parts.items() if part.value is not None}

    @property
    def index(self) -> Estimate | None:
        """Points of 100 attained, as known now."""
        parts = list(self.known.values())
        if not parts:
            return None
        return weighted_total(
            [part.attained for part in parts if part.attained is not None],
            [100 * part.weight for part in parts],
        )

    @property
    def published_points(self) -> float:
        """Points as they were published."""
        return 100 * math.fsum(
            part.weight
            * attained_estimate(
                bracket(part.published, part.published, part.published, 0.95), part.scale
            ).value
            for part in self.parts.values()
            if part.published is not None
        )

    @property
    def missing_points(self) -> float:
        """Points that could not be assessed."""
        return 100 * math.fsum(p.weight for p in self.parts.values() if p.value is None)

    @property
    def restated(self) -> tuple[str, ...]:
        """The indicators whose values were restated since."""
        return tuple(key for key, part in self.parts.items() if part.restated)

    def index_parts(self) -> dict[str, IndexPart]:
        """Give the parts for the split of a change."""
        return {
            key: IndexPart(value=part.value.value, scale=part.scale, weight=part.weight)
            for key, part in self.known.items()
            if part.value is not None
        }

    def dimensions(self) -> dict[str, float]:
        """Give what each dimension without a hole attained, a fraction."""
        found: dict[str, float] = {}
        for dimension in sorted({part.dimension for part in self.parts.values()}):
            mine = [p for p in self.parts.values() if p.dimension == dimension]
            total = math.fsum(p.weight for p in mine)
            if total > 0 and all(p.attained is not None for p in mine):
                found[dimension] = (
                    math.fsum(p.weight * p.attained.value for p in mine if p.attained) / total
                )
        return found


def read_history(
    earlier: Iterable[Archive], stated: Stated, *, confidence: float
) -> tuple[PastPeriod, ...]:
    """Read the earlier assessments of the same scope, the latest first.

    Parameters
    ----------
    earlier : iterable of Archive
    stated : Stated
        Values as known now: they take the place of those published then.
    confidence : float

    Returns
    -------
    tuple of PastPeriod
        Periods of which no assessment can be read are left out.
    """
    found = []
    for run in earlier:
        results = run.results(OWN_REPORT)
        if isinstance(results, MissingResults) or PARTS_TABLE not in results.tables:
            continue
        found.append(_period(run, results, stated, confidence))
    return tuple(found)


def _period(run: Archive, results: Results, stated: Stated, confidence: float) -> PastPeriod:
    table = results.tables[PARTS_TABLE]
    coverage = results.header.parameters.get("confidence", confidence)
    level = float(coverage) if isinstance(coverage, int | float) else confidence
    parts = [_part(row, stated, run.as_of, level, confidence) for row in _rows(table)]
    return PastPeriod(
        period=run.period,
        as_of=run.as_of,
        parts={part.key: part for part in parts},
        link=results.link(run.period),
    )


def _rows(table: PublishedTable) -> Iterable[Mapping[str, PublishedCell]]:
    names = [column.name for column in table.columns]
    for row in table.rows:
        yield dict(zip(names, row, strict=True))


def _part(
    row: Mapping[str, PublishedCell],
    stated: Stated,
    as_of: dt.date,
    level: float,
    confidence: float,
) -> PastPart:
    key, value = str(row["indicator"].value), row["value"]
    published = _number(value)
    known: Estimate | None = None
    if published is not None:
        low = published if value.low is None else value.low
        high = published if value.high is None else value.high
        known = at_confidence(bracket(published, low, high, level), confidence)
        if row["source"].value == STATED:
            known = _as_known_now(key, stated, as_of, known)
    return PastPart(
        key=key,
        dimension=str(row["dimension"].value),
        weight=_number(row["weight"]) or 0.0,
        value=known,
        published=published,
        scale=TargetScale(
            **{
                name: _number(row[name])
                for name in ("target_low", "target_high", "zero_low", "zero_high")
            }
        ),
    )


def _as_known_now(key: str, stated: Stated, as_of: dt.date, published: Estimate) -> Estimate:
    values = [value for value in stated.get(key, ()) if value.on <= as_of]
    return values[-1].value if values else published


def _number(cell: PublishedCell) -> float | None:
    return float(cell.value) if isinstance(cell.value, int | float) else None
