"""The effect on a single region: against a weighted mix of regions that resembles it before.

What the mix misses after the start is the effect; whether it is large is judged by doing
the same for every region that had no incentive (placebos in space).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.grids import grid
from analysis.stats.inputs import Floats, column, refuse
from analysis.text import message

METHOD = Method(
    name=message("Synthetic control with placebos in space"),
    citation=(
        "Abadie, A., Diamond, A., Hainmueller, J. (2010). Synthetic control methods for "
        "comparative case studies. JASA 105, 493-505."
    ),
    assumptions=(
        message("The mix of other regions would have moved on like the region itself."),
        message("The incentive in one region leaves the others as they are."),
        message("The region could as well have been any of the others."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SyntheticControl:
    """A region against its mix.

    Attributes
    ----------
    weights : array of float, shape (d,)
        Of the other regions in the mix, at least 0 and 1 in sum.
    gaps : array of float, shape (t,)
        The region's outcome minus the mix's, by period.
    effect : float
        Mean gap from the start on, in the unit of the outcome. A single region has no
        sampling error; the placebos say how unusual it is, and
        `analysis.stats.conformal_effect` which effects its own past does not contradict.
    error_before : float
        Root mean squared gap before the start.
    placebo_gaps : array of float, shape (d, t)
        The same for the other regions.
    p_value : float
        Share of all regions whose gaps grow at least as much (mean squared gap after the
        start over the one before); at least one over their number.
    """

    weights: Floats
    gaps: Floats
    effect: float
    error_before: float
    placebo_gaps: Floats
    p_value: float


def synthetic_control(
    region: npt.ArrayLike,
    others: npt.ArrayLike,
    periods: Sequence[float],
    *,
    starts: float,
    minimum_before: int = 5,
    minimum_others: int = 5,
) -> SyntheticControl:
    """Compare one region with a mix of others.

    Parameters
    ----------
    region : array_like of float, shape (t,)
        Outcome by period.
    others : array_like of float, shape (d, t)
        Outcomes of regions that never had the incentive.
    periods : sequence of float, length t
        Rising.
    starts : float
        First period with the incentive. An earlier one, with the data cut before the true
        start, makes a placebo in time.
    minimum_before, minimum_others : int
        Fewer periods before the start, or other regions, are refused.

    Returns
    -------
    SyntheticControl

    Raises
    ------
    EstimationError
        If the start lies before or after the data, or periods or regions are too few.

    Notes
    -----
    Source: Abadie, Diamond and Hainmueller (2010), with the outcomes before the start as
    the only predictors.

    Examples
    --------
    >>> others = np.array([[1.0, 2, 3, 4], [3, 3, 3, 3], [0, 1, 0, 1]])
    >>> found = synthetic_control([2.0, 2.5, 3, 5.5], others, [1, 2, 3, 4], starts=4,
    ...                           minimum_before=3, minimum_others=3)
    >>> found.weights.round(3), round(found.effect, 3)
    (array([0.5, 0.5, 0. ]), 2.0)
    """
    own, donors = column(region, name="region"), grid(others, name="other regions")
    times = column(periods, name="periods")
    refuse([_shape_problem(own, donors, times)])
    before = times < starts
    refuse(
        [
            _before_problem(int(before.sum()), minimum_before, starts),
            None if (~before).any() else _after_problem(starts),
            _others_problem(len(donors), minimum_others),
        ]
    )
    weights, gaps = find_mix(own, donors, before)
    everybody = np.vstack([own, donors])
    # a placebo may be mixed from the other donors; the region itself had the incentive
    placebo_gaps = np.array(
        [
            find_mix(everybody[k], np.delete(donors, k - 1, axis=0), before)[1]
            for k in range(1, len(everybody))
        ]
    )
    growth = _growth(np.vstack([gaps, placebo_gaps]), before)
    return SyntheticControl(
        weights=weights,
        gaps=gaps,
        effect=float(gaps[~before].mean()),
        error_before=float(np.sqrt((gaps[before] ** 2).mean())),
        placebo_gaps=placebo_gaps,
        p_value=float(np.mean(growth >= growth[0] * (1 - 1e-9))),
    )


def find_mix(own: Floats, donors: Floats, before: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Find the mix nearest to a region in the chosen periods.

    Returns
    -------
    weights : array of float, shape (d,)
    gaps : array of float, shape (t,)
        The region minus its mix, in all periods.
    """
    # gaps of the region to each donor: for weights of sum 1 the mix's gap is their sum
    differences = (own - donors)[:, before].T
    scale = float(np.abs(differences).max()) or 1.0
    penalty = 1e4
    system = np.vstack([differences / scale, np.full(len(donors), penalty)])
    goal = np.concatenate([np.zeros(int(before.sum())), [penalty]])
    raw, _ = nnls(system, goal, maxiter=50 * (len(donors) + 1))
    weights = raw / raw.sum()
    return weights, own - weights @ donors


def _growth(gaps: Floats, before: npt.NDArray[np.bool_]) -> Floats:
    """Mean squared gap after the start over the one before; a perfect fit is floored."""
    earlier = (gaps[:, before] ** 2).mean(axis=1)
    later = (gaps[:, ~before] ** 2).mean(axis=1)
    floor = 1e-12 * max(float(later.max()), 1e-300)
    return np.asarray(later / np.maximum(earlier, floor))


def _shape_problem(own: Floats, donors: Floats, times: Floats) -> Problem | None:
    if donors.shape[1] == own.size == times.size and bool(np.all(np.diff(times) > 0)):
        return None
    return Problem(
        what="regions and periods do not fit together",
        found=f"{own.size} outcomes, other regions of shape {donors.shape}, {times.size} periods",
        needed="one outcome per region and period, periods rising",
        next_step="Leave out regions that miss a period.",
    )


def _before_problem(before: int, minimum: int, starts: float) -> Problem | None:
    if before >= minimum:
        return None
    return Problem(
        what=(
            "treatment starts before the data"
            if before == 0
            else "too few periods before the start to find a mix"
        ),
        found=f"{before} periods before {starts:g}",
        needed=f"at least {minimum}",
        next_step="Take earlier periods in.",
    )


def _after_problem(starts: float) -> Problem:
    return Problem(
        what="no period with the incentive",
        found=f"a start in {starts:g}, after the data",
        needed="at least one period from the start on",
        next_step="Take later periods in, or check the start.",
    )


def _others_problem(others: int, minimum: int) -> Problem | None:
    if others >= minimum:
        return None
    return Problem(
        what="too few other regions for a mix and its placebos",
        found=str(others),
        needed=f"at least {minimum}",
        next_step="Use smaller regions, or say that the effect cannot be judged.",
    )
