"""The life-cycle report: its parameters, and the tables that it reads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analysis.definitions import StageRules
from analysis.lifecycle.months import FEWEST_BASELINE_MONTHS
from analysis.lifecycle.rules import ProductRules, WinBackTerms
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
        description=(
            "What is one purchase: a transaction, or a day with transactions (time is then "
            "counted in whole days, as in published tables)."
        ),
    )
    holdout_months: int = Field(
        default=6,
        ge=1,
        le=60,
        description="Months held back on which the purchase models are compared.",
    )
    age_band_starts: tuple[int, ...] = Field(
        default=(30, 45, 60),
        description="First ages of all age bands but the youngest, rising.",
    )
    won_back_share: float = Field(
        default=0.05,
        gt=0,
        le=1,
        description="Share of the contacted who have left that a contact is assumed to bring back.",
    )
    purchase_margin: float = Field(
        default=0.02, gt=0, le=1, description="Margin on the value of purchases, a fraction."
    )
    contact_cost_cny: float = Field(
        default=1.0, ge=0, description="Cost of contacting one customer, CNY."
    )
    introduction_until: float = Field(
        default=0.33,
        gt=0,
        lt=1,
        description="A product is in introduction up to this share of the way to its peak.",
    )
    decline_replacement: float = Field(
        default=0.25,
        ge=0,
        le=1,
        description="Past its peak a product declines below so many new holdings per lost one.",
    )
    role_certainty: float = Field(
        default=0.8,
        gt=0.5,
        lt=1,
        description="Probability of its stage from which a product is given a role.",
    )
    optimise_loss_above: float = Field(
        default=0.15,
        ge=0,
        lt=1,
        description="A mature product that loses a larger share of holders a year is optimised.",
    )
    exit_holders_below: float = Field(
        default=0.5,
        gt=0,
        le=1,
        description="A declining product with less than this share of its most holdings is given "
        "up.",
    )
    matrix_months: int = Field(
        default=24, ge=6, le=48, description="Months that the monthly moves are learnt from."
    )
    earlier_forecast_months: int = Field(
        default=6,
        ge=1,
        le=36,
        description="How much earlier the forecast held against what came would have been made.",
    )
    tenure_product: str = Field(
        default="",
        description="Contractual product whose holdings are followed; empty for the one that "
        "most hold.",
    )
    tenure_horizon_months: int = Field(
        default=36, ge=3, le=240, description="Months that the mean time is restricted to."
    )
    renewal_product: str = Field(
        default="",
        description="Renewing product to project; empty for the one that most hold.",
    )
    held_back_months: int = Field(
        default=12, ge=1, le=60, description="Months that the test of renewal keeps from the model."
    )
    chart_months: int = Field(
        default=24, ge=9, le=48, description="Months on the control chart of loss."
    )
    watched_months: int = Field(
        default=12,
        ge=1,
        le=40,
        description="The last months of the chart, judged by the limits of those before.",
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

    @model_validator(mode="after")
    def _chart_has_a_baseline(self) -> LifecycleParameters:
        if self.chart_months - self.watched_months < FEWEST_BASELINE_MONTHS:
            raise ValueError(
                f"chart_months must exceed watched_months by {FEWEST_BASELINE_MONTHS} or more"
            )
        return self

    @property
    def moves_months(self) -> int:
        """How far back the monthly moves are counted."""
        return max(self.matrix_months + self.earlier_forecast_months, self.chart_months)

    @model_validator(mode="after")
    def _age_bands_rise(self) -> LifecycleParameters:
        starts = self.age_band_starts
        if not starts or list(starts) != sorted(set(starts)) or starts[0] < 1:
            raise ValueError("age_band_starts must be ages from 1 that rise")
        return self

    @property
    def win_back_terms(self) -> WinBackTerms:
        """What winning back is assumed to do and to cost."""
        return WinBackTerms(
            won_back_share=self.won_back_share,
            margin=self.purchase_margin,
            contact_cost_cny=self.contact_cost_cny,
        )

    @property
    def product_rules(self) -> ProductRules:
        """The thresholds of the products' stages and roles."""
        return ProductRules(
            introduction_until=self.introduction_until,
            decline_replacement=self.decline_replacement,
            certainty=self.role_certainty,
            optimise_loss_above=self.optimise_loss_above,
            exit_holders_below=self.exit_holders_below,
        )

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
    optional_tables=("customers", "holdings", "products", "needs", "events"),
)
