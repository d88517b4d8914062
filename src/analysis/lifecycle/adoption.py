"""How each product spreads: first holdings by month since launch, and the curve behind them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.data.tables import Bank, collect
from analysis.errors import EstimationError
from analysis.results import Estimate
from analysis.stats.adoption_draws import (
    MINIMUM_PERIODS,
    AdoptionDraws,
    draw_adoption_curves,
    draw_cumulative,
)
from analysis.stats.bass import Bass, fit_bass_nonlinear
from analysis.stats.purchase_cells import FloatArray
from analysis.stats.simulated_intervals import estimate_from_draws
from analysis.text import Message, Words, message

DAYS_PER_MONTH = 365.25 / 12
MINIMUM_ADOPTERS = 30
WITH_OPENING_DAYS = 31
LARGEST_WITH_OPENING = 0.5
LARGEST_DISPERSION = 5.0
CURVE_STEP_MONTHS = 3
_MAX_ROWS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as the source describes it.

    Attributes
    ----------
    product_id : str
    name : Words
    family : str
    launched_on : date
        First day on sale; that of the first holding where the source does not say.
    withdrawn_on : date or None
        Day from which it was no longer sold, by the as-of date.
    """

    product_id: str
    name: Words
    family: str
    launched_on: dt.date
    withdrawn_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Adopters up to a time: counted, and by the curve; counted is None in the future."""

    months: int
    counted: int | None
    expected: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The Bass curve behind a product's adoption.

    Attributes
    ----------
    ceiling, p, q : Estimate
        All who will ever adopt; innovation and imitation, shares per month.
    peak_months, peak_adopters : Estimate
        Months from launch to the peak of adoption, and adopters a month there.
    points : tuple of CurvePoint
        To the horizon; intervals of the past are the curve's, those of the future
        hold the scatter of counts as well.
    least_squares : Bass or None
        The same curve by least squares, where the series has passed its peak.
    drawn : AdoptionDraws
    """

    ceiling: Estimate
    p: Estimate
    q: Estimate
    peak_months: Estimate
    peak_adopters: Estimate
    points: tuple[CurvePoint, ...]
    least_squares: Bass | None
    drawn: AdoptionDraws


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """First holdings of a product by complete month since launch.

    Attributes
    ----------
    product : Product
    adopters : ndarray of float64, shape (n_months,)
        Up to the as-of date, or the day from which it was not sold.
    months_since_launch : float
        At the as-of date.
    adopted : int
        All adopters by the as-of date.
    with_opening : int
        Of them, those within 31 days of the relationship's first day.
    """

    product: Product
    adopters: FloatArray
    months_since_launch: float
    adopted: int
    with_opening: int


def read_series(bank: Bank, *, as_of: dt.date) -> tuple[Series, ...]:
    """Count first holdings by product and month since launch, in the products' order.

    Parameters
    ----------
    bank : Bank
        Needs ``holdings`` and ``products``; uses ``customers.opened_on``.
    as_of : date

    Returns
    -------
    tuple of Series
        Products that were launched and held by the as-of date.
    """
    holdings = bank.table("holdings")
    seen = holdings.filter(holdings.opened_on <= ibis.literal(as_of))
    first = seen.group_by(["customer_id", "product_id"]).aggregate(first_on=seen.opened_on.min())
    starts = collect(
        first.group_by("product_id").aggregate(first_on=first.first_on.min()), max_rows=_MAX_ROWS
    )
    earliest = dict(zip(starts.product_id, starts.first_on, strict=True))
    products = [
        product
        for row in collect(bank.table("products"), max_rows=_MAX_ROWS).to_dict("records")
        if (product := _product(row, earliest, as_of)) is not None
    ]
    if not products:
        return ()
    counted = _by_month(bank, first, products)
    return tuple(
        _series(product, counted[counted.product_id == product.product_id], as_of)
        for product in products
    )


def _product(row: dict[Any, Any], earliest: dict[str, Any], as_of: dt.date) -> Product | None:
    product_id = str(row["product_id"])
    if product_id not in earliest:
        return None
    launched, withdrawn = row.get("launched_on"), row.get("withdrawn_on")
    launch = earliest[product_id] if pd.isna(launched) else launched
    name_zh = row.get("name_zh")
    end = None if pd.isna(withdrawn) else withdrawn.date()
    return Product(
        product_id=product_id,
        name=Words(str(row["name_en"]), str(row["name_en"] if pd.isna(name_zh) else name_zh)),
        family=str(row["family"]),
        launched_on=launch.date(),
        withdrawn_on=end if end is not None and end <= as_of else None,
    )


def _by_month(bank: Bank, first: ir.Table, products: list[Product]) -> pd.DataFrame:
    launches = ibis.memtable(
        pd.DataFrame(
            {
                "product_id": [product.product_id for product in products],
                "launched_on": [product.launched_on for product in products],
            }
        ),
        schema={"product_id": "string", "launched_on": "date"},
    )
    joined = first.join(launches, "product_id")
    columns: dict[str, Any] = {
        "customer_id": first.customer_id,
        "product_id": first.product_id,
        "first_on": first.first_on,
        "days": first.first_on.delta(launches.launched_on, unit="day"),
    }
    rows = joined.select(**columns)
    if bank.has("customers") and bank.has("customers", "opened_on"):
        customers = bank.table("customers").select("customer_id", began_on="opened_on")
        rows = rows.left_join(customers, "customer_id")
        since = rows.first_on.delta(rows.began_on, unit="day")
        early = ibis.coalesce((since <= WITH_OPENING_DAYS).cast("int64"), ibis.literal(0))
    else:
        early = ibis.literal(0)
    marked = rows.select(
        "product_id",
        month=(rows.days / DAYS_PER_MONTH).floor().cast("int64"),
        early=early,
    )
    return collect(
        marked.group_by(["product_id", "month"]).aggregate(
            adopters=marked.count(), early=marked.early.sum()
        ),
        max_rows=_MAX_ROWS,
    )


def _series(product: Product, rows: pd.DataFrame, as_of: dt.date) -> Series:
    end = product.withdrawn_on or as_of + dt.timedelta(days=1)
    months = int((end - product.launched_on).days / DAYS_PER_MONTH)
    month = rows.month.to_numpy(dtype=np.int64)
    inside = (month >= 0) & (month < months)
    return Series(
        product=product,
        adopters=np.bincount(
            month[inside], weights=rows.adopters.to_numpy()[inside], minlength=months
        ).astype(np.float64),
        months_since_launch=(as_of + dt.timedelta(days=1) - product.launched_on).days
        / DAYS_PER_MONTH,
        adopted=int(rows.adopters.sum()),
        with_opening=int(rows.early.sum()),
    )


def count_customers(bank: Bank, *, as_of: dt.date) -> int:
    """Count those who can have adopted anything: who have, or have had, a relationship."""
    if bank.has("customers") and bank.has("customers", "opened_on"):
        customers = bank.table("customers")
        people = customers.filter(customers.opened_on <= ibis.literal(as_of))
    else:
        holdings = bank.table("holdings")
        seen = holdings.filter(holdings.opened_on <= ibis.literal(as_of))
        people = seen.select("customer_id").distinct()
    return int(collect(people.aggregate(n=people.count()), max_rows=1).n.iloc[0])


def fit_curve(
    series: Series,
    *,
    customers: int,
    horizon_months: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Curve | Message:
    """Find the curve behind a series, or say why there is none.

    Parameters
    ----------
    series : Series
    customers : int
        No more can adopt.
    horizon_months : int
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    Curve or Message
    """
    reason = _reason_against(series)
    if reason is not None:
        return reason
    drawn = draw_adoption_curves(
        series.adopters,
        largest_ceiling=float(max(customers, series.adopted)),
        rng=rng,
        draws=draws,
    )
    if drawn.dispersion > LARGEST_DISPERSION:
        return message("Its adopters scatter too much from month to month for a curve.")
    size = np.where(
        drawn.q > drawn.p, drawn.m * (drawn.p + drawn.q) ** 2 / (4 * drawn.q), drawn.m * drawn.p
    )
    return Curve(
        ceiling=_middle(drawn.m, confidence),
        p=_middle(drawn.p, confidence),
        q=_middle(drawn.q, confidence),
        peak_months=_middle(drawn.peak_time, confidence),
        peak_adopters=_middle(size, confidence),
        points=_points(series, drawn, horizon_months, confidence, rng),
        least_squares=_least_squares(series, confidence),
        drawn=drawn,
    )


def _reason_against(series: Series) -> Message | None:
    if len(series.adopters) < MINIMUM_PERIODS:
        return message(
            "The product is younger than the model can bear: {months} months on sale, {needed} "
            "are needed.",
            months=len(series.adopters),
            needed=MINIMUM_PERIODS,
        )
    if series.with_opening > LARGEST_WITH_OPENING * series.adopted:
        return message(
            "Most holders took it when their relationship began: it spreads as the bank does, "
            "not by itself."
        )
    if series.adopters.sum() < MINIMUM_ADOPTERS:
        return message("Too few customers have taken it: {needed} are needed.", needed=30)
    return None


def _least_squares(series: Series, confidence: float) -> Bass | None:
    try:
        return fit_bass_nonlinear(series.adopters, confidence=confidence)
    except EstimationError:
        return None


def _points(
    series: Series,
    drawn: AdoptionDraws,
    horizon_months: int,
    confidence: float,
    rng: np.random.Generator,
) -> tuple[CurvePoint, ...]:
    n = len(series.adopters)
    counted = np.cumsum(series.adopters)
    past = np.arange(CURVE_STEP_MONTHS, n + 1, CURVE_STEP_MONTHS)
    decay = np.exp(-(drawn.p + drawn.q)[:, None] * past)
    curve = drawn.m[:, None] * (1 - decay) / (1 + (drawn.q / drawn.p)[:, None] * decay)
    points = [
        CurvePoint(
            months=int(month),
            counted=int(counted[month - 1]),
            expected=_middle(curve[:, i], confidence),
        )
        for i, month in enumerate(past)
    ]
    if series.product.withdrawn_on is not None:
        return tuple(points)
    ahead = np.arange(n + CURVE_STEP_MONTHS, n + horizon_months + 1, CURVE_STEP_MONTHS)
    if not len(ahead):
        return tuple(points)
    coming = draw_cumulative(drawn, until=ahead.astype(float), adopted=counted[-1], rng=rng)
    points += [
        CurvePoint(months=int(month), counted=None, expected=_middle(coming[:, i], confidence))
        for i, month in enumerate(ahead)
    ]
    return tuple(points)


def _middle(drawn: FloatArray, confidence: float) -> Estimate:
    return estimate_from_draws(float(np.median(drawn)), drawn, confidence)
