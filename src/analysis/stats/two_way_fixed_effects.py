"""Why one regression with effects of unit and period misleads about a staggered roll-out.

Its coefficient is a weighted sum of the cohorts' effects in which late periods of early
cohorts can count negatively, because units that already have the incentive serve as a
comparison. The weights are shown, so that a reader sees what the figure would have mixed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.methods import Method
from analysis.stats.inputs import Floats, refuse
from analysis.stats.panel_moments import PanelMoments, missing_side_problems
from analysis.text import message

METHOD = Method(
    name=message("Weights of the two-way fixed effects regression"),
    citation=(
        "de Chaisemartin, C., D'Haultfoeuille, X. (2020). Two-way fixed effects estimators with "
        "heterogeneous treatment effects. AER 110, 2964-2996; Goodman-Bacon, A. (2021). Journal "
        "of Econometrics 225, 254-277."
    ),
    assumptions=(
        message("The effect is the same for every cohort and at every time since the start."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TwoWayFixedEffects:
    """The regression's coefficient and what it is made of.

    Attributes
    ----------
    coefficient : float
        In the unit of the outcome. No interval: it is shown as a warning.
    weights : array of float, shape (c, t)
        Of each cohort's effect in each period; 0 where it has no incentive, 1 in sum.
    negative_weight : float
        Sum of the weights below 0, as a positive number.
    """

    coefficient: float
    weights: Floats
    negative_weight: float


def two_way_fixed_effects(panel: PanelMoments) -> TwoWayFixedEffects:
    """Compute the coefficient of a regression on unit, period and having the incentive.

    Parameters
    ----------
    panel : PanelMoments

    Returns
    -------
    TwoWayFixedEffects

    Raises
    ------
    EstimationError
        If no unit is treated, or none untreated.

    Notes
    -----
    Source: de Chaisemartin and D'Haultfoeuille (2020), theorem 1.

    Examples
    --------
    >>> from analysis.stats.panel_moments import NEVER, panel_moments
    >>> panel = panel_moments([[1, 3], [2, 5], [0, 0], [1, 1]], [2, 2, NEVER, NEVER], [1, 2])
    >>> round(two_way_fixed_effects(panel).coefficient, 6)
    2.5
    """
    refuse(missing_side_problems(panel))
    starts = np.array([cohort.first_treated for cohort in panel.cohorts])
    units = np.array([cohort.n for cohort in panel.cohorts], dtype=np.float64)
    means = np.stack([cohort.mean for cohort in panel.cohorts])
    treated = (starts[:, None] <= panel.periods[None, :]).astype(np.float64)
    shares = units / units.sum()
    by_period = shares @ treated
    residual = treated - treated.mean(axis=1, keepdims=True) - by_period + by_period.mean()
    weighted = residual * units[:, None]
    scale = float((weighted * treated).sum())
    weights = weighted * treated / scale
    return TwoWayFixedEffects(
        coefficient=float((weighted * means).sum() / scale),
        weights=weights,
        negative_weight=float(-weights[weights < 0].sum()),
    )
