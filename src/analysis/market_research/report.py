"""The market-research report: its parameters, and the tables that it reads."""

from __future__ import annotations

from analysis.market_research.settings.research import (
    ForecastSettings,
    SimulationSettings,
    SurveySettings,
)
from analysis.market_research.settings.voice import VoiceSettings
from analysis.params.report import ReportParameters, ReportSpec
from analysis.text import message


class MarketResearchParameters(
    SimulationSettings, ForecastSettings, VoiceSettings, SurveySettings, ReportParameters
):
    """Those of every report, and those of each topic in `settings`."""


REPORT = ReportSpec(
    name="market_research",
    title=message("Market research"),
    question=message(
        "What do customers and the market want, how satisfied are they, what drives it, what "
        "would they pay, and what is coming?"
    ),
    parameters=MarketResearchParameters,
    tables=("surveys", "survey_invitations", "survey_items", "survey_answers"),
    optional_tables=(
        "survey_strata",
        "population_margins",
        "branches",
        "products",
        "holdings",
        "features",
        "kano_answers",
        "best_worst_answers",
        "concepts",
        "price_points",
        "purchase_intentions",
        "choice_attributes",
        "choices",
        "choice_levels",
        "feedback",
        "institutions",
        "market_volumes",
        "market_totals",
        "product_demand",
        "external_indicators",
    ),
)
