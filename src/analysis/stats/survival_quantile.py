"""After how long a share has ended: quantiles of Kaplan-Meier curves."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import Problem
from analysis.methods import Method
from analysis.stats.inputs import Floats, refuse
from analysis.stats.survival import CENSORING, SurvivalCurve
from analysis.text import message

METHOD = Method(
    name=message("Quantile of a Kaplan-Meier curve, interval by inversion"),
    citation=(
        "Brookmeyer, R., Crowley, J. (1982). A confidence interval for the median survival "
        "time. Biometrics 38, 29-41 (on the scale of log(-log S))."
    ),
    assumptions=(CENSORING,),
)
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """The time after which a share has ended.

    Attributes
    ----------
    share : float
        That has ended: 0.5 for the median.
    value, low, high : float or None
        Periods; None where the curve, or its limit, does not come down so far.
    confidence : float
    """

    share: float
    value: float | None
    low: float | None
    high: float | None
    confidence: float


def survival_quantile(curve: SurvivalCurve, share: float = 0.5) -> Quantile:
    """Give the time after which `share` has ended, with its interval.

    Parameters
    ----------
    curve : SurvivalCurve
    share : float
        A fraction between 0 and 1.

    Returns
    -------
    Quantile
        The first time at which the curve is at or below ``1 - share``; the limits likewise
        from the limits of the curve.

    Raises
    ------
    EstimationError
        If the share is no fraction between 0 and 1.

    Notes
    -----
    Source: Brookmeyer and Crowley (1982).

    Examples
    --------
    >>> from analysis.stats.spells import spell_cells
    >>> from analysis.stats.survival import kaplan_meier
    >>> (curve,) = kaplan_meier(spell_cells([1, 2, 3, 4], [1, 1, 1, 0], customers=[10] * 4))
    >>> survival_quantile(curve).value
    2.0
    """
    if not 0 < share < 1:
        refuse(
            [
                Problem(
                    what="a quantile is of no share",
                    found=f"{share:g}",
                    needed="a fraction between 0 and 1",
                    next_step="Give 0.5 for the median.",
                )
            ]
        )
    level = 1 - share + _ROUNDING

    def first_below(values: Floats) -> float | None:
        found = [
            float(time)
            for time, value in zip(curve.times_periods, values, strict=True)
            if value <= level
        ]
        return found[0] if found else None

    value, low, high = (first_below(v) for v in (curve.survival, curve.low, curve.high))
    return Quantile(share=share, value=value, low=low, high=high, confidence=curve.confidence)
