"""The report's verdict, put together from what each question found."""

from __future__ import annotations

from collections.abc import Callable

from analysis.answers import NotAssessed, Verdict
from analysis.market_research.choices import ChoiceExperiment
from analysis.market_research.drivers import SatisfactionDrivers
from analysis.market_research.findings.choices import choices_brief
from analysis.market_research.findings.drivers import drivers_brief
from analysis.market_research.findings.hearing import hearing_brief, hearing_strength
from analysis.market_research.findings.needs import needs_brief
from analysis.market_research.findings.outlook import outlook_brief
from analysis.market_research.findings.prices import prices_brief
from analysis.market_research.findings.satisfaction import satisfaction_brief
from analysis.market_research.findings.segments import segments_brief
from analysis.market_research.findings.themes import themes_brief
from analysis.market_research.hearing import Hearing
from analysis.market_research.needs import Needs
from analysis.market_research.outlook import Outlook
from analysis.market_research.prices import Prices
from analysis.market_research.satisfaction import Satisfaction
from analysis.market_research.segments import Segments
from analysis.market_research.themes import CustomerWords
from analysis.results import Strength
from analysis.text import Message, message

_BRIEFS: dict[type, Callable[..., Message]] = {
    Hearing: hearing_brief,
    Satisfaction: satisfaction_brief,
    Needs: needs_brief,
    SatisfactionDrivers: drivers_brief,
    Prices: prices_brief,
    ChoiceExperiment: choices_brief,
    Segments: segments_brief,
    CustomerWords: themes_brief,
    Outlook: outlook_brief,
}
"""A clause for each kind of result; a question adds its own here."""

_ASSOCIATIONS = (SatisfactionDrivers, Prices, ChoiceExperiment)
"""Results that never say more than suggestive: associations, and what was said of prices."""


def research_verdict(*answers: object) -> Verdict:
    """Answer the report's question from the results of its questions, in their order.

    Parameters
    ----------
    *answers : object
        Results of the questions; what was not assessed is passed over.
    """
    clauses = [_BRIEFS[type(answer)](answer) for answer in answers if type(answer) in _BRIEFS]
    missing = sum(isinstance(answer, NotAssessed) for answer in answers)
    if not clauses:
        return Verdict(
            statement=message("None of the questions could be assessed."),
            strength=Strength.INCONCLUSIVE,
        )
    statement = clauses[0]
    for clause in clauses[1:]:
        statement = message("{first} {second}", first=statement, second=clause)
    heard = next((answer for answer in answers if isinstance(answer, Hearing)), None)
    if missing or heard is None:
        return Verdict(statement=statement, strength=Strength.SUGGESTIVE)
    strength = hearing_strength(heard)
    if strength is Strength.CONCLUSIVE and any(isinstance(a, _ASSOCIATIONS) for a in answers):
        strength = Strength.SUGGESTIVE  # no surer than the least sure of its clauses
    return Verdict(statement=statement, strength=strength)
