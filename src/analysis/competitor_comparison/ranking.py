"""Overall: who is ahead, how sure that is, and what would move us up one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt

from analysis.answers import NotAssessed
from analysis.competitor_comparison.attributes import PointByPoint
from analysis.competitor_comparison.facts import Doubt, Register
from analysis.competitor_comparison.rules import WeighingRules
from analysis.competitor_comparison.weights import Weighing, weigh
from analysis.data.tables import Bank
from analysis.stats.decision_matrix import DecisionMatrix, decision_matrix
from analysis.stats.multi_criteria import Ranking, topsis, weighted_score
from analysis.stats.overtaking import Overtaking, smallest_overtakings
from analysis.stats.rank_acceptability import (
    Place,
    RankAcceptability,
    places,
    rank_acceptability,
)
from analysis.stats.rank_reversal import RankReversal, rank_reversals
from analysis.text import message

_FEWEST_CRITERIA = 2
_MISSING_SPREAD = 0.5
"""Of the range: a figure that is not there may be nearly anywhere in it."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The overall ranking and how far it holds.

    Attributes
    ----------
    register : Register
    matrix : DecisionMatrix
        Missing figures stand at the median of the others.
    weighing : Weighing
    by_score, by_topsis : Ranking
    acceptability : RankAcceptability
        Weights and figures vary; old, doubtful and missing figures vary more.
    places : tuple of Place
    places_undoubted : tuple of Place
        As if every figure were current and sound: what the doubts cost.
    reversals : tuple of RankReversal
        Of TOPSIS, with each institution left out in turn.
    overtakings : tuple of Overtaking
        For us; empty where we are first.
    doubts : mapping of str to frozenset of Doubt
        By institution.
    rules : WeighingRules
    """

    register: Register
    matrix: DecisionMatrix
    weighing: Weighing
    by_score: Ranking
    by_topsis: Ranking
    acceptability: RankAcceptability
    places: tuple[Place, ...]
    places_undoubted: tuple[Place, ...]
    reversals: tuple[RankReversal, ...]
    overtakings: tuple[Overtaking, ...]
    doubts: Mapping[str, frozenset[Doubt]]
    rules: WeighingRules

    def score_rank(self, institution: str) -> int:
        """Give an institution's rank by weighted score."""
        return self.by_score.ranks[self.by_score.alternatives.index(institution)]

    def place(self, institution: str) -> Place:
        """Give the place that an institution holds, by mean rank."""
        return next(place for place in self.places if place.alternative == institution)


def overall_standing(
    bank: Bank,
    points: PointByPoint | NotAssessed,
    *,
    rules: WeighingRules,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Standing | NotAssessed:
    """Rank the institutions, and say how safe the ranks are.

    Parameters
    ----------
    bank : Bank
        Uses ``expert_judgements``.
    points : PointByPoint
    rules : WeighingRules
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    Standing or NotAssessed

    Raises
    ------
    EstimationError
        If a criterion does not vary, the weights asked for are not there, or an expert
        contradicts himself beyond the accepted ratio and no reason overrides.
    """
    question = message("Where do we stand overall?")
    if isinstance(points, NotAssessed):
        return NotAssessed(name="ranking", question=question, reason=points.reason)
    if len(points.positions) < _FEWEST_CRITERIA:
        return NotAssessed(
            name="ranking",
            question=question,
            reason=message("fewer than two criteria have comparable figures."),
        )
    matrix, spread, errors, doubts = _matrix(points, rules.doubt_share)
    criteria = [position.criterion for position in points.positions]
    weighing = weigh(
        bank, matrix, criteria, rules=rules, confidence=confidence, rng=rng, draws=draws
    )
    seed = int(rng.integers(2**32))  # the same draws for both, so that only the doubts differ
    found, undoubted = (
        rank_acceptability(
            matrix,
            weighing.draws,
            rng=np.random.default_rng(seed),
            spread=by,
            confidence=confidence,
        )
        for by in (spread, errors)
    )
    limits = {
        "safe_probability": rules.safe_probability,
        "toss_probability": rules.toss_probability,
    }
    return Standing(
        register=points.register,
        matrix=matrix,
        weighing=weighing,
        by_score=weighted_score(matrix, weighing.weights),
        by_topsis=topsis(matrix, weighing.weights),
        acceptability=found,
        places=places(found, **limits),
        places_undoubted=places(undoubted, **limits),
        reversals=rank_reversals(matrix, weighing.weights, rule="topsis"),
        overtakings=smallest_overtakings(matrix, weighing.weights, points.register.own),
        doubts=doubts,
        rules=rules,
    )


def _matrix(
    points: PointByPoint, doubt_share: float
) -> tuple[DecisionMatrix, Floats, Floats, dict[str, frozenset[Doubt]]]:
    """Fill the matrix, its spread with doubts and without, and the doubts a row rests on."""
    keys = points.register.keys
    shape = (len(keys), len(points.positions))
    values, spread, errors = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    doubts: dict[str, set[Doubt]] = {key: set() for key in keys}
    for j, position in enumerate(points.positions):
        offers = {key: points.figures.get((key, position.criterion.key)) for key in keys}
        known = [offer.value for offer in offers.values() if offer is not None]
        extent = max(known) - min(known)
        for i, key in enumerate(keys):
            offer = offers[key]
            if offer is None:
                values[i, j], spread[i, j] = median(known), _MISSING_SPREAD * extent
                doubts[key].add(Doubt.MISSING)
                continue
            values[i, j], errors[i, j] = offer.value, offer.error or 0.0
            doubted = doubt_share * extent if offer.evidence.doubts else 0.0
            spread[i, j] = float(np.hypot(errors[i, j], doubted))
            doubts[key] |= offer.evidence.doubts
    matrix = decision_matrix(
        values,
        alternatives=keys,
        criteria=[position.criterion.key for position in points.positions],
        higher_is_better=[position.criterion.higher_is_better for position in points.positions],
    )
    return matrix, spread, errors, {key: frozenset(found) for key, found in doubts.items()}
