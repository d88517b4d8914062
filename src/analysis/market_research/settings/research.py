"""Parameters of the survey's weights and estimates, of needs and of the forecast."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from analysis.market_research.rules import ForecastRules, SurveyRules


class SurveySettings(BaseModel):
    """How respondents are weighted, and when a difference counts."""

    largest_weight_ratio: float = Field(
        default=5.0,
        gt=1,
        le=100,
        description="Raked weights are trimmed at so many times their mean.",
    )
    fewest_answers: int = Field(
        default=30, ge=2, le=10_000, description="Answers that an estimate for a group needs."
    )
    correction: Literal["holm", "benjamini-hochberg"] = Field(
        default="holm", description="How many comparisons at once are corrected for."
    )

    @property
    def survey_rules(self) -> SurveyRules:
        """How respondents are weighted, and when a difference counts."""
        return SurveyRules(
            largest_weight_ratio=self.largest_weight_ratio,
            fewest_answers=self.fewest_answers,
            correction=self.correction,
        )


class ForecastSettings(BaseModel):
    """How far ahead demand is forecast, and how that is put to the test."""

    forecast_months: int = Field(
        default=6, ge=1, le=24, description="Months ahead for which demand is forecast."
    )
    forecast_origins: int = Field(
        default=24,
        ge=8,
        le=60,
        description="Past months from which forecasts are made to test them.",
    )
    longest_lag_months: int = Field(
        default=4, ge=0, le=12, description="Longest delay of an indicator that is looked at."
    )

    @property
    def forecast_rules(self) -> ForecastRules:
        """How far ahead, from how many origins, and with which delays."""
        return ForecastRules(
            months=self.forecast_months,
            origins=self.forecast_origins,
            longest_lag=self.longest_lag_months,
        )


class SimulationSettings(BaseModel):
    """What intervals that are simulated rest on."""

    seed: int = Field(default=20251231, ge=0, description="Of the intervals that are simulated.")
    draws: int = Field(
        default=2000, ge=200, le=50_000, description="Draws of the intervals that are simulated."
    )
