"""What customers say they want next, by age, and what happened around the bank."""

from __future__ import annotations

import datetime as dt

import numpy as np

from analysis.sample.population import AGE_BANDS, Population
from analysis.sample.span import FloatArray, Span
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded

_ASKED_SHARE = 0.10
_FAMILIES = ("card", "deposit", "wealth", "loan", "insurance")
WANTED = (
    (0.55, 0.15, 0.12, 0.45, 0.08),
    (0.35, 0.25, 0.38, 0.40, 0.30),
    (0.20, 0.38, 0.52, 0.18, 0.40),
    (0.10, 0.60, 0.28, 0.05, 0.33),
)
"""Chance of wanting each family, by age band."""
_ASKED_WITHIN_DAYS = 180


def write_needs(
    rng: np.random.Generator,
    writer: BankWriter,
    population: Population,
    closed: FloatArray,
    span: Span,
) -> None:
    """Write the chunk's rows of ``needs``: a tenth of the open customers was asked."""
    asked_on = span.n_days - 1 - rng.integers(_ASKED_WITHIN_DAYS, size=population.size)
    asked = rng.random(population.size) < _ASKED_SHARE
    asked &= (population.opened <= asked_on) & (closed > asked_on)
    owner = np.repeat(np.flatnonzero(asked), len(_FAMILIES))
    family = np.tile(np.arange(len(_FAMILIES)), int(asked.sum()))
    chance = np.array(WANTED)[population.age_band[owner], family]
    values = {
        "customer_id": Coded(owner, population.ids),
        "asked_on": span.to_days(asked_on[owner].astype(np.float64)),
        "product_family": Coded(family, _FAMILIES),
        "wanted": rng.random(len(owner)) < chance,
    }
    writer.append("needs", values)


def write_events(writer: BankWriter, span: Span) -> None:
    """Write the table ``events``."""
    quarter = span.start + dt.timedelta(days=span.last_quarter)
    rows = [
        {
            "event_id": event_id,
            "happened_on": quarter - dt.timedelta(days=days_before),
            "kind": kind,
            "name_en": name_en,
            "name_zh": name_zh,
        }
        for event_id, days_before, kind, name_en, name_zh in (
            ("E1", 700, "service", "New mobile application", "新版手机银行上线"),
            ("E2", 410, "market", "Deposit rates fall across the market", "市场存款利率普遍下调"),
            ("E3", 190, "campaign", "Double points in summer", "夏季双倍积分活动"),
            ("E4", 0, "price", "Fee on accounts that are not used", "对睡眠账户收取管理费"),
            ("E5", 0, "campaign", "Welcome bonus for new customers", "新客户开户礼"),
        )
    ]
    writer.append_rows("events", rows)


def plant_needs(book: TruthBook) -> None:
    """Record who wants what."""
    book.plant(
        "needs",
        "wanted_by_age_band",
        {
            band: dict(zip(_FAMILIES, shares, strict=True))
            for band, shares in zip(AGE_BANDS, WANTED, strict=True)
        },
        unit="fraction",
        meaning="Chance that a customer of the age band says to want the family next.",
    )
