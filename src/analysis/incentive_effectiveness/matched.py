"""Without randomisation: those who took part against comparable customers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError, Problem
from analysis.incentive_effectiveness.arms import measured_rows
from analysis.incentive_effectiveness.register import Campaign
from analysis.methods import Method
from analysis.stats import e_value, weighting
from analysis.stats.e_value import EValue, e_value_of_difference
from analysis.stats.effects import Effect
from analysis.stats.weighting import doubly_robust_effect

MAX_ROWS = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchedStudy:
    """An incentive whose takers chose it, against comparable customers.

    Attributes
    ----------
    campaign : Campaign
    effect : Effect
        Over all customers of the comparison, after weighting.
    unadjusted : float
        The plain difference, which the choice distorts.
    outside_share : float
        Fraction without a counterpart.
    largest_before, largest_after : float
        Largest standardised difference of a characteristic, as found and after weighting.
    e_value : EValue
    """

    campaign: Campaign
    effect: Effect
    unadjusted: float
    outside_share: float
    largest_before: float
    largest_after: float
    e_value: EValue

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return weighting.METHOD, e_value.METHOD


def matched_study(
    bank: Bank,
    campaign: Campaign,
    *,
    as_of: dt.date,
    confidence: float,
    rng: np.random.Generator,
) -> MatchedStudy:
    """Compare those who took part with comparable customers, doubly robust.

    Parameters
    ----------
    bank : Bank
        Needs ``offers``, ``offer_outcomes`` and ``customers``.
    campaign : Campaign
    as_of : date
    confidence : float
    rng : numpy.random.Generator

    Returns
    -------
    MatchedStudy

    Raises
    ------
    EstimationError
        If a side is missing or too small, or the two are too different.

    Source
    ------
    `analysis.stats.weighting`, `analysis.stats.e_value`.
    """
    rows = customer_rows(bank, campaign, as_of=as_of)
    covariates = characteristics(rows)
    outcome = rows.after.to_numpy(dtype=float)
    treated = (rows.arm == "offer").to_numpy()
    found = doubly_robust_effect(
        outcome, treated, covariates.to_numpy(dtype=float), rng=rng, confidence=confidence
    )
    return MatchedStudy(
        campaign=campaign,
        effect=found.effect,
        unadjusted=found.unadjusted,
        outside_share=found.overlap.outside_share,
        largest_before=float(np.abs(found.overlap.standardised_before).max()),
        largest_after=float(np.abs(found.overlap.standardised_after).max()),
        e_value=e_value_of_difference(
            found.effect.estimate, standard_deviation=float(outcome[~treated].std(ddof=1))
        ),
    )


def customer_rows(bank: Bank, campaign: Campaign, *, as_of: dt.date) -> pd.DataFrame:
    """Give a campaign's customers with their main outcome, earlier outcome and traits.

    Returns
    -------
    DataFrame
        ``customer_id, arm, taken, after, before, age, segment, value_tier``, in the order of
        the customers; without those whose outcome or earlier outcome is missing.
    """
    if not (bank.has("offers") and bank.has("offer_outcomes") and bank.has("customers")):
        raise EstimationError(
            Problem(
                what="the source lacks what the design needs",
                needed="offers, offer_outcomes and customers",
                next_step="Provide the tables.",
            )
        )
    customers = bank.table("customers")
    rows = measured_rows(bank, campaign.campaign_id, until=as_of)
    rows = rows.filter((rows.outcome == campaign.outcome) & rows.before.notnull())
    joined = rows.join(customers, "customer_id")
    empty = ibis.literal("unknown")
    found = joined.select(
        "customer_id",
        "arm",
        "taken",
        after=joined.after.cast("float64"),
        before=joined.before.cast("float64"),
        age=(ibis.literal(as_of.year) - joined.birth_year).cast("float64")
        if "birth_year" in customers.columns
        else ibis.literal(0.0),
        segment=ibis.coalesce(joined.segment, empty) if "segment" in customers.columns else empty,
        value_tier=ibis.coalesce(joined.value_tier, empty)
        if "value_tier" in customers.columns
        else empty,
    )
    return collect(found.order_by("customer_id"), max_rows=MAX_ROWS)


def characteristics(rows: pd.DataFrame) -> pd.DataFrame:
    """Code what was known before: earlier outcome, age in bands, segment and tier."""
    age = pd.cut(rows.age.fillna(rows.age.median()), [-1, 29, 44, 59, 200]).astype(str)
    coded = pd.get_dummies(
        pd.DataFrame({"age": age, "segment": rows.segment, "tier": rows.value_tier}),
        drop_first=True,
        dtype=float,
    )
    coded.insert(0, "before", rows.before)
    return coded
