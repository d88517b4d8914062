"""What matters most and least to people (best-worst scaling)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._clustered import clustered_covariance
from analysis.stats.conditional_logit import ChoiceSets, conditional_logit
from analysis.stats.inputs import Floats, Integers, bracket, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

METHODS = MappingProxyType(
    {
        "counts": Method(
            name=message("Best-worst counts"),
            citation=(
                "Finn, A., Louviere, J. J. (1992). Determining the appropriate response to "
                "evidence of public concern: the case of food safety. Journal of Public Policy "
                "and Marketing 11(2), 12-25."
            ),
            assumptions=(message("Each feature was shown with each other about equally often."),),
        ),
        "logit": Method(
            name=message("Sequential best-worst logit"),
            citation=(
                "Marley, A. A. J., Louviere, J. J. (2005). Some probabilistic models of best, "
                "worst, and best-worst choices. Journal of Mathematical Psychology 49, 464-480."
            ),
            assumptions=(
                message("The worst is chosen among the rest by the negative of the same utility."),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a feature fares.

    Attributes
    ----------
    name : str
    shown, best, worst : int
        Tasks.
    score : Estimate
        Share of the tasks in which it was best, less those in which it was worst: -1 to 1.
    utility : Estimate
        Log odds against a feature of average utility.
    preference_share : float
        Chance to be best among all features together.
    """

    name: str
    shown: int
    best: int
    worst: int
    score: Estimate
    utility: Estimate
    preference_share: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BestWorstTasks:
    """Tasks of equal size.

    Attributes
    ----------
    names : tuple of str, length k
    shown : ndarray of int, shape (n_tasks, m)
        Positions in `names`.
    best, worst : ndarray of int, shape (n_tasks,)
        Positions within the task.
    person : ndarray of int, shape (n_tasks,)
        Or any larger unit whose answers depend on each other.
    weights : ndarray, shape (n_tasks,)
    """

    names: tuple[str, ...]
    shown: Integers
    best: Integers
    worst: Integers
    person: Integers
    weights: Floats


def best_worst(
    tasks: BestWorstTasks, *, strata: Integers | None = None, confidence: float = 0.95
) -> tuple[Standing, ...]:
    """Rank features by how often they were best and worst.

    Parameters
    ----------
    tasks : BestWorstTasks
    strata : ndarray of int, shape (n_tasks,), optional
    confidence : float

    Returns
    -------
    tuple of Standing
        In the order of the names.

    Raises
    ------
    EstimationError
        If a feature was both best and worst in a task, was never shown, or the utilities
        cannot be told.

    Notes
    -----
    Counts by Finn, Louviere (1992); utilities by the sequential model of Marley, Louviere
    (2005): best among all shown, then worst among the rest.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> shown = np.array([rng.permutation(3) for _ in range(300)])
    >>> utility = np.array([2.0, 0.0, -2.0])[shown] + rng.gumbel(size=(300, 3))
    >>> tasks = BestWorstTasks(names=("a", "b", "c"), shown=shown, best=utility.argmax(axis=1),
    ...                        worst=utility.argmin(axis=1), person=np.arange(300),
    ...                        weights=np.ones(300))
    >>> [standing.score.low > 0 for standing in best_worst(tasks)]
    [True, False, False]
    """
    refuse([confidence_problem(confidence), *_problems(tasks)])
    utilities, shares = _utilities(tasks, strata, confidence)
    picked_best = tasks.shown[np.arange(len(tasks.shown)), tasks.best]
    picked_worst = tasks.shown[np.arange(len(tasks.shown)), tasks.worst]
    standings = []
    for k, name in enumerate(tasks.names):
        here = (tasks.shown == k).any(axis=1)
        net = (picked_best == k).astype(float) - (picked_worst == k)
        standings.append(
            Standing(
                name=name,
                shown=int(here.sum()),
                best=int((picked_best == k).sum()),
                worst=int((picked_worst == k).sum()),
                score=_mean(net[here], _of(tasks, here), strata, here, confidence),
                utility=utilities[k],
                preference_share=float(shares[k]),
            )
        )
    return tuple(standings)


def _of(tasks: BestWorstTasks, rows: np.ndarray) -> tuple[Floats, Integers]:
    return tasks.weights[rows], tasks.person[rows]


def _mean(
    values: Floats,
    of: tuple[Floats, Integers],
    strata: Integers | None,
    rows: np.ndarray,
    confidence: float,
) -> Estimate:
    """Estimate a weighted mean whose errors are clustered by person, within -1 to 1."""
    weights, person = of
    mean = float(np.average(values, weights=weights))
    scores = (weights * (values - mean))[:, np.newaxis]
    layer = None if strata is None else strata[rows]
    variance = clustered_covariance(np.array([[weights.sum()]]), scores, person, layer)[0, 0]
    reach = normal_quantile((1 + confidence) / 2) * np.sqrt(variance)
    return bracket(mean, max(mean - reach, -1.0), min(mean + reach, 1.0), confidence)


def _utilities(
    tasks: BestWorstTasks, strata: Integers | None, confidence: float
) -> tuple[list[Estimate], Floats]:
    n = len(tasks.shown)
    k = len(tasks.names)
    design = np.eye(k)[:, :-1][tasks.shown]
    rest = -design.copy()
    rest[np.arange(n), tasks.best] = np.nan
    stages = 2 if tasks.shown.shape[1] > 2 else 1  # of two, the worst is the other one
    fit = conditional_logit(
        ChoiceSets(
            names=tasks.names[:-1],
            levels=np.concatenate([design, rest])[: stages * n],
            chosen=np.concatenate([tasks.best, tasks.worst])[: stages * n],
            person=np.tile(tasks.person, stages),
            weights=np.tile(tasks.weights, stages),
        ),
        strata=None if strata is None else np.tile(strata, stages),
        confidence=confidence,
    )
    centre = np.vstack([np.eye(k - 1), np.zeros(k - 1)])
    centre = centre - centre.mean(axis=0)
    value = centre @ fit.coefficients
    reach = normal_quantile((1 + confidence) / 2) * np.sqrt(
        np.einsum("ij,jk,ik->i", centre, fit.covariance, centre)
    )
    odds = np.exp(value - value.max())
    found = [bracket(v, v - r, v + r, confidence) for v, r in zip(value, reach, strict=True)]
    return found, odds / odds.sum()


def _problems(tasks: BestWorstTasks) -> list[Problem | None]:
    both = int((tasks.best == tasks.worst).sum())
    unseen = [name for k, name in enumerate(tasks.names) if not (tasks.shown == k).any()]
    return [
        Problem(
            what="a feature that is best and worst in one task",
            found=f"{both} of {len(tasks.best)} tasks",
            needed="one best and another worst",
            next_step="Leave these tasks out.",
        )
        if both
        else None,
        Problem(
            what="a feature that was never shown",
            found=", ".join(unseen),
            needed="each feature in some task",
            next_step="Leave it out.",
        )
        if unseen
        else None,
    ]
