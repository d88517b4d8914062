"""A randomised effect, sharpened by what the same customers did before the assignment (CUPED)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analysis.methods import Method
from analysis.stats.effects import Effect
from analysis.stats.inputs import refuse
from analysis.stats.randomised import (
    ArmMoments,
    PairedMoments,
    arm_problems,
    intention_to_treat,
)
from analysis.text import message

METHOD = Method(
    name=message("Adjustment of a randomised effect by the outcome before it (CUPED)"),
    citation=(
        "Deng, A., Xu, Y., Kohavi, R., Walker, T. (2013). Improving the sensitivity of online "
        "controlled experiments by utilizing pre-experiment data. WSDM '13, 123-132."
    ),
    assumptions=(
        message("Chance alone decided who was offered the incentive."),
        message("The earlier measure was taken before anybody was assigned."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedEffect:
    """An effect after the adjustment, and what the adjustment was worth.

    Attributes
    ----------
    effect : Effect
        In the unit of the outcome.
    unadjusted : Effect
        The plain difference of means.
    slope : float
        Outcome per unit of the earlier measure.
    variance_removed : float
        Fraction of the squared error that the adjustment takes away; negative where the
        earlier measure does not help.
    """

    effect: Effect
    unadjusted: Effect
    slope: float
    variance_removed: float


def adjust_by_prior_outcome(
    offered: PairedMoments, held_back: PairedMoments, *, confidence: float = 0.95
) -> AdjustedEffect:
    """Estimate the effect of an offer with less noise.

    Parameters
    ----------
    offered, held_back : PairedMoments
        The other measure is one taken before the assignment, most useful the same outcome.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    AdjustedEffect

    Raises
    ------
    EstimationError
        If an arm has fewer than two customers or its moments are none.

    Notes
    -----
    Source: Deng and others (2013), with the slope of the pooled arms, each around its own
    mean, which is the regression of the outcome on the offer and the earlier measure.
    An earlier measure without spread leaves the effect as it is.

    Examples
    --------
    >>> arm = dict(variance=100.0, other_mean=50.0, other_variance=100.0, covariance=80.0)
    >>> found = adjust_by_prior_outcome(
    ...     PairedMoments(n=500, mean=52.0, **arm), PairedMoments(n=500, mean=50.0, **arm))
    >>> found.slope, round(found.variance_removed, 2)
    (0.8, 0.64)
    """
    refuse(arm_problems(offered, held_back))
    unadjusted = intention_to_treat(offered, held_back, confidence=confidence)
    arms = (offered, held_back)
    spread = sum((arm.n - 1) * arm.other_variance for arm in arms)
    slope = sum((arm.n - 1) * arm.covariance for arm in arms) / spread if spread > 0 else 0.0
    effect = intention_to_treat(
        _residual_arm(offered, slope), _residual_arm(held_back, slope), confidence=confidence
    )
    before = unadjusted.standard_error
    removed = 1 - (effect.standard_error / before) ** 2 if before > 0 else math.nan
    return AdjustedEffect(
        effect=effect,
        unadjusted=unadjusted,
        slope=slope,
        variance_removed=removed if math.isfinite(removed) else 0.0,
    )


def _residual_arm(arm: PairedMoments, slope: float) -> ArmMoments:
    variance = arm.variance - 2 * slope * arm.covariance + slope**2 * arm.other_variance
    return ArmMoments(n=arm.n, mean=arm.mean - slope * arm.other_mean, variance=max(variance, 0.0))
