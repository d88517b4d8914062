"""The life-cycle report: its parameters, and the tables that it reads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analysis.definitions import StageRules
from analysis.params.report import ReportParameters, ReportSpec
from analysis.text import message


class LifecycleParameters(ReportParameters):
    """Thresholds of the stages, and how far to look back and ahead."""

    new_within_months: int = Field(
        default=6, ge=1, le=60, description="A relationship not older than this is new."
    )
    dormant_after_months: int = Field(
        default=6, ge=1, le=60, description="Dormant after so long without a transaction."
    )
    lost_after_months: int = Field(
        default=12, ge=2, le=120, description="Lost after so long without a transaction."
    )
    cohort_quarters: int = Field(
        default=12, ge=2, le=40, description="Quarters of arrival in the retention triangle."
    )
    horizon_months: int = Field(
        default=12, ge=1, le=60, description="How far ahead purchases and value are expected."
    )
    count_by: Literal["transaction", "day"] = Field(
        default="transaction",
        description="What is one purchase: a transaction, or a day with transactions.",
    )
    seed: int = Field(default=20251231, ge=0, description="Of the intervals that are simulated.")
    draws: int = Field(
        default=400, ge=100, le=20_000, description="Draws of the intervals that are simulated."
    )

    @model_validator(mode="after")
    def _dormancy_comes_first(self) -> LifecycleParameters:
        if self.dormant_after_months >= self.lost_after_months:
            raise ValueError("dormant_after_months must be less than lost_after_months")
        return self

    @property
    def rules(self) -> StageRules:
        """The thresholds of the stages."""
        return StageRules(
            new_within_months=self.new_within_months,
            dormant_after_months=self.dormant_after_months,
            lost_after_months=self.lost_after_months,
        )


REPORT = ReportSpec(
    name="lifecycle",
    title=message("Customer life cycle"),
    question=message(
        "Where do customers stand, who stays, and what may be expected of them in the months ahead?"
    ),
    parameters=LifecycleParameters,
    tables=("transactions",),
    optional_tables=("customers",),
)
