"""What a change in market share is made of: own growth, market growth and mix.

Exactly so: the three add up to the change for any figures, there is no remainder, and going
back in time gives the same parts with the opposite sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.grids import label_problems
from analysis.stats.inputs import Floats, column, refuse
from analysis.text import message

_ROUNDING = 1e-9

METHOD = Method(
    name=message("Exact split of a change in market share into own growth, market growth and mix"),
    citation=(
        "Between segments: Bennet, T. L. (1920). The theory of measurement of changes in cost "
        "of living. J. Royal Statistical Society 83, 455-462; within them: logarithmic mean, "
        "Ang, B. W. (2005). The LMDI approach to decomposition analysis. Energy Policy 33, "
        "867-871, zero values as in Ang, B. W., Liu, N. (2007). Energy Policy 35, 238-246."
    ),
    assumptions=(
        message("The segments are the same at both dates and hold the whole market."),
        message("The split is arithmetic: it says where share moved, not why."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentShift:
    """What one segment contributes to the change of the share, in fractions of the market.

    Attributes
    ----------
    segment : str
    share_before, share_after : float
        Our share of the segment; 0 where the segment had no volume.
    own_growth : float
        From the growth of our volume here.
    market_growth : float
        From the growth of the segment's market, which takes share off whoever stands still.
    mix : float
        From the segment's gain or loss of weight in the market: above 0 where a segment in
        which we are stronger than overall gained weight, or a weaker one lost it.
    """

    segment: str
    share_before: float
    share_after: float
    own_growth: float
    market_growth: float
    mix: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareDecomposition:
    """A change in market share and its parts; all are fractions of the market.

    Attributes
    ----------
    share_before, share_after, change : float
    own_growth, market_growth, mix : float
        They add up to `change`.
    segments : tuple of SegmentShift
        Their parts add up to the parts above.
    """

    share_before: float
    share_after: float
    change: float
    own_growth: float
    market_growth: float
    mix: float
    segments: tuple[SegmentShift, ...]


def decompose_share_change(
    *,
    segments: Sequence[str],
    own_before: npt.ArrayLike,
    market_before: npt.ArrayLike,
    own_after: npt.ArrayLike,
    market_after: npt.ArrayLike,
) -> ShareDecomposition:
    """Split the change of our market share into own growth, market growth and mix.

    Parameters
    ----------
    segments : sequence of str, length k
        Products, regions or both crossed: whatever the volumes are by.
    own_before, own_after : array_like, shape (k,)
        Our volumes, in one unit.
    market_before, market_after : array_like, shape (k,)
        Volumes of the market, ours included, in the same unit.

    Returns
    -------
    ShareDecomposition

    Raises
    ------
    EstimationError
        If lengths differ, a volume is missing, negative or above the market's, or there is
        no market at a date.

    Notes
    -----
    The share is the sum over segments of weight in the market times share of the segment.
    The midpoint rule (Bennet 1920) splits its change into mix, ``(mean share of segment -
    mean share) * change of weight``, and ``mean weight * change of share`` within. The latter
    is split by the logarithmic mean ``L`` (Ang 2005) into own growth, ``L(share) *
    log(own after / own before)``, and the market's with the opposite sign. Where we enter or
    leave a segment, all of the change within is own growth; where the segment itself appears
    or disappears, all is mix.

    Examples
    --------
    >>> found = decompose_share_change(
    ...     segments=["deposits", "loans"], own_before=[30, 10], market_before=[100, 100],
    ...     own_after=[33, 10], market_after=[110, 100])
    >>> round(found.change, 5), round(found.own_growth + found.market_growth, 5)
    (0.00476, 0.0)
    >>> round(found.mix, 5)
    0.00476
    """
    own, market = _volumes(segments, (own_before, own_after), (market_before, market_after))
    weight = market / market.sum(axis=1, keepdims=True)
    within = _segment_shares(own, market)
    total = own.sum(axis=1) / market.sum(axis=1)
    mix = (within.mean(axis=0) - total.mean()) * (weight[1] - weight[0])
    grown, market_part = _growth(own, market, within)
    mean_weight = weight.mean(axis=0)
    own_part, market_part = mean_weight * grown, mean_weight * market_part
    return ShareDecomposition(
        share_before=float(total[0]),
        share_after=float(total[1]),
        change=float(total[1] - total[0]),
        own_growth=float(own_part.sum()),
        market_growth=float(market_part.sum()),
        mix=float(mix.sum()),
        segments=tuple(
            SegmentShift(
                segment=name,
                share_before=float(own[0, k] / market[0, k]) if market[0, k] > 0 else 0.0,
                share_after=float(own[1, k] / market[1, k]) if market[1, k] > 0 else 0.0,
                own_growth=float(own_part[k]),
                market_growth=float(market_part[k]),
                mix=float(mix[k]),
            )
            for k, name in enumerate(segments)
        ),
    )


def _segment_shares(own: Floats, market: Floats) -> Floats:
    """Shares of the segments, shape (2, k); a segment without a market keeps its other share."""
    shares = np.divide(own, market, out=np.zeros_like(own), where=market > 0)
    gone = market <= 0
    return np.where(gone, shares[::-1], shares)


def _growth(own: Floats, market: Floats, within: Floats) -> tuple[Floats, Floats]:
    """Change of each segment's share from own growth and from the market's, both shape (k,)."""
    change = within[1] - within[0]
    both = (own > 0).all(axis=0) & (market > 0).all(axis=0)
    log_own, log_market = (
        np.log(np.where(both, x[1], 1.0)) - np.log(np.where(both, x[0], 1.0)) for x in (own, market)
    )
    mean = _logarithmic_mean(np.where(both, within, 1.0), log_own - log_market)
    grown = np.where(both, mean * log_own, np.where((market > 0).all(axis=0), change, 0.0))
    return grown, np.where(both, -mean * log_market, 0.0)


def _logarithmic_mean(shares: Floats, log_ratio: Floats) -> Floats:
    """``(after - before) / log(after / before)``, the share itself where it did not change."""
    size = np.abs(log_ratio)
    larger = np.where(log_ratio > 0, shares[1], shares[0])
    steady = size < 1e-300
    return np.asarray(
        larger * np.where(steady, 1.0, -np.expm1(-size) / np.where(steady, 1.0, size)),
        dtype=np.float64,
    )


def _volumes(
    segments: Sequence[str],
    own: tuple[npt.ArrayLike, npt.ArrayLike],
    market: tuple[npt.ArrayLike, npt.ArrayLike],
) -> tuple[Floats, Floats]:
    """Read and check the volumes; both shape (2, k)."""
    dates = ("before", "after")
    ours = [column(x, name=f"own volumes {when}") for x, when in zip(own, dates, strict=True)]
    all_ = [column(x, name=f"market volumes {when}") for x, when in zip(market, dates, strict=True)]
    refuse(label_problems(segments, ours[0].size, name="segments"))
    lengths = {x.size for x in (*ours, *all_)}
    refuse([_length_problem(lengths)])
    refuse(
        [
            problem
            for mine, whole, when in zip(ours, all_, dates, strict=True)
            for problem in _date_problems(mine, whole, segments, when)
        ]
    )
    return np.stack(ours), np.stack(all_)


def _length_problem(lengths: set[int]) -> Problem | None:
    if len(lengths) == 1:
        return None
    return Problem(
        what="volumes before and after are of different segments",
        found=f"{sorted(lengths)} values",
        needed="one value per segment in all four",
        next_step="Give 0 for a segment that has no volume at a date.",
    )


def _date_problems(
    own: Floats, market: Floats, segments: Sequence[str], when: str
) -> list[Problem | None]:
    negative = [name for k, name in enumerate(segments) if min(own[k], market[k]) < 0]
    above = [name for k, name in enumerate(segments) if own[k] > market[k] * (1 + _ROUNDING)]
    problems: list[Problem | None] = []
    if negative:
        problems.append(
            Problem(
                what=f"negative volumes {when}",
                found=", ".join(negative),
                needed="volumes of at least 0",
                next_step="Correct the figures.",
            )
        )
    if above:
        problems.append(
            Problem(
                what=f"own volume {when} exceeds the market's",
                found=", ".join(above),
                needed="a market volume that holds ours",
                next_step="Check unit, date and scope of both sources.",
            )
        )
    if not problems and market.sum() <= 0:
        problems.append(
            Problem(
                what=f"no market {when}",
                found="volumes that sum to 0",
                needed="a market volume above 0",
                next_step="Choose another date.",
            )
        )
    return problems
