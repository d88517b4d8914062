"""The demand-management assessment: its parameters, and the tables that it reads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from analysis.demand_assessment.rules import GradeRules, Period, PipelineRules, WeighingRules
from analysis.params.report import ReportParameters, ReportSpec
from analysis.text import message


class AssessmentParameters(ReportParameters):
    """How the index is weighed and graded, and how the pipeline is looked at."""

    weights: Literal["given", "ahp", "entropy"] = Field(
        default="given",
        description="Weights of the dimensions: given by management, from experts, or from data.",
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
    grade_a_from: float = Field(
        default=85.0, gt=0, le=100, description="Points of 100 from which the grade is A."
    )
    grade_b_from: float = Field(
        default=70.0, gt=0, le=100, description="Points of 100 from which the grade is B."
    )
    grade_c_from: float = Field(
        default=55.0, gt=0, le=100, description="Points of 100 from which the grade is C."
    )
    horizon_days: int = Field(
        default=120, ge=7, le=1000, description="Lead times and waits are averaged up to it."
    )
    little_tolerance: float = Field(
        default=0.15,
        gt=0,
        le=1,
        description="Work in progress may differ from throughput times lead time by this fraction.",
    )
    customer_report: str = Field(
        default="market_research",
        max_length=64,
        description="Report that publishes the satisfaction of customers.",
    )
    customer_metric: str = Field(
        default="satisfaction_top_two",
        max_length=64,
        description="Name of the metric in that report.",
    )
    seed: int = Field(default=20251231, ge=0, description="Of the intervals that are simulated.")
    draws: int = Field(
        default=2000, ge=200, le=50_000, description="Draws of the intervals that are simulated."
    )

    @model_validator(mode="after")
    def _grades_in_order(self) -> AssessmentParameters:
        if not self.grade_a_from > self.grade_b_from > self.grade_c_from:
            raise ValueError("grade_a_from is above grade_b_from, and that above grade_c_from")
        return self

    @property
    def period(self) -> Period:
        """The period that is assessed."""
        return Period(after=self.previous_as_of, until=self.as_of)

    @property
    def weighing_rules(self) -> WeighingRules:
        """How the dimensions are weighed."""
        return WeighingRules(
            mode=self.weights,
            accepted_ratio=self.accepted_consistency_ratio,
            override_reason=self.override_reason.strip(),
            concentration=self.weight_concentration,
        )

    @property
    def grade_rules(self) -> GradeRules:
        """From how many points on a grade is given."""
        return GradeRules(
            a_from=self.grade_a_from, b_from=self.grade_b_from, c_from=self.grade_c_from
        )

    @property
    def pipeline_rules(self) -> PipelineRules:
        """How the pipeline is looked at."""
        return PipelineRules(horizon_days=self.horizon_days, little_tolerance=self.little_tolerance)


REPORT = ReportSpec(
    name="demand_assessment",
    title=message("Demand-management assessment"),
    question=message(
        "How well does the bank manage demand, what moved since the last period, and did the "
        "actions work?"
    ),
    parameters=AssessmentParameters,
    tables=(),
    optional_tables=(
        "dimensions",
        "indicators",
        "indicator_targets",
        "indicator_values",
        "dimension_judgements",
        "departments",
        "demands",
        "actions",
        "compliance_findings",
        "employee_answers",
    ),
    reads_others=True,
)
