"""How unequally the value to come is spread, and how much of it is at risk."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.lifecycle.purchases import MAX_CELLS, CountBy, customer_histories, weeks_watched
from analysis.lifecycle.value import BAND_EDGES, ExpectedValue
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import bg_nbd, concentration, gamma_gamma
from analysis.stats.bg_nbd import BgNbd, probability_active
from analysis.stats.concentration import gini, lorenz_curve, top_share, two_largest_share
from analysis.stats.gamma_gamma import GammaGamma, conditional_mean_value
from analysis.stats.purchase_cells import (
    TIME_UNITS_PER_YEAR,
    FloatArray,
    IntArray,
    PurchaseCells,
)
from analysis.stats.purchase_totals import find_pairs
from analysis.stats.simulated_intervals import draw_parameters, estimate_from_draws
from analysis.text import message

TOP_FRACTIONS = (0.01, 0.05, 0.10, 0.20, 0.50)
LORENZ_POINTS = 20
DOUBTFUL = (0.2, 0.8)
"""Probabilities of being active between which it is open whether a customer is."""
QUESTION = message("On how few customers does the value to come rest, and what of it is at risk?")

METHOD = Method(
    name=message("Value at risk of loss: value if all were still active, less expected value"),
    citation="Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). RFM and CLV: using iso-value "
    "curves for customer base analysis. Journal of Marketing Research 42, 415-430.",
    assumptions=(
        message("A customer who has dropped out brings nothing more."),
        message("Intervals carry the uncertainty of both models' parameters."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopShare:
    """Share of the expected value that the top fraction of the customers holds."""

    top: float
    customers: int
    share: Estimate
    top_two_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LorenzPoint:
    """Share of the value held by the given share of customers, those with least first.

    `top_two_share` is that of the two largest in what the others hold, which follows from it.
    """

    customers_share: float
    customers: int
    value_share: float
    top_two_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskBand:
    """Value at risk among customers of one band of the probability of being active.

    Attributes
    ----------
    low, high : float
        Probabilities.
    customers : int
    if_active_cny : Estimate
        What they would bring within the horizon if all were still active.
    expected_cny : Estimate
    at_risk_cny : Estimate
        The difference of the two.
    if_active_top_two, expected_top_two, at_risk_top_two : float
        Shares of each that the two largest contributors hold.
    """

    low: float
    high: float
    customers: int
    if_active_cny: Estimate
    expected_cny: Estimate
    at_risk_cny: Estimate
    if_active_top_two: float
    expected_top_two: float
    at_risk_top_two: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueConcentration:
    """Concentration of the value expected within the horizon, and the value at risk.

    Attributes
    ----------
    horizon_months : int
    customers : int
        Who have bought before.
    gini : Estimate
    tops : tuple of TopShare
    lorenz : tuple of LorenzPoint
    bands : tuple of RiskBand
    if_active_cny, at_risk_cny : Estimate
        Over all customers.
    share_at_risk : Estimate
        Of the value if all were still active, a fraction.
    doubtful_cny : Estimate
        Value at risk with customers of whom it is open whether they are active.
    at_risk_top_two, doubtful_top_two : float
        Shares of both that their two largest contributors hold.
    doubtful_customers : int
        Those with a probability of being active within `DOUBTFUL`.
    model_fits : bool
        Whether the purchase model reproduces how often customers have bought.
    """

    horizon_months: int
    customers: int
    gini: Estimate
    tops: tuple[TopShare, ...]
    lorenz: tuple[LorenzPoint, ...]
    bands: tuple[RiskBand, ...]
    if_active_cny: Estimate
    at_risk_cny: Estimate
    share_at_risk: Estimate
    doubtful_cny: Estimate
    at_risk_top_two: float
    doubtful_top_two: float
    doubtful_customers: int
    model_fits: bool

    @property
    def riskiest(self) -> RiskBand:
        """The band with most value at risk."""
        return max(self.bands, key=lambda band: band.at_risk_cny.value)

    @property
    def methods(self) -> tuple[Method, ...]:
        """What the answer rests on."""
        return (
            bg_nbd.METHOD,
            gamma_gamma.METHOD,
            concentration.METHODS["gini"],
            concentration.METHODS["top-share"],
            METHOD,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worths:
    """Customers by history and mean purchase: the value of each follows from it.

    Attributes
    ----------
    cells : PurchaseCells
        Not joined over different mean purchases, in weeks.
    mean_value_cny : ndarray of float64, shape (n_cells,)
        Mean repeat purchase; the population's mean where it is zero, less or
        not there, 0 without a repeat purchase.
    """

    cells: PurchaseCells
    mean_value_cny: FloatArray


def value_concentration(
    bank: Bank,
    value: ExpectedValue | NotAssessed,
    *,
    as_of: dt.date,
    count_by: CountBy,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> ValueConcentration | NotAssessed:
    """Measure how unequally the expected value is spread, and how much is at risk.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``.
    value : ExpectedValue or NotAssessed
        The fitted models.
    as_of : date
    count_by : {"transaction", "day"}
        As for `value`.
    confidence : float
    rng : numpy.random.Generator
    draws : int

    Returns
    -------
    ValueConcentration or NotAssessed
        Not assessed where the value models were refused.

    Source
    ------
    Davidson (2009) and Beach and Davidson (1983) for concentration.
    """
    if isinstance(value, NotAssessed):
        return NotAssessed(name="value_concentration", question=QUESTION, reason=value.reason)
    if value.gamma_gamma is None:
        return NotAssessed(
            name="value_concentration",
            question=QUESTION,
            reason=message("The amounts of these customers do not identify the value model."),
        )
    worths = read_worths(bank, value.gamma_gamma, as_of=as_of, count_by=count_by)
    fit, spend = value.bg_nbd, value.gamma_gamma
    horizon = value.horizon_months * TIME_UNITS_PER_YEAR["weeks"] / 12
    cells = worths.cells
    active = probability_active(fit, cells)
    if_active = _value_if_active(worths, fit.parameters, spend.parameters, fit, horizon)
    each, n = active * if_active, cells.weight
    band = np.clip(np.digitize(active, BAND_EDGES[1:-1]), 0, len(BAND_EDGES) - 2)
    drawn = _draw_totals(worths, fit, spend, horizon, band, rng, draws)
    middle = np.array([DOUBTFUL[0] <= low < DOUBTFUL[1] for low in BAND_EDGES[:-1]])
    doubtful = middle[band]
    return ValueConcentration(
        horizon_months=value.horizon_months,
        customers=cells.n_customers,
        gini=gini(each, n, confidence=confidence),
        tops=_tops(each, n, confidence),
        lorenz=_lorenz(each, n),
        bands=tuple(
            _risk_band(position, band == position, active, if_active, n, drawn, confidence)
            for position in range(len(BAND_EDGES) - 1)
        ),
        if_active_cny=estimate_from_draws(float(n @ if_active), drawn[0].sum(axis=1), confidence),
        at_risk_cny=estimate_from_draws(
            float(n @ (if_active - each)), (drawn[0] - drawn[1]).sum(axis=1), confidence
        ),
        share_at_risk=estimate_from_draws(
            float(n @ (if_active - each)) / float(n @ if_active),
            1 - drawn[1].sum(axis=1) / drawn[0].sum(axis=1),
            confidence,
        ),
        doubtful_cny=estimate_from_draws(
            float((n * (if_active - each))[doubtful].sum()),
            (drawn[0] - drawn[1])[:, middle].sum(axis=1),
            confidence,
        ),
        at_risk_top_two=two_largest_share(if_active - each, n),
        doubtful_top_two=two_largest_share((if_active - each)[doubtful], n[doubtful]),
        doubtful_customers=int(n[doubtful].sum()),
        model_fits=value.model_fits,
    )


def read_worths(bank: Bank, spend: GammaGamma, *, as_of: dt.date, count_by: CountBy) -> Worths:
    """Count customers by history and mean repeat purchase."""
    people = customer_histories(bank, as_of=as_of, count_by=count_by)
    keys = ["frequency", "recency_days", "age_days", "repeat_value"]
    counted = collect(
        people.group_by(keys).aggregate(customers=people.count()).order_by(keys),
        max_rows=MAX_CELLS,
    )
    average = spend.p.value * spend.v.value / (spend.q.value - 1)
    mean_value = counted.repeat_value.to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.where(mean_value > 0, mean_value, average)
    return Worths(
        cells=PurchaseCells(
            frequency=counted.frequency.to_numpy(),
            recency=counted.recency_days.to_numpy() / 7,
            age=weeks_watched(counted.age_days.to_numpy(), count_by=count_by),
            weight=counted.customers.to_numpy(),
            time_unit="weeks",
        ),
        mean_value_cny=np.where(counted.frequency.to_numpy() > 0, known, 0.0),
    )


def _value_if_active(
    worths: Worths, buy: FloatArray, pay: FloatArray, fit: BgNbd, horizon: float
) -> FloatArray:
    frequency, age, position = find_pairs(worths.cells)
    purchases = fit.formulas.purchases_if_active(buy, frequency, age, horizon)[position]
    value: FloatArray = purchases * conditional_mean_value(
        pay, worths.cells.frequency, worths.mean_value_cny
    )
    return value


def _draw_totals(
    worths: Worths,
    fit: BgNbd,
    spend: GammaGamma,
    horizon: float,
    band: IntArray,
    rng: np.random.Generator,
    draws: int,
) -> tuple[FloatArray, FloatArray]:
    """Value if active and expected value by draw and band, shape (draws, bands) each."""
    cells = worths.cells
    frequency, age, position = find_pairs(cells)
    buying = draw_parameters(fit.parameters, fit.log_covariance, rng=rng, draws=draws)
    spending = draw_parameters(spend.parameters, spend.log_covariance, rng=rng, draws=draws)
    spending[:, 1] = np.maximum(spending[:, 1], 1 + 1e-6)
    shape = (draws, len(BAND_EDGES) - 1)
    if_active, expected = np.empty(shape), np.empty(shape)
    for i, (buy, pay) in enumerate(zip(buying, spending, strict=True)):
        purchases = fit.formulas.purchases_if_active(buy, frequency, age, horizon)[position]
        worth = cells.weight * purchases
        worth = worth * conditional_mean_value(pay, cells.frequency, worths.mean_value_cny)
        active = fit.formulas.probability_active(buy, cells)
        if_active[i] = np.bincount(band, weights=worth, minlength=shape[1])
        expected[i] = np.bincount(band, weights=worth * active, minlength=shape[1])
    return if_active, expected


def _risk_band(
    position: int,
    inside: FloatArray,
    active: FloatArray,
    if_active: FloatArray,
    customers: IntArray,
    drawn: tuple[FloatArray, FloatArray],
    confidence: float,
) -> RiskBand:
    n, whole = customers[inside], if_active[inside]
    expected = active[inside] * whole
    drawn_whole, drawn_expected = drawn[0][:, position], drawn[1][:, position]
    return RiskBand(
        low=BAND_EDGES[position],
        high=BAND_EDGES[position + 1],
        customers=int(n.sum()),
        if_active_cny=estimate_from_draws(float(n @ whole), drawn_whole, confidence),
        expected_cny=estimate_from_draws(float(n @ expected), drawn_expected, confidence),
        at_risk_cny=estimate_from_draws(
            float(n @ (whole - expected)), drawn_whole - drawn_expected, confidence
        ),
        if_active_top_two=two_largest_share(whole, n),
        expected_top_two=two_largest_share(expected, n),
        at_risk_top_two=two_largest_share(whole - expected, n),
    )


def _tops(each: FloatArray, customers: IntArray, confidence: float) -> tuple[TopShare, ...]:
    total = int(customers.sum())
    largest = two_largest_share(each, customers)
    return tuple(
        TopShare(
            top=top,
            customers=round(top * total),
            share=(share := top_share(each, customers, top=top, confidence=confidence)),
            top_two_share=min(largest / share.value, 1.0) if share.value > 0 else 0.0,
        )
        for top in TOP_FRACTIONS
    )


def _lorenz(each: FloatArray, customers: IntArray) -> tuple[LorenzPoint, ...]:
    curve = lorenz_curve(each, customers)
    shares = np.linspace(0, 1, LORENZ_POINTS + 1)
    values = np.interp(shares, curve.customers, curve.value)
    largest = two_largest_share(each, customers)
    return tuple(
        LorenzPoint(
            customers_share=float(share),
            customers=round(float(share) * curve.n),
            value_share=float(value),
            top_two_share=min(largest / float(1 - value), 1.0) if 0 < value < 1 else 0.0,
        )
        for share, value in zip(shares, values, strict=True)
    )
