"""Weights from several experts, with the spread between them.

Their judgements are averaged (geometric mean); the interval says how far the weights
depend on who was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.grids import draws_problem
from analysis.stats.inputs import Floats, bracket, confidence_problem, refuse
from analysis.stats.judgements import checked_matrix
from analysis.stats.laws import student_quantile
from analysis.stats.pairwise_comparison import (
    ACCEPTED_RATIO,
    PairwiseWeights,
    RandomIndexTable,
    pairwise_weights,
    principal_weights,
)
from analysis.text import message

MINIMUM_EXPERTS = 3

METHOD = Method(
    name=message("Geometric mean of the experts' judgements, with jackknife intervals"),
    citation=(
        "Aczel, J., Saaty, T. L. (1983). Procedures for synthesizing ratio judgements. "
        "J. Mathematical Psychology 27, 93-102; Tukey, J. W. (1958). Bias and "
        "confidence in not quite large samples. Ann. Math. Statist. 29, 614."
    ),
    assumptions=(
        message("The experts judge independently of each other."),
        message("The experts asked are typical of all whose opinion counts."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertWeights:
    """Weights that several experts agree on, with the spread between them.

    Attributes
    ----------
    combined : PairwiseWeights
        Weights and consistency of the averaged judgements.
    weights : tuple of Estimate
        Fractions, in the order of the criteria.
    expert_ratios : tuple of float
        Consistency ratio of each expert.
    """

    combined: PairwiseWeights
    weights: tuple[Estimate, ...]
    expert_ratios: tuple[float, ...]


def combine_judgements(matrices: Sequence[npt.ArrayLike], *, criteria: Sequence[str]) -> Floats:
    """Average the experts' judgements: the geometric mean, cell by cell.

    Parameters
    ----------
    matrices : sequence of array_like, each of shape (n, n)
        One per expert.
    criteria : sequence of str

    Returns
    -------
    ndarray, shape (n, n)
        Reciprocal again, which no other average is.

    Raises
    ------
    EstimationError
        If there is no expert, or a matrix is none of judgements.

    Notes
    -----
    Source: Aczel and Saaty (1983).

    Examples
    --------
    >>> combine_judgements([[[1, 2], [1 / 2, 1]], [[1, 8], [1 / 8, 1]]],
    ...                    criteria=["fees", "speed"]).round(2).tolist()
    [[1.0, 4.0], [0.25, 1.0]]
    """
    return np.asarray(np.exp(_logs(matrices, criteria).mean(axis=0)), dtype=np.float64)


def expert_weights(
    matrices: Sequence[npt.ArrayLike],
    *,
    criteria: Sequence[str],
    confidence: float = 0.95,
    accepted_ratio: float = ACCEPTED_RATIO,
    accept_inconsistent: bool = False,
    random_index: RandomIndexTable = "saaty",
) -> ExpertWeights:
    """Weigh criteria by the judgements of several experts, with intervals.

    Parameters
    ----------
    matrices : sequence of array_like, each of shape (n, n)
        One per expert, at least 3.
    criteria : sequence of str
    confidence : float
        Coverage of each interval, a fraction.
    accepted_ratio, accept_inconsistent, random_index
        As `pairwise_weights`; they apply to every expert.

    Returns
    -------
    ExpertWeights

    Raises
    ------
    EstimationError
        If there are fewer than 3 experts, or one is inconsistent beyond the accepted
        ratio; the message counts the experts from 1.

    Notes
    -----
    Jackknife over experts of the weights' log odds, with Student's t of one degree of
    freedom less than there are experts.

    Examples
    --------
    >>> found = expert_weights([[[1, 2], [1 / 2, 1]], [[1, 3], [1 / 3, 1]], [[1, 4], [1 / 4, 1]]],
    ...                        criteria=["fees", "speed"])
    >>> round(found.weights[0].value, 3), round(found.weights[0].low, 3)
    (0.743, 0.548)
    """
    refuse([_too_few_experts(len(matrices)), confidence_problem(confidence)])
    weigh = partial(
        pairwise_weights,
        criteria=criteria,
        accepted_ratio=accepted_ratio,
        accept_inconsistent=accept_inconsistent,
        random_index=random_index,
    )
    each = _each_expert(matrices, weigh)
    logs = _logs(matrices, criteria)
    combined = weigh(np.exp(logs.mean(axis=0)))
    return ExpertWeights(
        combined=combined,
        weights=_jackknife(np.asarray(combined.weights), logs, confidence),
        expert_ratios=tuple(found.consistency_ratio for found in each),
    )


def draw_expert_weights(
    matrices: Sequence[npt.ArrayLike],
    *,
    criteria: Sequence[str],
    rng: np.random.Generator,
    draws: int = 2000,
) -> Floats:
    """Draw the weights that other experts of the same kind might have given.

    Parameters
    ----------
    matrices : sequence of array_like, each of shape (n, n)
    criteria : sequence of str
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    ndarray, shape (draws, n)
        Experts drawn with replacement and averaged; each row adds up to 1.

    Raises
    ------
    EstimationError
        If there are fewer than 3 experts or 100 draws.

    Examples
    --------
    >>> drawn = draw_expert_weights([[[1, r], [1 / r, 1]] for r in (2, 3, 4)], draws=100,
    ...                             criteria=["fees", "speed"], rng=np.random.default_rng(1))
    >>> drawn.shape, bool((drawn[:, 0] > drawn[:, 1]).all())
    ((100, 2), True)
    """
    refuse([_too_few_experts(len(matrices)), draws_problem(draws)])
    logs = _logs(matrices, criteria)
    drawn = rng.integers(len(logs), size=(draws, len(logs)))
    return principal_weights(np.exp(logs[drawn].mean(axis=1)))[0]


def _logs(matrices: Sequence[npt.ArrayLike], criteria: Sequence[str]) -> Floats:
    refuse([_too_few_experts(len(matrices), minimum=1)])
    return np.log(
        np.stack(
            [
                checked_matrix(matrix, criteria=criteria, name=f"judgements of expert {k}")
                for k, matrix in enumerate(matrices, start=1)
            ]
        )
    )


def _each_expert(
    matrices: Sequence[npt.ArrayLike], weigh: Callable[[npt.ArrayLike], PairwiseWeights]
) -> list[PairwiseWeights]:
    """Weigh by every expert alone; collect what is wrong with any of them."""
    found: list[PairwiseWeights] = []
    problems: list[Problem] = []
    for k, matrix in enumerate(matrices, start=1):
        try:
            found.append(weigh(matrix))
        except EstimationError as error:
            problems += [
                replace(problem, what=f"expert {k}: {problem.what}") for problem in error.problems
            ]
    refuse(problems)
    return found


def _jackknife(weights: Floats, logs: Floats, confidence: float) -> tuple[Estimate, ...]:
    experts = len(logs)
    without = (logs.sum(axis=0) - logs) / (experts - 1)
    odds = logit(principal_weights(np.exp(without))[0])
    pseudo = experts * logit(weights) - (experts - 1) * odds
    error = pseudo.std(axis=0, ddof=1) / np.sqrt(experts)
    reach = student_quantile((1 + confidence) / 2, experts - 1) * error
    low, high = expit(logit(weights) - reach), expit(logit(weights) + reach)
    return tuple(
        bracket(value, below, above, confidence)
        for value, below, above in zip(weights, low, high, strict=True)
    )


def _too_few_experts(n: int, *, minimum: int = MINIMUM_EXPERTS) -> Problem | None:
    if n >= minimum:
        return None
    return Problem(
        what="too few experts",
        found=str(n),
        needed=f"at least {minimum}",
        next_step="Ask more experts, or state the judgement error of one.",
    )
