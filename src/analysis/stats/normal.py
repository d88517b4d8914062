"""Small sums with the normal law: intervals at another coverage, chances from intervals."""

from __future__ import annotations

import math

from analysis.results import Estimate
from analysis.stats.inputs import bracket
from analysis.stats.laws import normal_quantile, normal_tail


def at_confidence(estimate: Estimate, confidence: float) -> Estimate:
    """Give an estimate with the interval that it has at another coverage.

    Each side is stretched as a normal law's would be.

    Examples
    --------
    >>> found = at_confidence(Estimate(value=0, low=-1.96, high=1.96, confidence=0.95), 0.9)
    >>> round(found.high, 3)
    1.645
    """
    factor = float(
        normal_quantile((1 + confidence) / 2) / normal_quantile((1 + estimate.confidence) / 2)
    )
    return bracket(
        estimate.value,
        estimate.value - factor * (estimate.value - estimate.low),
        estimate.value + factor * (estimate.high - estimate.value),
        confidence,
    )


def p_of(estimate: Estimate, reference: float = 0.0) -> float:
    """Give the chance of an estimate so far from `reference`, if that were true.

    The error is read from the interval's side that faces the reference; an estimate
    without error has a chance of 0, or of 1 at the reference itself.

    Examples
    --------
    >>> round(p_of(Estimate(value=1.96, low=0.0, high=3.92, confidence=0.95)), 3)
    0.05
    """
    distance = estimate.value - reference
    if distance == 0:
        return 1.0
    side = estimate.value - estimate.low if distance > 0 else estimate.high - estimate.value
    if side == 0:
        return 0.0
    z = float(normal_quantile((1 + estimate.confidence) / 2)) * math.fabs(distance) / side
    return float(2 * normal_tail(z))
