"""When relationships end: after the silence, after the contracts, never before.

A customer who has fallen silent closes the relationship after an exponential
delay that depends on the segment, but not while a contract runs. Purchases and
contracts are drawn first and are not cut, so their laws can be recovered; the
closing follows both. In the last three months the delay's hazard is multiplied:
that is the signal which the control chart should find.
"""

from __future__ import annotations

import numpy as np

from analysis.sample.contracts import Contracts
from analysis.sample.population import SEGMENTS, Population
from analysis.sample.span import DAYS_PER_MONTH, FloatArray, Span
from analysis.sample.truth import TruthBook

CLOSING_PER_MONTH = (0.090, 0.060, 0.045, 0.075, 0.030)
"""Hazard of closing once silent, by segment."""
LAST_QUARTER_FACTOR = 2.5


def draw_closings(
    rng: np.random.Generator,
    population: Population,
    silent_at: FloatArray,
    contracts: tuple[Contracts, ...],
    span: Span,
) -> FloatArray:
    """Draw the day on which each relationship ends; infinite while it lasts."""
    per_day = np.array(CLOSING_PER_MONTH)[population.segment] / DAYS_PER_MONTH
    closed = close_after(
        silent_at,
        rng.standard_exponential(population.size) / per_day,
        change_at=float(span.last_quarter),
        factor=LAST_QUARTER_FACTOR,
    )
    for contract in contracts:
        closed[contract.owner] = np.maximum(closed[contract.owner], contract.end)
    return np.where(closed < span.n_days, closed, np.inf)


def close_after(
    silent_at: FloatArray, delay: FloatArray, *, change_at: float, factor: float
) -> FloatArray:
    """Add a delay that runs `factor` times as fast from `change_at` on.

    Examples
    --------
    >>> close_after(np.array([10.0, 10.0, 30.0]), np.array([5.0, 20.0, 20.0]),
    ...             change_at=20.0, factor=2.0).tolist()
    [15.0, 25.0, 40.0]
    """
    slow_end = silent_at + delay
    begins_fast = np.maximum(silent_at, change_at)
    rest = np.where(silent_at < change_at, slow_end - change_at, delay)
    return np.where(slow_end <= change_at, slow_end, begins_fast + rest / factor)


def plant_departures(book: TruthBook) -> None:
    """Record how relationships end."""
    book.plant(
        "closings",
        "after_silence_per_month",
        dict(zip(SEGMENTS, CLOSING_PER_MONTH, strict=True)),
        unit="1/month",
        meaning=(
            "Hazard with which a customer who has fallen silent, and whose contracts have "
            "ended, closes the relationship, by segment, before the last three months."
        ),
    )
    book.plant(
        "closings",
        "last_quarter_factor",
        LAST_QUARTER_FACTOR,
        unit="ratio",
        meaning="That hazard in the last three months over the one before; event E4 goes with it.",
    )
