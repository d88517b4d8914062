"""How sure the effect on a single region is: which effects its own past does not contradict.

If the effect were so much, taking it away would leave the region's distances to its mix
after the start like those before. Effects for which they stand out among the same distances
shifted in time are refused; the others make the interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.grids import grid
from analysis.stats.inputs import Floats, bracket, column, confidence_problem, refuse
from analysis.stats.synthetic_control import find_mix
from analysis.text import message

METHOD = Method(
    name=message("Conformal interval of the effect on a single region"),
    citation=(
        "Chernozhukov, V., Wüthrich, K., Zhu, Y. (2021). An exact and robust conformal "
        "inference method for counterfactual and synthetic controls. JASA 116, 1849-1864."
    ),
    assumptions=(
        message("The effect is the same in every period from the start on."),
        message("What the mix misses varies before and after the start by one and the same law."),
    ),
)

_POINTS = 60
_HALVINGS = 12
_WIDENINGS = 8


def conformal_p_value(
    region: npt.ArrayLike,
    others: npt.ArrayLike,
    periods: Sequence[float],
    *,
    starts: float,
    effect: float,
) -> float:
    """Give the chance of distances to the mix like those found, were this the effect.

    Parameters
    ----------
    region : array_like of float, shape (t,)
    others : array_like of float, shape (d, t)
    periods : sequence of float, length t
        Rising.
    starts : float
        First period with the incentive.
    effect : float
        In each period from the start on, in the unit of the outcome.

    Returns
    -------
    float
        At least one over the number of periods.

    Notes
    -----
    Source: Chernozhukov, Wüthrich and Zhu (2021): the mix is found over all periods under
    the effect in question; mean absolute distance after the start against all its cyclic
    shifts.

    Examples
    --------
    >>> others = np.array([[1.0, 2, 3, 4, 5], [3, 1, 3, 1, 3], [0, 1, 0, 1, 0]])
    >>> found = others[:2].mean(axis=0) + [0, 0.1, 0, -0.1, 2]
    >>> conformal_p_value(found, others, range(5), starts=4, effect=9)
    0.2
    >>> conformal_p_value(found, others, range(5), starts=4, effect=2) > 0.5
    True
    """
    own, donors = column(region, name="region"), grid(others, name="other regions")
    return _chance(own, donors, column(periods, name="periods") >= starts, effect)


def conformal_effect(
    region: npt.ArrayLike,
    others: npt.ArrayLike,
    periods: Sequence[float],
    *,
    starts: float,
    effect: float,
    confidence: float = 0.95,
) -> Estimate:
    """Estimate the interval of a single region's effect.

    Parameters
    ----------
    region, others, periods, starts
        As for `analysis.stats.synthetic_control.synthetic_control`.
    effect : float
        The estimate that the interval belongs to.
    confidence : float
        Coverage, a fraction.

    Returns
    -------
    Estimate
        From the least to the largest effect that is not refused.

    Raises
    ------
    EstimationError
        If there are fewer periods than the confidence needs, every effect is refused, or
        effects without a limit are not.

    Notes
    -----
    Source: Chernozhukov, Wüthrich and Zhu (2021), test inversion.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> others = np.cumsum(rng.normal(size=(6, 30)), axis=1)
    >>> found = others[:3].mean(axis=0) + rng.normal(0, 0.1, 30) + 2 * (np.arange(30) >= 26)
    >>> sure = conformal_effect(found, others, range(30), starts=26, effect=2.0)
    >>> sure.excludes(0), sure.excludes(2)
    (True, False)
    """
    own, donors = column(region, name="region"), grid(others, name="other regions")
    after = column(periods, name="periods") >= starts
    refuse([confidence_problem(confidence), _periods_problem(after.size, confidence)])
    level = 1 - confidence + 1e-9

    def kept(size: float) -> bool:
        return _chance(own, donors, after, size) > level

    reach = 4 * float(_distances(own, donors, after, effect).mean()) or 1.0
    for _ in range(_WIDENINGS):
        sizes = effect + np.linspace(-reach, reach, 2 * _POINTS + 1)
        held = np.flatnonzero([kept(size) for size in sizes])
        if held.size and held[0] > 0 and held[-1] < 2 * _POINTS:
            low = _edge(kept, inside=sizes[held[0]], outside=sizes[held[0] - 1])
            high = _edge(kept, inside=sizes[held[-1]], outside=sizes[held[-1] + 1])
            return bracket(effect, low, high, confidence)
        # nothing held: look more closely; held to an end: look farther
        reach *= 4 if held.size else 0.25
    raise EstimationError(_no_interval_problem())


def _chance(own: Floats, donors: Floats, after: npt.NDArray[np.bool_], effect: float) -> float:
    gaps = _distances(own, donors, after, effect)
    length, where = own.size, np.flatnonzero(after)
    shifted = (where + np.arange(length)[:, None]) % length
    sums = gaps[shifted].sum(axis=1)
    return float(np.mean(sums >= sums[0] * (1 - 1e-9)))


def _distances(own: Floats, donors: Floats, after: npt.NDArray[np.bool_], effect: float) -> Floats:
    """How far the region is from its mix in each period, were this the effect."""
    everything = np.ones(own.size, dtype=bool)
    return np.asarray(np.abs(find_mix(own - effect * after, donors, everything)[1]))


def _edge(kept: Callable[[float], bool], *, inside: float, outside: float) -> float:
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if kept(middle) else (inside, middle)
    return float(outside)


def _periods_problem(periods: int, confidence: float) -> Problem | None:
    needed = int(np.ceil(1 / (1 - confidence) - 1e-9))
    if periods >= needed:
        return None
    return Problem(
        what="too few periods for an interval of a single region's effect",
        found=f"{periods}",
        needed=f"at least {needed} for a confidence of {confidence:g}",
        next_step="Take earlier periods in, or ask for less confidence.",
    )


def _no_interval_problem() -> Problem:
    return Problem(
        what="a single region's effect has no interval",
        found="effects without a limit that the periods do not contradict, or none",
        needed="more periods before the start than after it, and a mix that fits",
        next_step="Take earlier periods in, or report the placebos alone.",
    )
