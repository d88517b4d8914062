"""The effect on those who take an offer up because they got it, where not everybody does."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.effects import Effect
from analysis.stats.inputs import confidence_problem, refuse
from analysis.stats.randomised import (
    ArmMoments,
    PairedMoments,
    arm_problems,
    intention_to_treat,
)
from analysis.stats.ratio_interval import ratio
from analysis.text import message

METHOD = Method(
    name=message("Complier average effect with the Anderson-Rubin interval"),
    citation=(
        "Imbens, G. W., Angrist, J. D. (1994). Identification and estimation of local average "
        "treatment effects. Econometrica 62, 467-475; interval: Anderson, T. W., Rubin, H. "
        "(1949). Annals of Mathematical Statistics 20, 46-63."
    ),
    assumptions=(
        message("Chance alone decided who was offered the incentive."),
        message("The offer acts only through being taken up."),
        message("Nobody takes the incentive up only because it was not offered."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplierEffect:
    """The effect on the customers whom the offer made take the incentive up.

    Attributes
    ----------
    effect : Estimate
        In the unit of the outcome, per taker.
    intention_to_treat : Effect
        The effect of the offer on everybody offered.
    take_up_difference : Effect
        Fraction that took it up if offered, minus the fraction if not.
    """

    effect: Estimate
    intention_to_treat: Effect
    take_up_difference: Effect


def complier_effect(
    offered: PairedMoments, held_back: PairedMoments, *, confidence: float = 0.95
) -> ComplierEffect:
    """Estimate the effect on the takers.

    Parameters
    ----------
    offered, held_back : PairedMoments
        As assigned; the other measure is 1 for customers who took the incentive up, else 0.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    ComplierEffect

    Raises
    ------
    EstimationError
        If an arm has fewer than two customers, a take-up is no share, the offered take up
        less often, or take-up differs so little that the effect has no bounds.

    Notes
    -----
    Source: Imbens and Angrist (1994); interval: Anderson and Rubin (1949), which holds its
    coverage however weakly the offer moves take-up.

    Examples
    --------
    >>> found = complier_effect(
    ...     PairedMoments(n=1000, mean=12.0, variance=25.0, other_mean=0.5,
    ...                   other_variance=0.25, covariance=1.0),
    ...     PairedMoments(n=1000, mean=10.0, variance=25.0, other_mean=0.0,
    ...                   other_variance=0.0, covariance=0.0),
    ... )
    >>> found.effect.value
    4.0
    """
    refuse([*arm_problems(offered, held_back), confidence_problem(confidence)])
    refuse([_share_problem(offered), _share_problem(held_back)])
    outcome = intention_to_treat(offered, held_back, confidence=confidence)
    taken = intention_to_treat(_take_up(offered), _take_up(held_back), confidence=confidence)
    refuse([_direction_problem(taken.estimate.value)])
    effect = ratio(
        outcome.estimate.value,
        taken.estimate.value,
        numerator_variance=outcome.standard_error**2,
        denominator_variance=taken.standard_error**2,
        covariance=offered.covariance / offered.n + held_back.covariance / held_back.n,
        confidence=confidence,
        names=("effect of the offer", "difference in take-up"),
    )
    return ComplierEffect(effect=effect, intention_to_treat=outcome, take_up_difference=taken)


def _take_up(arm: PairedMoments) -> ArmMoments:
    return ArmMoments(n=arm.n, mean=arm.other_mean, variance=arm.other_variance)


def _share_problem(arm: PairedMoments) -> Problem | None:
    if 0 <= arm.other_mean <= 1:
        return None
    return Problem(
        what="take-up is no share",
        found=f"a mean of {arm.other_mean:.4g}",
        needed="1 for customers who took the incentive up and 0 for the others",
        next_step="Give take-up as the other measure.",
    )


def _direction_problem(difference: float) -> Problem | None:
    if difference > 0:
        return None
    return Problem(
        what="the offer did not raise take-up",
        found=f"a difference of {difference:.4g}",
        needed="more takers among the offered",
        next_step="Check how take-up is recorded, or report the effect of the offer alone.",
    )
