"""The effect of an incentive: its interval, its standard error and its test, in one result."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.errors import Problem
from analysis.results import Estimate
from analysis.stats.inputs import bracket
from analysis.stats.laws import normal_quantile, normal_tail, student_quantile, student_tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A difference that an incentive may have made.

    Attributes
    ----------
    estimate : Estimate
        In the unit of the outcome.
    standard_error : float
        Of the estimate's value, in the same unit.
    p_value : float
        Of no effect, two-sided.
    n_treated, n_untreated : int
        Units that the effect rests on.
    """

    estimate: Estimate
    standard_error: float
    p_value: float
    n_treated: int
    n_untreated: int


def effect_from_error(
    value: float,
    standard_error: float,
    *,
    n_treated: int,
    n_untreated: int,
    confidence: float = 0.95,
    degrees_of_freedom: float = math.inf,
) -> Effect:
    """Make an effect with a symmetric interval from its standard error.

    Parameters
    ----------
    value, standard_error : float
        In the unit of the outcome; an error of 0 gives a point.
    n_treated, n_untreated : int
    confidence : float
        Coverage, a fraction.
    degrees_of_freedom : float
        Of Student's t; infinite for the normal distribution.

    Returns
    -------
    Effect

    Notes
    -----
    Source: Wald (1943). Tests of statistical hypotheses concerning several parameters.
    Transactions of the AMS 54, 426-482.

    Examples
    --------
    >>> effect = effect_from_error(2.0, 1.0, n_treated=50, n_untreated=50)
    >>> round(effect.estimate.low, 2), round(effect.p_value, 3)
    (0.04, 0.046)
    """
    finite = math.isfinite(degrees_of_freedom)
    share = (1 + confidence) / 2
    reach = student_quantile(share, degrees_of_freedom) if finite else normal_quantile(share)
    margin = float(reach) * standard_error
    if standard_error > 0:
        z = abs(value) / standard_error
        p_value = 2 * float(student_tail(z, degrees_of_freedom) if finite else normal_tail(z))
    else:
        p_value = 0.0 if value else 1.0
    return Effect(
        estimate=bracket(value, value - margin, value + margin, confidence),
        standard_error=float(standard_error),
        p_value=p_value,
        n_treated=n_treated,
        n_untreated=n_untreated,
    )


def arm_problem(name: str, n: int, *, minimum: int = 2) -> Problem | None:
    """Say that a comparison lacks an arm, or nothing."""
    if n >= minimum:
        return None
    return Problem(
        what=f"no {name} group to compare with" if n == 0 else f"too few in the {name} group",
        found=str(n),
        needed=f"at least {minimum}",
        next_step="Hold some customers back, or pool segments.",
    )
