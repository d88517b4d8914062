"""The competitor-comparison report: its parameters, and the tables that it reads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analysis.competitor_comparison.rules import (
    ComparedTerms,
    DoubtRules,
    MarketRules,
    WeighingRules,
)
from analysis.params.report import ReportParameters, ReportSpec
from analysis.text import message


class ComparisonParameters(ReportParameters):
    """When a figure is old, what is compared with what, and how criteria are weighed."""

    terms_old_after_months: int = Field(
        default=12, ge=1, le=120, description="Terms and qualities observed before that are old."
    )
    volumes_old_after_months: int = Field(
        default=6, ge=1, le=120, description="Volumes observed before that are old."
    )
    service_old_after_months: int = Field(
        default=12, ge=1, le=120, description="Service times observed before that are old."
    )
    perception_old_after_months: int = Field(
        default=18, ge=1, le=120, description="Brand perceptions observed before that are old."
    )
    disagreement_tolerance: float = Field(
        default=0.01,
        ge=0,
        lt=1,
        description="Two sources disagree if they differ by more than this fraction.",
    )
    doubt_share_of_range: float = Field(
        default=0.15,
        ge=0,
        le=1,
        description="An old or doubtful figure is taken to be off by this share of the range of "
        "the institutions' figures.",
    )
    compared_term_months: int = Field(
        default=12, ge=0, description="Rates are compared for this term, months."
    )
    compared_amount_cny: float = Field(
        default=10_000.0, ge=0, description="Rates are compared from this amount, CNY."
    )
    compared_conditions: Literal["all", "new_customers", "vip", "salary_account"] = Field(
        default="all", description="Rates are compared for these customers."
    )
    weights: Literal["given", "ahp", "entropy"] = Field(
        default="given",
        description="Weights of the criteria: given by management, from experts, or from data.",
    )
    accepted_consistency_ratio: float = Field(
        default=0.1,
        gt=0,
        le=1,
        description="Largest consistency ratio of an expert's judgements that is accepted.",
    )
    override_reason: str = Field(
        default="",
        max_length=500,
        description="Why less consistent judgements are used all the same; the page prints it.",
    )
    weight_concentration: float = Field(
        default=50.0,
        gt=0,
        le=10_000,
        description="How near given or entropy weights are varied; higher is nearer.",
    )
    safe_probability: float = Field(
        default=0.95, gt=0.5, lt=1, description="A rank held at least so often is safe."
    )
    toss_probability: float = Field(
        default=0.6,
        gt=0.5,
        lt=1,
        description="Neighbours that beat each other less often are a coin toss.",
    )
    reconciliation_tolerance: float = Field(
        default=0.005,
        gt=0,
        le=0.2,
        description="Volumes may miss the market total by this fraction of it.",
    )
    market_is_complete: bool = Field(
        default=False,
        description="True where the volumes list every institution of the market: they may then "
        "not fall short of the total either.",
    )
    forecast_quarters: int = Field(
        default=4, ge=1, le=12, description="Quarters ahead for which the share is forecast."
    )
    seed: int = Field(default=20251231, ge=0, description="Of the intervals that are simulated.")
    draws: int = Field(
        default=2000, ge=200, le=50_000, description="Draws of the intervals that are simulated."
    )

    @property
    def doubt_rules(self) -> DoubtRules:
        """When a figure is old, and when two disagree."""
        return DoubtRules(
            terms_old_after_months=self.terms_old_after_months,
            volumes_old_after_months=self.volumes_old_after_months,
            service_old_after_months=self.service_old_after_months,
            perception_old_after_months=self.perception_old_after_months,
            disagreement_tolerance=self.disagreement_tolerance,
        )

    @property
    def compared_terms(self) -> ComparedTerms:
        """For which term, amount and customers rates are compared."""
        return ComparedTerms(
            term_months=self.compared_term_months,
            from_amount_cny=self.compared_amount_cny,
            conditions=self.compared_conditions,
        )

    @property
    def weighing_rules(self) -> WeighingRules:
        """How criteria are weighed and ranks are judged."""
        return WeighingRules(
            mode=self.weights,
            accepted_ratio=self.accepted_consistency_ratio,
            override_reason=self.override_reason.strip(),
            concentration=self.weight_concentration,
            doubt_share=self.doubt_share_of_range,
            safe_probability=self.safe_probability,
            toss_probability=self.toss_probability,
        )

    @property
    def market_rules(self) -> MarketRules:
        """How volumes are held against the market's total."""
        return MarketRules(
            tolerance=self.reconciliation_tolerance,
            complete=self.market_is_complete,
            forecast_quarters=self.forecast_quarters,
        )


REPORT = ReportSpec(
    name="competitor_comparison",
    title=message("Competitor comparison"),
    question=message(
        "Where do we stand, how sure is that, why did our share move, and what would it take to "
        "overtake?"
    ),
    parameters=ComparisonParameters,
    tables=("institutions",),
    optional_tables=(
        "sources",
        "criteria",
        "competitor_offers",
        "market_volumes",
        "market_totals",
        "switching_flows",
        "expert_judgements",
        "service_times",
        "brand_perceptions",
        "branches",
    ),
)
