"""Which features matter most and least, chosen among a few at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.market_research.questions import words
from analysis.market_research.refusals import refusal
from analysis.market_research.respondents import Respondents
from analysis.stats.best_worst import BestWorstTasks, Standing, best_worst
from analysis.text import Message, Words, message

_MOST_ROWS = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Priorities:
    """Features by how often they are best less worst.

    Attributes
    ----------
    standings : tuple of Standing
        The best first.
    names : dict of str to Words
    n_people, n_tasks, left_out : int
        `left_out` counts tasks without one best and one worst.
    """

    standings: tuple[Standing, ...]
    names: dict[str, Words]
    n_people: int
    n_tasks: int
    left_out: int


def feature_priorities(
    bank: Bank, people: Respondents | NotAssessed, *, confidence: float
) -> Priorities | NotAssessed:
    """Rank features by best-worst scaling.

    Parameters
    ----------
    bank : Bank
        Uses ``features`` and ``best_worst_answers``.
    people : Respondents or NotAssessed
    confidence : float
    """
    if isinstance(people, NotAssessed):
        return _not_assessed(message("too few people answered the survey."))
    if not (bank.has("features") and bank.has("best_worst_answers")):
        return _not_assessed(message("the source has no best-worst answers."))
    if people.too_few_units:
        return _not_assessed(people.too_few_units)
    features = collect(bank.table("features"), max_rows=10_000).sort_values("feature_id")
    keys = tuple(str(key) for key in features.feature_id)
    rows = people.with_rows(collect(bank.table("best_worst_answers"), max_rows=_MOST_ROWS))
    if rows.empty:
        return _not_assessed(message("the source has no best-worst answers."))
    tasks, strata, left_out = _tasks(rows, keys)
    try:
        found = best_worst(tasks, strata=strata, confidence=confidence)
    except EstimationError as refused:
        return _not_assessed(refusal(refused))
    return Priorities(
        standings=tuple(sorted(found, key=lambda standing: -standing.score.value)),
        names={
            str(row.feature_id): words(row.name_en, getattr(row, "name_zh", None))
            for row in features.itertuples()
        },
        n_people=int(rows.invitation_id.nunique()),
        n_tasks=len(tasks.best),
        left_out=left_out,
    )


def _tasks(rows: pd.DataFrame, keys: tuple[str, ...]) -> tuple[BestWorstTasks, np.ndarray, int]:
    """Lay out the tasks of the most frequent size with one best and one worst."""
    rows = rows.assign(place=pd.Categorical(rows.feature_id, categories=keys).codes)
    rows = rows.sort_values(["invitation_id", "task", "place"], ignore_index=True)
    number = rows.groupby(["invitation_id", "task"], sort=True).ngroup().to_numpy()
    size = np.bincount(number)
    best = np.bincount(number, weights=rows.picked == "best")
    worst = np.bincount(number, weights=rows.picked == "worst")
    usual = int(np.bincount(size).argmax()) if len(size) else 0
    good = (size == usual) & (best == 1) & (worst == 1)
    kept = rows[good[number]] if len(rows) else rows
    first = kept.iloc[:: max(usual, 1)]
    picked = kept.picked.to_numpy(dtype=object).reshape(-1, max(usual, 1))
    seen = np.unique(kept.place)
    back = np.full(len(keys), -1)
    back[seen] = np.arange(len(seen))
    tasks = BestWorstTasks(
        names=tuple(keys[k] for k in seen),
        shown=back[kept.place.to_numpy(dtype=np.int64)].reshape(-1, max(usual, 1)),
        best=np.asarray((picked == "best").argmax(axis=1)),
        worst=np.asarray((picked == "worst").argmax(axis=1)),
        person=first.cluster.to_numpy(dtype=np.int64),
        weights=first.weight.to_numpy(dtype=np.float64),
    )
    return tasks, first.stratum.to_numpy(dtype=np.int64), int((~good).sum())


def _not_assessed(reason: Message) -> NotAssessed:
    return NotAssessed(
        name="priorities",
        question=message("Which features matter most to them?"),
        reason=reason,
    )
