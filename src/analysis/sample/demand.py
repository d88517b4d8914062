"""Demand for products by month, and the economy that it follows.

Requests grow, have seasons and follow two indicators with a delay; those for
insurance wander at random, so that nothing beats the naive forecast there.
"""

from __future__ import annotations

import numpy as np

from analysis.sample.span import Span, epoch_day
from analysis.sample.truth import TruthBook
from analysis.sample.writer import BankWriter, Coded

_MONTHS = 96
_FAMILIES = ("card", "deposit", "wealth", "loan", "insurance")
_LEVELS = (2400.0, 3200.0, 900.0, 1500.0, 700.0)
GROWTH_PER_MONTH = (0.006, 0.002, 0.008, 0.004, 0.0)
_SEASONS = (0.12, 0.05, 0.10, 0.15, 0.0)
_PEAK_MONTHS = (11, 1, 3, 9, 0)
_NOISE = (0.03, 0.025, 0.05, 0.04, 0.0)
WANDERING = 0.06
"""Monthly spread of the logarithm of requests for insurance."""

_INDICATORS = (
    ("confidence", "Consumer confidence", "消费者信心指数", "index"),
    ("deposit_rate", "One-year deposit rate", "一年期存款利率", "fraction"),
)
DELAY_MONTHS = 2
CONFIDENCE_ELASTICITY = {"card": 0.5, "loan": 0.8, "wealth": 0.4}
RATE_SEMI_ELASTICITY = {"deposit": 25.0, "wealth": -15.0}


def write_demand(rng: np.random.Generator, writer: BankWriter, span: Span) -> None:
    """Write ``product_demand`` and ``external_indicators``."""
    months = span.full_months(_MONTHS)
    days = np.array([epoch_day(month) for month in months])
    calendar = np.array([month.month for month in months])
    total = _MONTHS + DELAY_MONTHS
    confidence = 100.0 * np.exp(_wander(rng, total, spread=0.02, pull=0.92))
    rate = 0.02 + 0.004 * _wander(rng, total, spread=0.3, pull=0.95)
    now = slice(DELAY_MONTHS, None)
    for (indicator_id, name_en, name_zh, unit), series in zip(
        _INDICATORS, (confidence, rate), strict=True
    ):
        values = {
            "indicator_id": [indicator_id] * _MONTHS,
            "name_en": [name_en] * _MONTHS,
            "name_zh": [name_zh] * _MONTHS,
            "unit": [unit] * _MONTHS,
            "month": days,
            "value": np.round(series[now], 5),
        }
        writer.append("external_indicators", values)
    before = slice(0, _MONTHS)
    for number, family in enumerate(_FAMILIES):
        logs = np.log(_LEVELS[number]) + GROWTH_PER_MONTH[number] * np.arange(_MONTHS)
        logs += _SEASONS[number] * np.cos(2 * np.pi * (calendar - _PEAK_MONTHS[number]) / 12)
        logs += CONFIDENCE_ELASTICITY.get(family, 0.0) * np.log(confidence[before] / 100.0)
        logs += RATE_SEMI_ELASTICITY.get(family, 0.0) * (rate[before] - 0.02)
        if family == "insurance":
            logs += np.cumsum(rng.normal(0.0, WANDERING, _MONTHS))
        else:
            logs += rng.normal(0.0, _NOISE[number], _MONTHS)
        values = {
            "product_family": Coded(np.full(_MONTHS, number), _FAMILIES),
            "month": days,
            "requests": np.round(np.exp(logs)).astype(np.int64),
        }
        writer.append("product_demand", values)


def _wander(rng: np.random.Generator, size: int, *, spread: float, pull: float) -> np.ndarray:
    steps = rng.normal(0.0, spread, size)
    path = np.empty(size)
    path[0] = steps[0]
    for position in range(1, size):
        path[position] = pull * path[position - 1] + steps[position]
    return path


def plant_demand(book: TruthBook) -> None:
    """Record growth, seasons and links."""
    for name, value, unit, meaning in (
        (
            "growth_per_month",
            dict(zip(_FAMILIES, GROWTH_PER_MONTH, strict=True)),
            "log points",
            "Growth of the logarithm of requests.",
        ),
        (
            "confidence_elasticity",
            dict(CONFIDENCE_ELASTICITY),
            "ratio",
            f"Change of log requests with log confidence {DELAY_MONTHS} months earlier.",
        ),
        (
            "rate_semi_elasticity",
            dict(RATE_SEMI_ELASTICITY),
            "log points per 1.00",
            f"Change of log requests with the deposit rate {DELAY_MONTHS} months earlier.",
        ),
        (
            "insurance_monthly_spread",
            WANDERING,
            "log points",
            "Requests for insurance are a random walk in logarithms with this monthly spread.",
        ),
    ):
        book.plant("demand", name, value, unit=unit, meaning=meaning)
