"""Without randomisation: an incentive in a single region, against a mix of other regions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import numpy as np

from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError, Problem
from analysis.incentive_effectiveness.register import Campaign
from analysis.incentive_effectiveness.roll_out import branch_table, fewest_customers
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import conformal_effect as conformal
from analysis.stats import synthetic_control as synthetic
from analysis.stats.inputs import Floats
from analysis.stats.panel_moments import NEVER
from analysis.text import Words

_MAX_BRANCHES = 100_000
PLACEBO_MONTHS_EARLIER = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegionStudy:
    """One region with the incentive, against its mix.

    Attributes
    ----------
    campaign : Campaign
    region : Words
    gaps : tuple of (int, float)
        Region minus mix by month since the start, in the outcome's unit per customer.
    effect : float
        Mean gap from the start on.
    interval : Estimate or None
        The same with the effects that the region's own past does not contradict; None
        where there are too few months for the confidence.
    error_before : float
        Root mean squared gap before.
    mix : tuple of (Words, float)
        Regions of the mix with their weights, the largest first.
    rank_share : float
        Share of all regions whose gap grew at least as much (placebos in space).
    placebo_in_time : float
        Mean gap from a pretended earlier start up to the true one; near 0 where nothing
        happened before.
    regions : int
    n_customers : int
        The region's fewest in any month.
    """

    campaign: Campaign
    region: Words
    gaps: tuple[tuple[int, float], ...]
    effect: float
    interval: Estimate | None
    error_before: float
    mix: tuple[tuple[Words, float], ...]
    rank_share: float
    placebo_in_time: float
    regions: int
    n_customers: int

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return (
            (synthetic.METHOD,) if self.interval is None else (synthetic.METHOD, conformal.METHOD)
        )


def region_study(
    bank: Bank, campaign: Campaign, *, as_of: dt.date, confidence: float
) -> RegionStudy:
    """Compare the region that got an incentive with a mix of those that did not.

    Parameters
    ----------
    bank : Bank
        Needs ``adoptions``, ``branch_months`` and ``branches``.
    campaign : Campaign
    as_of : date
    confidence : float

    Returns
    -------
    RegionStudy

    Raises
    ------
    EstimationError
        If there is not exactly one region with it, or too few others or months before.

    Source
    ------
    Abadie, Diamond and Hainmueller (2010); Chernozhukov, Wüthrich and Zhu (2021).
    """
    wide = branch_table(bank, campaign, as_of=as_of)
    names = _regions(bank)
    outcomes = wide.drop(columns="starts")
    months = [float(str(month)) for month in outcomes]
    region = wide.index.map(lambda branch: names[branch].en)
    treated = sorted(set(region[wide.starts != NEVER]))
    if len(treated) != 1:
        raise EstimationError(
            Problem(
                what="no treated group" if not treated else "too few clusters: several regions",
                found=f"{len(treated)} regions with the incentive",
                needed="one",
                next_step="Register a staggered roll-out, or widen the scope.",
            )
        )
    means = outcomes.groupby(region).mean()
    starts = float(wide.starts[wide.starts != NEVER].min())
    own = means.loc[treated[0]].to_numpy(dtype=float)
    others = means.drop(treated[0])
    values = others.to_numpy(dtype=float)
    found = synthetic.synthetic_control(own, values, months, starts=starts)
    pretended = starts - PLACEBO_MONTHS_EARLIER
    before = [position for position, month in enumerate(months) if month < starts]
    placebo = synthetic.synthetic_control(
        own[before], values[:, before], [months[i] for i in before], starts=pretended
    )
    by_name = {name.en: name for name in names.values()}
    return RegionStudy(
        campaign=campaign,
        region=by_name[treated[0]],
        gaps=tuple(
            (int(month - starts), float(gap)) for month, gap in zip(months, found.gaps, strict=True)
        ),
        effect=found.effect,
        interval=_interval(own, values, months, starts, found.effect, confidence),
        error_before=found.error_before,
        mix=tuple(
            (by_name[str(others.index[i])], float(found.weights[i]))
            for i in np.argsort(-found.weights)
            if found.weights[i] > 0.005
        ),
        rank_share=found.p_value,
        placebo_in_time=placebo.effect,
        regions=len(means),
        n_customers=fewest_customers(bank, campaign, as_of=as_of),
    )


def _interval(
    own: Floats,
    others: Floats,
    months: list[float],
    starts: float,
    effect: float,
    confidence: float,
) -> Estimate | None:
    """Give the effects that the past does not contradict, where it is long enough."""
    try:
        return conformal.conformal_effect(
            own, others, months, starts=starts, effect=effect, confidence=confidence
        )
    except EstimationError:
        return None


def _regions(bank: Bank) -> dict[str, Words]:
    if not bank.has("branches"):
        raise EstimationError(
            Problem(
                what="the source lacks what the design needs",
                needed="branches",
                next_step="Provide the table.",
            )
        )
    table = bank.table("branches")
    chinese = table.region_zh if "region_zh" in table.columns else table.region
    rows = collect(
        table.select("branch_id", "region", zh=ibis.coalesce(chinese, table.region)).order_by(
            "branch_id"
        ),
        max_rows=_MAX_BRANCHES,
    )
    return {
        str(row["branch_id"]): Words(str(row["region"]), str(row["zh"]))
        for row in rows.to_dict("records")
    }
