"""Each question's answer, put together for the page."""

from analysis.market_research.findings.verdict import research_verdict as verdict
from analysis.market_research.present.hearing import present_hearing as hearing
from analysis.market_research.present.needs import present_needs as needs
from analysis.market_research.present.outlook import present_outlook as outlook
from analysis.market_research.present.satisfaction import present_satisfaction as satisfaction

__all__ = [
    "hearing",
    "needs",
    "outlook",
    "satisfaction",
    "verdict",
]
