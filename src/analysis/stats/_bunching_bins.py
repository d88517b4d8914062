"""Bins around a target, and the smooth curve through those away from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetWindow:
    """A target, and where around it units may have moved.

    Attributes
    ----------
    target, bin_width : float
        In the unit of the results; the target starts a bin.
    below, above : float
        How far below and above the target units moved.
    reach : float
        How far from the target bins are used.
    degree : int
        Of the polynomial through the bins outside the window.

    Raises
    ------
    EstimationError
        If the window has no bin on a side, or too few bins are outside it.
    """

    target: float
    bin_width: float
    below: float
    above: float
    reach: float
    degree: int = 5

    def __post_init__(self) -> None:
        wide = self.bin_width > 0 and all(
            round(side / self.bin_width) >= 1 for side in (self.below, self.above)
        )
        refuse([None if wide else _window_problem(self)])
        outside = round((2 * self.reach - self.below - self.above) / self.bin_width)
        refuse([_bins_problem(outside, self.degree)])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bins:
    """Where the bins are, and in which the units are that are within reach."""

    starts: Floats
    centres: Floats
    place: npt.NDArray[np.int64]
    window: npt.NDArray[np.bool_]
    above: npt.NDArray[np.bool_]
    kept: npt.NDArray[np.bool_]
    degree: int


def make_bins(values: Floats, window: TargetWindow) -> Bins:
    """Put units into bins; refuse results without mass on one side of the target."""
    steps = max(round(window.reach / window.bin_width), 1)
    edges = np.arange(-steps, steps)
    # the target itself belongs to the bin that it starts, despite rounding
    raw = np.floor((values - window.target) / window.bin_width + 1e-9).astype(np.int64) + steps
    kept = (raw >= 0) & (raw < edges.size)
    below, above = round(window.below / window.bin_width), round(window.above / window.bin_width)
    place = raw[kept]
    refuse(_mass_problems(int((place < steps).sum()), int((place >= steps).sum()), values.size))
    return Bins(
        starts=np.asarray(window.target + edges * window.bin_width, dtype=np.float64),
        centres=(edges + 0.5) / steps,
        place=place,
        window=(edges >= -below) & (edges < above),
        above=(edges >= 0) & (edges < above),
        kept=kept,
        degree=window.degree,
    )


def smooth_heights(bins: Bins, heights: Floats, weights: Floats, *, degree: int) -> Floats:
    """Fit polynomials outside the window; give their values at all bins.

    Heights and weights are of shape (..., m), one row for each sample, or one for all.
    """
    powers = np.polynomial.chebyshev.chebvander(bins.centres, degree)
    root = np.sqrt(np.where(bins.window, 0.0, weights))
    solve = np.linalg.pinv(powers * root[..., None])
    fit = solve @ (heights * root)[..., None]
    return np.asarray((powers @ fit)[..., 0])


def smooth_counts(bins: Bins, counts: Floats) -> Floats:
    """Give the counts that a smooth distribution would have, the window keeping its units.

    Counts are of shape (..., m), one row for each sample.
    """
    even = np.ones(bins.starts.size)
    smooth = np.clip(smooth_heights(bins, counts, even, degree=bins.degree), 0, None)
    inside = smooth[..., bins.window].sum(axis=-1, keepdims=True)
    kept = counts[..., bins.window].sum(axis=-1, keepdims=True)
    smooth[..., bins.window] *= np.divide(kept, inside, out=np.ones_like(inside), where=inside > 0)
    return smooth


def percentiles(value: float, drawn: Floats, confidence: float) -> Estimate:
    """Interval from the spread of the resamples around their own value."""
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return bracket(value, float(low), max(float(high), value), confidence)


def _mass_problems(below: int, above: int, total: int) -> list[Problem | None]:
    return [
        Problem(
            what=f"the results have too little mass {name} the target",
            found=f"{n} of {total} units",
            needed="at least 20 within reach",
            next_step="Check the target, or take more units or periods in.",
        )
        for name, n in (("below", below), ("at or above", above))
        if n < 20
    ]


def _window_problem(window: TargetWindow) -> Problem:
    return Problem(
        what="no window around the target",
        found=f"{window.below:g} below, {window.above:g} above, bins of {window.bin_width:g}",
        needed="at least one bin on either side",
        next_step="Widen the window or narrow the bins.",
    )


def _bins_problem(outside: int, degree: int) -> Problem | None:
    if outside >= 2 * (degree + 1):
        return None
    return Problem(
        what="too few bins outside the window for a smooth curve",
        found=f"{outside} bins for degree {degree}",
        needed=f"at least {2 * (degree + 1)}",
        next_step="Reach farther, narrow the bins, or lower the degree.",
    )
