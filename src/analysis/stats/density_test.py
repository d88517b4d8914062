"""Whether the running variable bunches at a threshold: a test of manipulation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats._local_polynomial import weights_at_cutoff
from analysis.stats.inputs import Floats, Integers, column, refuse
from analysis.stats.laws import normal_tail
from analysis.stats.persons import number_persons, persons_problem, spread_of_sum
from analysis.stats.regression_discontinuity import mass_problem
from analysis.text import message

METHOD = Method(
    name=message("Density test of manipulation at a threshold"),
    citation=(
        "Cattaneo, M. D., Jansson, M., Ma, X. (2020). Simple local polynomial density "
        "estimators. JASA 115, 1449-1455; McCrary, J. (2008). Manipulation of the running "
        "variable in the regression discontinuity design. Journal of Econometrics 142, 698-714."
    ),
    assumptions=(
        message("Without manipulation the density is smooth at the threshold."),
        message("The running variable takes many distinct values."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DensityJump:
    """The density of the running variable on either side of the threshold.

    Attributes
    ----------
    density_below, density_above : float
        Share of the units per unit of the running variable, at the threshold.
    standard_error : float
        Of their difference.
    z, p_value : float
        Of no jump.
    bandwidth_below, bandwidth_above : float
    """

    density_below: float
    density_above: float
    standard_error: float
    z: float
    p_value: float
    bandwidth_below: float
    bandwidth_above: float


def density_test(
    running: npt.ArrayLike,
    *,
    threshold: float = 0.0,
    persons: npt.ArrayLike | None = None,
    bandwidths: tuple[float, float] | None = None,
    minimum_per_side: int = 20,
) -> DensityJump:
    """Test whether the density jumps at a threshold.

    Parameters
    ----------
    running : array_like of float, shape (n,)
    threshold : float
    persons : array_like, shape (n,), optional
        Whose each unit is, where units are periods of the same persons: what they have in
        common is then in the error. The bandwidths are chosen as if they had nothing.
    bandwidths : tuple of float, optional
        Below and above; by default those with the smallest mean squared error of a
        quadratic fit of the distribution function, chosen from the data.
    minimum_per_side : int
        Fewer units on either side, or within its bandwidth, are refused.

    Returns
    -------
    DensityJump

    Raises
    ------
    EstimationError
        If the running variable has no mass on one side, or too few distinct values.

    Notes
    -----
    Source: Cattaneo, Jansson and Ma (2020): the density is the slope of a local cubic fit
    of the empirical distribution function (one order above that of the bandwidth, which
    removes the bias from the test), with triangular weights; the error follows from what
    each unit adds to the distribution function.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> sales = rng.normal(0, 1, 2000)
    >>> gamed = np.where((sales > -0.2) & (sales < 0), 0.05 * rng.random(2000), sales)
    >>> density_test(sales).p_value > 0.05, density_test(gamed).p_value < 0.001
    (True, True)
    """
    given = column(running, name="running variable")
    refuse([persons_problem(persons, given.size)])
    order = np.argsort(given, kind="stable")
    x = given[order] - threshold
    of = None if persons is None else number_persons(persons, x.size)[order]
    below, above = x[x < 0], x[x >= 0]
    refuse(
        [
            mass_problem("below", below, minimum_per_side),
            mass_problem("above", above, minimum_per_side),
        ]
    )
    distribution = np.searchsorted(x, x, side="right") / x.size
    masks = (x < 0, x >= 0)
    if bandwidths is None:
        chosen = [_choose_bandwidth(x, distribution, mask) for mask in masks]
    else:
        chosen = list(bandwidths)
    inside = [x[mask & (np.abs(x) < h)] for mask, h in zip(masks, chosen, strict=True)]
    refuse(
        _window_problem(name, near, h, minimum_per_side)
        for name, near, h in zip(("below", "above"), inside, chosen, strict=True)
    )
    slopes = [_slope_weights(x, m, h, order=3) for m, h in zip(masks, chosen, strict=True)]
    densities = [float(weights @ distribution) for weights in slopes]
    error = math.sqrt(_variance(slopes[1] - slopes[0], x, distribution, of))
    z = (densities[1] - densities[0]) / error
    return DensityJump(
        density_below=densities[0],
        density_above=densities[1],
        standard_error=error,
        z=z,
        p_value=float(2 * normal_tail(abs(z))),
        bandwidth_below=chosen[0],
        bandwidth_above=chosen[1],
    )


def _slope_weights(x: Floats, mask: npt.NDArray[np.bool_], h: float, *, order: int) -> Floats:
    """Weights of the distribution function's values in its slope at the threshold."""
    weights = np.zeros(x.size)
    near = mask & (np.abs(x) < h)
    weights[near] = weights_at_cutoff(x[near], h, order=order)[1]
    return weights


def _variance(
    weights: Floats, x: Floats, distribution: Floats, persons: Integers | None = None
) -> float:
    """Variance of a weighted sum of the distribution function's values.

    A unit raises the function at and above its own place: its influence is the sum of the
    weights from there on.
    """
    from_here = np.cumsum(weights[::-1])[::-1]
    first = np.searchsorted(x, x, side="left")
    influence = from_here[first] - float(weights @ distribution)
    if persons is None:
        return float(influence @ influence) / x.size**2
    return spread_of_sum(influence, persons) / x.size**2


def _choose_bandwidth(x: Floats, distribution: Floats, mask: npt.NDArray[np.bool_]) -> float:
    """Choose the bandwidth of a quadratic fit with the smallest mean squared error."""
    side = np.abs(x[mask])
    largest = float(side.max()) * (1 + 1e-8)
    spread = float(x.std(ddof=1))
    floor = float(np.unique(side)[9]) * (1 + 1e-8)
    pilot = min(max(2.576 * spread * x.size ** (-0.2), floor), largest)
    weights = _slope_weights(x, mask, pilot, order=2)
    variance = _variance(weights, x, distribution) * pilot
    bias = float(weights @ x**3) / pilot**2
    # third derivative of the distribution function over 6, from a wider cubic fit
    reach = min(largest, 2 * pilot)
    wide = np.zeros(x.size)
    near = mask & (np.abs(x) < reach)
    wide[near] = weights_at_cutoff(x[near], reach, order=3)[3]
    third = float(wide @ distribution)
    # where the third derivative is hardly known its variance keeps the bandwidth in bounds
    squared = bias**2 * (third**2 + 3 * _variance(wide, x, distribution))
    best = (variance / (4 * squared)) ** 0.2 if squared > 0 else largest
    return min(max(best, floor), largest)


def _window_problem(name: str, near: Floats, bandwidth: float, minimum: int) -> Problem | None:
    distinct = int(np.unique(near).size)
    if near.size >= minimum and distinct >= 6:
        return None
    return Problem(
        what=f"no mass {name} the threshold within the bandwidth",
        found=f"{near.size} units at {distinct} distinct values within {bandwidth:.4g}",
        needed=f"at least {minimum} units at 6 distinct values",
        next_step="Widen the bandwidth, or take more units in.",
    )
