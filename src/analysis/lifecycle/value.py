"""What is still to come: purchases and value in the months ahead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from analysis.answers import NotAssessed
from analysis.errors import EstimationError
from analysis.lifecycle.purchases import PurchaseHistories
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import bg_nbd as bg_nbd_module
from analysis.stats import customer_value
from analysis.stats import gamma_gamma as gamma_gamma_module
from analysis.stats.bg_nbd import (
    BgNbd,
    expected_frequency_distribution,
    expected_purchases,
    expected_total,
    fit_bg_nbd,
    mean_probability_active,
    probability_active,
)
from analysis.stats.concentration import two_largest_share
from analysis.stats.customer_value import ValueCells
from analysis.stats.gamma_gamma import GammaGamma
from analysis.stats.purchase_cells import (
    TIME_UNITS_PER_YEAR,
    FloatArray,
    IntArray,
    PurchaseCells,
)
from analysis.stats.purchase_totals import MINIMUM_CUSTOMERS, MINIMUM_REPEAT_CUSTOMERS
from analysis.stats.spend_cells import reduce_to_spend_cells
from analysis.text import Count, Unit, message

BAND_EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
LARGEST_FREQUENCY = 7

QUESTION = message("What may be expected of the customers in the months ahead?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityBand:
    """Customers whose probability of being active lies between `low` and `high`.

    Attributes
    ----------
    low, high : float
        Probabilities.
    customers : int
    expected_purchases : float
        Of all customers of the band within the horizon.
    expected_value_cny : float or None
    purchases_top_two, value_top_two : float
        Shares of both that the two largest contributors hold.
    """

    low: float
    high: float
    customers: int
    expected_purchases: float
    expected_value_cny: float | None
    purchases_top_two: float
    value_top_two: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyCount:
    """Customers with `frequency` repeat purchases: counted, and expected by the model."""

    frequency: int
    customers: int
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedValue:
    """What is to be expected of the customers who have bought before.

    Attributes
    ----------
    horizon_months : int
    bg_nbd : BgNbd
        Time in weeks.
    gamma_gamma : GammaGamma or None
        Amounts in CNY; None where the value model was refused.
    mean_probability_active : Estimate
        Over all customers.
    expected_purchases, expected_value_cny : Estimate, Estimate or None
        Totals within the horizon, not discounted.
    bands : tuple of ActivityBand
    frequencies : tuple of FrequencyCount
        The last holds its frequency and all above.
    purchases_top_two, value_top_two : float
        Shares of both totals that their two largest contributors hold.
    n_without_value : int
        Repeat customers left out of the value model.
    """

    horizon_months: int
    bg_nbd: BgNbd
    gamma_gamma: GammaGamma | None
    mean_probability_active: Estimate
    expected_purchases: Estimate
    expected_value_cny: Estimate | None
    bands: tuple[ActivityBand, ...]
    frequencies: tuple[FrequencyCount, ...]
    purchases_top_two: float
    value_top_two: float
    n_without_value: int

    @property
    def n_customers(self) -> int:
        """Customers who have bought at least once."""
        return self.bg_nbd.n_customers

    @property
    def largest_misfit(self) -> float:
        """Largest gap between counted and expected customers, a fraction of all."""
        return max(abs(f.customers - f.expected) for f in self.frequencies) / self.n_customers

    @property
    def model_fits(self) -> bool:
        """Whether counted and expected customers agree within two in a hundred of all."""
        return self.largest_misfit <= LARGEST_ACCEPTED_MISFIT

    @property
    def methods(self) -> tuple[Method, ...]:
        """The models that the answer rests on."""
        if self.gamma_gamma is None:
            return (bg_nbd_module.METHOD,)
        return (bg_nbd_module.METHOD, gamma_gamma_module.METHOD)


class _Drawing(TypedDict):
    """How the totals' intervals are drawn."""

    confidence: float
    rng: np.random.Generator
    draws: int


LARGEST_ACCEPTED_MISFIT = 0.02
"""Share of all customers: beyond it the model's expectations are only suggestive."""


def expected_value(
    histories: PurchaseHistories,
    *,
    horizon_months: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> ExpectedValue | NotAssessed:
    """Expect purchases and value of the customers there are.

    Parameters
    ----------
    histories : PurchaseHistories
    horizon_months : int
        How far ahead.
    confidence : float
        Coverage of the intervals.
    rng : numpy.random.Generator
        Of the draws behind the totals' intervals.
    draws : int

    Returns
    -------
    ExpectedValue or NotAssessed
        Not assessed where the models refuse the data, with the reason.

    Source
    ------
    Fader, Hardie and Lee (2005) for purchases; Fader and Hardie (2013) for value.
    """
    cells = histories.cells
    if cells.n_customers < MINIMUM_CUSTOMERS or cells.n_repeat_customers < MINIMUM_REPEAT_CUSTOMERS:
        return NotAssessed(
            name="expected_value",
            question=QUESTION,
            reason=message(
                "The model needs {customers} customers, {repeats} of them with a repeat purchase; "
                "there are {found}, {found_repeats} of them with a repeat purchase.",
                customers=MINIMUM_CUSTOMERS,
                repeats=MINIMUM_REPEAT_CUSTOMERS,
                found=Count(cells.n_customers, Unit.CUSTOMERS),
                found_repeats=Count(cells.n_repeat_customers, Unit.CUSTOMERS),
            ),
        )
    try:
        fit = fit_bg_nbd(cells, confidence=confidence)
    except EstimationError:
        return NotAssessed(
            name="expected_value",
            question=QUESTION,
            reason=message("The purchases of these customers do not identify the model."),
        )
    return _expect(histories, fit, horizon_months, confidence, rng, draws)


def _expect(
    histories: PurchaseHistories,
    fit: BgNbd,
    horizon_months: int,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> ExpectedValue:
    cells = histories.cells
    horizon = horizon_months * TIME_UNITS_PER_YEAR["weeks"] / 12
    drawing: _Drawing = {"confidence": confidence, "rng": rng, "draws": draws}
    spend = _fit_value(histories, confidence)
    worth = None if spend is None else _value_cells(histories, spend)
    purchases = expected_purchases(fit, cells, horizon=horizon)
    values = (
        None
        if spend is None or worth is None
        else customer_value.expected_value(fit, spend, worth, horizon=horizon)
    )
    return ExpectedValue(
        horizon_months=horizon_months,
        bg_nbd=fit,
        gamma_gamma=spend,
        mean_probability_active=mean_probability_active(fit, cells, **drawing),
        expected_purchases=expected_total(fit, cells, horizon=horizon, **drawing),
        expected_value_cny=None
        if spend is None or worth is None
        else customer_value.expected_value_total(fit, spend, worth, horizon=horizon, **drawing),
        bands=_bands(fit, cells, purchases, values),
        frequencies=_frequencies(fit, cells),
        purchases_top_two=two_largest_share(purchases, cells.weight),
        value_top_two=0.0 if values is None else two_largest_share(values, cells.weight),
        n_without_value=histories.n_without_value,
    )


def _value_cells(histories: PurchaseHistories, spend: GammaGamma) -> ValueCells:
    """Put mean values beside the histories.

    Repeat customers without a positive mean are taken for average ones, for whom the
    value model expects the population's mean.
    """
    average = spend.p.value * spend.v.value / (spend.q.value - 1)
    known = np.where(np.isfinite(histories.mean_value_cny), histories.mean_value_cny, average)
    return ValueCells(
        purchases=histories.cells,
        mean_value=np.where(histories.cells.frequency > 0, known, 0.0),
    )


def _fit_value(histories: PurchaseHistories, confidence: float) -> GammaGamma | None:
    """Fit what customers spend; None where the model refuses, or has no mean."""
    try:
        fit = gamma_gamma_module.fit_gamma_gamma(
            reduce_to_spend_cells(histories.spenders_frequency, histories.spenders_mean_value_cny),
            confidence=confidence,
        )
    except EstimationError:
        return None
    return fit if fit.q.low > 1 else None


def _bands(
    fit: BgNbd, cells: PurchaseCells, purchases: FloatArray, worth: FloatArray | None
) -> tuple[ActivityBand, ...]:
    active = probability_active(fit, cells)
    position = np.clip(np.digitize(active, BAND_EDGES[1:-1]), 0, len(BAND_EDGES) - 2)
    return tuple(
        _band(i, cells.weight[inside], purchases[inside], None if worth is None else worth[inside])
        for i in range(len(BAND_EDGES) - 1)
        for inside in (position == i,)
    )


def _band(
    i: int, customers: IntArray, purchases: FloatArray, worth: FloatArray | None
) -> ActivityBand:
    return ActivityBand(
        low=BAND_EDGES[i],
        high=BAND_EDGES[i + 1],
        customers=int(customers.sum()),
        expected_purchases=float(customers @ purchases),
        expected_value_cny=None if worth is None else float(customers @ worth),
        purchases_top_two=two_largest_share(purchases, customers),
        value_top_two=0.0 if worth is None else two_largest_share(worth, customers),
    )


def _frequencies(fit: BgNbd, cells: PurchaseCells) -> tuple[FrequencyCount, ...]:
    expected = expected_frequency_distribution(fit, cells, max_frequency=LARGEST_FREQUENCY)
    counted = np.bincount(
        np.minimum(cells.frequency, LARGEST_FREQUENCY),
        weights=cells.weight,
        minlength=LARGEST_FREQUENCY + 1,
    )
    return tuple(
        FrequencyCount(frequency=i, customers=int(counted[i]), expected=float(expected[i]))
        for i in range(LARGEST_FREQUENCY + 1)
    )
