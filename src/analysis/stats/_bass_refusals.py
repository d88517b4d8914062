"""When a series of adopters cannot bear the Bass model."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analysis.errors import EstimationError, Problem
from analysis.stats._bass_curve import NearestCurve
from analysis.stats.inputs import refuse
from analysis.stats.purchase_cells import FloatArray

MINIMUM_PERIODS_DISCRETE = 5
MINIMUM_PERIODS_NONLINEAR = 8
LARGEST_LOG_ERROR = 1.0
LARGEST_LOG_ERROR_OF_CEILING = 0.5
LARGEST_P_PLUS_Q = 2.0
LARGEST_CEILING_OVER_ADOPTED = 10.0


def read_series(
    adopters: Sequence[float] | npt.NDArray[np.float64], *, minimum: int, whole: bool = False
) -> FloatArray:
    """The series as an array, or all that is wrong with it."""
    series = np.asarray(adopters, dtype=np.float64)
    problems = []
    if series.ndim != 1 or series.size < minimum:
        problems.append(
            Problem(
                what="Bass: too few periods",
                found=str(series.shape[0] if series.ndim else 0),
                needed=f"at least {minimum}",
                next_step="Wait, or count adopters in shorter periods.",
            )
        )
    if not np.isfinite(series).all():
        problems.append(
            Problem(
                what="Bass: missing or infinite numbers of adopters",
                found=f"{int((~np.isfinite(series)).sum())} periods",
                needed="a number for every period from launch on",
                next_step="Write 0 where nobody adopted.",
            )
        )
    if (series < 0).any():
        problems.append(
            Problem(
                what="Bass: negative numbers of adopters",
                found=f"{int((series < 0).sum())} periods",
                needed="numbers from 0",
                next_step="Count first adoptions only, not the change in holders.",
            )
        )
    if whole and (series != np.floor(series)).any() and np.isfinite(series).all():
        problems.append(
            Problem(
                what="Bass: numbers of adopters that are not whole",
                found=f"{int((series != np.floor(series)).sum())} periods",
                needed="counts of persons",
                next_step="Count persons, or state that the scatter is even.",
            )
        )
    if series.size and not series.any():
        problems.append(
            Problem(
                what="Bass: nobody adopted",
                needed="adopters",
                next_step="Check the product and the window.",
            )
        )
    refuse(problems)
    return series


def refuse_edges(nearest: NearestCurve, n_periods: int) -> None:
    """Refuse a search that stopped at the end of its range, or nowhere."""
    if "m" in nearest.at_edge:
        raise EstimationError(no_ceiling(f"a curve still rising after {n_periods} periods"))
    if "q" in nearest.at_edge:
        raise EstimationError(
            Problem(
                what="Bass: no imitation in the series",
                found="q that runs to the end of its range",
                needed="adoption that first rises and then falls",
                next_step="Describe the series without a model of its spread.",
            )
        )
    if "p" in nearest.at_edge:
        raise EstimationError(
            Problem(
                what="Bass: no innovation in the series",
                found="p that runs to the end of its range",
                needed="a series that starts at launch",
                next_step="Leave out the periods before the first adopters.",
            )
        )
    if not nearest.converged:
        raise EstimationError(
            Problem(
                what="Bass: the search for the curve did not converge",
                needed="a least sum of squares",
                next_step="Check the series for breaks.",
            )
        )


def refuse_unbearable(p: float, q: float) -> None:
    """Refuse parameters that no curve of the model has."""
    if 0 < p < 1 and q > 0 and p + q <= LARGEST_P_PLUS_Q:
        return
    raise EstimationError(
        Problem(
            what="Bass: innovation and imitation that the model cannot bear",
            found=f"p {p:.3g}, q {q:.3g}",
            needed=f"p between 0 and 1, q above 0, p + q at most {LARGEST_P_PLUS_Q:g}",
            next_step="Count adopters in shorter periods, or check that the series starts "
            "at launch.",
        )
    )


def refuse_late_peak(p: float, q: float, n_periods: int) -> None:
    """Refuse a peak that the series has not reached."""
    peak = math.log(q / p) / (p + q)
    if peak > n_periods:
        raise EstimationError(
            no_ceiling(f"a fitted peak in period {math.ceil(peak)} of {n_periods} observed")
        )


def refuse_unidentified(errors: FloatArray) -> None:
    """Refuse standard errors of (log m, log p, log q) that leave nothing to say."""
    if errors[0] > LARGEST_LOG_ERROR_OF_CEILING:
        raise EstimationError(no_ceiling(f"a standard error of {errors[0]:.0%} of the ceiling"))
    if errors.max() > LARGEST_LOG_ERROR:
        raise EstimationError(
            Problem(
                what="Bass: the series does not identify innovation and imitation",
                found=f"standard errors of {errors[1]:.0%} of p and {errors[2]:.0%} of q",
                needed=f"at most {LARGEST_LOG_ERROR:.0%}",
                next_step="Use a longer or smoother series.",
            )
        )


def no_ceiling(found: str) -> Problem:
    """The series does not tell where adoption ends."""
    return Problem(
        what="Bass: no peak of adoption in sight, the ceiling is not identified",
        found=found,
        needed="a series that has passed its peak",
        next_step="Wait, or take a ceiling from outside the data and say so.",
    )
