"""Branches by month: a roll-out whose effect grows, and a programme of one region.

The team bonus reaches three waves of branches, early waves gaining most, and the
gain grows with every month. Branches that already have it serve two-way fixed
effects as controls for later ones; their growing gain is then subtracted, so much
that the plain estimate comes out negative although no branch was ever harmed.

The regional programme lifts deposits in one region only, whose deposits move
without it as a fixed mixture of three other regions.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from analysis.sample import campaigns, places
from analysis.sample.frame import Frame
from analysis.sample.span import FloatArray, Span, month_after
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded

PANEL_MONTHS = 24
WAVE_MONTHS = (4, 9, 14)
"""Months of the panel, from 0, in which the waves begin."""
_WAVE_BRANCHES = (18, 18, 16)
FIRST_EFFECT_CNY = 2.0
GROWTH_CNY = (8.0, 4.0, 1.0)
"""Monthly growth of the effect by wave."""
_NEVER = PANEL_MONTHS

REGIONAL_MONTH = 16
REGIONAL_EFFECT_CNY = 1_800.0
TREATED_REGION = "Coast"
DONORS = {"North": 0.5, "South": 0.3, "East": 0.2}


def write_programmes(
    rng: np.random.Generator, writer: BankWriter, frame: Frame, span: Span
) -> None:
    """Write ``branch_months`` and ``adoptions``."""
    months = span.full_months(PANEL_MONTHS)
    begins = _draw_waves(rng)
    month_ends = [span.day_of(month_after(month)) - 1 for month in months]
    customers = frame.count_open(month_ends)
    sales = _wealth_sales_per_customer(rng, begins)
    deposits = _deposits_per_customer(rng)
    branch, month = np.divmod(np.arange(customers.size), PANEL_MONTHS)
    values = {
        "branch_id": Coded(branch, places.BRANCH_IDS),
        "month": [months[position] for position in month],
        "customers": customers.ravel(),
        "wealth_sales_cny": np.round((customers * sales).ravel(), 2),
        "deposits_cny": np.round((customers * deposits).ravel(), 2),
        "complaints": rng.poisson(0.012 * customers.ravel()),
    }
    writer.append("branch_months", values)
    writer.append_rows("adoptions", _adoptions(begins, months))


def _draw_waves(rng: np.random.Generator) -> np.ndarray:
    begins = np.repeat(
        [*WAVE_MONTHS, _NEVER], [*_WAVE_BRANCHES, places.N_BRANCHES - sum(_WAVE_BRANCHES)]
    )
    return np.asarray(rng.permutation(begins))


def effect_cny(wave: int, months_since: int) -> float:
    """Give the planted gain per customer, by wave and months since its start."""
    return FIRST_EFFECT_CNY + GROWTH_CNY[wave] * months_since


def _wealth_sales_per_customer(rng: np.random.Generator, begins: np.ndarray) -> FloatArray:
    month = np.arange(PANEL_MONTHS)
    level = rng.normal(300.0, 30.0, (places.N_BRANCHES, 1))
    season = 12.0 * np.sin(2 * np.pi * month / 12) + 1.5 * month
    shock = np.empty((places.N_BRANCHES, PANEL_MONTHS))
    shock[:, 0] = rng.normal(0.0, 6.0, places.N_BRANCHES)
    for position in month[1:]:
        shock[:, position] = 0.3 * shock[:, position - 1] + rng.normal(0.0, 5.7, places.N_BRANCHES)
    since = month - begins[:, np.newaxis]
    growth = np.select([begins == start for start in WAVE_MONTHS], GROWTH_CNY)[:, np.newaxis]
    gain = np.where(since >= 0, FIRST_EFFECT_CNY + growth * since, 0.0)
    return np.asarray(level + season + shock + gain)


def _deposits_per_customer(rng: np.random.Generator) -> FloatArray:
    month = np.arange(PANEL_MONTHS)
    factors = np.vstack(
        [
            np.cumsum(rng.normal(60.0, 120.0, PANEL_MONTHS)),
            500.0 * np.sin(2 * np.pi * month / 12),
        ]
    )
    loadings = rng.uniform(0.4, 1.8, (len(places.REGIONS), 2))
    level = rng.normal(30_000.0, 2_500.0, len(places.REGIONS))
    treated = places.REGION_NAMES.index(TREATED_REGION)
    donors = [places.REGION_NAMES.index(region) for region in DONORS]
    weights = np.array(list(DONORS.values()))
    loadings[treated] = weights @ loadings[donors]
    level[treated] = weights @ level[donors]
    region_month = level[:, np.newaxis] + loadings @ factors
    region_month[treated, REGIONAL_MONTH:] += REGIONAL_EFFECT_CNY
    noise = rng.normal(0.0, 150.0, (places.N_BRANCHES, PANEL_MONTHS))
    return np.asarray(region_month[places.BRANCH_REGION] + noise)


def _adoptions(begins: np.ndarray, months: list[dt.date]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {
            "campaign_id": campaigns.TEAM,
            "branch_id": places.BRANCH_IDS[branch],
            "adopted_on": None if start == _NEVER else months[start],
        }
        for branch, start in enumerate(begins)
    ]
    treated = places.REGION_NAMES.index(TREATED_REGION)
    rows += [
        {
            "campaign_id": campaigns.REGIONAL,
            "branch_id": places.BRANCH_IDS[branch],
            "adopted_on": months[REGIONAL_MONTH] if region == treated else None,
        }
        for branch, region in enumerate(places.BRANCH_REGION)
    ]
    return rows


def plant_programmes(book: TruthBook) -> None:
    """Record the gains."""
    book.plant(
        "programmes",
        "team_effect_cny_by_wave_and_month",
        {
            str(start): [effect_cny(wave, month) for month in range(PANEL_MONTHS - start)]
            for wave, start in enumerate(WAVE_MONTHS)
        },
        unit="CNY per customer and month",
        meaning=(
            f"{campaigns.TEAM}: rise of wealth sales per customer in each month since the start, "
            "by the panel month (from 0) in which the wave starts."
        ),
    )
    gains = [
        effect_cny(wave, month)
        for wave, start in enumerate(WAVE_MONTHS)
        for month in range(PANEL_MONTHS - start)
        for _ in range(_WAVE_BRANCHES[wave])
    ]
    book.plant(
        "programmes",
        "team_mean_effect_cny",
        float(np.mean(gains)),
        unit="CNY per customer and month",
        meaning=f"{campaigns.TEAM}: mean over all branch-months that had it, branches equal.",
    )
    book.plant(
        "programmes",
        "regional_effect_cny",
        REGIONAL_EFFECT_CNY,
        unit="CNY per customer",
        meaning=f"{campaigns.REGIONAL}: rise of deposits per customer in {TREATED_REGION}.",
    )
    book.plant(
        "programmes",
        "regional_donor_weights",
        dict(DONORS),
        unit="fraction",
        meaning=f"Mixture of regions as which deposits of {TREATED_REGION} move without it.",
    )
