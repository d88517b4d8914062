"""The incentive report: its parameters, and the tables that it reads."""

from __future__ import annotations

from pydantic import Field

from analysis.params.report import ReportParameters, ReportSpec
from analysis.text import message


class IncentiveParameters(ReportParameters):
    """What the checks ask for, and how far the worth is followed."""

    check_level: float = Field(
        default=0.01,
        gt=0,
        le=0.2,
        description="Level below which the test of a design's assumption fails.",
    )
    largest_imbalance: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="Standardised difference between the arms beyond which balance fails.",
    )
    power: float = Field(
        default=0.8, ge=0.5, le=0.99, description="Chance with which the smallest effect is seen."
    )
    horizon_months: int = Field(
        default=12, ge=1, le=120, description="Months for which an effect is taken to last."
    )
    seed: int = Field(default=20251231, ge=0, description="Of folds and resamples.")
    draws: int = Field(
        default=300, ge=100, le=20_000, description="Resamples of the intervals that need them."
    )


REPORT = ReportSpec(
    name="incentive_effectiveness",
    title=message("Incentive effectiveness"),
    question=message(
        "Did each incentive change what would have happened anyway, for whom, and at what cost?"
    ),
    parameters=IncentiveParameters,
    tables=("campaigns",),
    optional_tables=(
        "offers",
        "offer_outcomes",
        "customers",
        "interim_looks",
        "adoptions",
        "branches",
        "branch_months",
        "incentive_costs",
        "incentive_budgets",
        "staff",
        "staff_months",
        "staff_assessments",
    ),
)
