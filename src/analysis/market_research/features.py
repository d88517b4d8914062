"""Which features are expected, which delight? Kano's classes, weighted, with their certainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from ibis import _

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.market_research.fieldwork import Fieldwork, cell_keys, respondents
from analysis.market_research.opinions import into_cells, side_by_side, sums
from analysis.market_research.questions import words
from analysis.market_research.rules import SurveyRules
from analysis.stats.kano import CLASSES, KanoClass, classify_feature, kano_class
from analysis.stats.survey_design import DesignEstimate, domain_means
from analysis.text import Words

_MOST_CELLS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """A feature and how customers see it.

    Attributes
    ----------
    name : Words
    n : int
        Who answered both of its questions.
    counts : tuple of int
        Unweighted answers of each class, in the order of `CLASSES`.
    kano : KanoClass
    """

    name: Words
    n: int
    counts: tuple[int, ...]
    kano: KanoClass


def classify_features(
    bank: Bank,
    field: Fieldwork | NotAssessed,
    *,
    rules: SurveyRules,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> tuple[Feature, ...]:
    """Classify each feature that those who answered the last wave were asked about.

    Returns
    -------
    tuple of Feature
        In the order of the register; features with too few answers are left out.
    """
    if isinstance(field, NotAssessed) or not (bank.has("features") and bank.has("kano_answers")):
        return ()
    answers = bank.table("kano_answers").join(respondents(bank, field.now), "invitation_id")
    keys = [*cell_keys(field.now), "feature_id", "with_feature", "without_feature"]
    counts = collect(answers.group_by(keys).aggregate(n=_.count()), max_rows=_MOST_CELLS)
    counts = into_cells(counts, field.now)
    counts["kano"] = [
        kano_class(int(a), int(b))
        for a, b in zip(counts.with_feature, counts.without_feature, strict=True)
    ]
    register = collect(bank.table("features"), max_rows=10_000).sort_values("feature_id")
    found = []
    for row in register.itertuples():
        rows = counts[counts.feature_id == row.feature_id]
        name = words(row.name_en, getattr(row, "name_zh", None))
        feature = _classify(field, rows, name, rules, confidence, rng=rng, draws=draws)
        if feature is not None:
            found.append(feature)
    return tuple(found)


def _classify(
    field: Fieldwork,
    rows: pd.DataFrame,
    name: Words,
    rules: SurveyRules,
    confidence: float,
    *,
    rng: np.random.Generator,
    draws: int,
) -> Feature | None:
    n = rows.n.to_numpy(dtype=np.float64)
    marks = [np.asarray(rows.kano == kind, dtype=np.float64) for kind in CLASSES]
    estimates = domain_means(
        field.now.design,
        side_by_side(sums(rows.cell, n, mark, len(field.now.cells)) for mark in marks),
        kind="share",
        confidence=confidence,
        fewest=rules.fewest_answers,
    )
    shares = [found for found in estimates if found is not None]
    if len(shares) < len(CLASSES):
        return None
    try:
        kano = classify_feature(
            [found.estimate.value for found in shares],
            effective_n=_effective_n(shares),
            rng=rng,
            confidence=confidence,
            draws=draws,
        )
    except EstimationError:
        return None
    counts = tuple(round(float(n @ mark)) for mark in marks)
    return Feature(name=name, n=round(float(n.sum())), counts=counts, kano=kano)


def _effective_n(shares: list[DesignEstimate]) -> float:
    """Give the effective number of answers by the generalised design effect.

    Source: Rao, J. N. K., Scott, A. J. (1984). On chi-squared tests for multiway
    contingency tables with cell proportions estimated from survey data. Annals of
    Statistics 12, 46-60.
    """
    variance = sum(found.error**2 for found in shares)
    simple = sum(found.estimate.value * (1 - found.estimate.value) for found in shares)
    n = shares[0].n
    return min(simple / variance, float(n)) if variance > 0 else float(n)
