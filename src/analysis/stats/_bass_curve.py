"""The Bass curve: its values, and the search for the one that lies nearest to a series.

Parameters are the logarithms of (ceiling m, innovation p, imitation q). Time is counted
in periods from launch; period i is the time from i - 1 to i.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter, itemgetter
from typing import Literal

import numpy as np
from scipy.optimize import OptimizeResult, least_squares

from analysis.stats.purchase_cells import FloatArray

Curve = Callable[[FloatArray, FloatArray], FloatArray]
"""Adopters per period, of (log parameters, period numbers)."""
Scatter = Literal["counts", "even"]

_STARTS = tuple(
    (p, q) for p in (0.0005, 0.003, 0.01, 0.03, 0.1) for q in (0.05, 0.12, 0.3, 0.6, 1.0)
)
_RANGE_P = [1e-8, 3.0]
_RANGE_Q = [1e-6, 8.0]
_REWEIGHTINGS = 30


def cumulative(log_parameters: FloatArray, time: FloatArray) -> FloatArray:
    """Adopters up to `time`: m F(t)."""
    m, p, q = np.exp(log_parameters)
    decay = np.exp(-(p + q) * time)
    adopted: FloatArray = m * (1 - decay) / (1 + q / p * decay)
    return adopted


def increments(log_parameters: FloatArray, periods: FloatArray) -> FloatArray:
    """Adopters within each period: m (F(i) - F(i - 1))."""
    return cumulative(log_parameters, periods) - cumulative(log_parameters, periods - 1)


def density(log_parameters: FloatArray, periods: FloatArray) -> FloatArray:
    """Rate of adoption at the end of each period: m f(i)."""
    m, p, q = np.exp(log_parameters)
    decay = np.exp(-(p + q) * periods)
    rate: FloatArray = m * (p + q) ** 2 / p * decay / (1 + q / p * decay) ** 2
    return rate


@dataclass(frozen=True, slots=True, eq=False)
class Peak:
    """Where the curve is steepest, and how that moves with the log parameters."""

    time: float
    size: float
    time_slope: FloatArray
    log_size_slope: FloatArray


def find_peak(m: float, p: float, q: float) -> Peak:
    """Peak of the density: at launch unless imitation exceeds innovation."""
    if q <= p:
        return Peak(0.0, m * p, np.zeros(3), np.array([1.0, 1.0, 0.0]))
    whole = p + q
    time = math.log(q / p) / whole
    return Peak(
        time,
        m * whole**2 / (4 * q),
        np.array([0.0, -(1 + p * time) / whole, (1 - q * time) / whole]),
        np.array([1.0, 2 * p / whole, 2 * q / whole - 1]),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NearestCurve:
    """The curve with the least weighted sum of squares.

    Attributes
    ----------
    log_parameters : ndarray, shape (3,)
    jacobian : ndarray, shape (n_periods, 3)
        Slopes of the deviations in the log parameters.
    deviations : ndarray, shape (n_periods,)
        Of the adopters from the curve, in units of their scale.
    converged : bool
    at_edge : tuple of str
        Parameters that stopped at the end of the range searched.
    """

    log_parameters: FloatArray
    jacobian: FloatArray
    deviations: FloatArray
    converged: bool
    at_edge: tuple[str, ...]


def scale_of_scatter(curve_values: FloatArray, scatter: Scatter) -> FloatArray:
    """Standard deviation of a period's adopters, up to a factor common to all.

    Even: 1 for all. As counts: the root of the expected number, which is not let fall
    below 1 % of the highest, so that a few late adopters do not decide the curve.
    """
    if scatter == "even":
        return np.ones_like(curve_values)
    floor = 0.01 * curve_values.max(axis=-1, keepdims=True)
    scale: FloatArray = np.sqrt(np.maximum(curve_values, floor))
    return scale


def find_nearest(curve: Curve, adopters: FloatArray, scatter: Scatter) -> NearestCurve:
    """Search from the best points of a grid; reweight until the curve stays."""
    periods = np.arange(1, len(adopters) + 1, dtype=np.float64)
    unit = float(np.sqrt((adopters**2).mean()))
    total = float(adopters.sum())
    ends = np.log(np.array([[total / 10, total * 1e5], _RANGE_P, _RANGE_Q], dtype=np.float64))

    def descend(start: FloatArray, scale: FloatArray, *, rough: bool = False) -> OptimizeResult:
        return least_squares(
            lambda at: (curve(at, periods) - adopters) / scale,
            start,
            jac="cs",
            bounds=(ends[:, 0], ends[:, 1]),
            xtol=1e-6 if rough else 1e-13,
            ftol=1e-8 if rough else 1e-14,
            gtol=1e-8 if rough else 1e-12,
            max_nfev=400,
        )

    even = np.full_like(adopters, unit)
    starts = _rank_starts(curve, periods, adopters)[:3]
    best = min((descend(start, even, rough=True) for start in starts), key=attrgetter("cost"))
    if scatter == "even":
        best = descend(best.x, even)
        converged = bool(best.success)
    else:
        after = _settle(curve, best.x, periods, adopters)
        for _ in range(_REWEIGHTINGS):
            before = after
            best = descend(before, scale_of_scatter(curve(before, periods), scatter))
            after = best.x
            if np.abs(best.x - before).max() < 1e-9:
                break
        converged = bool(best.success) and bool(np.abs(best.x - before).max() < 1e-4)
    common = unit if scatter == "even" else 1.0
    near = np.minimum(best.x - ends[:, 0], ends[:, 1] - best.x) < 0.01
    return NearestCurve(
        log_parameters=best.x,
        jacobian=best.jac * common,
        deviations=best.fun * common,
        converged=converged,
        at_edge=tuple(name for name, edge in zip("mpq", near, strict=True) if edge),
    )


@np.errstate(all="ignore")  # steps that lead nowhere are given up, in silence
def _settle(
    curve: Curve, start: FloatArray, periods: FloatArray, adopters: FloatArray
) -> FloatArray:
    """Steps of Gauss and Newton, weighed anew after each; the start where they lead nowhere."""
    at, small = start, 1e-20j
    for _ in range(_REWEIGHTINGS):
        values = curve(at, periods)
        scale = scale_of_scatter(values, "counts")
        slopes = np.stack(
            [curve(at + small * axis, periods).imag / small.imag for axis in np.eye(3)], axis=1
        )
        whole = np.isfinite(slopes).all() and np.isfinite(values).all()
        if not whole or np.abs(at - start).max() > 2:
            return start
        step = np.linalg.lstsq(slopes / scale[:, None], (adopters - values) / scale, rcond=None)[0]
        at = at + step
        if np.abs(step).max() < 1e-11:
            return at
    return start


def _rank_starts(curve: Curve, periods: FloatArray, adopters: FloatArray) -> list[FloatArray]:
    """Points of the grid, nearest first; the ceiling is linear and solved for."""
    total, ranked = float(adopters.sum()), []
    for p, q in _STARTS:
        shape = curve(np.log(np.array([1.0, p, q])), periods)
        ceiling = float(np.clip(shape @ adopters / (shape @ shape), total / 5, total * 50))
        start = np.log(np.array([ceiling, p, q]))
        ranked.append((float(((curve(start, periods) - adopters) ** 2).sum()), start))
    return [start for _, start in sorted(ranked, key=itemgetter(0))]
