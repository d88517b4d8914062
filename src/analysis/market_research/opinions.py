"""What was answered: counts by cell, question and value, and their moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.market_research.fieldwork import Fieldwork, Wave, cell_keys, respondents
from analysis.market_research.questions import Item
from analysis.stats.inputs import Floats
from analysis.stats.survey_design import (
    DesignEstimate,
    Kind,
    Moments,
    SurveyDesign,
    domain_means,
)

_MOST_CELLS = 20_000_000
Score = Callable[[npt.NDArray[np.int64], Item], Floats]
"""Turns answers to a question into numbers whose mean is of interest."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opinions:
    """Answers within the scope, counted in the engine.

    Attributes
    ----------
    wave : Wave
    counts : DataFrame
        ``item_id``, ``value``, ``cell`` (a position in ``wave.cells``) and ``n``.
    """

    wave: Wave
    counts: pd.DataFrame

    def answers(self, item: Item) -> pd.DataFrame:
        """Give a question's counts; values outside its scale are left out."""
        rows = self.counts[self.counts.item_id == item.key]
        return rows[rows.value.between(item.low, item.high)]


def read_opinions(bank: Bank, field: Fieldwork | NotAssessed) -> Opinions | NotAssessed:
    """Count the answers of the last wave by cell, question and value."""
    return field if isinstance(field, NotAssessed) else read_wave(bank, field.now)


def read_wave(bank: Bank, wave: Wave) -> Opinions:
    """Count one wave's answers by cell, question and value."""
    people = respondents(bank, wave)
    answers = bank.table("survey_answers")
    keys = cell_keys(wave)
    joined = answers.join(people, "invitation_id")
    grouped = joined.group_by([*keys, "item_id", "value"])
    counts = collect(grouped.aggregate(n=joined.count()), max_rows=_MOST_CELLS)
    return Opinions(wave=wave, counts=into_cells(counts, wave))


def into_cells(rows: pd.DataFrame, wave: Wave) -> pd.DataFrame:
    """Replace the keys of cells by each cell's position in ``wave.cells``."""
    keys = cell_keys(wave)
    numbered = wave.cells[wave.cells.inside][keys].assign(cell=wave.cells.index[wave.cells.inside])
    return rows.merge(numbered, on=keys, how="inner").drop(columns=keys)


def as_answered(values: npt.NDArray[np.int64], item: Item) -> Floats:
    """Score an answer by itself, the best highest."""
    turned = values if item.high_is_good else item.low + item.high - values
    return np.asarray(turned, dtype=np.float64)


def in_top_two(values: npt.NDArray[np.int64], item: Item) -> Floats:
    """Score the two best answers 1, others 0."""
    return np.asarray(as_answered(values, item) >= item.high - 1, dtype=np.float64)


def promoter_score(values: npt.NDArray[np.int64], item: Item) -> Floats:
    """Score promoters (9, 10) 100, detractors (0 to 6) -100, others 0.

    Source: Reichheld, F. F. (2003). The one number you need to grow. Harvard Business
    Review 81(12), 46-54.
    """
    turned = as_answered(values, item)
    return np.asarray(100.0 * ((turned >= 9) * 1.0 - (turned <= 6) * 1.0))


def estimate(
    opinions: Opinions,
    columns: Iterable[tuple[Item, Floats | None]],
    score: Score,
    *,
    kind: Kind = "mean",
    confidence: float,
    fewest: int,
    design: SurveyDesign | None = None,
) -> tuple[DesignEstimate | None, ...]:
    """Estimate the mean score of questions, each among all of the scope or a group.

    Parameters
    ----------
    opinions : Opinions
    columns : iterable of (Item, ndarray or None)
        A question, and 1 for each cell of the group, 0 for others; None for all.
    score : callable
    kind, confidence, fewest
        As in `analysis.stats.survey_design.domain_means`.
    design : SurveyDesign, optional
        By default that of the raked weights.

    Returns
    -------
    tuple of DesignEstimate or None
        In the order of `columns`.
    """
    size = len(opinions.wave.cells)
    return domain_means(
        design or opinions.wave.design,
        side_by_side(_moments(opinions, item, group, score, size) for item, group in columns),
        kind=kind,
        confidence=confidence,
        fewest=fewest,
    )


def _moments(
    opinions: Opinions, item: Item, group: Floats | None, score: Score, size: int
) -> tuple[Floats, Floats, Floats]:
    rows = opinions.answers(item)
    n = rows.n.to_numpy(dtype=np.float64)
    if group is not None:
        n = n * group[rows.cell]
    return sums(rows.cell, n, score(rows.value.to_numpy(dtype=np.int64), item), size)


def sums(
    cell: npt.ArrayLike, n: Floats, scores: Floats, size: int
) -> tuple[Floats, Floats, Floats]:
    """Count answers by cell, and sum their scores and the squares; shape (size,) each."""
    first, second, third = (
        np.asarray(np.bincount(cell, weights=n * scores**power, minlength=size), dtype=float)
        for power in range(3)
    )
    return first, second, third


def side_by_side(parts: Iterable[tuple[Floats, Floats, Floats]]) -> Moments:
    """Put the sums of several questions or groups into columns."""
    found = list(parts)
    n, total, square = (np.column_stack([part[k] for part in found]) for k in range(3))
    return Moments(n=n, total=total, square=square)


def counted(
    opinions: Opinions, columns: Iterable[tuple[Item, Floats | None]], score: Score
) -> tuple[int, ...]:
    """Count the unweighted answers that a score of 0 and 1 marks."""
    size = len(opinions.wave.cells)
    return tuple(
        round(float(_moments(opinions, item, group, score, size)[1].sum()))
        for item, group in columns
    )
