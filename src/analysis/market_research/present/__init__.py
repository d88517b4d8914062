"""Each question's answer, put together for the page."""

from analysis.market_research.findings.verdict import research_verdict as verdict
from analysis.market_research.present.choices import present_choices as choices
from analysis.market_research.present.choices import present_priorities as priorities
from analysis.market_research.present.drivers import present_drivers as drivers
from analysis.market_research.present.hearing import present_hearing as hearing
from analysis.market_research.present.needs import present_needs as needs
from analysis.market_research.present.outlook import present_outlook as outlook
from analysis.market_research.present.prices import present_prices as prices
from analysis.market_research.present.satisfaction import present_satisfaction as satisfaction
from analysis.market_research.present.segments import present_segments as segments
from analysis.market_research.present.themes import present_themes as themes

__all__ = [
    "choices",
    "drivers",
    "hearing",
    "needs",
    "outlook",
    "prices",
    "priorities",
    "satisfaction",
    "segments",
    "themes",
    "verdict",
]
