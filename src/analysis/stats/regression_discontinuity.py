"""The effect of crossing a threshold: local linear fits with a bias-corrected robust interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._local_polynomial import (
    Side,
    bandwidth_terms,
    bias_corrected_weights,
    fit_residuals,
    neighbour_residuals,
    weights_at_cutoff,
)
from analysis.stats.inputs import Floats, Integers, bracket, column, confidence_problem, refuse
from analysis.stats.laws import normal_quantile, normal_tail
from analysis.stats.persons import number_persons, persons_problem, spread_of_sum
from analysis.text import message

METHOD = Method(
    name=message("Regression discontinuity with robust bias-corrected interval"),
    citation=(
        "Calonico, S., Cattaneo, M. D., Titiunik, R. (2014). Robust nonparametric confidence "
        "intervals for regression-discontinuity designs. Econometrica 82, 2295-2326."
    ),
    assumptions=(
        message("Nobody can place themselves precisely on one side of the threshold."),
        message("Nothing else changes at the threshold."),
        message("The effect is that on units near the threshold."),
    ),
)

_KERNEL_CONSTANT = 2.576  # triangular kernel, rule of thumb for the pilot bandwidth


@dataclass(frozen=True, slots=True, kw_only=True)
class Discontinuity:
    """The jump of the outcome at the threshold.

    Attributes
    ----------
    effect : Estimate
        Local linear estimate, and the robust interval of its bias-corrected version (which
        is wider than a symmetric one and need not be centred on the estimate).
    bias_corrected : float
        Centre of the interval.
    conventional_error, robust_error : float
        Standard errors of the two.
    p_value : float
        Of no jump, robust.
    bandwidth, bias_bandwidth : float
        Distances to the threshold used for the estimate and for its bias.
    n_below, n_above : int
        Units within the bandwidth.
    """

    effect: Estimate
    bias_corrected: float
    conventional_error: float
    robust_error: float
    p_value: float
    bandwidth: float
    bias_bandwidth: float
    n_below: int
    n_above: int


def regression_discontinuity(
    running: npt.ArrayLike,
    outcome: npt.ArrayLike,
    *,
    threshold: float = 0.0,
    persons: npt.ArrayLike | None = None,
    bandwidth: float | None = None,
    confidence: float = 0.95,
    minimum_per_side: int = 20,
) -> Discontinuity:
    """Estimate how the outcome jumps where the running variable reaches a threshold.

    Parameters
    ----------
    running, outcome : array_like of float, shape (n,)
        What decides (sales as a share of the target), and what may change.
    threshold : float
        Units at or above it are treated.
    persons : array_like, shape (n,), optional
        Whose each unit is, where units are periods of the same persons: what they have in
        common is then in the errors. The bandwidth is chosen as if they had nothing.
    bandwidth : float, optional
        For the estimate and its bias; by default the one with the smallest mean squared
        error, chosen from the data.
    confidence : float
        Coverage, a fraction.
    minimum_per_side : int
        Fewer units on either side, or within the bandwidth, are refused.

    Returns
    -------
    Discontinuity
        In the unit of the outcome.

    Raises
    ------
    EstimationError
        If the running variable has no mass on one side, or too few distinct values.

    Notes
    -----
    Source: Calonico, Cattaneo and Titiunik (2014): triangular kernel, linear fit, bias from
    a quadratic one, variances from three nearest neighbours, common bandwidth. With persons
    the variances come from the fits' own residuals, summed by person (Liang and Zeger 1986).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> sales = rng.uniform(-1, 1, 1000)
    >>> bonus = regression_discontinuity(sales, sales + 2 * (sales >= 0) + rng.normal(0, 0.1, 1000))
    >>> bonus.effect.excludes(0), bonus.effect.excludes(2)
    (True, False)
    """
    x, y = column(running, name="running variable"), column(outcome, name="outcome")
    refuse(
        [
            confidence_problem(confidence),
            _length_problem(x.size, y.size),
            persons_problem(persons, x.size),
        ]
    )
    order = np.argsort(x, kind="stable")
    x, y = x[order] - threshold, y[order]
    of = number_persons(persons, x.size)[order]
    below, above = (Side(x=x[m], y=y[m], persons=of[m]) for m in (x < 0, x >= 0))
    refuse(
        [
            mass_problem("below", below.x, minimum_per_side),
            mass_problem("above", above.x, minimum_per_side),
        ]
    )
    if bandwidth is None:
        h, b = _choose_bandwidths(below, above)
    else:
        h = b = bandwidth
    near = [side.within(h).x for side in (below, above)]
    refuse(_window_problem(name, x, h) for name, x in zip(("below", "above"), near, strict=True))
    left, right = (_fit_side(side, h, b, by_person=persons is not None) for side in (below, above))
    plain_error, robust_error = (
        math.sqrt(
            spread_of_sum(
                np.concatenate([-of_left, of_right]),
                np.concatenate([left.persons, right.persons]),
                exact=persons is None,
            )
        )
        for of_left, of_right in ((left.plain, right.plain), (left.robust, right.robust))
    )
    centre = right.corrected - left.corrected
    margin = float(normal_quantile((1 + confidence) / 2)) * robust_error
    value = right.value - left.value
    return Discontinuity(
        effect=_enclose(value, centre - margin, centre + margin, confidence),
        bias_corrected=centre,
        conventional_error=plain_error,
        robust_error=robust_error,
        p_value=float(2 * normal_tail(abs(centre) / robust_error)) if robust_error > 0 else 0.0,
        bandwidth=h,
        bias_bandwidth=b,
        n_below=near[0].size,
        n_above=near[1].size,
    )


def mass_problem(name: str, x: Floats, minimum: int) -> Problem | None:
    """Say that the running variable has no mass on one side, or nothing."""
    distinct = int(np.unique(x).size)
    if x.size >= minimum and distinct >= 10:
        return None
    return Problem(
        what=f"the running variable has too little mass {name} the threshold",
        found=f"{x.size} units at {distinct} distinct values",
        needed=f"at least {minimum} units at 10 distinct values",
        next_step="Check the threshold, or take more units or periods in.",
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fitted:
    """One side at the threshold: two estimates, and what each unit adds to their errors."""

    value: float
    corrected: float
    plain: Floats
    robust: Floats
    persons: Integers


def _fit_side(side: Side, h: float, b: float, *, by_person: bool) -> _Fitted:
    window = side.within(max(h, b))
    if by_person:
        # a person's months stand near each other: his neighbours are no strangers
        of_line, of_curve = (fit_residuals(window, *fit) for fit in ((h, 1), (b, 2)))
    else:
        of_line = of_curve = neighbour_residuals(window)
    plain = weights_at_cutoff(window.x, h, order=1)[0]
    corrected = bias_corrected_weights(window.x, h, b)
    return _Fitted(
        value=float(plain @ window.y),
        corrected=float(corrected @ window.y),
        plain=plain * of_line,
        robust=corrected * of_curve,
        persons=window.persons,
    )


def _choose_bandwidths(below: Side, above: Side) -> tuple[float, float]:
    """Choose the bandwidths in three steps: third derivative, bias, estimate."""
    x = np.concatenate([below.x, above.x])
    quartiles = np.quantile(x, [0.25, 0.75], method="averaged_inverted_cdf")
    spread = min(float(x.std(ddof=1)), float(quartiles[1] - quartiles[0]) / 1.349)
    distinct = int(np.unique(x).size)
    pilot = _KERNEL_CONSTANT * spread * distinct ** (-0.2)
    # at least ten distinct values on either side
    floors = [float(np.unique(np.abs(side.x))[9]) for side in (below, above)]
    pilot = max(min(pilot, float(np.abs(x).max())), *(floor * (1 + 1e-8) for floor in floors))
    ranges = (float(-below.x.min()), float(above.x.max()))
    wide = _optimal(below, above, pilot, ranges, order=3, derivative=3, regularise=False)
    wide = max(wide, *floors)
    bias = _optimal(below, above, pilot, (wide, wide), order=2, derivative=2)
    bias = max(bias, *floors)
    best = _optimal(below, above, pilot, (bias, bias), order=1, derivative=0)
    largest = float(np.abs(x).max()) * (1 + 1e-8)
    return min(max(best, *floors), largest), min(bias, largest)


def _optimal(
    below: Side,
    above: Side,
    pilot: float,
    bias_ranges: tuple[float, float],
    *,
    order: int,
    derivative: int,
    regularise: bool = True,
) -> float:
    left = bandwidth_terms(below, pilot, bias_ranges[0], order=order, derivative=derivative)
    right = bandwidth_terms(above, pilot, bias_ranges[1], order=order, derivative=derivative)
    squared_bias = (right.bias - left.bias) ** 2
    if regularise:
        squared_bias += left.regularisation + right.regularisation
    rate = 1 / (2 * order + 3)
    return float(((left.variance + right.variance) / max(squared_bias, 1e-300)) ** rate)


def _enclose(value: float, low: float, high: float, confidence: float) -> Estimate:
    """Widen an interval that is centred elsewhere to its own estimate, should it lie outside."""
    return bracket(value, min(low, value), max(high, value), confidence)


def _length_problem(first: int, second: int) -> Problem | None:
    if first == second:
        return None
    return Problem(
        what="running variable and outcome differ in length",
        found=f"{first} and {second}",
        needed="one of each per unit",
        next_step="Take both from the same table.",
    )


def _window_problem(name: str, x: Floats, bandwidth: float) -> Problem | None:
    distinct = int(np.unique(x).size)
    if distinct >= 5:
        return None
    return Problem(
        what=f"no mass {name} the threshold within the bandwidth",
        found=f"{x.size} units at {distinct} distinct values within {bandwidth:.4g}",
        needed="at least 5 distinct values",
        next_step="Widen the bandwidth, or take more units in.",
    )
