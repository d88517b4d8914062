"""Volumes of institutions and of the market, settled, reconciled and carried forward."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.answers import NotAssessed
from analysis.competitor_comparison.disagreements import Stated, settle
from analysis.competitor_comparison.facts import Conflict, Doubt, Register
from analysis.competitor_comparison.rules import DoubtRules, MarketRules
from analysis.data.rows import day, fetch, real, text
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError, Problem
from analysis.text import Message, Words, message

_MOST_ROWS = 500_000
_MOST_SHOWN = 5

Cell = tuple[str, str]
"""Product family and region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """An institution's volume in one cell, CNY, and what is to be doubted about it."""

    value_cny: float
    doubts: frozenset[Doubt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """The market by quarter.

    Attributes
    ----------
    register : Register
    quarters : tuple of date
        First days, rising; all have ended by the as-of date.
    cells : tuple of (str, str)
        Product family and region.
    volumes : mapping of (institution, cell, quarter) to Volume
        Where an institution published nothing, its last known share of the cell is
        carried forward and marked as old.
    totals : mapping of (cell, quarter) to float
        CNY; the sum of the institutions where no total is stated.
    totals_stated : bool
    conflicts : tuple of Conflict
        Subjects are product family, region and quarter.
    carried : mapping of str to int
        Cells of the last quarter that are carried forward, by institution.
    largest_excess : float
        By how much the volumes exceed a total at most, as a fraction of it.
    rules : MarketRules
    region_names : mapping of str to Words
        Empty where the source has none.
    """

    register: Register
    quarters: tuple[dt.date, ...]
    cells: tuple[Cell, ...]
    volumes: Mapping[tuple[str, Cell, dt.date], Volume]
    totals: Mapping[tuple[Cell, dt.date], float]
    totals_stated: bool
    conflicts: tuple[Conflict, ...]
    carried: Mapping[str, int]
    largest_excess: float
    rules: MarketRules
    region_names: Mapping[str, Words]

    def families(self) -> tuple[str, ...]:
        """Give the product families, in order."""
        return tuple(sorted({family for family, _ in self.cells}))

    def regions(self) -> tuple[str, ...]:
        """Give the regions, in order."""
        return tuple(sorted({region for _, region in self.cells}))

    def volume(
        self, institution: str, quarter: dt.date, inside: Callable[[Cell], bool] | None = None
    ) -> tuple[float, frozenset[Doubt]]:
        """Add up an institution's volume over cells; the doubts are those of any of them."""
        found = [
            self.volumes[institution, cell, quarter]
            for cell in self.cells
            if (institution, cell, quarter) in self.volumes and (inside is None or inside(cell))
        ]
        doubts = frozenset(d for volume in found for d in volume.doubts)
        return math.fsum(volume.value_cny for volume in found), doubts

    def total(self, quarter: dt.date, inside: Callable[[Cell], bool] | None = None) -> float:
        """Add up the market over cells."""
        return math.fsum(
            self.totals[cell, quarter]
            for cell in self.cells
            if (cell, quarter) in self.totals and (inside is None or inside(cell))
        )


def read_market(
    bank: Bank, register: Register, *, doubt: DoubtRules, rules: MarketRules
) -> Market | NotAssessed:
    """Read volumes and totals, settle disagreements, reconcile, and carry gaps forward.

    Parameters
    ----------
    bank : Bank
        Uses ``market_volumes`` and ``market_totals``.
    register : Register
    doubt : DoubtRules
    rules : MarketRules

    Raises
    ------
    DataError
        If two sources of equal reliability disagree.
    EstimationError
        If the volumes do not reconcile with the totals.
    """
    question = message("How large is our share of the market?")
    if not bank.has("market_volumes"):
        return _unknown(question, message("the source has no volumes of institutions."))
    stated = _stated(bank, register, doubt)
    settled = settle(stated, tolerance=doubt.disagreement_tolerance, where="market_volumes")
    exact = {
        (subject[0], (subject[1], subject[2]), dt.date.fromisoformat(subject[3])): figure
        for subject, figure in settled.kept.items()
    }
    quarters = tuple(sorted({q for name, _, q in exact if name == register.own}))
    if not quarters:
        return _unknown(question, message("no volume of our own is known by the as-of date."))
    latest = quarters[-1]
    cells = tuple(sorted({cell for name, cell, q in exact if name == register.own and q == latest}))
    totals, totals_stated = _totals(bank, exact, cells, quarters)
    complete = tuple(
        q
        for q in quarters
        if all((register.own, c, q) in exact and (c, q) in totals for c in cells)
    )
    if not complete or complete[-1] != latest:
        return _unknown(question, message("the market totals of the last quarter are incomplete."))
    volumes = {
        (name, cell, q): Volume(value_cny=figure.value, doubts=_doubts(figure, q, latest))
        for (name, cell, q), figure in exact.items()
        if cell in cells and q in complete
    }
    excess = _reconcile(volumes, totals, cells, complete, rules, len(register.institutions))
    known = volumes | _carry(volumes, totals, cells, complete, register)
    if not totals_stated:
        totals = _add_up(known, cells, complete)
    return Market(
        register=register,
        quarters=complete,
        cells=cells,
        volumes=known,
        totals=totals,
        totals_stated=totals_stated,
        conflicts=settled.conflicts,
        carried={
            name: sum((name, cell, latest) not in volumes for cell in cells)
            for name in register.competitors
        },
        largest_excess=excess,
        rules=rules,
        region_names=_region_names(bank),
    )


def _region_names(bank: Bank) -> dict[str, Words]:
    """Read the regions' Chinese names where the source has them."""
    if not bank.has("branches", "region_zh") or not bank.has("branches", "region"):
        return {}
    places = bank.table("branches").select("region", "region_zh").distinct()
    return {
        str(row.region): Words(en=str(row.region), zh=text(row.region_zh) or str(row.region))
        for row in collect(places, max_rows=_MOST_ROWS).itertuples()
        if text(row.region)
    }


def _unknown(question: Message, reason: Message) -> NotAssessed:
    return NotAssessed(name="share", question=question, reason=reason)


def quarter_end(quarter: dt.date) -> dt.date:
    """Give the last day of a quarter by its first.

    Examples
    --------
    >>> quarter_end(dt.date(2025, 10, 1))
    datetime.date(2025, 12, 31)
    """
    month = quarter.month + 3
    after = dt.date(quarter.year + (month > 12), (month - 1) % 12 + 1, 1)
    return after - dt.timedelta(days=1)


def _stated(
    bank: Bank, register: Register, doubt: DoubtRules
) -> list[tuple[tuple[str, ...], Stated]]:
    rows = fetch(bank, "market_volumes", most_rows=_MOST_ROWS).itertuples()
    found: list[tuple[tuple[str, ...], Stated]] = []
    for row in rows:
        quarter, observed = day(row.quarter), day(row.observed_on)
        if quarter_end(quarter) > register.as_of or observed > register.as_of:
            continue
        subject = (
            str(row.institution_id),
            str(row.product_family),
            str(row.region),
            quarter.isoformat(),
        )
        evidence = register.evidence(
            source=str(row.source_id),
            method=str(row.method),
            observed_on=observed,
            old_after_months=doubt.volumes_old_after_months,
        )
        found.append((subject, Stated(value=real(row.volume_cny), evidence=evidence)))
    return found


def _totals(
    bank: Bank,
    exact: Mapping[tuple[str, Cell, dt.date], Stated],
    cells: tuple[Cell, ...],
    quarters: tuple[dt.date, ...],
) -> tuple[dict[tuple[Cell, dt.date], float], bool]:
    if bank.has("market_totals"):
        rows = fetch(bank, "market_totals", most_rows=_MOST_ROWS).itertuples()
        return {
            ((str(row.product_family), str(row.region)), day(row.quarter)): real(row.volume_cny)
            for row in rows
        }, True
    return {
        (cell, quarter): math.fsum(
            figure.value for (_, c, q), figure in exact.items() if (c, q) == (cell, quarter)
        )
        for cell in cells
        for quarter in quarters
    }, False


def _add_up(
    volumes: Mapping[tuple[str, Cell, dt.date], Volume],
    cells: tuple[Cell, ...],
    quarters: tuple[dt.date, ...],
) -> dict[tuple[Cell, dt.date], float]:
    """Take the institutions together, those carried forward included, as the market."""
    return {
        (cell, quarter): math.fsum(
            volume.value_cny for (_, c, q), volume in volumes.items() if (c, q) == (cell, quarter)
        )
        for cell in cells
        for quarter in quarters
    }


def _doubts(figure: Stated, quarter: dt.date, latest: dt.date) -> frozenset[Doubt]:
    """A past quarter's figure is not old: it is the figure of that quarter."""
    doubts = figure.evidence.doubts
    return doubts if quarter == latest else doubts - {Doubt.OLD}


def _reconcile(
    volumes: Mapping[tuple[str, Cell, dt.date], Volume],
    totals: Mapping[tuple[Cell, dt.date], float],
    cells: tuple[Cell, ...],
    quarters: tuple[dt.date, ...],
    rules: MarketRules,
    n_institutions: int,
) -> float:
    """Refuse volumes that exceed the total, or fall short of it in a complete market."""
    by_cell: dict[tuple[Cell, dt.date], list[float]] = {(c, q): [] for c in cells for q in quarters}
    for (_, cell, quarter), volume in volumes.items():
        by_cell[cell, quarter].append(volume.value_cny)
    gaps, wrong = [], []
    for at, found in sorted(by_cell.items()):
        gap = math.fsum(found) / totals[at] - 1 if totals[at] > 0 else math.inf
        gaps.append(gap)
        short = rules.complete and len(found) == n_institutions and gap < -rules.tolerance
        if gap > rules.tolerance or short:
            wrong.append((at, gap))
    if wrong:
        raise EstimationError(
            Problem(
                what=f"volumes do not reconcile with the market total in {len(wrong)} cells: "
                f"{family}, {region}, quarter from {quarter:%Y-%m-%d}",
                found=f"the institutions' volumes are {gap:+.2%} off the total",
                needed=f"at most {rules.tolerance:.2%}",
                next_step="Correct market_volumes or market_totals, or set "
                "reconciliation_tolerance in the run file.",
                where="market_volumes, market_totals",
            )
            for ((family, region), quarter), gap in wrong[:_MOST_SHOWN]
        )
    return max(gaps)


def _carry(
    volumes: Mapping[tuple[str, Cell, dt.date], Volume],
    totals: Mapping[tuple[Cell, dt.date], float],
    cells: tuple[Cell, ...],
    quarters: tuple[dt.date, ...],
    register: Register,
) -> dict[tuple[str, Cell, dt.date], Volume]:
    """Carry the last known share of a cell into the quarters without a figure."""
    carried = {}
    for name in register.competitors:
        for cell in cells:
            share = None
            for quarter in quarters:
                known = volumes.get((name, cell, quarter))
                if known is not None:
                    share = known.value_cny / totals[cell, quarter]
                elif share is not None:
                    carried[name, cell, quarter] = Volume(
                        value_cny=share * totals[cell, quarter], doubts=frozenset({Doubt.OLD})
                    )
    return carried
