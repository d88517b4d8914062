"""What each age band says to want next, against what it holds."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.results import Estimate
from analysis.stats.effects import effect_from_error
from analysis.stats.multiple_outcomes import correct_tests
from analysis.stats.proportions import PairedCounts, share, share_change, share_difference

MINIMUM_ASKED = 30
_MAX_CELLS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a band says about a family, against what it holds.

    Attributes
    ----------
    band : int
        Position among the bands.
    family : str
    asked, wanted, held, unmet : int
        Customers asked about the family; of them, those who want it, who hold it, and
        who want it and do not hold it.
    wanted_share, unmet_share : Estimate
        Of the asked.
    wanted_over_held : Estimate
        Share that wants it minus share that holds it, the same customers.
    above_others : Estimate or None
        Unmet share minus that of all other bands; None with one band.
    corrected_p_value : float or None
        Of no difference from the others, by Holm over all bands and families.
    stands : bool
        Whether the difference stands among all that were looked at.
    """

    band: int
    family: str
    asked: int
    wanted: int
    held: int
    unmet: int
    wanted_share: Estimate
    unmet_share: Estimate
    wanted_over_held: Estimate
    above_others: Estimate | None
    corrected_p_value: float | None
    stands: bool


def needs_by_band(
    bank: Bank,
    known: ir.Table,
    held: ir.Table | None,
    *,
    as_of: dt.date,
    confidence: float,
) -> tuple[tuple[Need, ...], dict[int, int]]:
    """Compare stated needs with holdings, by band and family; also count the asked by band."""
    if held is None or not bank.has("needs"):
        return (), {}
    answers = bank.table("needs")
    answers = answers.filter(answers.asked_on <= ibis.literal(as_of))
    answers = answers.join(known, "customer_id").select(
        "customer_id", "band", family=answers.product_family, wanted=answers.wanted
    )
    people = answers.select("customer_id", "band").distinct()
    sizes = collect(people.group_by("band").aggregate(n=people.count()), max_rows=_MAX_CELLS)
    asked = {int(band): int(n) for band, n in zip(sizes.band, sizes.n, strict=True)}
    if sum(asked.values()) < MINIMUM_ASKED:
        return (), asked
    joined = answers.left_join(held, ["customer_id", "family"])
    marked = joined.select(
        band=answers.band,
        family=answers.family,
        wanted=answers.wanted,
        holds=joined.family_right.notnull(),
    )
    keys = ["band", "family", "wanted", "holds"]
    counted = collect(marked.group_by(keys).aggregate(n=marked.count()), max_rows=_MAX_CELLS)
    return _compare_needs(counted, confidence), asked


def _compare_needs(counted: pd.DataFrame, confidence: float) -> tuple[Need, ...]:
    def total(rows: pd.DataFrame, *, wanted: bool, holds: bool) -> int:
        return int(rows.n[(rows.wanted == wanted) & (rows.holds == holds)].sum())

    cells: dict[tuple[int, str], PairedCounts] = {}
    for key, rows in counted.groupby(["band", "family"]):
        band, family = key if isinstance(key, tuple) else (key, "")
        cells[int(str(band)), str(family)] = PairedCounts(
            both=total(rows, wanted=True, holds=True),
            only_earlier=total(rows, wanted=False, holds=True),
            only_later=total(rows, wanted=True, holds=False),
            neither=total(rows, wanted=False, holds=False),
        )
    others = {key: _others(cells, *key) for key in cells}
    tests = {
        f"{band}:{family}": _p_value(cells[band, family], others[band, family])
        for band, family in cells
        if others[band, family][1] > 0
    }
    corrected = (
        {test.name: test for test in correct_tests(tests, confidence=confidence)} if tests else {}
    )
    found = []
    for (band, family), cell in cells.items():
        n = cell.overlap_n
        unmet_others, n_others = others[band, family]
        test = corrected.get(f"{band}:{family}")
        found.append(
            Need(
                band=band,
                family=family,
                asked=n,
                wanted=cell.both + cell.only_later,
                held=cell.both + cell.only_earlier,
                unmet=cell.only_later,
                wanted_share=share(cell.both + cell.only_later, n, confidence=confidence),
                unmet_share=share(cell.only_later, n, confidence=confidence),
                wanted_over_held=share_change(cell, confidence=confidence),
                above_others=share_difference(
                    cell.only_later, n, unmet_others, n_others, confidence=confidence
                )
                if n_others
                else None,
                corrected_p_value=None if test is None else test.corrected_p_value,
                stands=test is not None and test.stands,
            )
        )
    return tuple(found)


def _others(cells: dict[tuple[int, str], PairedCounts], band: int, family: str) -> tuple[int, int]:
    """Unmet needs and customers asked in all other bands."""
    rest = [cell for (other, kind), cell in cells.items() if kind == family and other != band]
    return sum(cell.only_later for cell in rest), sum(cell.overlap_n for cell in rest)


def _p_value(cell: PairedCounts, others: tuple[int, int]) -> float:
    """Score test of equal unmet shares: the standard error is that under equality."""
    unmet, n = cell.only_later, cell.overlap_n
    pooled = (unmet + others[0]) / (n + others[1])
    error = math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / others[1]))
    effect = effect_from_error(
        unmet / n - others[0] / others[1], error, n_treated=n, n_untreated=others[1]
    )
    return effect.p_value
