"""Whether an assignment was sound: the planned split, balance, attrition.

Also the smallest effect that a comparison of this size could have seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.effects import Effect, arm_problem
from analysis.stats.inputs import confidence_problem, count_problem, refuse
from analysis.stats.laws import chi_squared_tail, normal_quantile
from analysis.stats.randomised import ArmMoments, response_difference
from analysis.text import message

METHODS = MappingProxyType(
    {
        "sample_ratio": Method(
            name=message("Sample-ratio test of the planned split"),
            citation=(
                "Fabijan, A. and others (2019). Diagnosing sample ratio mismatch in online "
                "controlled experiments. KDD '19, 2156-2164 (Pearson's chi-squared)."
            ),
            assumptions=(message("Customers were assigned one by one, independently."),),
        ),
        "balance": Method(
            name=message("Standardised differences between the arms"),
            citation=(
                "Austin, P. C. (2009). Balance diagnostics for comparing the distribution of "
                "baseline covariates. Statistics in Medicine 28, 3083-3107."
            ),
        ),
        "attrition": Method(
            name=message("Difference in the share of customers without an outcome"),
            citation="Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890.",
        ),
        "power": Method(
            name=message("Smallest effect that could have been seen"),
            citation=(
                "Bloom, H. S. (1995). Minimum detectable effects. Evaluation Review 19, 547-556."
            ),
            assumptions=(message("The mean of so many customers varies nearly normally."),),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRatio:
    """How the arms' sizes agree with the plan.

    Attributes
    ----------
    planned, found : mapping of str to float
        Shares of the customers by arm, fractions.
    statistic, p_value : float
        Pearson's chi-squared and its p value; small values say that something other than
        the plan decided who is in which arm, and that no effect should be read.
    """

    planned: Mapping[str, float]
    found: Mapping[str, float]
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How alike the arms were in one characteristic before the assignment.

    Attributes
    ----------
    name : str
    standardised_difference : float
        Difference of means in standard deviations (of both arms' mean variance).
    variance_ratio : float
        Offered over held back; not a number where the held back do not vary.
    """

    name: str
    standardised_difference: float
    variance_ratio: float


def sample_ratio(customers: Mapping[str, int], planned: Mapping[str, float]) -> SampleRatio:
    """Test whether the arms are as large as planned.

    Parameters
    ----------
    customers : mapping of str to int
        Customers found by arm.
    planned : mapping of str to float
        Planned shares of the same arms; scaled to add up to 1.

    Returns
    -------
    SampleRatio

    Raises
    ------
    EstimationError
        If there are fewer than two arms, the arms differ, nobody was assigned, a count is
        none, or a planned share is not above 0.

    Notes
    -----
    Source: Pearson's chi-squared test against the plan, as by Fabijan and others (2019).

    Examples
    --------
    >>> round(sample_ratio({"offer": 821_588, "holdout": 815_482},
    ...                    {"offer": 0.5, "holdout": 0.5}).p_value, 7)
    1.8e-06
    """
    refuse(
        [
            *(count_problem(f"arm '{arm}'", count) for arm, count in customers.items()),
            _plan_problem(customers, planned),
        ]
    )
    total, whole = sum(customers.values()), sum(planned.values())
    refuse([arm_problem("assigned", total, minimum=1)])
    shares = {arm: planned[arm] / whole for arm in customers}
    statistic = sum(
        (count - total * shares[arm]) ** 2 / (total * shares[arm])
        for arm, count in customers.items()
    )
    return SampleRatio(
        planned=MappingProxyType(shares),
        found=MappingProxyType({arm: count / total for arm, count in customers.items()}),
        statistic=float(statistic),
        p_value=float(chi_squared_tail(statistic, len(customers) - 1)),
    )


def standardised_differences(
    offered: Mapping[str, ArmMoments], held_back: Mapping[str, ArmMoments]
) -> tuple[Balance, ...]:
    """Compare the arms in what was known before the assignment.

    Parameters
    ----------
    offered, held_back : mapping of str to ArmMoments
        By characteristic; a yes-or-no characteristic has its share as mean.

    Returns
    -------
    tuple of Balance
        In the order of `offered`. Beyond 0.1 in either direction is commonly called
        unbalanced.

    Raises
    ------
    EstimationError
        If an arm is missing for a characteristic, or has fewer than two customers.

    Notes
    -----
    Source: Austin (2009).

    Examples
    --------
    >>> standardised_differences(
    ...     {"age": ArmMoments(n=100, mean=41.0, variance=100.0)},
    ...     {"age": ArmMoments(n=100, mean=40.0, variance=100.0)},
    ... )[0].standardised_difference
    0.1
    """
    refuse(
        [
            *(arm_problem("offered", arm.n) for arm in offered.values()),
            *(arm_problem("untreated", arm.n) for arm in held_back.values()),
            _names_problem(offered, held_back),
        ]
    )
    return tuple(
        Balance(
            name=name,
            standardised_difference=_standardise(arm, held_back[name]),
            variance_ratio=(
                arm.variance / held_back[name].variance
                if held_back[name].variance > 0
                else math.nan
            ),
        )
        for name, arm in offered.items()
    )


def attrition_difference(
    offered: int,
    offered_without_outcome: int,
    held_back: int,
    held_back_without_outcome: int,
    *,
    confidence: float = 0.95,
) -> Effect:
    """Compare how many customers of each arm have no outcome.

    Parameters
    ----------
    offered, held_back : int
        Customers assigned.
    offered_without_outcome, held_back_without_outcome : int
        Those of them whose outcome is unknown.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Effect
        Share without outcome among the offered minus that among the held back.

    Raises
    ------
    EstimationError
        If an arm is empty, or more are lost than were assigned.

    Examples
    --------
    >>> round(attrition_difference(1000, 60, 1000, 30).estimate.value, 3)
    0.03
    """
    return response_difference(
        offered_without_outcome,
        offered,
        held_back_without_outcome,
        held_back,
        confidence=confidence,
    )


def minimum_detectable_effect(
    *,
    n_treated: int,
    n_untreated: int,
    standard_deviation: float,
    power: float = 0.8,
    confidence: float = 0.95,
) -> float:
    """Compute the smallest true effect that a comparison finds with a given chance.

    Parameters
    ----------
    n_treated, n_untreated : int
        Customers per arm.
    standard_deviation : float
        Of the outcome, within an arm, in its unit.
    power : float
        Chance to find the effect, a fraction.
    confidence : float
        One minus the two-sided level, a fraction.

    Returns
    -------
    float
        In the unit of the outcome.

    Raises
    ------
    EstimationError
        If an arm has fewer than two customers, the outcome does not vary, or power is not
        between the level and 1.

    Notes
    -----
    Source: Bloom (1995). The chance of a finding in the wrong direction is neglected.

    Examples
    --------
    >>> round(minimum_detectable_effect(
    ...     n_treated=5000, n_untreated=5000, standard_deviation=100.0), 2)
    5.6
    """
    refuse(
        [
            arm_problem("offered", n_treated),
            arm_problem("untreated", n_untreated),
            confidence_problem(confidence),
            _power_problem(power, standard_deviation, 1 - confidence),
        ]
    )
    multiple = float(normal_quantile((1 + confidence) / 2) + normal_quantile(power))
    return multiple * standard_deviation * math.sqrt(1 / n_treated + 1 / n_untreated)


def _standardise(offered: ArmMoments, held_back: ArmMoments) -> float:
    difference = offered.mean - held_back.mean
    spread = math.sqrt((offered.variance + held_back.variance) / 2)
    if spread > 0:
        return difference / spread
    return 0.0 if difference == 0 else float(np.copysign(math.inf, difference))


def _plan_problem(customers: Mapping[str, int], planned: Mapping[str, float]) -> Problem | None:
    same = set(customers) == set(planned)
    if len(customers) >= 2 and same and all(share > 0 for share in planned.values()):
        return None
    return Problem(
        what="the plan and the arms found do not match",
        found=f"arms {', '.join(customers) or 'none'}; planned {', '.join(planned) or 'none'}",
        needed="a planned share above 0 for each of at least two arms",
        next_step="Give the share that each arm was to have.",
    )


def _names_problem(
    offered: Mapping[str, ArmMoments], held_back: Mapping[str, ArmMoments]
) -> Problem | None:
    if set(offered) == set(held_back):
        return None
    return Problem(
        what="characteristics known of one arm alone",
        found=", ".join(sorted(set(offered) ^ set(held_back))),
        needed="the same characteristics of both arms",
        next_step="Take both from the same table.",
    )


def _power_problem(power: float, standard_deviation: float, level: float) -> Problem | None:
    if level < power < 1 and standard_deviation > 0:
        return None
    return Problem(
        what="no effect size to solve for",
        found=f"power {power:g}, standard deviation {standard_deviation:g}",
        needed="a power between the level and 1, and an outcome that varies",
        next_step="Give 0.8 for 80 %, and the outcome's standard deviation.",
    )
