"""The thresholds and terms by which the report decides; the reader may set them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

WeightMode = Literal["given", "ahp", "entropy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtRules:
    """When a figure is old, in months of age, and when two sources disagree.

    `disagreement_tolerance` is a fraction of the larger of the two figures.
    """

    terms_old_after_months: int
    volumes_old_after_months: int
    service_old_after_months: int
    perception_old_after_months: int
    disagreement_tolerance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTerms:
    """Like is compared with like: one term, one amount, one group of customers."""

    term_months: int
    from_amount_cny: float
    conditions: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighingRules:
    """How criteria are weighed, and from when on a rank is safe or a coin toss.

    Attributes
    ----------
    mode : {"given", "ahp", "entropy"}
    accepted_ratio : float
        Of an expert's consistency.
    override_reason : str
        Why worse judgements are used all the same; empty where they are not.
    concentration : float
        Of the Dirichlet law from which given and entropy weights are drawn.
    doubt_share : float
        Error of an old or doubtful figure, as a share of its criterion's range.
    safe_probability, toss_probability : float
    """

    mode: WeightMode
    accepted_ratio: float
    override_reason: str
    concentration: float
    doubt_share: float
    safe_probability: float
    toss_probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketRules:
    """How volumes are held against the total, and how far ahead the share is forecast."""

    tolerance: float
    complete: bool
    forecast_quarters: int
