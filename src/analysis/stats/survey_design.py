"""Means and shares of a population from a complex sample: Taylor linearisation.

The respondents come as cells of one stratum, first-stage unit, weight and set of
margin categories, with the moments of the answers in each. For the estimator and its
linearised variance that is all there is to know, so that their cost does not grow
with the number of respondents.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from scipy.stats import beta
from scipy.stats import t as student

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._survey_units import first_stage_units, lonely_problem
from analysis.stats.inputs import Floats, Integers, bracket, confidence_problem, refuse
from analysis.text import message

METHODS = MappingProxyType(
    {
        "mean": Method(
            name=message("Mean or share of a complex sample (Taylor linearisation)"),
            citation=(
                "Binder, D. A. (1983). On the variances of asymptotically normal estimators from "
                "complex surveys. International Statistical Review 51, 279-292; Särndal, C.-E., "
                "Swensson, B., Wretman, J. (1992). Model Assisted Survey Sampling, chapters 4-6; "
                "shares: logit interval, Korn, E. L., Graubard, B. I. (1999). Analysis of Health "
                "Surveys, section 3.2."
            ),
            assumptions=(
                message("First-stage units were drawn independently in each stratum."),
                message(
                    "Weights that were raked are taken as functions of the margins: the variance "
                    "is that of the residuals from them."
                ),
            ),
        ),
        "design_effect": Method(
            name=message("Design effect and effective number of respondents"),
            citation="Kish, L. (1965). Survey Sampling. Wiley; Kish, L. (1992). Weighting for "
            "unequal Pi. Journal of Official Statistics 8, 183-200.",
        ),
        "difference": Method(
            name=message("Change between two waves of a survey"),
            citation="Kish, L. (1965). Survey Sampling. Wiley, section 12.4.",
            assumptions=(message("The waves were drawn independently of each other."),),
        ),
    }
)

Kind = Literal["mean", "share"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurveyDesign:
    """The respondents of a sample, gathered into cells.

    Attributes
    ----------
    stratum : ndarray of int, shape (m,)
        From 0.
    cluster : ndarray of int, shape (m,), or None
        First-stage unit, numbered from 0 over all strata; None where people were drawn
        directly.
    people : ndarray of float, shape (m,)
        Respondents in each cell.
    weight : ndarray of float, shape (m,)
        Of one of them.
    margins : ndarray of float, shape (m, k)
        Indicators of the categories that the weights were raked to; k is 0 where not.
    base_weight : ndarray of float, shape (m,), or None
        The weight before raking; None where the weights were not raked.
    fraction : ndarray of float, shape (n_strata,)
        Share of the first-stage units (or people, drawn directly) that is in the sample;
        0 leaves the finite population out of account.
    whole_clusters : bool
        Everybody in a drawn unit was taken: there is no second stage. Otherwise its
        variance is counted as if the units were large.
    """

    stratum: Integers
    cluster: Integers | None
    people: Floats
    weight: Floats
    margins: Floats
    fraction: Floats
    base_weight: Floats | None = None
    whole_clusters: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """Answers in each cell of a design, for several variables or groups side by side.

    Attributes
    ----------
    n, total, square : ndarray of float, shape (m, q)
        How many answered, the sum of their answers, and the sum of squares.
    """

    n: Floats
    total: Floats
    square: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignEstimate:
    """A mean or share of the population.

    Attributes
    ----------
    estimate : Estimate
    error : float
        Standard error.
    n : int
        Who answered.
    degrees : int
        First-stage units less strata, of those with an answer.
    design_effect : float
        Variance over that of a simple random sample of as many.
    effective_n : float
    """

    estimate: Estimate
    error: float
    n: int
    degrees: int
    design_effect: float
    effective_n: float


def kish_design_effect(weight: npt.ArrayLike, people: npt.ArrayLike) -> float:
    """Give the design effect of unequal weights alone: 1 + the squared variation of weights.

    Examples
    --------
    >>> kish_design_effect([1.0, 3.0], [50, 50])
    1.25
    """
    w, n = np.asarray(weight, dtype=np.float64), np.asarray(people, dtype=np.float64)
    return float(n.sum() * (n @ w**2) / (n @ w) ** 2)


def domain_means(
    design: SurveyDesign,
    moments: Moments,
    *,
    kind: Kind = "mean",
    confidence: float = 0.95,
    fewest: int = 2,
) -> tuple[DesignEstimate | None, ...]:
    """Estimate several means or shares; None where the answers bear no interval.

    Parameters
    ----------
    design : SurveyDesign
    moments : Moments
        One column for each variable or group; cells outside a group hold zeros.
    kind : {"mean", "share"}
        Answers of a share are 0 or 1; its interval stays between 0 and 1.
    confidence : float
        Coverage, a fraction.
    fewest : int
        Answers, at least 2, that an estimate needs.

    Returns
    -------
    tuple of DesignEstimate or None, length q
        None where fewer than `fewest` people in fewer than two first-stage units
        answered, or no stratum has two units.

    Raises
    ------
    EstimationError
        If a stratum of the design has a single first-stage unit.

    Notes
    -----
    The estimator is the ratio of weighted sums; its variance that of the weighted sum of
    ``(answer - mean) / total weight``, for raked weights of the residuals of that from a
    weighted regression on the margins (Deville, Särndal 1992), summed by first-stage
    unit. Intervals use Student's t with units less strata.

    Examples
    --------
    >>> design = SurveyDesign(stratum=np.zeros(4, int), cluster=None, people=np.ones(4),
    ...     weight=np.full(4, 25.0), margins=np.empty((4, 0)), fraction=np.zeros(1))
    >>> y = np.array([[1.0], [2.0], [3.0], [6.0]])
    >>> found, = domain_means(design, Moments(n=np.ones((4, 1)), total=y, square=y**2))
    >>> found.estimate.value, round(found.error, 6)  # the error of a simple sample
    (3.0, 1.080123)
    """
    refuse([confidence_problem(confidence), lonely_problem(design)])
    weighted = design.weight @ moments.n
    answered = moments.n.sum(axis=0)
    bearing = (answered >= max(fewest, 2)) & (weighted > 0)
    side = Linearised.of(design, moments)
    value, errors = side.value, np.sqrt(linearised_variance(design, side.scores, side.squares))
    spread = (design.weight @ side.squares) * np.where(weighted > 0, weighted, 1.0)
    simple = np.maximum(spread, 0.0) / np.maximum(answered - 1, 1)
    degrees = degrees_of_freedom(design, moments)
    return tuple(
        _estimate(
            float(value[j]),
            float(errors[j]),
            n=int(answered[j]),
            degrees=int(degrees[j]),
            simple=float(simple[j]),
            kind=kind,
            confidence=confidence,
        )
        if bearing[j] and degrees[j] > 0
        else None
        for j in range(len(value))
    )


def domain_mean(
    design: SurveyDesign, moments: Moments, *, kind: Kind = "mean", confidence: float = 0.95
) -> DesignEstimate:
    """Estimate one mean or share, refusing where the answers bear no interval.

    Parameters
    ----------
    design, moments, kind, confidence
        As in `domain_means`; `moments` has one column.

    Raises
    ------
    EstimationError
        If one answer, or one first-stage unit, is all there is.

    Examples
    --------
    >>> design = SurveyDesign(stratum=np.zeros(4, int), cluster=None, people=np.ones(4),
    ...     weight=np.ones(4), margins=np.empty((4, 0)), fraction=np.zeros(1))
    >>> yes = np.array([[1.0], [0.0], [1.0], [1.0]])
    >>> domain_mean(design, Moments(n=np.ones((4, 1)), total=yes, square=yes),
    ...             kind="share").estimate.value
    0.75
    """
    (found,) = domain_means(design, moments, kind=kind, confidence=confidence)
    if found is None:
        answered = int(moments.n.sum())
        refuse(
            [
                Problem(
                    what="one answer in a cell"
                    if answered < 2
                    else "all answers in a cell come from one first-stage unit",
                    found=f"{answered} answers",
                    needed="2 answers from 2 units of a stratum",
                    next_step="Join the group with a neighbour.",
                )
            ]
        )
    assert found is not None  # noqa: S101
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Linearised:
    """Means, and the linearised scores of each cell's people: their sums and squares."""

    value: Floats
    scores: Floats
    squares: Floats

    @classmethod
    def of(cls, design: SurveyDesign, moments: Moments) -> Linearised:
        """Linearise the mean of each column."""
        weighted = design.weight @ moments.n
        safe = np.where(weighted > 0, weighted, 1.0)
        value = design.weight @ moments.total / safe
        about = moments.square - 2 * value * moments.total + value**2 * moments.n
        return cls(value, (moments.total - value * moments.n) / safe, about / safe**2)


def linearised_variance(design: SurveyDesign, scores: Floats, squares: Floats) -> Floats:
    """Give the variance of weighted sums: between first-stage units, and within them."""
    w, n = design.weight[:, np.newaxis], design.people[:, np.newaxis]
    fitted = _fitted(design, scores)
    sums = w * (scores - n * fitted)
    squared = w**2 * (squares - 2 * fitted * scores + n * fitted**2)
    strata = len(design.fraction)
    if design.cluster is None:
        between = _spread(
            _by(design.stratum, sums, strata),
            _by(design.stratum, squared, strata),
            _count(design.stratum, design.people, strata),
        )
        return np.asarray(((1 - design.fraction)[:, np.newaxis] * between).sum(axis=0))
    units, stratum_of = first_stage_units(design)
    unit_sums = _by(units, sums, len(stratum_of))
    counted = np.bincount(stratum_of, minlength=strata).astype(np.float64)
    between = _spread(
        _by(stratum_of, unit_sums, strata), _by(stratum_of, unit_sums**2, strata), counted
    )
    variance = ((1 - design.fraction)[:, np.newaxis] * between).sum(axis=0)
    if design.whole_clusters:
        return np.asarray(variance)
    sizes = _count(units, design.people, len(stratum_of))
    within = _spread(unit_sums, _by(units, squared, len(stratum_of)), sizes)
    return np.asarray(variance + (design.fraction[stratum_of][:, np.newaxis] * within).sum(axis=0))


def _fitted(design: SurveyDesign, scores: Floats) -> Floats:
    """Give what the margins explain of the scores, of one person in each cell."""
    x = design.margins
    base = design.weight if design.base_weight is None else design.base_weight
    w = base[:, np.newaxis]
    if not x.shape[1]:
        return np.zeros_like(scores)
    gram = x.T @ (x * w * design.people[:, np.newaxis])
    return np.asarray(x @ (np.linalg.pinv(gram, hermitian=True) @ (x.T @ (w * scores))))


def _count(groups: Integers, people: Floats, size: int) -> Floats:
    return np.asarray(np.bincount(groups, weights=people, minlength=size), dtype=np.float64)


def _by(groups: Integers, values: Floats, size: int) -> Floats:
    """Sum rows by group; shape (size, q)."""
    out = np.zeros((size, values.shape[1]))
    np.add.at(out, groups, values)
    return out


def _spread(sums: Floats, squares: Floats, counted: Floats) -> Floats:
    """Give ``n / (n - 1)`` times the sum of squares about the mean, in each group."""
    n = counted[:, np.newaxis]
    about = np.maximum(squares - sums**2 / np.maximum(n, 1), 0.0)
    return np.asarray(np.where(n > 1, n / np.maximum(n - 1, 1), 0.0) * about)


def degrees_of_freedom(design: SurveyDesign, moments: Moments) -> Integers:
    """Units less strata, of those with an answer."""
    strata = len(design.fraction)
    answered = _by(design.stratum, moments.n, strata)
    present = answered > 0
    if design.cluster is None:
        return np.asarray(answered.sum(axis=0) - present.sum(axis=0), dtype=np.int64)
    units, stratum_of = first_stage_units(design)
    with_answer = _by(units, moments.n, len(stratum_of)) > 0
    return np.asarray(with_answer.sum(axis=0) - present.sum(axis=0), dtype=np.int64)


def _estimate(
    value: float,
    error: float,
    *,
    n: int,
    degrees: int,
    simple: float,
    kind: Kind,
    confidence: float,
) -> DesignEstimate:
    effect = error**2 / simple if simple > 0 else 1.0
    effective = n / effect if effect > 0 else float(n)
    half = float(student.ppf((1 + confidence) / 2, degrees)) * error
    low, high = value - half, value + half
    if kind == "share":
        low, high = _share_interval(value, half, effective=min(effective, n), confidence=confidence)
    return DesignEstimate(
        estimate=bracket(value, low, high, confidence),
        error=error,
        n=n,
        degrees=degrees,
        design_effect=effect,
        effective_n=effective,
    )


def _share_interval(
    value: float, half: float, *, effective: float, confidence: float
) -> tuple[float, float]:
    """Give the logit interval; at 0 and 1 the exact one of as many as are effective."""
    if 0 < value < 1:
        logit, reach = np.log(value / (1 - value)), half / (value * (1 - value))
        return float(expit(logit - reach)), float(expit(logit + reach))
    edge = float(beta.ppf((1 + confidence) / 2, 1, effective))
    return (0.0, edge) if value <= 0 else (1 - edge, 1.0)
