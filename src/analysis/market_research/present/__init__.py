"""Each question's answer, put together for the page."""

from analysis.market_research.findings.verdict import research_verdict as verdict
from analysis.market_research.present.hearing import present_hearing as hearing

__all__ = [
    "hearing",
    "verdict",
]
