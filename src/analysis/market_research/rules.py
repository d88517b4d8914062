"""The thresholds by which the report decides; the reader may set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.stats.multiple_outcomes import Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRules:
    """How respondents are weighted, and when a difference counts.

    Attributes
    ----------
    largest_weight_ratio : float
        Weights are trimmed at so many times their mean.
    fewest_answers : int
        An estimate for a group needs so many.
    correction : {"holm", "benjamini-hochberg"}
    """

    largest_weight_ratio: float
    fewest_answers: int
    correction: Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRules:
    """How far ahead demand is forecast, from how many past origins that is tested, in months."""

    months: int
    origins: int
    longest_lag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRules:
    """Which texts are read, and from how many on something is shown.

    Attributes
    ----------
    months : int
        Up to the day that the report looks at.
    fewest : int
        Texts of a word or a theme.
    quotations : int
        For each theme and language.
    """

    months: int
    fewest: int
    quotations: int
