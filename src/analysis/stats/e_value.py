"""How strong something unmeasured would have to be to explain an association away."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import refuse
from analysis.text import message

METHOD = Method(
    name=message("E-value against unmeasured differences"),
    citation=(
        "VanderWeele, T. J., Ding, P. (2017). Sensitivity analysis in observational research: "
        "introducing the E-value. Annals of Internal Medicine 167, 268-274."
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EValue:
    """Risk ratio that an unmeasured trait needs with both the incentive and the outcome.

    Attributes
    ----------
    of_estimate : float
        To explain the estimate away; 1 means that nothing is needed.
    of_limit : float
        To move the interval's nearer end to no effect; 1 where it includes none already.
    """

    of_estimate: float
    of_limit: float


def e_value(risk_ratio: Estimate) -> EValue:
    """Compute the E-value of a risk ratio.

    Parameters
    ----------
    risk_ratio : Estimate
        Share with the outcome among those with the incentive over the share among those
        without.

    Returns
    -------
    EValue

    Raises
    ------
    EstimationError
        If a ratio is not above 0.

    Notes
    -----
    Source: VanderWeele and Ding (2017).

    Examples
    --------
    >>> found = e_value(Estimate(value=3.9, low=1.8, high=8.7, confidence=0.95))
    >>> round(found.of_estimate, 2), round(found.of_limit, 2)
    (7.26, 3.0)
    """
    refuse([None if risk_ratio.low > 0 else _ratio_problem(risk_ratio.low)])
    nearer = risk_ratio.low if risk_ratio.value >= 1 else risk_ratio.high
    crossed = not risk_ratio.excludes(1.0)
    return EValue(
        of_estimate=_needed(risk_ratio.value), of_limit=1.0 if crossed else _needed(nearer)
    )


def e_value_of_difference(difference: Estimate, *, standard_deviation: float) -> EValue:
    """Compute the E-value of a difference of means.

    Parameters
    ----------
    difference : Estimate
        In the unit of the outcome.
    standard_deviation : float
        Of the outcome, in the same unit.

    Returns
    -------
    EValue

    Raises
    ------
    EstimationError
        If the standard deviation is not above 0.

    Notes
    -----
    Source: VanderWeele and Ding (2017): the risk ratio is taken as ``exp(0.91 d)``.

    Examples
    --------
    >>> found = e_value_of_difference(
    ...     Estimate(value=5.0, low=1.0, high=9.0, confidence=0.95), standard_deviation=10.0)
    >>> round(found.of_estimate, 2)
    2.53
    """
    refuse([None if standard_deviation > 0 else _ratio_problem(standard_deviation)])
    low, value, high = (
        math.exp(0.91 * number / standard_deviation)
        for number in (difference.low, difference.value, difference.high)
    )
    return e_value(Estimate(value=value, low=low, high=high, confidence=difference.confidence))


def _needed(ratio: float) -> float:
    larger = max(ratio, 1 / ratio)
    return larger + math.sqrt(larger * (larger - 1))


def _ratio_problem(found: float) -> Problem:
    return Problem(
        what="no risk ratio to explain away",
        found=f"{found:.4g}",
        needed="a ratio or standard deviation above 0",
        next_step="Compute it from groups in which the outcome occurs.",
    )
