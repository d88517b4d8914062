"""Has a number moved by more than chance? Two estimates and their intervals say so."""

from __future__ import annotations

import math
from statistics import NormalDist

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.text import message

METHOD = Method(
    name=message("Interval of a difference from the intervals of its two terms"),
    citation=(
        "Zou, G. Y., Donner, A. (2008). Construction of confidence limits about effect measures: "
        "a general approach. Statistics in Medicine 27, 1693-1702."
    ),
    assumptions=(
        message(
            "The two estimates are independent. Where the same customers stand behind both, as "
            "in two periods, they rise and fall together, and the interval is too wide: a "
            "change is called beyond chance too seldom, not too often."
        ),
    ),
)


def independent_difference(later: Estimate, earlier: Estimate) -> Estimate:
    """Estimate the later value minus the earlier one.

    Each bound lies as far from the difference as the root of the two squared distances
    of the terms' own bounds: intervals that are not symmetric stay so.

    Parameters
    ----------
    later, earlier : Estimate
        In one unit. Intervals of another coverage are brought to that of `later`, as if
        normal on each side.

    Returns
    -------
    Estimate
        In the same unit, of the coverage of `later`.

    Raises
    ------
    EstimationError
        If an interval has no width: nothing is then known of its chance error.

    Notes
    -----
    Source: Zou and Donner (2008), equation 4; for two Wilson intervals it is Newcombe's
    method 10.

    Examples
    --------
    >>> later = Estimate(value=0.8, low=0.6918, high=0.8773, confidence=0.95)
    >>> earlier = Estimate(value=0.6, low=0.4904, high=0.7004, confidence=0.95)
    >>> found = independent_difference(later, earlier)
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3)
    (0.2, 0.052, 0.334)
    """
    for name, estimate in (("later", later), ("earlier", earlier)):
        if estimate.low == estimate.high:
            raise EstimationError(
                Problem(
                    what=f"the {name} estimate has an interval without width",
                    needed="an interval of its chance error",
                )
            )
    scale = _quantile(later.confidence) / _quantile(earlier.confidence)
    value = later.value - earlier.value
    below = math.hypot(later.value - later.low, scale * (earlier.high - earlier.value))
    above = math.hypot(later.high - later.value, scale * (earlier.value - earlier.low))
    return Estimate(value=value, low=value - below, high=value + above, confidence=later.confidence)


def _quantile(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
