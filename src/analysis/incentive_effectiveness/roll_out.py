"""Without randomisation: a roll-out over branches in steps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError, Problem
from analysis.incentive_effectiveness.register import Campaign
from analysis.incentive_effectiveness.rules import CheckRules
from analysis.incentive_effectiveness.wording import DesignCheck
from analysis.methods import Method
from analysis.probabilities import probability
from analysis.results import Estimate
from analysis.stats import (
    pre_trends,
    staggered_adoption,
    staggered_imputation,
    two_way_fixed_effects,
)
from analysis.stats.difference_in_differences import EventEffect, EventStudy
from analysis.stats.effects import Effect
from analysis.stats.panel_moments import NEVER, PanelMoments, panel_moments
from analysis.stats.pre_trends import PreTrend, breakdown_multiple, pre_trend_test
from analysis.stats.staggered_adoption import GroupTimeEffects, group_time_effects, make_effect
from analysis.stats.staggered_averages import dynamic_effects, simple_effect
from analysis.stats.staggered_imputation import imputed_effects
from analysis.text import Measure, Message, Quantity, Unit, message, on_customers

MINIMUM_BRANCHES = 8
"""Branches that started together, or never did, with which the errors can be trusted."""
SMALLEST_BREAKDOWN = 0.5
_MAX_ROWS = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RollOut:
    """An incentive that branches got one after the other.

    Attributes
    ----------
    campaign : Campaign
    average, imputed : Effect
        Over all branch-months that had it: by group-time effects, and by imputation.
    by_event_time : tuple of (int, Effect)
        Months since the start.
    pre_trend : PreTrend
    breakdown : float
        Drift after the start, in multiples of the largest before it, that the effect
        survives.
    bounds : Estimate
        Of the average if drift stays within half of the largest before the start.
    plain : float
        What the plain two-way regression gives; shown as a warning.
    negative_weight : float
        Weight, in sum, with which that regression counts effects negatively.
    n_customers : int
        The fewest in any month of the branches that got it: what every effect rests on.
    n_treated, n_untreated : int
        Branches.
    rules : CheckRules
    """

    campaign: Campaign
    average: Effect
    imputed: Effect
    by_event_time: tuple[tuple[int, Effect], ...]
    pre_trend: PreTrend
    breakdown: float
    bounds: Estimate
    plain: float
    negative_weight: float
    n_customers: int
    n_treated: int
    n_untreated: int
    rules: CheckRules

    @property
    def degrees(self) -> int:
        """Degrees of freedom: errors are clustered by branch, less the two means."""
        return self.n_treated + self.n_untreated - 2

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return (
            staggered_adoption.METHOD,
            staggered_imputation.METHOD,
            two_way_fixed_effects.METHOD,
            *pre_trends.METHODS.values(),
        )

    @property
    def checks(self) -> tuple[DesignCheck, ...]:
        """Whether the branches moved alike before the start, and how far that carries."""
        return (
            DesignCheck(
                name="pre_trend",
                label=message("Branches with and without it moved alike before the start"),
                passed=self.pre_trend.p_value >= self.rules.level,
                detail=message(
                    "Joint test of {n} months before the start: p {p}.",
                    n=self.pre_trend.periods,
                    p=probability(self.pre_trend.p_value),
                ),
            ),
        )


def roll_out(
    bank: Bank, campaign: Campaign, *, as_of: dt.date, rules: CheckRules, confidence: float
) -> RollOut:
    """Estimate what a roll-out over branches changed.

    Parameters
    ----------
    bank : Bank
        Needs ``adoptions`` and ``branch_months``.
    campaign : Campaign
        Its outcome is a sum by branch and month, divided here by the branch's customers.
    as_of : date
        Months that had ended by then are used.
    rules : CheckRules
    confidence : float

    Returns
    -------
    RollOut

    Raises
    ------
    EstimationError
        If no branch is treated or untreated, the start lies before the data, or too few
        branches started together.

    Source
    ------
    Callaway and Sant'Anna (2021); Borusyak, Jaravel and Spiess (2024); Rambachan and Roth
    (2023); de Chaisemartin and D'Haultfoeuille (2020).
    """
    panel = branch_panel(bank, campaign, as_of=as_of)
    n = fewest_customers(bank, campaign, as_of=as_of)
    return study_panel(panel, campaign, n_customers=n, rules=rules, confidence=confidence)


def study_panel(
    panel: PanelMoments,
    campaign: Campaign,
    *,
    n_customers: int,
    rules: CheckRules,
    confidence: float,
) -> RollOut:
    """Estimate the effects of a roll-out from the moments of its cohorts.

    Parameters
    ----------
    panel : PanelMoments
    campaign : Campaign
    n_customers : int
        What the effects rest on.
    rules : CheckRules
    confidence : float

    Returns
    -------
    RollOut
    """
    effects = group_time_effects(
        panel, base="universal", confidence=confidence, minimum_clusters=MINIMUM_BRANCHES
    )
    study = balanced_event_study(effects)
    plain = two_way_fixed_effects.two_way_fixed_effects(panel)
    return RollOut(
        campaign=campaign,
        average=simple_effect(effects),
        imputed=imputed_effects(
            panel, confidence=confidence, minimum_clusters=MINIMUM_BRANCHES
        ).overall,
        by_event_time=dynamic_effects(effects).by_event_time,
        pre_trend=pre_trend_test(study),
        breakdown=breakdown_multiple(study),
        bounds=pre_trends.relative_magnitude_bounds(study, multiple=SMALLEST_BREAKDOWN),
        plain=plain.coefficient,
        negative_weight=plain.negative_weight,
        n_customers=n_customers,
        n_treated=study.n_treated,
        n_untreated=study.n_untreated,
        rules=rules,
    )


def balanced_event_study(effects: GroupTimeEffects) -> EventStudy:
    """Average over cohorts at each event time at which all of them were seen.

    Source
    ------
    Callaway and Sant'Anna (2021), equation 3.4, kept to the event times that no cohort
    lacks, so that a change of the mix is no trend.
    """
    size = {cohort.first_treated: cohort.n for cohort in effects.panel.treated}
    times = sorted({cell.event_time for cell in effects.cells if cell.event_time != -1})
    kept = [
        time
        for time in times
        if {c.first_treated for c in effects.cells if c.event_time == time} == set(size)
    ]
    weights = np.zeros((len(kept), len(effects.cells)))
    total = sum(size.values())
    for column, cell in enumerate(effects.cells):
        if cell.event_time in kept:
            weights[kept.index(cell.event_time), column] = size[cell.first_treated] / total
    values = weights @ effects.values
    covariance = weights @ effects.covariance @ weights.T
    untreated = effects.panel.untreated
    return EventStudy(
        effects=tuple(
            EventEffect(
                event_time=time,
                effect=make_effect(effects, float(values[i]), float(covariance[i, i])),
            )
            for i, time in enumerate(kept)
        ),
        covariance=covariance,
        n_treated=total,
        n_untreated=0 if untreated is None else untreated.n,
        confidence=effects.confidence,
    )


def branch_table(bank: Bank, campaign: Campaign, *, as_of: dt.date) -> pd.DataFrame:
    """Give the outcome per customer by branch (rows) and month (columns, from 1), and starts.

    Returns
    -------
    DataFrame
        Indexed by branch; the column ``starts`` holds the first month with the incentive,
        infinite for never. Branches that miss a month are left out.
    """
    if not (bank.has("adoptions") and bank.has("branch_months", campaign.outcome or None)):
        raise EstimationError(
            Problem(
                what="the source lacks what the design needs",
                needed="adoptions and branch_months",
                next_step="Provide the tables, or register another design.",
            )
        )
    months, adoptions = bank.table("branch_months"), bank.table("adoptions")
    ended = months.month + ibis.interval(months=1) <= ibis.literal(as_of + dt.timedelta(days=1))
    seen = months.filter(ended & (months.customers > 0))
    rows = collect(
        seen.select(
            "branch_id",
            number=seen.month.year().cast("int64") * 12 + seen.month.month().cast("int64"),
            value=seen[campaign.outcome].cast("float64") / seen.customers,
        ).order_by(["branch_id", "number"]),
        max_rows=_MAX_ROWS,
    )
    own = adoptions.filter(adoptions.campaign_id == campaign.campaign_id)
    starts = collect(
        own.select(
            "branch_id",
            starts=own.adopted_on.year().cast("int64") * 12 + own.adopted_on.month().cast("int64"),
        ).order_by("branch_id"),
        max_rows=_MAX_ROWS,
    )
    first = rows.number.min() - 1 if len(rows) else 0
    wide = rows.pivot(index="branch_id", columns="number", values="value").dropna()
    wide.columns = pd.Index([int(str(number)) - int(first) for number in wide.columns])
    when = starts.set_index("branch_id").starts.astype(float) - first
    wide["starts"] = when.reindex(wide.index).fillna(NEVER)
    last = max((c for c in wide.columns if c != "starts"), default=0)
    wide.loc[wide.starts > last, "starts"] = NEVER
    return wide


def fewest_customers(bank: Bank, campaign: Campaign, *, as_of: dt.date) -> int:
    """Count the customers of the branches that got an incentive, in the month with fewest."""
    months, adoptions = bank.table("branch_months"), bank.table("adoptions")
    ended = months.month + ibis.interval(months=1) <= ibis.literal(as_of + dt.timedelta(days=1))
    own = adoptions.filter(adoptions.campaign_id == campaign.campaign_id)
    treated = months.filter(ended & (months.customers > 0)).semi_join(own, "branch_id")
    by_month = treated.group_by("month").agg(n=treated.customers.sum())
    found = collect(by_month, max_rows=_MAX_ROWS)
    return int(found.n.min()) if len(found) else 0


def branch_panel(bank: Bank, campaign: Campaign, *, as_of: dt.date) -> PanelMoments:
    """Reduce the branches' outcomes per customer to the moments of the cohorts."""
    wide = branch_table(bank, campaign, as_of=as_of)
    values = wide.drop(columns="starts")
    return panel_moments(
        values.to_numpy(dtype=float),
        wide.starts.to_numpy(dtype=float),
        [float(str(month)) for month in values],
    )


def why_not_plain(study: RollOut) -> Message:
    """Say why a plain two-way regression misleads here."""
    return message(
        "A plain regression on branch and month gives {plain}: it compares late branches with "
        "early ones that already have the incentive, and counts effects with a negative weight "
        "of {weight} in sum.",
        plain=on_customers(
            study.plain, Measure.AMOUNT_CNY, study.n_customers, degrees=study.degrees
        ),
        weight=Quantity(value=study.negative_weight, measure=Measure.NUMBER, unit=Unit.NONE),
    )
