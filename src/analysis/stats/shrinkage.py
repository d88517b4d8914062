"""Effects by segment, each pulled towards the mean as far as its noise demands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, column, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

METHOD = Method(
    name=message("Empirical Bayes estimates of effects by segment"),
    citation=(
        "Morris, C. N. (1983). Parametric empirical Bayes inference: theory and applications. "
        "JASA 78, 47-55 (variance between segments by restricted maximum likelihood)."
    ),
    assumptions=(
        message("The segments' true effects vary normally around a common mean."),
        message("The segments have no customer in common."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrunkEffects:
    """Effects by segment after shrinkage.

    Attributes
    ----------
    effects : tuple of Estimate, length k
        In the order given.
    mean : Estimate
        Of the true effects.
    standard_deviation : float
        Of the true effects between segments; 0 where noise alone explains them.
    weights : tuple of float, length k
        Fraction of each segment's own deviation that is kept.
    """

    effects: tuple[Estimate, ...]
    mean: Estimate
    standard_deviation: float
    weights: tuple[float, ...]


def shrink_effects(
    values: Sequence[float], standard_errors: Sequence[float], *, confidence: float = 0.95
) -> ShrunkEffects:
    """Shrink effects by segment.

    Parameters
    ----------
    values, standard_errors : sequence of float, length k
        Effects of at least 4 segments, and their errors (above 0).
    confidence : float
        Coverage of each interval over segments drawn alike, a fraction.

    Returns
    -------
    ShrunkEffects

    Raises
    ------
    EstimationError
        If there are fewer than 4 segments, or an error is not above 0.

    Notes
    -----
    Source: Morris (1983): shrinkage is reduced, and the intervals widened, for the mean and
    the variance between segments being estimated.

    Examples
    --------
    >>> found = shrink_effects([1.0, 2, 3, 2, 1, 3, 2, 12], [1.0] * 7 + [6.0])
    >>> found.effects[7].value < 6
    True
    """
    y, s = column(values, name="effects"), column(standard_errors, name="standard errors")
    refuse([confidence_problem(confidence), _segments_problem(y, s)])
    v = s**2
    between = _between_variance(y, v)
    precision = 1 / (v + between)
    mean = float(precision @ y / precision.sum())
    mean_variance = float(1 / precision.sum())
    k = y.size
    pull = (k - 3) / (k - 1) * v * precision
    shrunk = mean + (1 - pull) * (y - mean)
    average = float(1 / precision.mean())
    variance = (
        v * (1 - pull)
        + pull**2 * mean_variance
        + 2 / (k - 3) * pull**2 * (y - mean) ** 2 * average * precision
    )
    z = float(normal_quantile((1 + confidence) / 2))
    margin = z * math.sqrt(mean_variance)
    return ShrunkEffects(
        effects=tuple(
            bracket(value, value - z * error, value + z * error, confidence)
            for value, error in zip(shrunk, np.sqrt(variance), strict=True)
        ),
        mean=bracket(mean, mean - margin, mean + margin, confidence),
        standard_deviation=math.sqrt(between),
        weights=tuple(float(1 - share) for share in pull),
    )


def _between_variance(y: Floats, v: Floats) -> float:
    """Maximise the restricted likelihood of the variance between segments."""

    def loss(between: float) -> float:
        precision = 1 / (v + between)
        mean = precision @ y / precision.sum()
        likelihood = np.log(precision).sum() - np.log(precision.sum())
        return float(precision @ (y - mean) ** 2 - likelihood)

    top = 4 * float(y.var(ddof=1)) + 1e-300
    best = minimize_scalar(loss, bounds=(0.0, top), method="bounded", options={"xatol": top * 1e-9})
    return float(best.x) if best.fun < loss(0.0) else 0.0


def _segments_problem(y: Floats, s: Floats) -> Problem | None:
    if y.size == s.size and y.size >= 4 and bool((s > 0).all()):
        return None
    return Problem(
        what="too few segments to learn how effects vary",
        found=f"{y.size} effects, {int((s > 0).sum())} standard errors above 0",
        needed="at least 4 segments, each with an error above 0",
        next_step="Report the segments one by one, or cut them finer.",
    )
