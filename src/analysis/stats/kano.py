"""Kano's classes of features: what is expected, what delights, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, confidence_problem, refuse
from analysis.text import message

METHOD = Method(
    name=message("Kano classes with the certainty of the class"),
    citation=(
        "Kano, N., Seraku, N., Takahashi, F., Tsuji, S. (1984). Attractive quality and must-be "
        "quality. Journal of the Japanese Society for Quality Control 14(2), 39-48; Berger, C. "
        "and others (1993). Kano's methods for understanding customer-defined quality. Center "
        "for Quality of Management Journal 2(4), 3-36; certainty: Dirichlet posterior with "
        "Jeffreys' prior, Gelman, A. and others (2013). Bayesian Data Analysis, section 3.4."
    ),
    assumptions=(
        message("Each person answers both questions of a feature by themselves."),
        message("Weighted answers count as so many as a simple sample of their effective number."),
    ),
)

CLASSES = (
    "must_be",
    "one_dimensional",
    "attractive",
    "indifferent",
    "reverse",
    "questionable",
)
_TABLE = (
    "QAAAO",
    "RIIIM",
    "RIIIM",
    "RIIIM",
    "RRRRQ",
)
"""Evaluation table of Berger and others (1993): with the feature down, without it across;
1 like, 2 expect, 3 neutral, 4 tolerate, 5 dislike."""
_LETTERS = dict(zip("MOAIRQ", CLASSES, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class KanoClass:
    """How a feature is seen.

    Attributes
    ----------
    shares : tuple of float
        Of the answers, in the order of `CLASSES`.
    most : str
        The class of most answers.
    certainty : float
        Probability that it is the class of most customers.
    satisfaction, dissatisfaction : Estimate
        Berger's coefficients: share of those who see it as attractive or one-dimensional
        (must-be or one-dimensional, negative) among all who see it as any of the four.
    effective_n : float
    """

    shares: tuple[float, ...]
    most: str
    certainty: float
    satisfaction: Estimate
    dissatisfaction: Estimate
    effective_n: float


def kano_class(with_feature: int, without_feature: int) -> str:
    """Give the class of one pair of answers.

    Examples
    --------
    >>> kano_class(1, 5), kano_class(2, 5), kano_class(1, 3), kano_class(5, 1)
    ('one_dimensional', 'must_be', 'attractive', 'reverse')
    """
    if not (1 <= with_feature <= 5 and 1 <= without_feature <= 5):
        refuse(
            [
                Problem(
                    what="an answer outside Kano's questions",
                    found=f"{with_feature} and {without_feature}",
                    needed="1 to 5",
                )
            ]
        )
    return _LETTERS[_TABLE[with_feature - 1][without_feature - 1]]


def classify_feature(
    shares: Sequence[float] | npt.ArrayLike,
    *,
    effective_n: float,
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = 2000,
) -> KanoClass:
    """Classify a feature by the shares of its classes, with their uncertainty.

    Parameters
    ----------
    shares : array_like of float, shape (6,)
        Weighted shares of the answers, in the order of `CLASSES`; they sum to 1.
    effective_n : float
        Answers of a simple sample that would say as much.
    rng : numpy.random.Generator
    confidence : float
    draws : int
        From the posterior, at least 200.

    Returns
    -------
    KanoClass

    Raises
    ------
    EstimationError
        If shares are none, there are fewer than ten effective answers, or nobody sees the
        feature as one of the four classes of Berger's coefficients.

    Examples
    --------
    >>> found = classify_feature([0.6, 0.2, 0.1, 0.1, 0, 0], effective_n=300,
    ...                          rng=np.random.default_rng(1))
    >>> found.most, found.certainty > 0.99, round(found.satisfaction.value, 3)
    ('must_be', True, 0.3)
    """
    p = np.asarray(shares, dtype=np.float64)
    refuse([confidence_problem(confidence), *_problems(p, effective_n)])
    drawn = rng.dirichlet(p * effective_n + 0.5, size=max(draws, 200))
    most = int(np.argmax(p))
    tail = (1 - confidence) / 2
    better, worse = _coefficients(p[np.newaxis]), _coefficients(drawn)
    bounds = np.quantile(worse, [tail, 1 - tail], axis=0)
    satisfaction, dissatisfaction = (
        bracket(float(better[0, k]), float(bounds[0, k]), float(bounds[1, k]), confidence)
        for k in range(2)
    )
    return KanoClass(
        shares=tuple(float(share) for share in p),
        most=CLASSES[most],
        certainty=float(np.mean(np.argmax(drawn, axis=1) == most)),
        satisfaction=satisfaction,
        dissatisfaction=dissatisfaction,
        effective_n=float(effective_n),
    )


def _coefficients(p: Floats) -> Floats:
    """Give Berger's coefficients of each row; shape (rows, 2)."""
    must, one, attractive, indifferent = (p[:, k] for k in range(4))
    whole = must + one + attractive + indifferent
    return np.column_stack([(attractive + one) / whole, -(must + one) / whole])


def _problems(p: Floats, effective_n: float) -> list[Problem | None]:
    if p.shape != (6,) or bool(np.any(p < 0)) or abs(float(p.sum()) - 1) > 1e-6:
        return [
            Problem(
                what="no shares of Kano's classes",
                found=f"{p.size} values that sum to {float(p.sum()):.3f}",
                needed="6 shares that sum to 1",
            )
        ]
    return [
        None
        if effective_n >= 10
        else Problem(
            what="too few answers on a feature",
            found=f"{effective_n:.1f} effective answers",
            needed="10",
            next_step="Pool groups.",
        ),
        None
        if p[:4].sum() > 0
        else Problem(
            what="a feature that all reject or answer questionably",
            needed="answers of the classes must-be, one-dimensional, attractive or indifferent",
            next_step="Read the wording of its two questions.",
        ),
    ]
