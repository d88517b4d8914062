"""A weighted total of independent estimates, with its interval from theirs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import bracket, refuse
from analysis.text import message

METHOD = Method(
    name=message("Interval of a weighted total from the intervals of its parts (MOVER)"),
    citation=(
        "Zou, G. Y., Huang, W., Zhang, X. (2009). A note on confidence interval estimation for "
        "a linear function of binomial proportions. Computational Statistics & Data Analysis "
        "53, 1080-1085; for two parts: Newcombe, R. G. (1998). Statistics in Medicine 17, "
        "873-890, method 10."
    ),
    assumptions=(
        message("The estimates do not depend on each other."),
        message("Each of the intervals covers as often as it says."),
    ),
)


def weighted_total(estimates: Sequence[Estimate], weights: Sequence[float]) -> Estimate:
    """Add up estimates with weights.

    The lower limit of the total lies below it by the root of the summed squares of the
    distances from each part to its limit on that side, and the upper one likewise. So
    intervals that are not symmetric, or that end at a bound, are respected.

    Parameters
    ----------
    estimates : sequence of Estimate
        Independent, of one coverage; at least one.
    weights : sequence of float
        Any sign; a difference has 1 and -1.

    Returns
    -------
    Estimate
        The same whatever the order of the parts.

    Raises
    ------
    EstimationError
        If there is no part, as many weights are missing, or the coverages differ.

    Notes
    -----
    Source: Zou, Huang and Zhang (2009).

    Examples
    --------
    >>> part = Estimate(value=0.5, low=0.2, high=0.9, confidence=0.95)
    >>> known = Estimate(value=0.4, low=0.4, high=0.4, confidence=0.95)
    >>> total = weighted_total([part, known], [0.5, 0.5])
    >>> round(total.low, 3), round(total.value, 3), round(total.high, 3)
    (0.3, 0.45, 0.65)
    """
    refuse([_parts_problem(estimates, weights)])
    parts = list(zip(estimates, weights, strict=True))
    value = math.fsum(weight * part.value for part, weight in parts)
    below = math.fsum((weight * _reach(part, down=weight > 0)) ** 2 for part, weight in parts)
    above = math.fsum((weight * _reach(part, down=weight < 0)) ** 2 for part, weight in parts)
    return bracket(
        value, value - math.sqrt(below), value + math.sqrt(above), estimates[0].confidence
    )


def difference(later: Estimate, earlier: Estimate) -> Estimate:
    """Give `later` minus `earlier`, of two estimates that do not depend on each other.

    Examples
    --------
    >>> one = Estimate(value=3, low=0, high=6, confidence=0.95)
    >>> other = Estimate(value=5, low=1, high=9, confidence=0.95)
    >>> found = difference(one, other)
    >>> found.low, found.value, found.high
    (-7.0, -2.0, 3.0)
    """
    return weighted_total([later, earlier], [1.0, -1.0])


def _reach(part: Estimate, *, down: bool) -> float:
    return part.value - part.low if down else part.high - part.value


def _parts_problem(estimates: Sequence[Estimate], weights: Sequence[float]) -> Problem | None:
    coverages = {part.confidence for part in estimates}
    fits = len(estimates) == len(weights) and all(math.isfinite(w) for w in weights)
    if len(coverages) == 1 and fits:
        return None
    return Problem(
        what="the parts of a total do not fit together",
        found=f"{len(estimates)} estimates of {len(coverages)} coverages, {len(weights)} weights",
        needed="one weight a part, and one coverage",
        next_step="Give every estimate one weight, at one confidence.",
    )
