"""What a design's checks ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRules:
    """Limits of the checks on which the words depend.

    Attributes
    ----------
    level : float
        A test of an assumption fails below this p value.
    largest_imbalance : float
        Standardised difference between the arms beyond which balance fails.
    """

    level: float
    largest_imbalance: float
