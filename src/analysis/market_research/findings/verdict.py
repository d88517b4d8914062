"""The report's verdict, put together from what each question found."""

from __future__ import annotations

from collections.abc import Callable

from analysis.answers import NotAssessed, Verdict
from analysis.market_research.findings.hearing import hearing_brief, hearing_strength
from analysis.market_research.findings.needs import needs_brief
from analysis.market_research.findings.outlook import outlook_brief
from analysis.market_research.findings.satisfaction import satisfaction_brief
from analysis.market_research.hearing import Hearing
from analysis.market_research.needs import Needs
from analysis.market_research.outlook import Outlook
from analysis.market_research.satisfaction import Satisfaction
from analysis.results import Strength
from analysis.text import Message, message

_BRIEFS: dict[type, Callable[..., Message]] = {
    Hearing: hearing_brief,
    Satisfaction: satisfaction_brief,
    Needs: needs_brief,
    Outlook: outlook_brief,
}
"""A clause for each kind of result; a question adds its own here."""


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
    return Verdict(statement=statement, strength=hearing_strength(heard))
