"""Do the questions of a scale measure one thing?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ibis import _

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.market_research.fieldwork import Fieldwork, respondents
from analysis.market_research.questions import Item
from analysis.market_research.refusals import refusal
from analysis.stats.scale_reliability import ScaleReliability, scale_reliability
from analysis.text import Message

_MOST_PATTERNS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A scale: its questions, and how reliable their sum is.

    Attributes
    ----------
    name : str
    items : tuple of Item
    reliability : ScaleReliability or None
    refused : Message or None
        Why it could not be estimated.
    """

    name: str
    items: tuple[Item, ...]
    reliability: ScaleReliability | None
    refused: Message | None


def scales(
    bank: Bank,
    field: Fieldwork | NotAssessed,
    *,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> tuple[Scale, ...]:
    """Estimate the reliability of every scale of the last wave.

    Patterns of answers are counted in the engine; who left a question out is not in them.
    """
    if isinstance(field, NotAssessed):
        return ()
    names = sorted({item.scale for item in field.items if item.scale})
    found = []
    for name in names:
        items = tuple(item for item in field.items if item.scale == name)
        if len(items) < 2:
            continue
        patterns, people = _patterns(bank, field, items)
        try:
            reliability = scale_reliability(
                patterns,
                people,
                names=[item.key for item in items],
                rng=rng,
                confidence=confidence,
                draws=draws,
            )
        except EstimationError as refused:
            found.append(Scale(name=name, items=items, reliability=None, refused=refusal(refused)))
            continue
        found.append(Scale(name=name, items=items, reliability=reliability, refused=None))
    return tuple(found)


def _patterns(
    bank: Bank, field: Fieldwork, items: tuple[Item, ...]
) -> tuple[
    np.ndarray[tuple[int, int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]
]:
    people = respondents(bank, field.now).select("invitation_id")
    answers = bank.table("survey_answers").semi_join(people, "invitation_id")
    wide = answers.group_by("invitation_id").aggregate(
        **{item.key: _.value.max(where=_.item_id == item.key) for item in items}
    )
    keys = [item.key for item in items]
    whole = wide.drop_null(keys)
    counts = collect(whole.group_by(keys).aggregate(n=whole.count()), max_rows=_MOST_PATTERNS)
    turned = np.column_stack(
        [
            counts[item.key].to_numpy(dtype=np.float64)
            if item.high_is_good
            else item.low + item.high - counts[item.key].to_numpy(dtype=np.float64)
            for item in items
        ]
    )
    return turned, counts.n.to_numpy(dtype=np.float64)
