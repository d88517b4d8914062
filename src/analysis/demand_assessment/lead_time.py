"""From identification to delivery: how long it takes, with what is still open cut off."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.answers import NotAssessed
from analysis.demand_assessment.demands import Demands
from analysis.demand_assessment.measured import LOWER_IS_BETTER, Measured
from analysis.demand_assessment.rules import Period, PipelineRules
from analysis.demand_assessment.spells import mean_wait, waits
from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.inputs import bracket
from analysis.stats.survival import SurvivalCurve, kaplan_meier
from analysis.stats.survival_quantile import Quantile, survival_quantile
from analysis.stats.weighted_total import difference
from analysis.text import Measure, Message, message

SHARES = (0.5, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTime:
    """How long demands take.

    Attributes
    ----------
    now : SurvivalCurve
        Share not yet delivered by days since identification, as lived in the period.
    before : SurvivalCurve or None
    quantiles, quantiles_before : tuple of Quantile
        Days by which a half and four fifths are delivered.
    median : Measured or None
    analysis : Measured or None
        Mean days in analysis.
    mean_change : Estimate or None
        Of the mean lead time within the horizon, in days.
    horizon_days : int
    """

    now: SurvivalCurve
    before: SurvivalCurve | None
    quantiles: tuple[Quantile, ...]
    quantiles_before: tuple[Quantile, ...]
    median: Measured | None
    analysis: Measured | None
    mean_change: Estimate | None
    horizon_days: int


def lead_time(
    demands: Demands, *, rules: PipelineRules, confidence: float
) -> LeadTime | NotAssessed:
    """Estimate lead times of this period and of the one before."""
    now = _curve(demands, demands.period, confidence)
    if isinstance(now, Message):
        return NotAssessed(
            name="lead_time", question=message("How long does a demand take?"), reason=now
        )
    earlier = _curve(demands, demands.period.before(), confidence)
    before = None if isinstance(earlier, Message) else earlier
    quantiles = tuple(survival_quantile(now, share) for share in SHARES)
    quantiles_before = (
        tuple(survival_quantile(before, share) for share in SHARES) if before is not None else ()
    )
    return LeadTime(
        now=now,
        before=before,
        quantiles=quantiles,
        quantiles_before=quantiles_before,
        median=_median(quantiles[0], quantiles_before[0] if quantiles_before else None, now.n),
        analysis=_analysis(demands, confidence, rules.horizon_days),
        mean_change=_change(
            demands, "identified_on", "delivered_on", rules.horizon_days, confidence
        )[1],
        horizon_days=rules.horizon_days,
    )


def _curve(demands: Demands, period: Period, confidence: float) -> SurvivalCurve | Message:
    cells = waits(demands, period, start="identified_on", end="delivered_on")
    if cells is None:
        return message("no demand was under way in the period.")
    try:
        (curve,) = kaplan_meier(cells, confidence=confidence)
    except EstimationError:
        return message("too few demands were delivered in the period.")
    return curve


def _median(now: Quantile, before: Quantile | None, n: int) -> Measured | None:
    value, earlier = as_estimate(now), as_estimate(before)
    if value is None:
        return None
    return Measured(
        name="lead_time_days",
        label=message("Median lead time"),
        definition=message(
            "Days from identification until half of the demands are delivered, as lived in the "
            "period; those still open count until its end."
        ),
        measure=Measure.DAYS,
        value=value,
        n=n,
        before=earlier,
        change=None if earlier is None else difference(value, earlier),
        higher_is=LOWER_IS_BETTER,
    )


def as_estimate(quantile: Quantile | None) -> Estimate | None:
    """Give a quantile whose interval is closed as an estimate; None where it is open."""
    if quantile is None or quantile.value is None:
        return None
    if quantile.low is None or quantile.high is None:
        return None
    return bracket(quantile.value, quantile.low, quantile.high, quantile.confidence)


def _analysis(demands: Demands, confidence: float, horizon_days: int) -> Measured | None:
    means, change = _change(demands, "identified_on", "analysed_on", horizon_days, confidence)
    if means[0] is None:
        return None
    return Measured(
        name="analysis_days",
        label=message("Days in analysis"),
        definition=message(
            "Mean days from identification to the end of analysis, as lived in the period, "
            "within {days} days.",
            days=horizon_days,
        ),
        measure=Measure.NUMBER,
        value=means[0],
        n=int(demands.reached("analysed_on", demands.period).sum()),
        before=means[1],
        change=change,
        higher_is=LOWER_IS_BETTER,
    )


def _change(
    demands: Demands, start: str, end: str, horizon_days: int, confidence: float
) -> tuple[tuple[Estimate | None, Estimate | None], Estimate | None]:
    """Give mean waits of this period and the one before, and the change."""
    now, before = (
        mean_wait(
            waits(demands, when, start=start, end=end),
            horizon_days=horizon_days,
            confidence=confidence,
        )
        for when in (demands.period, demands.period.before())
    )
    values = (now.mean_periods if now else None, before.mean_periods if before else None)
    if values[0] is None or values[1] is None:
        return values, None
    return values, difference(values[0], values[1])
