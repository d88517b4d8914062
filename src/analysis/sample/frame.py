"""What later tables need to know of all customers, in ten bytes a customer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.sample.places import N_BRANCHES
from analysis.sample.population import Population
from analysis.sample.span import FloatArray, IntArray, Span


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """All customers, by position; the customer's number is the position plus 1.

    `opened` and `closed` are days since the span's start; the number of days of
    the span stands for what has not happened.
    """

    branch: npt.NDArray[np.int8]
    age_band: npt.NDArray[np.int8]
    segment: npt.NDArray[np.int8]
    tier: npt.NDArray[np.int8]
    opened: npt.NDArray[np.int16]
    closed: npt.NDArray[np.int16]

    def open_on(self, day: int) -> IntArray:
        """Positions of the customers whose relationship is open on a day."""
        return np.flatnonzero((self.opened <= day) & (self.closed > day))

    def count_open(self, days: list[int]) -> IntArray:
        """Count open relationships by branch and day, shape (n_branches, n_days)."""
        counts = [np.bincount(self.branch[self.open_on(day)], minlength=N_BRANCHES) for day in days]
        return np.column_stack(counts)


@dataclass(slots=True)
class FrameBuilder:
    """Collects the chunks of a frame."""

    span: Span
    _parts: list[tuple[npt.NDArray[np.int16], ...]] = field(default_factory=list)

    def add(self, population: Population, closed: FloatArray) -> None:
        """Add a chunk."""
        never = self.span.n_days
        self._parts.append(
            (
                population.branch.astype(np.int8),
                population.age_band.astype(np.int8),
                population.segment.astype(np.int8),
                population.tier.astype(np.int8),
                np.minimum(population.opened, never).astype(np.int16),
                np.floor(np.minimum(closed, never)).astype(np.int16),
            )
        )

    def build(self) -> Frame:
        """Join the chunks."""
        columns = [np.concatenate(parts) for parts in zip(*self._parts, strict=True)]
        branch, age_band, segment, tier, opened, closed = columns
        return Frame(
            branch=branch.astype(np.int8, copy=False),
            age_band=age_band.astype(np.int8, copy=False),
            segment=segment.astype(np.int8, copy=False),
            tier=tier.astype(np.int8, copy=False),
            opened=opened,
            closed=closed,
        )
