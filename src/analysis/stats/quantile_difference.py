"""How much longer one has to wait here than there: differences of medians and other quantiles.

Waiting times are skewed, so that a mean says little. The intervals ask nothing of the
shape of either distribution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, norm

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, column, confidence_problem, refuse
from analysis.text import message

_SHAPE_FREE = message("The visits timed are a random sample of each institution's visits.")

METHODS = MappingProxyType(
    {
        "quantile": Method(
            name=message(
                "Distribution-free interval for a quantile, order statistics interpolated"
            ),
            citation=(
                "Nyblom, J. (1992). Note on interpolated order statistics. Statistics & "
                "Probability Letters 14, 129-131; Hettmansperger, T. P., Sheather, S. J. "
                "(1986). Statistics & Probability Letters 4, 75-79."
            ),
            assumptions=(_SHAPE_FREE,),
        ),
        "difference": Method(
            name=message("Difference of quantiles, interval from those of both samples (MOVER)"),
            citation=(
                "Zou, G. Y., Donner, A. (2008). Construction of confidence limits about effect "
                "measures: a general approach. Statistics in Medicine 27, 1693-1702."
            ),
            assumptions=(_SHAPE_FREE, message("The two samples have no visit in common.")),
        ),
        "price-bonett": Method(
            name=message("Difference of medians with the Price-Bonett interval"),
            citation=(
                "Price, R. M., Bonett, D. G. (2002). Distribution-free confidence intervals for "
                "difference and ratio of medians. J. Statistical Computation and Simulation 72, "
                "119-124; variance: Price, R. M., Bonett, D. G. (2001). Estimating the variance "
                "of the sample median. Ibid. 68, 295-305."
            ),
            assumptions=(
                _SHAPE_FREE,
                message("The two samples have no visit in common."),
                message("Few visits took exactly equally long."),
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileDifference:
    """A quantile of two samples and its difference, in the samples' unit.

    Attributes
    ----------
    quantile : float
        0.5 for the median, 0.9 for the time that nine of ten do not exceed.
    n, reference_n : int
    estimate, reference : Estimate
        The quantile of each sample.
    difference : Estimate
        The sample's less the reference's: above 0 is longer than there.
    tied_share : float
        Share of all values that occur more than once in their sample. Where times are
        recorded in whole minutes, the quantiles are those of recorded times, and the
        intervals cover them at least as often as stated.
    """

    quantile: float
    n: int
    reference_n: int
    estimate: Estimate
    reference: Estimate
    difference: Estimate
    tied_share: float


def sample_quantile(
    sample: npt.ArrayLike, *, quantile: float = 0.5, confidence: float = 0.95
) -> Estimate:
    """Estimate a quantile with an interval that asks nothing of the distribution's shape.

    Parameters
    ----------
    sample : array_like, shape (n,)
    quantile : float
        Between 0 and 1.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        In the sample's unit; the median-unbiased sample quantile (Hyndman and Fan's type 8).

    Raises
    ------
    EstimationError
        If a value is missing, or the sample is too small for an interval of this quantile.

    Notes
    -----
    Source: Nyblom (1992); for the median, Hettmansperger and Sheather (1986).

    Examples
    --------
    >>> found = sample_quantile(range(1, 21))
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (10.5, 6.24, 14.76)
    """
    values = np.sort(column(sample, name="sample"))
    refuse([_quantile_problem(quantile), confidence_problem(confidence)])
    refuse([_size_problem(values.size, quantile, confidence, "sample")])
    return _quantile(values, quantile, confidence)


def quantile_difference(
    sample: npt.ArrayLike,
    reference: npt.ArrayLike,
    *,
    quantile: float = 0.5,
    confidence: float = 0.95,
) -> QuantileDifference:
    """Compare a quantile of two separate samples.

    Parameters
    ----------
    sample, reference : array_like, shape (n,) and (m,)
        In one unit.
    quantile : float
        Between 0 and 1.
    confidence : float
        Coverage of each interval, a fraction.

    Returns
    -------
    QuantileDifference

    Raises
    ------
    EstimationError
        If a value is missing, or a sample is too small for an interval of this quantile:
        6 values for the median at 95 %, 36 for the 90th percentile.

    Notes
    -----
    Source: Zou and Donner (2008): the distances from each quantile to the limits of its own
    interval, as the error of the difference; they differ below and above, as skewed times
    ask for.

    Examples
    --------
    >>> found = quantile_difference(range(10, 50, 2), range(5, 35))
    >>> found.difference.value, round(found.difference.low, 1), round(found.difference.high, 1)
    (9.5, -0.5, 19.5)
    """
    own = np.sort(column(sample, name="sample"))
    other = np.sort(column(reference, name="reference"))
    refuse([_quantile_problem(quantile), confidence_problem(confidence)])
    refuse(
        [
            _size_problem(own.size, quantile, confidence, "sample"),
            _size_problem(other.size, quantile, confidence, "reference"),
        ]
    )
    here, there = _quantile(own, quantile, confidence), _quantile(other, quantile, confidence)
    value = here.value - there.value
    below = math.hypot(here.value - here.low, there.high - there.value)
    above = math.hypot(here.high - here.value, there.value - there.low)
    return QuantileDifference(
        quantile=quantile,
        n=own.size,
        reference_n=other.size,
        estimate=here,
        reference=there,
        difference=bracket(value, value - below, value + above, confidence),
        tied_share=(_tied(own) + _tied(other)) / (own.size + other.size),
    )


def median_difference(
    sample: npt.ArrayLike, reference: npt.ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    """Estimate a difference of medians with the interval of Price and Bonett.

    Parameters
    ----------
    sample, reference : array_like, shape (n,) and (m,)
        In one unit, at least 5 values each; meant for values with few ties.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        In the samples' unit.

    Raises
    ------
    EstimationError
        If a value is missing or a sample has fewer than 5.

    Notes
    -----
    Source: Price and Bonett (2002). `quantile_difference` is for any quantile and for ties.

    Examples
    --------
    >>> found = median_difference([32, 39, 26, 35, 43, 27, 40, 37, 34, 29],
    ...                           [36, 44, 47, 42, 49, 39, 46, 31, 33, 48])
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (-8.5, -16.9598, -0.0402)
    """
    own = np.sort(column(sample, name="sample"))
    other = np.sort(column(reference, name="reference"))
    refuse([confidence_problem(confidence), *(_five_problem(x.size) for x in (own, other))])
    value = float(np.median(own) - np.median(other))
    error = math.hypot(_median_error(own), _median_error(other))
    reach = float(norm.ppf((1 + confidence) / 2)) * error
    return bracket(value, value - reach, value + reach, confidence)


def _quantile(ordered: Floats, quantile: float, confidence: float) -> Estimate:
    value = float(np.quantile(ordered, quantile, method="median_unbiased"))
    tail = (1 - confidence) / 2
    low = _lower_limit(ordered, quantile, tail)
    high = -_lower_limit(-ordered[::-1], 1 - quantile, tail)
    return bracket(value, low, high, confidence)


def _lower_limit(ordered: Floats, quantile: float, tail: float) -> float:
    """Interpolate between the order statistics whose error is just below and above `tail`."""
    n = ordered.size
    k = int(binom.ppf(tail, n, quantile))
    below, above = binom.cdf([k - 1, k], n, quantile)
    weight = 1 / (
        1 + k * (1 - quantile) * (above - tail) / max((n - k) * quantile * (tail - below), 1e-300)
    )
    return float((1 - weight) * ordered[k - 1] + weight * ordered[k])


def _median_error(ordered: Floats) -> float:
    n = ordered.size
    k = max(round((n + 1) / 2 - math.sqrt(n)), 1)
    z = float(norm.isf(binom.cdf(k - 1, n, 0.5)))
    return float(ordered[n - k] - ordered[k - 1]) / (2 * z)


def _tied(ordered: Floats) -> int:
    _, counts = np.unique(ordered, return_counts=True)
    return int(counts[counts > 1].sum())


def _enough(n: int, quantile: float, confidence: float) -> bool:
    """Whether order statistics bound the quantile on both sides."""
    tail = (1 - confidence) / 2
    return n >= 2 and (1 - quantile) ** n < tail and quantile**n < tail


def _size_problem(n: int, quantile: float, confidence: float, name: str) -> Problem | None:
    if _enough(n, quantile, confidence):
        return None
    rarer = max(quantile, 1 - quantile)
    needed = max(math.floor(math.log((1 - confidence) / 2) / math.log(rarer)) + 1, 2)
    return Problem(
        what=f"too few values in the {name} for its {quantile:g} quantile",
        found=str(n),
        needed=f"at least {needed} for a {confidence:.0%} interval",
        next_step="Time more visits, or compare medians.",
    )


def _quantile_problem(quantile: float) -> Problem | None:
    if 0 < quantile < 1:
        return None
    return Problem(
        what="no quantile",
        found=str(quantile),
        needed="a fraction between 0 and 1",
        next_step="Give 0.5 for the median, 0.9 for the 90th percentile.",
    )


def _five_problem(n: int) -> Problem | None:
    if n >= 5:
        return None
    return Problem(
        what="too few values for a median with an interval",
        found=str(n),
        needed="at least 5",
        next_step="Time more visits.",
    )
