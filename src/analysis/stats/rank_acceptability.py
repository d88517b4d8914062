"""How sure a ranking is, when the weights and the figures behind it are not (SMAA-2).

The ranking is drawn many times with other weights and other figures, each as likely as
what is known of it allows. What is counted is how often each alternative takes each rank.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.decision_matrix import DecisionMatrix
from analysis.stats.grids import grid
from analysis.stats.inputs import Floats, Integers, confidence_problem, refuse
from analysis.stats.multi_criteria import Rule, ValueScale, checked_scale, closeness, value_sum
from analysis.stats.proportions import share
from analysis.stats.weight_draws import checked_draws
from analysis.text import message

Distribution = Literal["normal", "uniform"]

METHOD = Method(
    name=message("Stochastic multicriteria acceptability analysis (SMAA-2)"),
    citation=(
        "Lahdelma, R., Salminen, P. (2001). SMAA-2: Stochastic multicriteria acceptability "
        "analysis for group decision making. Operations Research 49, 444-454; winning "
        "indices: Leskinen, P., Viitanen, J., Kangas, A., Kangas, J. (2006). Forest Science "
        "52, 304-312."
    ),
    assumptions=(
        message("Figures are off independently of each other, as far as their errors say."),
        message("The weights drawn are those that could be argued for."),
        message("The intervals say how far the simulation is off, not how far its inputs are."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankAcceptability:
    """How often each alternative takes each rank; shares are of the draws.

    Attributes
    ----------
    alternatives : tuple of str, length m
    acceptability : tuple of tuple of Estimate, shape (m, m)
        Alternative by rank, rank 1 first.
    winning : tuple of tuple of (Estimate or None), shape (m, m)
        How often the first (row) is ahead of the second; None for one and the same.
    mean_ranks : tuple of float, length m
    central_weights : tuple of (tuple of float or None), length m
        The typical weights of those for whom the alternative is first; None if it never is.
    confidence_factors : tuple of (Estimate or None), length m
        How often the alternative is first with its central weights, figures varying.
    draws : int
    rule : {'topsis', 'weighted-score'}
    """

    alternatives: tuple[str, ...]
    acceptability: tuple[tuple[Estimate, ...], ...]
    winning: tuple[tuple[Estimate | None, ...], ...]
    mean_ranks: tuple[float, ...]
    central_weights: tuple[tuple[float, ...] | None, ...]
    confidence_factors: tuple[Estimate | None, ...]
    draws: int
    rule: Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A rank, who holds it, and how safely.

    Attributes
    ----------
    rank : int
        By mean rank over the draws.
    alternative : str
    acceptability : Estimate
        Share of the draws in which it has just this rank.
    beats_next : Estimate or None
        Share of the draws in which it is ahead of the next place; None for the last.
    verdict : {'safe', 'open', 'coin toss'}
    """

    rank: int
    alternative: str
    acceptability: Estimate
    beats_next: Estimate | None
    verdict: Literal["safe", "open", "coin toss"]


def rank_acceptability(
    matrix: DecisionMatrix,
    weights: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    spread: npt.ArrayLike | None = None,
    distribution: Distribution = "normal",
    rule: Rule = "weighted-score",
    scale: ValueScale | None = None,
    confidence: float = 0.95,
) -> RankAcceptability:
    """Count how often each alternative takes each rank when weights and figures vary.

    Parameters
    ----------
    matrix : DecisionMatrix
    weights : array_like, shape (draws, n)
        Drawn weights, from `draw_weights`, `draw_expert_weights` or `draw_judged_weights`.
    rng : numpy.random.Generator
    spread : array_like, shape (m, n), optional
        Standard error of each figure, or half the width of its range where the distribution
        is uniform; 0 where it is exact. Without it, only the weights vary.
    distribution : {'normal', 'uniform'}
    rule : {'topsis', 'weighted-score'}
    scale : ValueScale, optional
        For the weighted score; by default the worst and best figure as stated, the same in
        every draw.
    confidence : float
        Coverage of the intervals of the simulation error, a fraction.

    Returns
    -------
    RankAcceptability

    Raises
    ------
    EstimationError
        If the drawn weights or the spread do not fit, are negative, or there are fewer
        than 100 draws.

    Notes
    -----
    Source: Lahdelma and Salminen (2001). Equal scores are put in random order.

    Examples
    --------
    >>> from analysis.stats.decision_matrix import decision_matrix
    >>> from analysis.stats.weight_draws import draw_weights
    >>> rng = np.random.default_rng(1)
    >>> banks = decision_matrix([[4, 5], [3, 9]], alternatives=["own", "other"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> found = rank_acceptability(banks, draw_weights(banks.criteria, rng=rng), rng=rng)
    >>> found.acceptability[0][0].value
    1.0
    """
    drawn = checked_draws(weights, matrix.criteria)
    width = _checked_spread(spread, matrix)
    refuse([confidence_problem(confidence)])
    values = matrix.values + width * _noise(rng, (len(drawn), *width.shape), distribution)
    fixed = checked_scale(matrix, scale)

    def rank(by: Floats) -> Integers:
        if rule == "topsis":
            return _ranks(closeness(values, by, matrix.higher_is_better), rng)
        return _ranks(value_sum(values, by, fixed), rng)

    ranks = rank(drawn)
    central = _central_weights(ranks, drawn)
    m = len(matrix.alternatives)
    return RankAcceptability(
        alternatives=matrix.alternatives,
        acceptability=tuple(
            tuple(_share(ranks[:, a] == r, confidence) for r in range(1, m + 1)) for a in range(m)
        ),
        winning=tuple(
            tuple(
                None if a == b else _share(ranks[:, a] < ranks[:, b], confidence) for b in range(m)
            )
            for a in range(m)
        ),
        mean_ranks=tuple(ranks.mean(axis=0).tolist()),
        central_weights=tuple(None if w is None else tuple(w.tolist()) for w in central),
        confidence_factors=tuple(
            None if w is None else _share(rank(w)[:, a] == 1, confidence)
            for a, w in enumerate(central)
        ),
        draws=len(drawn),
        rule=rule,
    )


def places(
    found: RankAcceptability, *, safe_probability: float = 0.95, toss_probability: float = 0.6
) -> tuple[Place, ...]:
    """Say which ranks are safe and which are a coin toss.

    Parameters
    ----------
    found : RankAcceptability
    safe_probability : float
        A rank is safe where its holder has it at least this often, beyond simulation error.
    toss_probability : float
        A rank is a coin toss where its holder and a neighbour beat each other less often
        than this.

    Returns
    -------
    tuple of Place
        Best first. A rank that is neither safe nor a coin toss is open.

    Raises
    ------
    EstimationError
        If a probability lies outside one half to 1.

    Examples
    --------
    >>> from analysis.stats.decision_matrix import decision_matrix
    >>> from analysis.stats.weight_draws import draw_weights
    >>> rng = np.random.default_rng(1)
    >>> banks = decision_matrix([[4, 5], [3, 9]], alternatives=["own", "other"],
    ...                         criteria=["rate", "fee"], higher_is_better=[True, False])
    >>> found = rank_acceptability(banks, draw_weights(banks.criteria, rng=rng), rng=rng)
    >>> places(found)[0].alternative, places(found)[0].verdict
    ('own', 'safe')
    """
    refuse(
        [
            _probability_problem("safe_probability", safe_probability),
            _probability_problem("toss_probability", toss_probability),
        ]
    )
    order = [int(a) for a in np.argsort(found.mean_ranks, kind="stable")]
    lead = [found.winning[a][b] for a, b in pairwise(order)]
    listed = []
    for k, a in enumerate(order):
        beside = [won.value for won in lead[max(k - 1, 0) : k + 1] if won is not None]
        here = found.acceptability[a][k]
        verdict: Literal["safe", "open", "coin toss"] = "open"
        if here.low >= safe_probability:
            verdict = "safe"
        elif min(beside) < toss_probability:
            verdict = "coin toss"
        listed.append(
            Place(
                rank=k + 1,
                alternative=found.alternatives[a],
                acceptability=here,
                beats_next=lead[k] if k < len(lead) else None,
                verdict=verdict,
            )
        )
    return tuple(listed)


def _noise(
    rng: np.random.Generator, size: tuple[int, int, int], distribution: Distribution
) -> Floats:
    if distribution == "normal":
        return rng.standard_normal(size)
    return rng.uniform(-1.0, 1.0, size)


def _ranks(scores: Floats, rng: np.random.Generator) -> Integers:
    order = np.lexsort((rng.random(scores.shape), -scores), axis=-1)
    return np.asarray(np.argsort(order, axis=-1) + 1, dtype=np.int64)


def _central_weights(ranks: Integers, drawn: Floats) -> list[Floats | None]:
    firsts = (ranks == 1).T
    return [
        np.asarray(drawn[first].mean(axis=0), dtype=np.float64) if first.any() else None
        for first in firsts
    ]


def _share(hits: npt.NDArray[np.bool_], confidence: float) -> Estimate:
    return share(int(hits.sum()), hits.size, confidence=confidence)


def _checked_spread(spread: npt.ArrayLike | None, matrix: DecisionMatrix) -> Floats:
    if spread is None:
        return np.zeros_like(matrix.values)
    width = grid(spread, name="spreads of the figures")
    if width.shape != matrix.values.shape or (width < 0).any():
        raise EstimationError(
            Problem(
                what="spreads do not belong to these figures",
                found=f"shape {width.shape}, {int((width < 0).sum())} negative",
                needed=f"shape {matrix.values.shape}, none negative",
                next_step="Give 0 for a figure that is exact.",
            )
        )
    return width


def _probability_problem(name: str, probability: float) -> Problem | None:
    if 0.5 <= probability <= 1:
        return None
    return Problem(
        what=f"{name} is out of range",
        found=str(probability),
        needed="0.5 to 1",
        next_step="Give 0.95 for safe, 0.6 for a coin toss.",
    )
