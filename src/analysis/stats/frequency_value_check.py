"""Whether the value of a purchase depends on how often the customer buys."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from analysis.results import CheckStatus, Estimate
from analysis.stats._distinct import find_distinct
from analysis.stats.inputs import bracket
from analysis.stats.laws import normal_quantile
from analysis.stats.purchase_cells import FloatArray, IntArray
from analysis.stats.spend_cells import SpendCells
from analysis.text import Message, message

_POINTS = 4096
TOLERATED_CORRELATION = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyValueCheck:
    """Whether customers who buy more often spend more or less per purchase.

    Attributes
    ----------
    correlation : Estimate
        Rank correlation of frequency and value over repeat customers, beyond what the
        model expects; see `check_frequency_against_value`.
    tolerated : float
        Magnitude up to which the model is taken to bear it.
    status : CheckStatus
        Passed where the interval lies within the tolerance, failed where it lies
        beyond it, informational in between.
    explanation : Message
    """

    correlation: Estimate
    tolerated: float
    status: CheckStatus
    explanation: Message


def check_frequency_against_value(
    cells: SpendCells,
    parameters: FloatArray,
    *,
    confidence: float,
    tolerated: float = TOLERATED_CORRELATION,
) -> FrequencyValueCheck:
    """Correlate frequency with value among repeat customers, beyond what the model expects.

    A mean over few purchases scatters and is skewed more than one over many, so that
    plain correlations of the two differ from 0, or have heavy tails, where the model
    holds. Correlated is therefore the rank of the frequency with the place that the
    customer's mean value takes in its distribution at that frequency: uniform from 0
    to 1 whatever the frequency, if the model holds.

    Parameters
    ----------
    cells : SpendCells
    parameters : ndarray, shape (3,)
        p, q and v of the fitted model.
    confidence : float
    tolerated : float
        Magnitude of correlation that the model is taken to bear.

    Returns
    -------
    FrequencyValueCheck

    Source
    ------
    Fader, Hardie and Lee (2005), RFM and CLV, JMR 42, 415-430, on the assumption; the
    interval takes Fisher's transformation and a standard error from the influence
    function.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(2)
    >>> frequency = rng.integers(1, 9, 3000)
    >>> value = rng.gamma(6.0 * frequency) / (frequency * rng.gamma(4, 1 / 15, 3000))
    >>> cells = SpendCells(frequency=frequency, mean_value=value, weight=np.ones(3000))
    >>> check_frequency_against_value(cells, np.array([6, 4, 15]), confidence=0.95).status
    <CheckStatus.PASSED: 'passed'>
    """
    correlation = _correlate(cells, parameters, confidence)
    largest = max(abs(correlation.low), abs(correlation.high))
    if largest <= tolerated:
        status = CheckStatus.PASSED
        explanation = message("The value of a purchase hardly varies with how often customers buy.")
    elif correlation.low > tolerated or correlation.high < -tolerated:
        status = CheckStatus.FAILED
        explanation = message(
            "The value of a purchase varies with how often customers buy: expected values are "
            "biased. Model frequent and rare buyers apart."
        )
    else:
        status = CheckStatus.INFORMATIONAL
        explanation = message(
            "The data do not settle whether the value of a purchase varies too much with how often "
            "customers buy."
        )
    return FrequencyValueCheck(
        correlation=correlation, tolerated=tolerated, status=status, explanation=explanation
    )


def _correlate(cells: SpendCells, parameters: FloatArray, confidence: float) -> Estimate:
    repeats = cells.frequency > 0
    x, m = cells.frequency[repeats].astype(np.float64), cells.mean_value[repeats]
    weight = cells.weight[repeats].astype(np.float64)
    if weight.sum() < 4 or np.ptp(x) == 0:
        return Estimate(value=0.0, low=-1.0, high=1.0, confidence=confidence)
    p, q, v = parameters
    counts, position = find_distinct(x)
    place = _standardise(_places(p, q, counts, position, x * m / (v + x * m)), weight)
    customers = np.bincount(position, weights=weight)
    rank = _standardise((np.cumsum(customers) - customers / 2)[position], weight)
    r = float(np.clip(np.average(rank * place, weights=weight), -1 + 1e-9, 1 - 1e-9))
    influence = rank * place - r / 2 * (rank**2 + place**2)
    error = math.sqrt(float(np.average(influence**2, weights=weight)) / weight.sum()) / (1 - r**2)
    reach = float(normal_quantile((1 + confidence) / 2)) * error
    centre = math.atanh(r)
    return bracket(r, math.tanh(centre - reach), math.tanh(centre + reach), confidence)


def _places(
    p: float, q: float, counts: FloatArray, position: IntArray, shares: FloatArray
) -> FloatArray:
    """Distribution function of the mean value at each frequency, at these transformed values.

    Where many customers share a frequency it is worked out at so many points that what
    lies between two of them is off by less than a millionth.
    """
    found = np.empty(len(shares))
    order = None if (position[1:] >= position[:-1]).all() else np.argsort(position, kind="stable")
    ends = np.cumsum(np.bincount(position))
    for count, start, end in zip(counts, np.append(0, ends[:-1]), ends, strict=True):
        members = slice(start, end) if order is None else order[start:end]
        at = shares[members]
        if len(at) <= 2 * _POINTS:
            found[members] = betainc(p * count, q, at)
            continue
        grid = np.linspace(at.min(), at.max(), _POINTS)
        found[members] = np.interp(at, grid, betainc(p * count, q, grid))
    return found


def _standardise(values: FloatArray, weight: FloatArray) -> FloatArray:
    centred = values - np.average(values, weights=weight)
    standardised: FloatArray = centred / math.sqrt(float(np.average(centred**2, weights=weight)))
    return standardised
