"""Whether people fall into groups, how many, and whether the groups come back."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, Integers, column, refuse
from analysis.text import message

METHODS = MappingProxyType(
    {
        "k_means": Method(
            name=message("k-means clusters, weighted"),
            citation=(
                "MacQueen, J. (1967). Some methods for classification and analysis of "
                "multivariate observations. Proceedings of the Fifth Berkeley Symposium 1, 281-297."
            ),
            assumptions=(
                message("All needs are measured on one scale and count the same."),
                message("Groups are about round and of similar spread."),
            ),
        ),
        "gap": Method(
            name=message("Number of clusters by the gap statistic"),
            citation=(
                "Tibshirani, R., Walther, G., Hastie, T. (2001). Estimating the number of "
                "clusters in a data set via the gap statistic. Journal of the Royal Statistical "
                "Society B 63, 411-423."
            ),
            assumptions=(message("Without groups, answers spread evenly along their main axes."),),
        ),
        "one_cloud": Method(
            name=message("Clusters against one normal cloud"),
            citation=(
                "Liu, Y., Hayes, D. N., Nobel, A., Marron, J. S. (2008). Statistical significance "
                "of clustering for high-dimension, low-sample size data. JASA 103, 1281-1293."
            ),
            assumptions=(
                message("Without groups, answers are normal with the correlations observed."),
            ),
        ),
        "prediction_strength": Method(
            name=message("Prediction strength of clusters"),
            citation=(
                "Tibshirani, R., Walther, G. (2005). Cluster validation by prediction strength. "
                "Journal of Computational and Graphical Statistics 14, 511-528."
            ),
        ),
        "stability": Method(
            name=message("Stability of clusters by resampling (Jaccard)"),
            citation=(
                "Hennig, C. (2007). Cluster-wise assessment of cluster stability. Computational "
                "Statistics and Data Analysis 52, 258-271."
            ),
        ),
    }
)

FEWEST_PER_SEGMENT = 20
STRONG = 0.8
"""Prediction strength from which Tibshirani and Walther (2005) trust a number of clusters."""
STABLE = 0.75
"""Mean Jaccard similarity from which Hennig (2007) calls a cluster valid and stable."""
BEYOND_ONE_CLOUD = 3.0
"""Standard deviations by which segments must be tighter than those of one normal cloud."""
_ROWS_FOR_CHOICE = 4000
_LEVELS_OF_A_SCALE = 11
_STARTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A number of segments and what speaks for it.

    Attributes
    ----------
    number : int
    gap, gap_error : float
        Log dispersion without groups less with them, and its simulation error.
    prediction_strength : float
        Of the weakest segment: how often two of its people are put together by the other
        half of the sample; 1 is best. 1 by definition for a single segment.
    silhouette : float or None
        Mean silhouette; None for a single segment.
    """

    number: int
    gap: float
    gap_error: float
    prediction_strength: float
    silhouette: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NeedSegments:
    """Segments, largest first.

    Attributes
    ----------
    candidates : tuple of Candidate
    number_by_gap : int
    number_by_strength : int
        Largest number whose prediction strength is at least 0.8.
    against_one_cloud : float
        By how many standard deviations the segments are tighter than those that k-means
        finds in one normal cloud of the same correlations; 0 for a single segment.
    number : int
        The smaller of the two numbers: no more segments than both bear out; 1, none, where
        one cloud would look the same.
    membership : ndarray of int, shape (n,)
    centres : ndarray, shape (number, p)
        Weighted means of the answers.
    stability : tuple of float, length `number`
        Mean Jaccard similarity of each segment with its nearest in resamples.
    """

    candidates: tuple[Candidate, ...]
    number_by_gap: int
    number_by_strength: int
    against_one_cloud: float
    number: int
    membership: Integers
    centres: Floats
    stability: tuple[float, ...]

    @property
    def found(self) -> bool:
        """Whether there are segments at all."""
        return self.number > 1


def need_segments(
    answers: npt.ArrayLike,
    *,
    rng: np.random.Generator,
    weights: npt.ArrayLike | None = None,
    most: int = 7,
    references: int = 10,
    resamples: int = 50,
) -> NeedSegments:
    """Look for segments, and say so if there are none.

    Parameters
    ----------
    answers : array_like, shape (n, p)
        On one scale.
    rng : numpy.random.Generator
    weights : array_like, shape (n,), optional
        Survey weights.
    most : int
        Largest number of segments that is tried.
    references : int
        Samples without groups for the gap statistic.
    resamples : int
        For the stability of each segment.

    Returns
    -------
    NeedSegments

    Raises
    ------
    EstimationError
        If there are fewer than 20 people per segment that is tried, or answers do not vary.

    Notes
    -----
    Weighted k-means; the gap statistic takes the first number within one error of the next
    (Tibshirani and others 2001) against uniform samples along the principal axes. Of large
    samples 4,000 people decide on the number.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> middle = np.array([[1.0, 5.0, 1.0], [5.0, 1.0, 5.0]])[np.arange(200) % 2]
    >>> need_segments(middle + rng.normal(0, .5, (200, 3)), rng=rng, most=3).number
    2
    """
    x = np.asarray(answers, dtype=np.float64)
    w = np.ones(len(x)) if weights is None else column(weights, name="weights")
    refuse(_problems(x, w, most))
    w = w / w.mean()
    some = (
        np.sort(rng.choice(len(x), _ROWS_FOR_CHOICE, replace=False))
        if len(x) > _ROWS_FOR_CHOICE
        else np.arange(len(x))
    )
    candidates = _candidates(x[some], w[some], most, references, rng)
    by_gap = _first_within_error(candidates)
    by_strength = max(c.number for c in candidates if c.prediction_strength >= STRONG)
    number = min(by_gap, by_strength)
    apart = _against_one_cloud(x[some], w[some], number, 2 * references, rng)
    if apart < BEYOND_ONE_CLOUD:
        number = 1
    membership = _by_size(_assign(x, w, number, rng), w)
    return NeedSegments(
        candidates=candidates,
        number_by_gap=by_gap,
        number_by_strength=by_strength,
        against_one_cloud=apart,
        number=number,
        membership=membership,
        centres=np.array(
            [
                np.average(x[membership == k], axis=0, weights=w[membership == k])
                for k in range(number)
            ]
        ),
        stability=_stability(x, w, membership, resamples, rng) if number > 1 else (1.0,),
    )


def jaccard(one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]) -> float:
    """Give how far two groups are the same: those in both over those in either.

    Examples
    --------
    >>> jaccard(np.array([True, True, False]), np.array([True, False, False]))
    0.5
    """
    either = int((one | other).sum())
    return float((one & other).sum() / either) if either else 0.0


def _fit(
    x: Floats, w: Floats, number: int, rng: np.random.Generator, starts: int = _STARTS
) -> KMeans:
    with warnings.catch_warnings():
        # fewer distinct rows than clusters: the dispersion says so
        warnings.simplefilter("ignore")
        return KMeans(
            n_clusters=number, n_init=starts, random_state=int(rng.integers(2**31 - 1)), tol=1e-4
        ).fit(x, sample_weight=w)


def _assign(x: Floats, w: Floats, number: int, rng: np.random.Generator) -> Integers:
    if number == 1:
        return np.zeros(len(x), dtype=np.int64)
    return np.asarray(_fit(x, w, number, rng, starts=10).labels_, dtype=np.int64)


def _by_size(membership: Integers, w: Floats) -> Integers:
    sizes = np.bincount(membership, weights=w)
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return rank[membership]


def _candidates(
    x: Floats, w: Floats, most: int, references: int, rng: np.random.Generator
) -> tuple[Candidate, ...]:
    middle = x.mean(axis=0)
    _, _, axes = np.linalg.svd(x - middle, full_matrices=False)
    along = (x - middle) @ axes.T
    low, high = along.min(axis=0), along.max(axis=0)
    empty = [rng.uniform(low, high, along.shape) @ axes for _ in range(references)]
    found = []
    for number in range(1, most + 1):
        fit = _fit(x, w, number, rng)
        without = np.log([_fit(sample, w, number, rng, starts=1).inertia_ for sample in empty])
        found.append(
            Candidate(
                number=number,
                gap=float(without.mean() - np.log(fit.inertia_)),
                gap_error=float(without.std() * np.sqrt(1 + 1 / references)),
                prediction_strength=_prediction_strength(x, w, number, rng),
                silhouette=float(
                    silhouette_score(x, fit.labels_, sample_size=min(len(x), 1500), random_state=1)
                )
                if number > 1
                else None,
            )
        )
    return tuple(found)


def _against_one_cloud(
    x: Floats, w: Floats, number: int, references: int, rng: np.random.Generator
) -> float:
    if number == 1:
        return 0.0
    covariance, middle = np.cov(x.T, aweights=w), np.average(x, axis=0, weights=w)
    whole = len(np.unique(x)) <= _LEVELS_OF_A_SCALE
    cloud = []
    for _ in range(references):
        sample = rng.multivariate_normal(middle, covariance, size=len(x))
        if whole:  # answers on a scale, as those of people are
            sample = np.clip(np.round(sample), x.min(axis=0), x.max(axis=0))
        cloud.append(np.log(_fit(sample, w, number, rng, starts=2).inertia_))
    own = np.log(_fit(x, w, number, rng).inertia_)
    return float((np.mean(cloud) - own) / np.std(cloud))


def _first_within_error(candidates: tuple[Candidate, ...]) -> int:
    for now, then in pairwise(candidates):
        if now.gap >= then.gap - then.gap_error:
            return now.number
    return candidates[-1].number


def _prediction_strength(
    x: Floats, w: Floats, number: int, rng: np.random.Generator, splits: int = 4
) -> float:
    """Mean over random halves of the weakest cluster's share of pairs kept together."""
    if number == 1:
        return 1.0
    strengths = []
    for _ in range(splits):
        order = rng.permutation(len(x))
        learn, test = order[: len(x) // 2], order[len(x) // 2 :]
        own = _fit(x[test], w[test], number, rng).labels_
        by_other = _fit(x[learn], w[learn], number, rng).predict(x[test])
        table = np.zeros((number, number))
        np.add.at(table, (own, by_other), 1)
        size = table.sum(axis=1)
        together = (table * (table - 1)).sum(axis=1) / np.maximum(size * (size - 1), 1)
        strengths.append(together[size > 1].min())
    return float(np.mean(strengths))


def _stability(
    x: Floats, w: Floats, membership: Integers, resamples: int, rng: np.random.Generator
) -> tuple[float, ...]:
    number = int(membership.max()) + 1
    totals = np.zeros(number)
    for _ in range(resamples):
        drawn = np.unique(rng.integers(len(x), size=len(x)))
        again = _fit(x[drawn], w[drawn], number, rng, starts=2).labels_
        for k in range(number):
            own = membership[drawn] == k
            totals[k] += max(jaccard(own, again == other) for other in range(number))
    return tuple((totals / resamples).tolist())


def _problems(x: Floats, w: Floats, most: int) -> list[Problem | None]:
    if x.ndim != 2 or len(x) != len(w) or not np.isfinite(x).all():
        return [
            Problem(
                what="answers that are no complete table",
                found=f"shape {x.shape}, {len(w)} weights",
                needed="a number in each cell, a weight for each row",
                next_step="Leave out people who did not answer every question.",
            )
        ]
    return [
        None
        if len(x) >= FEWEST_PER_SEGMENT * max(most, 2)
        else Problem(
            what="too few people to look for segments",
            found=str(len(x)),
            needed=f"at least {FEWEST_PER_SEGMENT * max(most, 2)} for up to {most} segments",
            next_step="Ask more people, or look for fewer segments.",
        ),
        None
        if len(x) and (np.ptp(x, axis=0) > 0).all()
        else Problem(
            what="a need on which all answers are the same",
            found=f"{int((np.ptp(x, axis=0) == 0).sum()) if len(x) else 0} of {x.shape[1]} needs",
            needed="different answers",
            next_step="Leave the need out.",
        ),
    ]
