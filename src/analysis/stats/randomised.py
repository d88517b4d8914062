"""What a randomised incentive changed: those offered it against those held back.

An arm enters as its number of customers, mean and variance: three aggregates a bank's
own database computes over any number of customers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.effects import Effect, arm_problem, effect_from_error
from analysis.stats.inputs import column, confidence_problem, refuse
from analysis.stats.laws import normal_tail
from analysis.stats.proportions import share_difference
from analysis.text import message

Errors = Literal["hc2", "hc1", "pooled"]

METHODS = MappingProxyType(
    {
        "intention_to_treat": Method(
            name=message("Intention to treat: difference of means between randomised arms"),
            citation=(
                "Neyman, J. (1923), translated in Statistical Science 5 (1990), 465-472; "
                "robust errors: MacKinnon, J. G., White, H. (1985). Journal of Econometrics 29, "
                "305-325; degrees of freedom: Welch, B. L. (1947). Biometrika 34, 28-35."
            ),
            assumptions=(
                message("Chance alone decided who was offered the incentive."),
                message("What one customer gets does not change what another does."),
                message("The mean of so many customers varies nearly normally."),
            ),
        ),
        "response": Method(
            name=message("Difference of response rates between randomised arms"),
            citation=(
                "Interval: Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890; test: "
                "pooled z test, Fleiss, J. L., Levin, B., Paik, M. C. (2003). Statistical "
                "Methods for Rates and Proportions, chapter 3."
            ),
            assumptions=(
                message("Chance alone decided who was offered the incentive."),
                message("What one customer gets does not change what another does."),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmMoments:
    """An arm, reduced without loss for means and their errors.

    Attributes
    ----------
    n : int
        Customers, takers or not.
    mean : float
        Of the outcome.
    variance : float
        Of the outcome, with ``n - 1`` in the denominator.
    """

    n: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedMoments:
    """An arm with two measures per customer: the outcome and one other.

    The other is the same outcome before the assignment (for the adjustment by it) or
    whether the customer took the offer up (for the effect on the takers).

    Attributes
    ----------
    n : int
    mean, variance : float
        Of the outcome.
    other_mean, other_variance, covariance : float
        Of the other measure, and with the outcome; all with ``n - 1``.
    """

    n: int
    mean: float
    variance: float
    other_mean: float
    other_variance: float
    covariance: float


def arm_moments(outcome: npt.ArrayLike) -> ArmMoments:
    """Reduce the outcomes of an arm's customers.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)

    Returns
    -------
    ArmMoments

    Raises
    ------
    EstimationError
        If there are fewer than two customers, or a value is missing.

    Examples
    --------
    >>> arm_moments([1.0, 2.0, 3.0])
    ArmMoments(n=3, mean=2.0, variance=1.0)
    """
    values = column(outcome, name="outcome")
    refuse([arm_problem("compared", values.size)])
    return ArmMoments(n=values.size, mean=float(values.mean()), variance=float(values.var(ddof=1)))


def paired_moments(outcome: npt.ArrayLike, other: npt.ArrayLike) -> PairedMoments:
    """Reduce two measures of an arm's customers.

    Parameters
    ----------
    outcome, other : array_like of float, shape (n,)

    Returns
    -------
    PairedMoments

    Raises
    ------
    EstimationError
        If there are fewer than two customers, the two differ in length, or a value is missing.

    Examples
    --------
    >>> paired_moments([1.0, 2.0, 3.0], [0.0, 2.0, 4.0]).covariance
    2.0
    """
    first, second = column(outcome, name="outcome"), column(other, name="other measure")
    refuse([arm_problem("compared", first.size), _length_problem(first.size, second.size)])
    matrix = np.cov(first, second)
    return PairedMoments(
        n=first.size,
        mean=float(first.mean()),
        variance=float(matrix[0, 0]),
        other_mean=float(second.mean()),
        other_variance=float(matrix[1, 1]),
        covariance=float(matrix[0, 1]),
    )


def intention_to_treat(
    offered: ArmMoments | PairedMoments,
    held_back: ArmMoments | PairedMoments,
    *,
    errors: Errors = "hc2",
    confidence: float = 0.95,
) -> Effect:
    """Estimate what being offered the incentive changed on average, taken up or not.

    Parameters
    ----------
    offered, held_back : ArmMoments or PairedMoments
        Everybody as assigned, whatever they did afterwards.
    errors : {'hc2', 'hc1', 'pooled'}
        Robust to arms of different spread (hc2, hc1) or assuming the same spread.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Effect
        In the unit of the outcome.

    Raises
    ------
    EstimationError
        If an arm has fewer than two customers or its variance is none.

    Notes
    -----
    Source: Neyman (1923). The three errors equal those of the regression of the outcome on
    the offer; 'hc2' is the unbiased one, with Welch's degrees of freedom.

    Examples
    --------
    >>> effect = intention_to_treat(
    ...     ArmMoments(n=400, mean=12.0, variance=25.0),
    ...     ArmMoments(n=100, mean=10.0, variance=36.0),
    ... )
    >>> effect.estimate.value, effect.standard_error
    (2.0, 0.65)
    """
    refuse([*arm_problems(offered, held_back), confidence_problem(confidence)])
    parts = offered.variance / offered.n, held_back.variance / held_back.n
    squared, degrees = _error(offered, held_back, errors)
    if errors == "hc2" and sum(parts) > 0:
        degrees = sum(parts) ** 2 / (
            parts[0] ** 2 / (offered.n - 1) + parts[1] ** 2 / (held_back.n - 1)
        )
    return effect_from_error(
        offered.mean - held_back.mean,
        math.sqrt(squared),
        n_treated=offered.n,
        n_untreated=held_back.n,
        confidence=confidence,
        degrees_of_freedom=degrees,
    )


def response_difference(
    responses: int,
    offered: int,
    held_back_responses: int,
    held_back: int,
    *,
    confidence: float = 0.95,
) -> Effect:
    """Estimate what being offered the incentive added to the share that responds.

    Parameters
    ----------
    responses, offered : int
        Customers offered the incentive, and those of them with the response.
    held_back_responses, held_back : int
        The same of those held back.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Effect
        A difference of fractions; `standard_error` is the one under no effect, so that
        value over error is the z of the test.

    Raises
    ------
    EstimationError
        If an arm is empty, a count is none, or responses exceed their arm.

    Notes
    -----
    Source: Newcombe (1998) for the interval, pooled z test for the p value.

    Examples
    --------
    >>> effect = response_difference(60, 400, 30, 400)
    >>> round(effect.estimate.value, 3), round(effect.estimate.value / effect.standard_error, 2)
    (0.075, 3.36)
    """
    estimate = share_difference(
        responses, offered, held_back_responses, held_back, confidence=confidence
    )
    pooled = (responses + held_back_responses) / (offered + held_back)
    error = math.sqrt(pooled * (1 - pooled) * (1 / offered + 1 / held_back))
    z = estimate.value / error if error else 0.0
    return Effect(
        estimate=estimate,
        standard_error=error,
        p_value=float(2 * normal_tail(abs(z))),
        n_treated=offered,
        n_untreated=held_back,
    )


def arm_problems(
    offered: ArmMoments | PairedMoments, held_back: ArmMoments | PairedMoments
) -> list[Problem | None]:
    """Say what is wrong with two arms; also used by the estimators that refine this one."""
    problems: list[Problem | None] = []
    for name, arm in (("offered", offered), ("untreated", held_back)):
        problems.append(arm_problem(name, arm.n))
        numbers = [arm.mean, arm.variance]
        spreads = [arm.variance]
        if isinstance(arm, PairedMoments):
            numbers += [arm.other_mean, arm.other_variance, arm.covariance]
            spreads.append(arm.other_variance)
        if arm.n >= 2 and not (all(map(math.isfinite, numbers)) and min(spreads) >= 0):
            problems.append(_moment_problem(name))
    return problems


def _error(
    offered: ArmMoments | PairedMoments, held_back: ArmMoments | PairedMoments, errors: Errors
) -> tuple[float, float]:
    """Give the squared standard error and its degrees of freedom."""
    n_1, n_0 = offered.n, held_back.n
    degrees = n_1 + n_0 - 2
    squares_1, squares_0 = (n_1 - 1) * offered.variance, (n_0 - 1) * held_back.variance
    if errors == "hc2":
        return offered.variance / n_1 + held_back.variance / n_0, math.inf
    if errors == "hc1":
        return (n_1 + n_0) / degrees * (squares_1 / n_1**2 + squares_0 / n_0**2), degrees
    return (squares_1 + squares_0) / degrees * (1 / n_1 + 1 / n_0), degrees


def _moment_problem(name: str) -> Problem:
    return Problem(
        what=f"the {name} group's moments are none",
        found="a missing mean or a negative variance",
        needed="finite means and variances of at least 0",
        next_step="Leave customers without an outcome out, and count them on the page.",
    )


def _length_problem(first: int, second: int) -> Problem | None:
    if first == second:
        return None
    return Problem(
        what="the two measures differ in length",
        found=f"{first} and {second}",
        needed="one of each per customer",
        next_step="Take both from the same table.",
    )
