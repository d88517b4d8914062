"""Whether what is said to be urgent is served first: concordance of ranks with waiting times."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.inputs import Floats, bracket, column, confidence_problem, refuse
from analysis.stats.laws import normal_quantile
from analysis.text import message

METHOD = Method(
    name=message("Harrell's concordance of ranks with censored waiting times"),
    citation=(
        "Harrell, F. E., Califf, R. M., Pryor, D. B., Lee, K. L., Rosati, R. A. (1982). "
        "Evaluating the yield of medical tests. JAMA 247, 2543-2546; interval: Newson, R. "
        "(2006). Confidence intervals for rank statistics: Somers' D and extensions. Stata "
        "Journal 6, 309-334 (delta method over influences)."
    ),
    assumptions=(
        message("Waiting is cut off for reasons that have nothing to do with the rank."),
        message("Cases do not depend on each other."),
    ),
)
_LEAST_PAIRS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Concordance:
    """How often the one with the better rank waits less.

    Attributes
    ----------
    share : Estimate
        Of the pairs that can be compared; one half where ranks do not matter.
    n : int
        Cases.
    pairs : int
        Pairs of different ranks of which it is known who waited less.
    """

    share: Estimate
    n: int
    pairs: int


def concordance(
    wait: npt.ArrayLike,
    ended: npt.ArrayLike,
    rank: npt.ArrayLike,
    *,
    confidence: float = 0.95,
) -> Concordance:
    """Estimate how often, of two with different ranks, the better ranked waits less.

    Parameters
    ----------
    wait : array_like of float, shape (n,)
        Waiting time, until its end or until it was last seen.
    ended : array_like of bool, shape (n,)
        Whether the wait has ended; else it is cut off.
    rank : array_like of float, shape (n,)
        1 is the best; a few levels.
    confidence : float

    Returns
    -------
    Concordance
        A pair counts if the shorter wait has ended; waits that end alike say nothing of who
        came first, and are left out.

    Raises
    ------
    EstimationError
        If the columns differ in length, or fewer than 20 pairs can be compared.

    Notes
    -----
    Source: Harrell and others (1982); interval by Newson (2006).

    Examples
    --------
    >>> found = concordance([1, 2, 3, 4] * 5, [1] * 20, [1, 1, 2, 2] * 5)
    >>> found.share.value
    1.0
    """
    waits, ends, ranks = (
        column(values, name=name)
        for values, name in ((wait, "wait"), (ended, "ended"), (rank, "rank"))
    )
    refuse([confidence_problem(confidence), _lengths_problem(waits, ends, ranks)])
    compared, concordant = _count_pairs(waits, ends > 0, ranks)
    pairs = round(float(compared.sum()) / 2)
    if pairs < _LEAST_PAIRS:
        raise EstimationError(_few_pairs(pairs))
    share = float(concordant.sum() / compared.sum())
    influence = 2 * (concordant - share * compared) / compared.sum()
    error = math.sqrt(float((influence**2).sum()) * waits.size / (waits.size - 1))
    half = float(normal_quantile((1 + confidence) / 2)) * error
    return Concordance(
        share=bracket(share, max(0.0, share - half), min(1.0, share + half), confidence),
        n=waits.size,
        pairs=pairs,
    )


def _count_pairs(
    waits: Floats, ends: npt.NDArray[np.bool_], ranks: Floats
) -> tuple[Floats, Floats]:
    """Count for each case the pairs that it is part of, and those in the order of the ranks."""
    compared, concordant = np.zeros(waits.size), np.zeros(waits.size)
    levels = np.unique(ranks)
    for i, better in enumerate(levels):
        for worse in levels[i + 1 :]:
            first, second = np.flatnonzero(ranks == better), np.flatnonzero(ranks == worse)
            right = _shorter(waits, ends, first, second)
            wrong = _shorter(waits, ends, second, first)
            for members, place in ((first, 0), (second, 1)):
                compared[members] += right[place] + wrong[1 - place]
                concordant[members] += right[place]
    return compared, concordant


def _shorter(
    waits: Floats,
    ends: npt.NDArray[np.bool_],
    one: npt.NDArray[np.intp],
    other: npt.NDArray[np.intp],
) -> tuple[Floats, Floats]:
    """Count for each of `one` the others known to wait longer, and for each of `other` likewise."""
    ended = one[ends[one]]
    longer = np.sort(waits[other])
    mine = np.where(
        ends[one],
        other.size - np.searchsorted(longer, waits[one], side="right")
        + _cut_at(waits, ends, one, other),
        0,
    )  # fmt: skip
    shorter = np.sort(waits[ended])
    theirs = np.where(
        ends[other],
        np.searchsorted(shorter, waits[other], side="left"),
        np.searchsorted(shorter, waits[other], side="right"),
    )
    return mine.astype(np.float64), theirs.astype(np.float64)


def _cut_at(
    waits: Floats,
    ends: npt.NDArray[np.bool_],
    one: npt.NDArray[np.intp],
    other: npt.NDArray[np.intp],
) -> npt.NDArray[np.intp]:
    """Count the others cut off just when one ended: they wait longer."""
    cut = np.sort(waits[other[~ends[other]]])
    found = np.searchsorted(cut, waits[one], side="right") - np.searchsorted(
        cut, waits[one], side="left"
    )
    return np.asarray(found, dtype=np.intp)


def _lengths_problem(waits: Floats, ends: Floats, ranks: Floats) -> Problem | None:
    if waits.size == ends.size == ranks.size and waits.size > 1:
        return None
    return Problem(
        what="waits, ends and ranks do not fit together",
        found=f"{waits.size}, {ends.size} and {ranks.size}",
        needed="one of each a case, at least 2 cases",
        next_step="Give the three columns of one table.",
    )


def _few_pairs(pairs: int) -> Problem:
    return Problem(
        what="too few cases of different ranks can be compared",
        found=f"{pairs} pairs",
        needed=f"at least {_LEAST_PAIRS}",
        next_step="Widen the window, or pool departments.",
    )
