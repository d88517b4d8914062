"""How concentrated a market is: Herfindahl-Hirschman index and share of the largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, column, refuse
from analysis.text import message

POINTS = 10_000
"""The index of a single institution that holds the whole market."""

METHOD = Method(
    name=message("Herfindahl-Hirschman index and concentration ratios"),
    citation=(
        "U.S. Department of Justice, Federal Trade Commission (2023). Merger Guidelines, "
        "guideline 1; effective number: Adelman, M. A. (1969). Comment on the 'H' "
        "concentration measure as a numbers-equivalent. Rev. Econ. Statist. 51, 99-101."
    ),
    assumptions=(
        message("The market is delimited rightly: all that customers would turn to is in it."),
        message("No institution without a figure of its own is larger than the smallest with one."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcentrationRatio:
    """Share of the market, a fraction, that the `largest` institutions hold together."""

    largest: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketConcentration:
    """How concentrated a market is.

    Attributes
    ----------
    institutions : int
        With a figure of their own and a share above 0.
    shares : tuple of float
        Fractions, in the order given; with `unlisted_share` they add up to 1.
    unlisted_share : float
        Fraction held by institutions without a figure of their own.
    hhi_points : float
        On the scale of 0 to 10,000, if those without a figure were very many and small; exact
        where there are none.
    hhi_points_at_most : float
        The same if each of them were as large as the smallest with a figure.
    effective_competitors : float
        How many equal institutions would have this `hhi_points`.
    concentration_ratios : tuple of ConcentrationRatio
    reconciliation_gap : float
        By how much the volumes miss the market total, as a fraction of it.
    """

    institutions: int
    shares: tuple[float, ...]
    unlisted_share: float
    hhi_points: float
    hhi_points_at_most: float
    effective_competitors: float
    concentration_ratios: tuple[ConcentrationRatio, ...]
    reconciliation_gap: float


def market_concentration(
    volumes: npt.ArrayLike,
    *,
    total: float,
    unlisted: float = 0.0,
    largest: Sequence[int] = (1, 3, 5),
    tolerance: float = 0.005,
) -> MarketConcentration:
    """Measure how concentrated a market is.

    Parameters
    ----------
    volumes : array_like, shape (k,)
        Volume of each institution in any unit, or its share.
    total : float
        Volume of the market in the same unit, from a source of its own; 1 for shares.
    unlisted : float
        Volume of institutions without a figure of their own.
    largest : sequence of int
        For how many institutions to give the concentration ratio.
    tolerance : float
        By how much the volumes may miss the total, as a fraction of it. Shares are taken of
        the volumes' sum, so that they add up to 1.

    Returns
    -------
    MarketConcentration

    Raises
    ------
    EstimationError
        If volumes are missing or negative, all are 0, or they do not reconcile with the
        total.

    Notes
    -----
    Source: US Merger Guidelines (2023).

    Examples
    --------
    >>> market = market_concentration([30, 30, 20, 20], total=100)
    >>> round(market.hhi_points), round(market.effective_competitors, 2)
    (2600, 3.85)
    """
    held = column(volumes, name="volumes")
    refuse([_negative_problem(held, unlisted), *(_largest_problem(k) for k in largest)])
    listed = float(held.sum()) + unlisted
    _refuse_gap(listed, total, tolerance)
    shares = held / listed
    present = np.sort(shares[shares > 0])[::-1]
    rest = unlisted / listed
    index = float((present**2).sum())
    return MarketConcentration(
        institutions=int(present.size),
        shares=tuple(shares.tolist()),
        unlisted_share=rest,
        hhi_points=POINTS * index,
        hhi_points_at_most=POINTS * (index + _most_concentrated(rest, float(present[-1]))),
        effective_competitors=1 / index,
        concentration_ratios=tuple(
            ConcentrationRatio(largest=k, share=float(present[:k].sum())) for k in largest
        ),
        reconciliation_gap=(listed - total) / total,
    )


def _most_concentrated(rest: float, size: float) -> float:
    """Sum of squares of `rest` cut into pieces of `size` and what is left over."""
    whole = np.floor(rest / size + 1e-12)
    left = max(rest - whole * size, 0.0)
    return float(whole * size**2 + left**2)


def _negative_problem(held: Floats, unlisted: float) -> Problem | None:
    negative = int((held < 0).sum()) + int(not 0 <= unlisted < np.inf)
    if not negative and (held > 0).any():
        return None
    return Problem(
        what="volumes are none of a market",
        found=f"{negative} below 0, {int((held > 0).sum())} above 0",
        needed="none below 0, at least one above 0",
        next_step="Correct the figures, or leave the market out.",
    )


def _largest_problem(largest: int) -> Problem | None:
    if largest >= 1:
        return None
    return Problem(
        what="a concentration ratio of no institution",
        found=str(largest),
        needed="at least 1",
        next_step="Give 3 for the share of the three largest.",
    )


def _refuse_gap(listed: float, total: float, tolerance: float) -> None:
    if total > 0 and abs(listed - total) <= tolerance * total:
        return
    gap = f"{(listed - total) / total:+.1%}" if total > 0 else "no total above 0"
    raise EstimationError(
        Problem(
            what="volumes do not reconcile with the market total",
            found=f"{listed:.6g} against {total:.6g} ({gap})",
            needed=f"at most {tolerance:.1%} apart",
            next_step="Check date, scope and unit of both sources; state what unlisted "
            "institutions hold.",
        )
    )
