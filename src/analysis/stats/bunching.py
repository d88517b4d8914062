"""How many units bunch at a target that pays, how much they moved, and from where.

The distribution without the incentive is a smooth curve through the bins away from the
target; what the bins at the target exceed it by has been moved there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._bunching_bins import (
    Bins,
    TargetWindow,
    make_bins,
    percentiles,
    smooth_counts,
)
from analysis.stats.inputs import Floats, Integers, column, confidence_problem, refuse
from analysis.stats.persons import draw_persons, number_persons, persons_problem
from analysis.text import message

__all__ = ["METHOD", "Bunching", "TargetWindow", "bunching"]

METHOD = Method(
    name=message("Bunching at a target against a smooth distribution"),
    citation=(
        "Chetty, R., Friedman, J. N., Olsen, T., Pistaferri, L. (2011). Adjustment "
        "costs, firm responses, and micro vs. macro labor supply elasticities. QJE 126, "
        "749-804; Kleven, H. J. (2016). Bunching. Annual Review of Economics 8, 435-464."
    ),
    assumptions=(
        message("Without the target the distribution would be smooth around it."),
        message("The units that moved stayed within the window around the target."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bunching:
    """Units at a target beyond what a smooth distribution holds.

    Attributes
    ----------
    excess : Estimate
        Units at or above the target within the window that would have been below.
    excess_ratio : Estimate
        The same in multiples of the smooth distribution's mean bin in that part.
    bin_starts, counts, counterfactual : arrays of float, shape (m,)
        The bins, the units found and the units a smooth distribution would hold.
    degrees : int
        Bins outside the window, less the parameters of the smooth curve.
    """

    excess: Estimate
    excess_ratio: Estimate
    bin_starts: Floats
    counts: Floats
    counterfactual: Floats
    degrees: int


def bunching(
    results: npt.ArrayLike,
    window: TargetWindow,
    *,
    rng: np.random.Generator,
    persons: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    draws: int = 500,
) -> Bunching:
    """Estimate how many units bunch at a target.

    Parameters
    ----------
    results : array_like of float, shape (n,)
        Result of each unit in the period (sales as a share of the target).
    window : TargetWindow
    rng : numpy.random.Generator
    persons : array_like, shape (n,), optional
        Whose each unit is, where units are periods of the same persons: then persons are
        resampled with all that is theirs.
    confidence : float
        Coverage, a fraction.
    draws : int
        Resamples of units, or of persons.

    Returns
    -------
    Bunching

    Raises
    ------
    EstimationError
        If there is no mass on one side of the target, or too few bins outside the window.

    Notes
    -----
    Source: Chetty and others (2011). The units of the window are divided by the smooth
    curve fitted outside it, scaled so that the window as a whole keeps its units; interval
    from resampling units (percentiles).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> sales = rng.uniform(0.5, 1.5, 4000)
    >>> gamed = np.where((sales > 0.9) & (sales < 1), 1.02, sales)
    >>> window = TargetWindow(
    ...     target=1.0, bin_width=0.05, below=0.1, above=0.05, reach=0.5, degree=3)
    >>> found = bunching(gamed, window, rng=rng)
    >>> found.excess.excludes(0)
    True
    """
    values = column(results, name="results")
    refuse([confidence_problem(confidence), persons_problem(persons, values.size)])
    bins = make_bins(values, window)
    counts = np.bincount(bins.place, minlength=bins.starts.size).astype(np.float64)
    smooth = smooth_counts(bins, counts)
    if persons is None:
        shares = counts / bins.place.size
        drawn = rng.multinomial(bins.place.size, shares, draws).astype(np.float64)
    else:
        drawn = _resample(bins, number_persons(persons, values.size), rng, draws)
    excesses, ratios = _excess(bins, drawn, smooth_counts(bins, drawn))
    excess, ratio = _excess(bins, counts, smooth)
    return Bunching(
        excess=percentiles(float(excess), excesses, confidence),
        excess_ratio=percentiles(float(ratio), ratios, confidence),
        bin_starts=bins.starts,
        counts=counts,
        counterfactual=smooth,
        degrees=int((~bins.window).sum()) - window.degree - 1,
    )


def _resample(bins: Bins, persons: Integers, rng: np.random.Generator, draws: int) -> Floats:
    """Counts by bin of persons drawn with replacement, shape (draws, m)."""
    size = bins.starts.size
    cells = np.bincount(
        persons[bins.kept] * size + bins.place, minlength=(int(persons.max()) + 1) * size
    )
    times = draw_persons(rng, persons, draws)
    return np.asarray(times @ cells.reshape(-1, size), dtype=np.float64)


def _excess(bins: Bins, counts: Floats, smooth: Floats) -> tuple[Floats, Floats]:
    """Units above the smooth curve, and their ratio to it, of each row of counts."""
    excess = np.asarray((counts - smooth)[..., bins.above].sum(axis=-1))
    level = np.asarray(smooth[..., bins.above].mean(axis=-1))
    return excess, np.divide(excess, level, out=np.zeros_like(excess), where=level > 0)
