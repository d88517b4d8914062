"""On time, to standard: what was delivered in the period, and what should have been."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.demand_assessment.demands import Demands
from analysis.demand_assessment.measured import Counted, Measured, measured_share
from analysis.demand_assessment.rules import Period
from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.means import mean
from analysis.text import message

_ON_TIME = {
    "label": message("Delivered on time"),
    "definition": message(
        "Of the demands due in the period and not withdrawn, the share delivered by their day."
    ),
}
_STANDARD = {
    "label": message("Up to standard at delivery"),
    "definition": message("Of the demands delivered in the period, the share accepted at once."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How delivery went in the period.

    Attributes
    ----------
    delivered, delivered_before : int
        In this period and in the one before.
    on_time, standard : Measured or None
    defects : Estimate or None
        Per delivery, mean.
    """

    delivered: int
    delivered_before: int
    on_time: Measured | None
    standard: Measured | None
    defects: Estimate | None


def delivery(demands: Demands, *, confidence: float) -> Delivery:
    """Measure punctuality and quality of deliveries, this period and the one before."""
    this, before = demands.period, demands.period.before()
    now = demands.reached("delivered_on", this)
    defects = demands.flags("defects")[now]
    return Delivery(
        delivered=int(now.sum()),
        delivered_before=int(demands.reached("delivered_on", before).sum()),
        on_time=measured_share(
            on_time_counts(demands, this),
            on_time_counts(demands, before),
            words=_ON_TIME,
            name="on_time_rate",
            confidence=confidence,
        ),
        standard=measured_share(
            flagged_counts(demands, "met_standard", "delivered_on", this),
            flagged_counts(demands, "met_standard", "delivered_on", before),
            words=_STANDARD,
            name="standard_rate",
            confidence=confidence,
        ),
        defects=_mean(defects[~np.isnan(defects)], confidence),
    )


def on_time_counts(
    demands: Demands, period: Period, keep: npt.NDArray[np.bool_] | None = None
) -> Counted:
    """Count the demands due in a period, and those of them delivered by their day."""
    due = demands.reached("due_on", period) & np.isnan(demands.day("withdrawn_on"))
    if keep is not None:
        due = due & keep
    met = demands.day("delivered_on") <= demands.day("due_on")
    return Counted(part=int((due & met).sum()), whole=int(due.sum()))


def flagged_counts(demands: Demands, flag: str, day: str, period: Period) -> Counted:
    """Count the demands whose day lies in a period and whose flag is known, and the true ones."""
    values = demands.flags(flag)[demands.reached(day, period)]
    known = values[~np.isnan(values)]
    return Counted(part=int(known.sum()), whole=known.size)


def _mean(values: npt.NDArray[np.float64], confidence: float) -> Estimate | None:
    try:
        return mean(values, confidence=confidence)
    except EstimationError:
        return None
