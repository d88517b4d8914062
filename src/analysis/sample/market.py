"""The market: volumes of institutions, and what the market amounts to."""

from __future__ import annotations

import datetime as dt

import numpy as np

from analysis.sample import places, rivals
from analysis.sample.span import FloatArray, Span, month_after
from analysis.sample.truth import Json, TruthBook
from analysis.sample.writer import BankWriter

_QUARTERS = 12
_FAMILIES = ("deposit", "loan", "wealth", "card")
_MARKET_CNY = (4.0e11, 2.5e11, 1.2e11, 3.0e10)
_MARKET_GROWTH = (0.015, 0.020, 0.035, 0.025)
"""Growth of the logarithm of the market per quarter, by family."""
_START_SHARES = (0.120, 0.240, 0.160, 0.090, 0.040, 0.060)
OWN_SHARE_DRIFT = (-0.0010, 0.0005, 0.0018, -0.0005)
"""Change of our own share per quarter, by family."""
DIGITAL_DRIFT = 0.0015
"""Change of the digital bank's share per quarter, in every family."""
_NOISE = 0.01
_ROUNDED_TO_CNY = 10_000.0
GAP: dict[str, Json] = {"institution_id": "R3", "product_family": "wealth"}
GAP_QUARTERS = 2
CONFLICT: dict[str, Json] = {"institution_id": "R2", "product_family": "card", "region": "East"}
CONFLICT_FACTOR = 1.12
STALE_QUARTERS = 5


def _true_shares() -> FloatArray:
    """Give shares by family, quarter and institution, before noise."""
    shares = np.tile(_START_SHARES, (len(_FAMILIES), _QUARTERS, 1))
    quarter = np.arange(_QUARTERS)
    shares[:, :, 0] += np.array(OWN_SHARE_DRIFT)[:, np.newaxis] * quarter
    shares[:, :, 4] += DIGITAL_DRIFT * quarter
    return shares


def _draw_volumes(rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Give volumes by family, region, quarter and institution, and the markets' totals."""
    quarter = np.arange(_QUARTERS)
    growth = np.exp(np.array(_MARKET_GROWTH)[:, np.newaxis] * quarter)
    market = np.array(_MARKET_CNY)[:, np.newaxis, np.newaxis] * growth[:, np.newaxis, :]
    market = market * np.array(places.REGION_SHARES)[:, np.newaxis]
    market *= np.exp(rng.normal(0.0, _NOISE, market.shape))
    regional = np.exp(rng.normal(0.0, 0.15, (len(places.REGIONS), len(rivals.INSTITUTIONS))))
    shares = _true_shares()[:, np.newaxis] * regional[:, np.newaxis]
    shares *= np.exp(rng.normal(0.0, _NOISE, shares.shape))
    volumes = np.round(market[..., np.newaxis] * shares / _ROUNDED_TO_CNY) * _ROUNDED_TO_CNY
    return volumes, np.round(market / _ROUNDED_TO_CNY) * _ROUNDED_TO_CNY


def write_volumes(
    rng: np.random.Generator, writer: BankWriter, span: Span, book: TruthBook
) -> None:
    """Write ``market_volumes`` and ``market_totals`` and record the true shares."""
    volumes, market = _draw_volumes(rng)
    quarters = span.full_quarters(_QUARTERS)
    rows: list[dict[str, object]] = []
    for family, region, quarter, institution in np.ndindex(*volumes.shape):
        institution_id = rivals.INSTITUTION_IDS[institution]
        if _is_missing(institution_id, _FAMILIES[family], quarter):
            continue
        own = institution_id == "OWN"
        row: dict[str, object] = {
            "institution_id": institution_id,
            "product_family": _FAMILIES[family],
            "region": places.REGION_NAMES[region],
            "quarter": quarters[quarter],
            "volume_cny": float(volumes[family, region, quarter, institution]),
            "source_id": rivals.OWN_RECORDS if own else rivals.OFFICIAL,
            "method": "process_data" if own else "published",
            "observed_on": last_day(quarters[quarter]),
        }
        rows.append(row)
        if quarter == _QUARTERS - 1 and all(row[name] == value for name, value in CONFLICT.items()):
            stated = float(volumes[family, region, quarter, institution]) * CONFLICT_FACTOR
            rows.append(
                row | {"volume_cny": stated, "source_id": rivals.PRESS, "method": "estimate"}
            )
    writer.append_rows("market_volumes", rows)
    totals = [
        {
            "product_family": _FAMILIES[family],
            "region": places.REGION_NAMES[region],
            "quarter": quarters[quarter],
            "volume_cny": float(market[family, region, quarter]),
            "source_id": rivals.OFFICIAL,
        }
        for family, region, quarter in np.ndindex(*market.shape)
    ]
    writer.append_rows("market_totals", totals)
    _plant_shares(book, volumes, market, quarters)


def _is_missing(institution_id: str, family: str, quarter: int) -> bool:
    stale = institution_id == rivals.STALE_INSTITUTION and quarter >= _QUARTERS - STALE_QUARTERS
    gap = institution_id == GAP["institution_id"] and family == GAP["product_family"]
    return stale or (gap and quarter >= _QUARTERS - GAP_QUARTERS)


def last_day(quarter: dt.date) -> dt.date:
    """Give the last day of the quarter that begins on a day."""
    return month_after(month_after(month_after(quarter))) - dt.timedelta(days=1)


def _plant_shares(
    book: TruthBook, volumes: FloatArray, market: FloatArray, quarters: list[dt.date]
) -> None:
    shares = volumes.sum(axis=1) / market.sum(axis=1)[..., np.newaxis]
    for name, position in (("shares_first_quarter", 0), ("shares_last_quarter", -1)):
        book.plant(
            "market",
            name,
            {
                family: dict(
                    zip(
                        rivals.INSTITUTION_IDS,
                        shares[number, position].round(9).tolist(),
                        strict=True,
                    )
                )
                for number, family in enumerate(_FAMILIES)
            },
            unit="fraction",
            meaning=(
                f"True market shares of all regions together in {quarters[position]}, those that "
                "no table shows included."
            ),
        )


def plant_market(book: TruthBook) -> None:
    """Record how shares move and what is wrong with the figures."""
    for name, value, unit, meaning in (
        (
            "own_share_drift",
            dict(zip(_FAMILIES, OWN_SHARE_DRIFT, strict=True)),
            "fraction per quarter",
            "Change of our share before noise.",
        ),
        ("gap", GAP, "", f"No figures for the last {GAP_QUARTERS} quarters."),
        (
            "conflict",
            CONFLICT,
            "",
            f"A doubtful source states {CONFLICT_FACTOR} times the volume in the last quarter.",
        ),
        (
            "stale_quarters",
            STALE_QUARTERS,
            "quarters",
            f"{rivals.STALE_INSTITUTION} has published nothing for these last quarters.",
        ),
    ):
        book.plant("market", name, value, unit=unit, meaning=meaning)
