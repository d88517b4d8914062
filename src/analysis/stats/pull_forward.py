"""How much of what was gained at a target is pulled forward from the next period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats._bunching_bins import (
    Bins,
    TargetWindow,
    make_bins,
    percentiles,
    smooth_counts,
    smooth_heights,
)
from analysis.stats.inputs import Floats, Integers, column, confidence_problem, refuse
from analysis.stats.persons import draw_persons, number_persons, persons_problem
from analysis.text import message

__all__ = ["METHOD", "PullForward", "TargetWindow", "pull_forward"]

METHOD = Method(
    name=message("Share of the extra result at a target missing in the next period"),
    citation=(
        "Oyer, P. (1998). Fiscal year ends and nonlinear incentive contracts. QJE 113, "
        "149-185; window and smooth curve as by Chetty and others (2011)."
    ),
    assumptions=(
        message("Without the target the distribution would be smooth around it."),
        message("Without the target the next period's result would vary smoothly, too."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullForward:
    """How much of the result gained at a target is missing afterwards.

    Attributes
    ----------
    gained : Estimate
        Result that units in the window have beyond a smooth distribution, in its unit.
    missing_next : Estimate
        Result that they lack in the next period against units farther away.
    share : Estimate
        Missing per gained; near 1 where the target only moved results in time.
    """

    gained: Estimate
    missing_next: Estimate
    share: Estimate


def pull_forward(
    results: npt.ArrayLike,
    next_results: npt.ArrayLike,
    window: TargetWindow,
    *,
    rng: np.random.Generator,
    persons: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    draws: int = 500,
) -> PullForward:
    """Estimate how much of what was gained at a target is missing in the next period.

    Parameters
    ----------
    results, next_results : array_like of float, shape (n,)
        Result of each unit in the period with the target, and in the next one.
    window : TargetWindow
    rng : numpy.random.Generator
    persons : array_like, shape (n,), optional
        As for `bunching`.
    confidence : float
        Coverage, a fraction.
    draws : int
        Resamples of units, or of persons.

    Returns
    -------
    PullForward

    Raises
    ------
    EstimationError
        As for `bunching`, or if nothing was gained at the target.

    Notes
    -----
    Source: Oyer (1998) for the question; counts and next results of the bins in the window
    are each compared with the smooth curve through the bins outside it (Chetty and others
    2011). Interval from resampling units (percentiles).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> sales = rng.uniform(0.5, 1.5, 4000)
    >>> moved = (sales > 0.9) & (sales < 1)
    >>> gamed = np.where(moved, 1.02, sales)
    >>> window = TargetWindow(
    ...     target=1.0, bin_width=0.05, below=0.1, above=0.05, reach=0.5, degree=3)
    >>> found = pull_forward(gamed, 1 - (gamed - sales), window, rng=rng)
    >>> found.share.excludes(0), found.share.excludes(1)
    (True, False)
    """
    values, after = column(results, name="results"), column(next_results, name="next results")
    refuse(
        [
            confidence_problem(confidence),
            _length_problem(values.size, after.size),
            persons_problem(persons, values.size),
        ]
    )
    bins = make_bins(values, window)
    own, following = values[bins.kept], after[bins.kept]
    everything = np.arange(own.size)
    gained, missing = _moved(bins, own, following, [everything])[0].tolist()
    refuse([None if gained > 0 else _nothing_gained(gained)])
    of = None if persons is None else number_persons(persons, values.size)
    drawn = _moved(bins, own, following, _resamples(everything, bins, of, rng, draws))
    shares = drawn[:, 1] / np.where(drawn[:, 0] > 0, drawn[:, 0], np.nan)
    refuse([_nothing_gained(gained) if np.isnan(shares).mean() > (1 - confidence) / 2 else None])
    return PullForward(
        gained=percentiles(gained, drawn[:, 0], confidence),
        missing_next=percentiles(missing, drawn[:, 1], confidence),
        share=percentiles(missing / gained, shares[~np.isnan(shares)], confidence),
    )


def _resamples(
    everything: Integers,
    bins: Bins,
    persons: Integers | None,
    rng: np.random.Generator,
    draws: int,
) -> Iterator[Integers]:
    """Give the units of each resample, several times where they were drawn so often."""
    if persons is None:
        for _ in range(draws):
            yield rng.integers(0, everything.size, everything.size)
        return
    for times in draw_persons(rng, persons, draws):
        yield np.repeat(everything, times[persons[bins.kept]])


def _moved(bins: Bins, own: Floats, following: Floats, samples: Iterable[Integers]) -> Floats:
    """Result gained in the window and missing afterwards, for each choice of units."""
    counts, totals, later = np.stack(
        [_add_up(bins, own, following, chosen) for chosen in samples], axis=1
    )
    smooth = smooth_counts(bins, counts)
    width = bins.starts[1] - bins.starts[0]
    gained = (totals - smooth * (bins.starts + width / 2))[:, bins.window].sum(axis=1)
    means = np.divide(later, counts, out=np.zeros_like(later), where=counts > 0)
    expected = smooth_heights(bins, means, counts, degree=min(bins.degree, 2))
    missing = (smooth * expected - later)[:, bins.window].sum(axis=1)
    return np.stack([gained, missing], axis=1)


def _add_up(bins: Bins, own: Floats, following: Floats, chosen: Integers) -> Floats:
    """Units, their results and their next results by bin, shape (3, m)."""
    place, size = bins.place[chosen], bins.starts.size
    return np.stack(
        [
            np.bincount(place, weights=weights, minlength=size).astype(np.float64)
            for weights in (None, own[chosen], following[chosen])
        ]
    )


def _length_problem(first: int, second: int) -> Problem | None:
    if first == second:
        return None
    return Problem(
        what="results and next results differ in length",
        found=f"{first} and {second}",
        needed="one of each per unit",
        next_step="Take both from the same table.",
    )


def _nothing_gained(gained: float) -> Problem:
    return Problem(
        what="nothing was gained at the target that could be missing afterwards",
        found=f"{gained:.4g}",
        needed="bunching that can be told from none",
        next_step="Report the bunching alone.",
    )
