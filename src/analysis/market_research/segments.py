"""Whether customers fall into segments by what they hold important."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.errors import EstimationError
from analysis.market_research.fieldwork import Fieldwork
from analysis.market_research.questions import Item
from analysis.market_research.refusals import refusal
from analysis.market_research.respondents import Respondents, answers_to, shares_of
from analysis.stats.need_segments import STABLE, NeedSegments, need_segments
from analysis.stats.survey_design import DesignEstimate
from analysis.text import Message, message

_APART = 0.5
"""Points from the mean of all from which a need tells a segment apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment.

    Attributes
    ----------
    n : int
        People asked who fall into it.
    share : DesignEstimate or None
        Of the customers, weighted.
    means : tuple of float
        Importance of each need.
    above, below : tuple of Item
        Needs held more and less important than by all, the most different first.
    stability : float
    """

    n: int
    share: DesignEstimate | None
    means: tuple[float, ...]
    above: tuple[Item, ...]
    below: tuple[Item, ...]
    stability: float

    @property
    def stable(self) -> bool:
        """Whether the segment comes back when people are drawn again."""
        return self.stability >= STABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The answer on segments.

    Attributes
    ----------
    needs : tuple of Item
    segments : tuple of Segment
        Largest first; a single one says that there are none.
    found : NeedSegments
    overall : tuple of float
        Importance of each need to all.
    n : int
    """

    needs: tuple[Item, ...]
    segments: tuple[Segment, ...]
    found: NeedSegments
    overall: tuple[float, ...]
    n: int


def customer_segments(
    bank: Bank,
    field: Fieldwork | NotAssessed,
    people: Respondents | NotAssessed,
    *,
    most: int,
    confidence: float,
    rng: np.random.Generator,
) -> Segments | NotAssessed:
    """Look for segments by need, and size them by the survey's weights.

    Parameters
    ----------
    bank : Bank
        Uses ``survey_answers``.
    field : Fieldwork or NotAssessed
    people : Respondents or NotAssessed
    most : int
        Largest number of segments that is tried.
    confidence : float
    rng : numpy.random.Generator
    """
    if isinstance(field, NotAssessed) or isinstance(people, NotAssessed):
        return _not_assessed(message("too few people answered the survey."))
    needs = field.of_kind("importance")
    if len(needs) < 2:
        return _not_assessed(message("the survey asks for the importance of fewer than two needs."))
    frame, answers = answers_to(bank, people, needs)
    weights = frame.weight.to_numpy(dtype=np.float64)
    try:
        found = need_segments(answers, rng=rng, weights=weights, most=most)
        shares = shares_of(people, frame, found.membership, found.number, confidence=confidence)
    except EstimationError as refused:
        return _not_assessed(refusal(refused))
    overall = np.average(answers, axis=0, weights=weights)
    return Segments(
        needs=needs,
        segments=tuple(_segment(k, found, shares[k], overall, needs) for k in range(found.number)),
        found=found,
        overall=tuple(overall.tolist()),
        n=len(frame),
    )


def _segment(
    place: int,
    found: NeedSegments,
    share: DesignEstimate | None,
    overall: np.ndarray,
    needs: tuple[Item, ...],
) -> Segment:
    apart = found.centres[place] - overall
    order = np.argsort(-apart)
    return Segment(
        n=int((found.membership == place).sum()),
        share=share,
        means=tuple(found.centres[place].tolist()),
        above=tuple(needs[k] for k in order if apart[k] >= _APART),
        below=tuple(needs[k] for k in order[::-1] if apart[k] <= -_APART),
        stability=found.stability[place],
    )


def _not_assessed(reason: Message) -> NotAssessed:
    return NotAssessed(
        name="segments", question=message("Which segments are there?"), reason=reason
    )
