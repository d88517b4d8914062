"""The interval for a ratio of two estimates: what Fieller's theorem allows, and when nothing."""

from __future__ import annotations

import math

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import bracket, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

METHOD = Method(
    name=message("Fieller interval for a ratio"),
    citation=(
        "Fieller, E. C. (1954). Some problems in interval estimation. JRSS B 16, 175-185; for "
        "an instrument the same set is that of Anderson, T. W., Rubin, H. (1949). Estimation of "
        "the parameters of a single equation. Annals of Mathematical Statistics 20, 46-63."
    ),
    assumptions=(message("Numerator and denominator vary nearly normally."),),
)


def ratio(
    numerator: float,
    denominator: float,
    *,
    numerator_variance: float,
    denominator_variance: float,
    covariance: float = 0.0,
    confidence: float = 0.95,
    names: tuple[str, str] = ("numerator", "denominator"),
) -> Estimate:
    """Estimate a ratio with its Fieller interval.

    Parameters
    ----------
    numerator, denominator : float
    numerator_variance, denominator_variance, covariance : float
        Squared standard errors of the two, and their covariance.
    confidence : float
        Coverage, a fraction.
    names : tuple of str
        What the two are, for the refusal.

    Returns
    -------
    Estimate
        Numerator per unit of the denominator.

    Raises
    ------
    EstimationError
        If a variance is negative, or the denominator cannot be told from zero: then the
        values that the data allow for the ratio have no bound.

    Notes
    -----
    Source: Fieller (1954).

    Examples
    --------
    >>> cost = ratio(1000.0, 50.0, numerator_variance=0.0, denominator_variance=25.0)
    >>> cost.value, round(cost.low, 2), round(cost.high, 2)
    (20.0, 16.72, 24.88)
    """
    refuse(
        [
            confidence_problem(confidence),
            _variance_problem(numerator_variance, denominator_variance, covariance),
        ]
    )
    z2 = float(normal_quantile((1 + confidence) / 2)) ** 2
    # values b with (numerator - b denominator)^2 <= z^2 Var(numerator - b denominator)
    a = denominator**2 - z2 * denominator_variance
    b = numerator * denominator - z2 * covariance
    c = numerator**2 - z2 * numerator_variance
    refuse([None if a > 0 else _weak_problem(names[1], denominator, denominator_variance)])
    root = math.sqrt(max(b * b - a * c, 0.0))
    return bracket(numerator / denominator, (b - root) / a, (b + root) / a, confidence)


def _variance_problem(first: float, second: float, covariance: float) -> Problem | None:
    # a covariance may exceed its bound by rounding alone
    allowed = first * second * (1 + 1e-9)
    if first >= 0 and second >= 0 and covariance**2 <= allowed:
        return None
    return Problem(
        what="the variances of a ratio are none",
        found="a negative variance or a correlation beyond 1",
        needed="variances of at least 0",
        next_step="Compute all three from the same customers.",
    )


def _weak_problem(name: str, value: float, variance: float) -> Problem:
    return Problem(
        what=f"the {name} cannot be told from zero",
        found=f"{value:.4g} with a standard error of {math.sqrt(variance):.4g}",
        needed="an interval that excludes 0, without which the ratio has no bounds",
        next_step="Report the two parts, or pool segments or periods.",
    )
