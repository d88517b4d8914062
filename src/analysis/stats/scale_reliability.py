"""Whether the questions of a scale measure one thing: Cronbach's alpha and McDonald's omega."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

METHODS = MappingProxyType(
    {
        "alpha": Method(
            name=message("Cronbach's alpha with a distribution-free interval"),
            citation=(
                "Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. "
                "Psychometrika 16, 297-334; Maydeu-Olivares, A., Coffman, D. L., Hartmann, W. M. "
                "(2007). Asymptotically distribution-free interval estimation of coefficient "
                "alpha. Psychological Methods 12, 157-176."
            ),
            assumptions=(
                message("Each question measures the same thing with the same weight."),
                message("Errors of the questions are unrelated."),
            ),
        ),
        "omega": Method(
            name=message("McDonald's omega of one factor, with a bootstrap interval"),
            citation=(
                "McDonald, R. P. (1999). Test Theory: A Unified Treatment. Erlbaum, chapter 6; "
                "Kelley, K., Pornprasertmanit, S. (2016). Confidence intervals for population "
                "reliability coefficients. Psychological Methods 21, 69-92."
            ),
            assumptions=(
                message("One factor stands behind all questions."),
                message("Errors of the questions are unrelated."),
            ),
        ),
    }
)

_FEWEST = 20
_FACTOR_ROUNDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleReliability:
    """How far the sum of a scale's questions is reliable.

    Attributes
    ----------
    n : int
        People who answered all questions.
    alpha, omega : Estimate
        Shares of the variance of the sum that are no error.
    item_rest : tuple of float
        Correlation of each question with the sum of the others.
    alpha_without : tuple of float
        Alpha of the others, each question left out; empty with two questions.
    """

    n: int
    alpha: Estimate
    omega: Estimate
    item_rest: tuple[float, ...]
    alpha_without: tuple[float, ...]


def scale_reliability(
    answers: npt.ArrayLike,
    people: npt.ArrayLike | None = None,
    *,
    names: Sequence[str],
    rng: np.random.Generator,
    confidence: float = 0.95,
    draws: int = 1000,
) -> ScaleReliability:
    """Estimate the reliability of a scale from patterns of answers.

    Parameters
    ----------
    answers : array_like of float, shape (m, k)
        Patterns of answers to all questions, turned so that high means the same in each.
    people : array_like of int, shape (m,), optional
        People with each pattern; 1 each by default.
    names : sequence of str, length k
        Of the questions, for messages.
    rng : numpy.random.Generator
        For the interval of omega.
    confidence : float
    draws : int
        Resamples, at least 200.

    Returns
    -------
    ScaleReliability

    Raises
    ------
    EstimationError
        If there are fewer than two questions or twenty people, a question has one answer
        only, or one runs against the others (a scale coded both ways).

    Notes
    -----
    Source: Cronbach (1951), with the standard error of Maydeu-Olivares and others (2007)
    on the scale of ``log(1 - alpha)``; omega from principal-axis loadings of one factor.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> common = rng.normal(size=(400, 1))
    >>> found = scale_reliability(common + rng.normal(size=(400, 4)), names="abcd", rng=rng)
    >>> found.alpha.low < 0.8 < found.alpha.high  # four questions, half of each is error
    True
    """
    x = np.atleast_2d(np.asarray(answers, dtype=np.float64))
    n = np.ones(len(x)) if people is None else np.asarray(people, dtype=np.float64)
    refuse([confidence_problem(confidence), *_input_problems(x, n, names)])
    covariance = _covariances(x, n[np.newaxis, :])[0]
    refuse([_constant_problem(covariance, names)])
    item_rest = _item_rest(covariance)
    refuse([_direction_problem(item_rest, names, n=float(n.sum()))])
    total = int(n.sum())
    resampled = rng.multinomial(total, n / total, size=max(draws, 200)).astype(np.float64)
    omega = float(_omegas(covariance[np.newaxis])[0])
    spread = _omegas(_covariances(x, resampled))
    low, high = np.nanquantile(spread, [(1 - confidence) / 2, (1 + confidence) / 2])
    k = x.shape[1]
    return ScaleReliability(
        n=total,
        alpha=_alpha_interval(x, n, covariance, confidence),
        omega=bracket(omega, float(low), float(high), confidence),
        item_rest=tuple(float(r) for r in item_rest),
        alpha_without=tuple(
            _alpha(np.delete(np.delete(covariance, j, axis=0), j, axis=1)) for j in range(k)
        )
        if k > 2
        else (),
    )


def _covariances(x: Floats, n: Floats) -> Floats:
    """Give covariance matrices for several sets of counts; shape (sets, k, k)."""
    total = n.sum(axis=1)
    means, k = n @ x / total[:, np.newaxis], x.shape[1]
    pairs = (x[:, :, np.newaxis] * x[:, np.newaxis, :]).reshape(len(x), k * k)
    products = (n @ pairs).reshape(len(n), k, k)
    centred = products - total[:, None, None] * means[:, :, None] * means[:, None, :]
    return np.asarray(centred / (total - 1)[:, None, None])


def _alpha(covariance: Floats) -> float:
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _alpha_interval(x: Floats, n: Floats, covariance: Floats, confidence: float) -> Estimate:
    """Give alpha and its interval from each person's influence on it."""
    k, total = x.shape[1], float(n.sum())
    centred = x - n @ x / total
    trace, whole = float(np.trace(covariance)), float(covariance.sum())
    of_trace = (centred**2).sum(axis=1) - trace
    of_whole = centred.sum(axis=1) ** 2 - whole
    influence = -k / (k - 1) * (of_trace / whole - trace * of_whole / whole**2)
    error = float(np.sqrt(n @ influence**2)) / total
    alpha = _alpha(covariance)
    reach = normal_quantile((1 + confidence) / 2) * error / (1 - alpha)
    low, high = 1 - (1 - alpha) * np.exp(reach), 1 - (1 - alpha) * np.exp(-reach)
    return bracket(alpha, float(low), float(high), confidence)


def _omegas(covariances: Floats) -> Floats:
    """Give omega of one factor for each covariance matrix, by principal axes."""
    deviations = np.sqrt(np.maximum(np.einsum("sii->si", covariances), 1e-12))
    correlation = covariances / deviations[:, :, None] / deviations[:, None, :]
    k = correlation.shape[1]
    diagonal = np.arange(k)
    reduced = correlation.copy()
    common = np.abs(correlation - np.eye(k)).max(axis=2)
    loading = np.zeros_like(common)
    for _ in range(_FACTOR_ROUNDS):
        reduced[:, diagonal, diagonal] = common
        values, vectors = np.linalg.eigh(reduced)
        loading = vectors[:, :, -1] * np.sqrt(np.maximum(values[:, -1:], 0.0))
        updated = np.clip(loading**2, 0.0, 0.999)
        moved = float(np.abs(updated - common).max())
        common = updated
        if moved < 1e-6:
            break
    explained = (loading * deviations).sum(axis=1) ** 2
    unique = ((1 - common) * deviations**2).sum(axis=1)
    return np.asarray(explained / (explained + unique))


def _item_rest(covariance: Floats) -> Floats:
    """Correlate each question with the sum of the others."""
    own = np.diag(covariance)
    with_rest = covariance.sum(axis=1) - own
    rest = covariance.sum() - 2 * covariance.sum(axis=1) + own
    return np.asarray(with_rest / np.sqrt(np.maximum(own * rest, 1e-300)))


def _input_problems(x: Floats, n: Floats, names: Sequence[str]) -> list[Problem | None]:
    return [
        None
        if x.ndim == 2 and x.shape[1] >= 2 and len(names) == x.shape[1] and len(n) == len(x)
        else Problem(
            what="no scale",
            found=f"{x.shape[1]} questions, {len(names)} names",
            needed="at least 2 questions, each with its name",
            next_step="Name the scale's questions in survey_items.",
        ),
        None
        if bool(np.isfinite(x).all()) and n.sum() >= _FEWEST
        else Problem(
            what="too few people answered all questions of the scale",
            found=f"{int(n.sum())}",
            needed=str(_FEWEST),
            next_step="Pool waves.",
        ),
    ]


def _constant_problem(covariance: Floats, names: Sequence[str]) -> Problem | None:
    constant = [name for name, v in zip(names, np.diag(covariance), strict=True) if v <= 0]
    if not constant:
        return None
    return Problem(
        what="a question of the scale has one answer only",
        found=", ".join(constant),
        needed="answers that differ",
        next_step="Leave the question out of the scale.",
    )


def _direction_problem(item_rest: Floats, names: Sequence[str], *, n: float) -> Problem | None:
    """Refuse a question that runs against the others by more than chance."""
    against = [
        name
        for name, r in zip(names, item_rest, strict=True)
        if r < -normal_quantile(0.99) / np.sqrt(n)
    ]
    if not against:
        return None
    return Problem(
        what="a scale coded both ways",
        found=f"against the others: {', '.join(against)}",
        needed="high answers that mean the same in each question",
        next_step="Correct high_is_good of these questions in survey_items.",
    )
