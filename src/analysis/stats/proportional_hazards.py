"""Whether a Cox model's effects stay the same over time: scaled Schoenfeld residuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.errors import EstimationError, Problem
from analysis.methods import Method
from analysis.stats.cox import CoxFit
from analysis.stats.inputs import Floats
from analysis.stats.laws import chi_squared_tail
from analysis.stats.spells import risk_sets
from analysis.text import message

Transform = Literal["km", "rank", "identity", "log"]

METHOD = Method(
    name=message("Test of proportional hazards by scaled Schoenfeld residuals"),
    citation=(
        "Grambsch, P. M., Therneau, T. M. (1994). Proportional hazards tests and diagnostics "
        "based on weighted residuals. Biometrika 81, 515-526."
    ),
    assumptions=(
        message("An effect that changes does so steadily with the chosen scale of time."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectStability:
    """Whether one effect stays the same over time.

    Attributes
    ----------
    name : str
        A coefficient, a covariate with all its levels, or ``all``.
    chi2, p_value : float
        Small probabilities speak against proportional hazards.
    degrees_of_freedom : int
    """

    name: str
    chi2: float
    degrees_of_freedom: int
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionalHazards:
    """The test for each coefficient, each covariate, and all together."""

    transform: Transform
    coefficients: tuple[EffectStability, ...]
    covariates: tuple[EffectStability, ...]
    together: EffectStability


def check_proportional_hazards(fit: CoxFit, *, transform: Transform = "km") -> ProportionalHazards:
    """Test whether the effects of a Cox model change with time.

    Parameters
    ----------
    fit : CoxFit
    transform : {'km', 'rank', 'identity', 'log'}
        Scale of time on which an effect would change: share lost just before, mean rank of
        the losses, periods, their logarithm.

    Returns
    -------
    ProportionalHazards

    Raises
    ------
    EstimationError
        If all losses happen at one time.

    Notes
    -----
    Source: Grambsch and Therneau (1994), with the variance averaged over time, as R's
    ``cox.zph`` before 3.0 and lifelines.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.stats.cox import fit_cox
    >>> from analysis.stats.spells import spell_cells
    >>> cells = spell_cells([1, 2, 3, 1, 2, 3], [1, 1, 0, 1, 1, 0],
    ...                     customers=[40, 30, 30, 10, 30, 60])
    >>> fit = fit_cox(cells, pd.DataFrame({"tier": ["basic"] * 3 + ["VIP"] * 3}))
    >>> check_proportional_hazards(fit).together.p_value < 0.05
    True
    """
    if len(np.unique(fit.event_times_periods)) < 2:
        raise EstimationError(
            Problem(
                what="no time over which an effect could change",
                found="losses at 1 time",
                needed="losses at 2 times or more",
                next_step="Widen the window or use finer periods.",
            )
        )
    scale = _time_scale(fit, transform)
    weight = fit.event_counts / fit.events
    centred = scale - weight @ scale
    spread = float(fit.event_counts @ centred**2)
    drift = fit.covariance @ (centred @ fit.event_scores)
    positions = {
        covariate: [i for i, c in enumerate(fit.coefficients) if c.covariate == covariate]
        for covariate in dict.fromkeys(c.covariate for c in fit.coefficients)
    }

    def test(name: str, chosen: list[int]) -> EffectStability:
        part = fit.covariance[np.ix_(chosen, chosen)]
        statistic = float(drift[chosen] @ np.linalg.solve(part, drift[chosen]))
        statistic *= fit.events / spread
        return EffectStability(
            name=name,
            chi2=statistic,
            degrees_of_freedom=len(chosen),
            p_value=float(chi_squared_tail(statistic, len(chosen))),
        )

    return ProportionalHazards(
        transform=transform,
        coefficients=tuple(test(c.name, [i]) for i, c in enumerate(fit.coefficients)),
        covariates=tuple(test(name, chosen) for name, chosen in positions.items()),
        together=test("all", list(range(len(fit.coefficients)))),
    )


def _time_scale(fit: CoxFit, transform: Transform) -> Floats:
    """Give the scale of time at each time of the fit, shape (k,)."""
    times = fit.event_times_periods
    if transform == "identity":
        return times.astype(np.float64)
    if transform == "log":
        return np.asarray(np.log(times), dtype=np.float64)
    sets = risk_sets(fit.cells)
    ended = sets.ended_any
    if transform == "rank":
        scale = np.cumsum(ended) - (ended - 1) / 2
    else:
        left = np.cumprod(1 - ended / sets.at_risk)
        scale = 1 - np.concatenate([[1.0], left[:-1]])
    return np.asarray(scale[np.searchsorted(sets.times_periods, times)], dtype=np.float64)
