"""The effect of a staggered roll-out by imputing what would have been without it.

Outcomes without the incentive give each unit and each period its level; what treated
outcomes exceed these by is the effect. In a balanced panel this uses the cohorts' means
alone, and every period before a start, where group-time effects use one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.effects import Effect, effect_from_error
from analysis.stats.inputs import Floats, confidence_problem, refuse
from analysis.stats.panel_moments import (
    PanelMoments,
    contrast_moments,
    units_problem,
)
from analysis.text import message

Flags = npt.NDArray[np.bool_]

METHOD = Method(
    name=message("Imputation estimator of a staggered roll-out"),
    citation=(
        "Borusyak, K., Jaravel, X., Spiess, J. (2024). Revisiting event-study designs: robust "
        "and efficient estimation. Review of Economic Studies 91, 3253-3285."
    ),
    assumptions=(
        message("Without the incentive all cohorts would have changed alike in every period."),
        message("Nobody acts on the incentive before it starts."),
        message("Units keep the incentive once they have it, and are independent of each other."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImputedEffects:
    """Effects of a roll-out.

    Attributes
    ----------
    overall : Effect
        Mean over all treated units and periods.
    by_event_time : tuple of (int, Effect)
        Periods since the start, from 0, and the mean over the cohorts seen then.
    """

    overall: Effect
    by_event_time: tuple[tuple[int, Effect], ...]


def imputed_effects(
    panel: PanelMoments, *, confidence: float = 0.95, minimum_clusters: int = 10
) -> ImputedEffects:
    """Estimate the effects of a staggered roll-out by imputation.

    Parameters
    ----------
    panel : PanelMoments
    confidence : float
        Coverage, a fraction.
    minimum_clusters : int
        Fewer units in a cohort are refused; the errors rest on the normal distribution.

    Returns
    -------
    ImputedEffects

    Raises
    ------
    EstimationError
        If no unit is treated, a cohort has too few units, or in a period with treated
        units none is untreated (named).

    Notes
    -----
    Source: Borusyak, Jaravel and Spiess (2024). The point is theirs. The error takes units
    as a sample of each cohort, given the cohorts' sizes: in a balanced panel without
    covariates the estimator weighs cohort means, whose variance is known exactly, so
    their conservative residual variance is not needed.

    Examples
    --------
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> panel = panel_moments(
    ...     [[1, 4, 5], [2, 4, 5], [0, 0, 4], [1, 1, 5], [0, 0, 0], [1, 1, 1]],
    ...     [2, 2, 3, 3, NEVER, NEVER], [1, 2, 3])
    >>> round(imputed_effects(panel, minimum_clusters=2).overall.estimate.value, 4)
    3.3333
    """
    refuse([confidence_problem(confidence), *units_problem(panel, minimum=minimum_clusters)])
    starts = np.array([cohort.first_treated for cohort in panel.cohorts])
    treated = starts[:, None] <= panel.periods[None, :]
    refuse([_treated_problem(treated), *_comparison_problems(treated, panel.periods)])
    units = np.array([cohort.n for cohort in panel.cohorts], dtype=np.float64)
    impute = _imputation_weights(treated, units)
    first = np.array([panel.position(start) for start in starts])
    event_times = np.arange(panel.periods.size)[None, :] - first[:, None]
    times = sorted({int(time) for time in event_times[treated]})
    masks = [treated, *(treated & (event_times == time) for time in times)]
    weights = np.stack([mask * units[:, None] / (mask * units[:, None]).sum() for mask in masks])
    contrasts = weights - np.einsum("kct,ctds->kds", weights, impute)
    values, covariance = contrast_moments(panel, contrasts)
    found = [
        effect_from_error(
            float(value),
            math.sqrt(max(float(squared), 0.0)),
            n_treated=int(units[treated.any(axis=1)].sum()),
            n_untreated=int(units[~treated.any(axis=1)].sum()),
            confidence=confidence,
        )
        for value, squared in zip(values, np.diag(covariance), strict=True)
    ]
    return ImputedEffects(overall=found[0], by_event_time=tuple(zip(times, found[1:], strict=True)))


def _imputation_weights(treated: Flags, units: Floats) -> Floats:
    """Express each imputed cohort mean by the untreated ones: shape (c, t, c, t)."""
    cohorts, periods = treated.shape
    design = np.zeros((cohorts, periods, cohorts + periods))
    for cohort in range(cohorts):
        design[cohort, :, cohort] = 1
        design[cohort, np.arange(periods), cohorts + np.arange(periods)] = 1
    rows = design.reshape(-1, cohorts + periods)
    weight = np.where(treated, 0.0, units[:, None]).ravel()
    gram = (rows * weight[:, None]).T @ rows
    hat = rows @ np.linalg.pinv(gram, hermitian=True) @ (rows * weight[:, None]).T
    return np.asarray(hat.reshape(cohorts, periods, cohorts, periods))


def _treated_problem(treated: Flags) -> Problem | None:
    if treated.any():
        return None
    return Problem(
        what="no treated group",
        found="no unit that gets the incentive within the periods",
        needed="at least one",
        next_step="Widen the periods.",
    )


def _comparison_problems(treated: Flags, periods: Floats) -> list[Problem | None]:
    lost = periods[treated.all(axis=0)]
    if not lost.size:
        return []
    return [
        Problem(
            what="no untreated group to impute from",
            found="every unit has the incentive in period "
            + ", ".join(f"{period:g}" for period in lost),
            needed="units without it in every period",
            next_step="Leave these periods out.",
        )
    ]
