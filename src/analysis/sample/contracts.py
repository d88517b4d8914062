"""Contractual products: loss by planted hazards, and renewal by a planted law.

A salary plan begins with the relationship and ends for one of two competing
causes, each with its own hazard by segment; from the thirteenth month both are
lower by one factor. Hazards are proportional between segments within a cause.

A membership renews every month; the chance of not renewing differs between
customers by a beta distribution (shifted beta-geometric). Both are drawn
independently of purchases and outlast nothing: the relationship ends only after
them, so that their ends are seen undisturbed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.sample.population import SEGMENTS, Population
from analysis.sample.span import DAYS_PER_MONTH, FloatArray, IntArray, Span, add_months, epoch_day
from analysis.sample.truth import TruthBook

SALARY_PLAN_SHARE = 0.45
CLOSED_PER_MONTH = (0.030, 0.015, 0.010, 0.024, 0.0075)
"""Hazard of closing in the first twelve months, by segment."""
DORMANT_PER_MONTH = (0.012, 0.006, 0.006, 0.009, 0.012)
"""Hazard of falling dormant in the first twelve months, by segment."""
LATER_FACTOR = 0.6
EARLY_MONTHS = 12.0

MEMBERSHIP_SHARE = 0.20
MEMBERSHIP_ALPHA = 0.7
MEMBERSHIP_BETA = 4.0

ACTIVE, CLOSED, FELL_DORMANT, NOT_RENEWED, RELATIONSHIP_ENDED = -1, 0, 1, 2, 3
END_REASONS = ("closed", "fell_dormant", "not_renewed", "relationship_ended")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contracts:
    """Spells of one contractual product; `end` is infinite beyond the as-of date."""

    owner: IntArray
    start: FloatArray
    end: FloatArray
    reason: IntArray


def draw_salary_plans(rng: np.random.Generator, population: Population, span: Span) -> Contracts:
    """Draw who has a salary plan, how long and why it ended."""
    chosen = rng.random(population.size) < SALARY_PLAN_SHARE
    owner = np.flatnonzero(chosen & np.isfinite(population.opened))
    segment = population.segment[owner]
    closed = np.array(CLOSED_PER_MONTH)[segment]
    dormant = np.array(DORMANT_PER_MONTH)[segment]
    months = months_to_loss(rng.standard_exponential(len(owner)), closed + dormant)
    start = population.opened[owner]
    end = start + months * DAYS_PER_MONTH
    by_closing = rng.random(len(owner)) < closed / (closed + dormant)
    ended = end < span.n_days
    reason = np.where(ended, np.where(by_closing, CLOSED, FELL_DORMANT), ACTIVE)
    return Contracts(owner=owner, start=start, end=np.where(ended, end, np.inf), reason=reason)


def months_to_loss(spent: FloatArray, early_per_month: FloatArray) -> FloatArray:
    """Turn cumulated hazard into months, the hazard being lower after a year.

    Examples
    --------
    >>> months_to_loss(np.array([0.06, 0.18]), np.array([0.01, 0.01])).round(6).tolist()
    [6.0, 22.0]
    """
    early = spent / early_per_month
    later = EARLY_MONTHS + (spent - EARLY_MONTHS * early_per_month) / (
        LATER_FACTOR * early_per_month
    )
    return np.asarray(np.where(early <= EARLY_MONTHS, early, later), dtype=np.float64)


def draw_memberships(rng: np.random.Generator, population: Population, span: Span) -> Contracts:
    """Draw who is a member and after how many months the membership was not renewed."""
    chosen = rng.random(population.size) < MEMBERSHIP_SHARE
    owner = np.flatnonzero(chosen & np.isfinite(population.opened))
    churn = np.maximum(rng.beta(MEMBERSHIP_ALPHA, MEMBERSHIP_BETA, len(owner)), 1e-9)
    months = np.minimum(rng.geometric(churn), 1200)
    start = population.opened[owner]
    end = add_months(span.to_days(start), months) - float(epoch_day(span.start))
    ended = end < span.n_days
    return Contracts(
        owner=owner,
        start=start,
        end=np.where(ended, end, np.inf),
        reason=np.where(ended, NOT_RENEWED, ACTIVE),
    )


def plant_contracts(book: TruthBook) -> None:
    """Record hazards and renewal."""
    plan, membership = "P02", "P03"
    for name, hazards, cause in (
        ("closed_per_month", CLOSED_PER_MONTH, "closed"),
        ("dormant_per_month", DORMANT_PER_MONTH, "fell_dormant"),
    ):
        book.plant(
            "losses",
            name,
            dict(zip(SEGMENTS, hazards, strict=True)),
            unit="1/month",
            meaning=(
                f"Hazard with which a holding of {plan} ends as '{cause}' in its first "
                f"{EARLY_MONTHS:.0f} months (of 30.4375 days), by segment."
            ),
        )
        reference = hazards[SEGMENTS.index("employee")]
        book.plant(
            "losses",
            name.replace("_per_month", "_hazard_ratio"),
            {s: round(h / reference, 6) for s, h in zip(SEGMENTS, hazards, strict=True)},
            unit="ratio",
            meaning=f"Hazard of ending as '{cause}' over that of employees, at any tenure.",
        )
    book.plant(
        "losses",
        "later_factor",
        LATER_FACTOR,
        unit="ratio",
        meaning=f"Hazards of {plan} after month {EARLY_MONTHS:.0f} over those before.",
    )
    for name, value in (("alpha", MEMBERSHIP_ALPHA), ("beta", MEMBERSHIP_BETA)):
        book.plant(
            "renewal",
            name,
            value,
            unit="",
            meaning=(
                f"Shifted beta-geometric law of {membership}, renewed every month: each month "
                "a member leaves with a chance drawn once from Beta(alpha, beta)."
            ),
        )
