"""What every estimator returns: an estimate with its interval, and how sure it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Strength(StrEnum):
    """How far a finding may be relied upon."""

    CONCLUSIVE = "conclusive"
    SUGGESTIVE = "suggestive"
    INCONCLUSIVE = "inconclusive"


class CheckStatus(StrEnum):
    """How an assumption or a quality rule came out."""

    PASSED = "passed"
    FAILED = "failed"
    INFORMATIONAL = "informational"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with the interval that covers the truth `confidence` of the time.

    Attributes
    ----------
    value, low, high : float
        In the unit that the holder's field name states.
    confidence : float
        Coverage of the interval, a fraction between 0 and 1.

    Raises
    ------
    ValueError
        If the three values are not finite and in order, or `confidence` is not
        between 0 and 1.

    Examples
    --------
    >>> Estimate(value=0.42, low=0.40, high=0.44, confidence=0.95).excludes(0.5)
    True
    """

    value: float
    low: float
    high: float
    confidence: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(x) for x in (self.value, self.low, self.high)):
            raise ValueError(f"an estimate is finite: {self.value}, {self.low}, {self.high}")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"low <= value <= high: {self.low}, {self.value}, {self.high}")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence lies between 0 and 1: {self.confidence}")

    def excludes(self, reference: float) -> bool:
        """Whether `reference` lies outside the interval."""
        return not self.low <= reference <= self.high
