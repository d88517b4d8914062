"""Would the purchase models have been right? Fitted to the past, held against what came."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.answers import NotAssessed
from analysis.data.tables import Bank
from analysis.definitions import months_before
from analysis.errors import EstimationError
from analysis.lifecycle.held_back import HeldBack, hold_back
from analysis.lifecycle.purchases import CountBy
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats import means
from analysis.stats.bg_nbd import BgNbd, fit_bg_nbd
from analysis.stats.concentration import two_largest_share
from analysis.stats.pareto_nbd import ParetoNbd, fit_pareto_nbd
from analysis.stats.purchase_cells import PurchaseCells
from analysis.stats.purchase_forecast import expected_purchases, predicted_total
from analysis.stats.purchase_totals import MINIMUM_CUSTOMERS, MINIMUM_REPEAT_CUSTOMERS
from analysis.text import Count, Unit, message

ModelName = Literal["BG/NBD", "Pareto/NBD"]

LARGEST_FREQUENCY = 7
QUESTION = message("Would the purchase models have predicted what then happened?")

METHOD = Method(
    name=message("Comparison of forecasts on a hold-out by squared error, paired over customers"),
    citation="Gneiting, T. (2011). Making and evaluating point forecasts. JASA 106, 746-762; "
    "Diebold, F. X., & Mariano, R. S. (1995). Comparing predictive accuracy. Journal of Business "
    "& Economic Statistics 13, 253-263.",
    assumptions=(
        message("The models saw nothing of the months in which they are tested."),
        message("Customers behave independently of each other."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelForecast:
    """What one model said about the months held back.

    Attributes
    ----------
    model : {"BG/NBD", "Pareto/NBD"}
    fit : BgNbd or ParetoNbd
        Fitted to the time before, in weeks.
    predicted : Estimate
        Purchases of all customers together, with a prediction interval.
    squared_error : Estimate
        Mean over customers of the squared difference of counted and expected purchases.
    predicted_top_two, error_top_two : float
        Shares of both that the two largest contributors hold.
    """

    model: ModelName
    fit: BgNbd | ParetoNbd
    predicted: Estimate
    squared_error: Estimate
    predicted_top_two: float
    error_top_two: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequencyCalibration:
    """Customers of one past frequency: what was counted, and what the models said.

    Attributes
    ----------
    frequency : int
        Repeat purchases before; the last group holds its frequency and all above.
    customers : int
    counted : Estimate
        Purchases a customer in the months held back.
    predicted : tuple of Estimate
        Purchases a customer by model, prediction intervals of the group's mean.
    counted_top_two, predicted_top_two : float, tuple of float
        Shares of the purchases that the two largest contributors hold.
    """

    frequency: int
    customers: int
    counted: Estimate
    predicted: tuple[Estimate, ...]
    counted_top_two: float
    predicted_top_two: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout:
    """The models before the cut-off, held against what came after it.

    Attributes
    ----------
    cutoff, as_of : date
        The models saw purchases up to the cut-off; those after it are predicted.
    customers : int
        With a purchase by the cut-off.
    counted : int
        Their purchases after it.
    counted_top_two : float
        Share of these purchases that the two customers with most made.
    forecasts : tuple of ModelForecast
        The models that the purchases identify, BG/NBD first.
    advantage : Estimate or None
        Mean squared error of Pareto/NBD less that of BG/NBD, paired over customers:
        above zero where BG/NBD predicted better. None with a single model.
    calibration : tuple of FrequencyCalibration
    """

    cutoff: dt.date
    as_of: dt.date
    customers: int
    counted: int
    counted_top_two: float
    forecasts: tuple[ModelForecast, ...]
    advantage: Estimate | None
    calibration: tuple[FrequencyCalibration, ...]

    @property
    def better(self) -> ModelForecast:
        """The model with the smaller squared error; whether beyond noise, `decided` says."""
        return min(self.forecasts, key=lambda forecast: forecast.squared_error.value)

    @property
    def decided(self) -> bool:
        """Whether the difference between the models is beyond noise."""
        return self.advantage is not None and self.advantage.excludes(0)

    def is_covered(self, forecast: ModelForecast) -> bool:
        """Whether the counted purchases lie in a model's prediction interval."""
        return not forecast.predicted.excludes(self.counted)

    def groups_covered(self, forecast: ModelForecast) -> int:
        """In how many groups of past frequency the counted mean lies in the interval."""
        position = self.forecasts.index(forecast)
        return sum(
            not group.predicted[position].excludes(group.counted.value)
            for group in self.calibration
        )

    @property
    def methods(self) -> tuple[Method, ...]:
        """The models compared, and how."""
        return (*(forecast.fit.method for forecast in self.forecasts), METHOD)


def compare_on_holdout(
    bank: Bank,
    *,
    as_of: dt.date,
    months: int,
    count_by: CountBy,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Holdout | NotAssessed:
    """Fit both models up to `months` before `as_of` and count what came since.

    Parameters
    ----------
    bank : Bank
        Needs ``transactions``.
    as_of : date
    months : int
        Length of the hold-out.
    count_by : {"transaction", "day"}
    confidence : float
        Coverage of the intervals.
    rng : numpy.random.Generator
    draws : int
        Draws behind the prediction intervals.

    Returns
    -------
    Holdout or NotAssessed
        Not assessed where too few had bought by the cut-off, or no model is identified.

    Source
    ------
    Fader, Hardie and Lee (2005), section 5, for the design; Gneiting (2011) for
    squared error, which is least in expectation at the true mean.
    """
    cutoff = months_before(as_of, months)
    held = hold_back(bank, cutoff=cutoff, as_of=as_of, count_by=count_by)
    if held is None or _too_few(held.cells):
        return _not_assessed(held, cutoff)
    fits: list[tuple[ModelName, BgNbd | ParetoNbd]] = []
    with contextlib.suppress(EstimationError):
        fits.append(("BG/NBD", fit_bg_nbd(held.cells, confidence=confidence)))
    with contextlib.suppress(EstimationError):
        fits.append(("Pareto/NBD", fit_pareto_nbd(held.cells, confidence=confidence)))
    if not fits:
        return NotAssessed(
            name="holdout",
            question=QUESTION,
            reason=message("The purchases of these customers do not identify the model."),
        )
    return _compare(held, fits, cutoff, as_of, confidence, rng, draws)


def _too_few(cells: PurchaseCells) -> bool:
    return (
        cells.n_customers < MINIMUM_CUSTOMERS or cells.n_repeat_customers < MINIMUM_REPEAT_CUSTOMERS
    )


def _not_assessed(held: HeldBack | None, cutoff: dt.date) -> NotAssessed:
    customers = 0 if held is None else held.cells.n_customers
    repeats = 0 if held is None else held.cells.n_repeat_customers
    return NotAssessed(
        name="holdout",
        question=QUESTION,
        reason=message(
            "Up to {cutoff} the model needs {customers} customers, {repeats} of them with a repeat "
            "purchase; there are {found}, {found_repeats} of them with a repeat purchase.",
            cutoff=cutoff,
            customers=MINIMUM_CUSTOMERS,
            repeats=MINIMUM_REPEAT_CUSTOMERS,
            found=Count(customers, Unit.CUSTOMERS),
            found_repeats=Count(repeats, Unit.CUSTOMERS),
        ),
    )


def _compare(
    held: HeldBack,
    fits: list[tuple[ModelName, BgNbd | ParetoNbd]],
    cutoff: dt.date,
    as_of: dt.date,
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> Holdout:
    later = held.later
    cell = later.cell.to_numpy()
    purchases = later.purchases.to_numpy(dtype=np.float64)
    customers = later.customers.to_numpy()
    forecasts, errors = [], []
    for name, fit in fits:
        each = expected_purchases(fit, held.cells, horizon=held.horizon_weeks)
        squared = (purchases - each[cell]) ** 2
        errors.append(squared)
        forecasts.append(
            ModelForecast(
                model=name,
                fit=fit,
                predicted=predicted_total(
                    fit,
                    held.cells,
                    horizon=held.horizon_weeks,
                    confidence=confidence,
                    rng=rng,
                    draws=draws,
                ),
                squared_error=means.mean(squared, customers, confidence=confidence),
                predicted_top_two=two_largest_share(each, held.cells.weight),
                error_top_two=two_largest_share(squared, customers),
            )
        )
    return Holdout(
        cutoff=cutoff,
        as_of=as_of,
        customers=held.cells.n_customers,
        counted=int(purchases @ customers),
        counted_top_two=two_largest_share(purchases, customers),
        forecasts=tuple(forecasts),
        advantage=means.mean(errors[1] - errors[0], customers, confidence=confidence)
        if len(errors) == 2
        else None,
        calibration=_calibrate(held, [fit for _, fit in fits], confidence, rng, draws),
    )


def _calibrate(
    held: HeldBack,
    fits: list[BgNbd | ParetoNbd],
    confidence: float,
    rng: np.random.Generator,
    draws: int,
) -> tuple[FrequencyCalibration, ...]:
    cells, later = held.cells, held.later
    group = np.minimum(cells.frequency, LARGEST_FREQUENCY)
    group_of_row = group[later.cell.to_numpy()]
    found = []
    for frequency in range(LARGEST_FREQUENCY + 1):
        rows = later[group_of_row == frequency]
        n = int(rows.customers.sum())
        if n < 2:
            continue
        part = _take(cells, group == frequency)
        found.append(
            FrequencyCalibration(
                frequency=frequency,
                customers=n,
                counted=means.mean(rows.purchases, rows.customers, confidence=confidence),
                predicted=tuple(
                    _each(
                        predicted_total(
                            fit,
                            part,
                            horizon=held.horizon_weeks,
                            confidence=confidence,
                            rng=rng,
                            draws=draws,
                        ),
                        n,
                    )
                    for fit in fits
                ),
                counted_top_two=two_largest_share(rows.purchases, rows.customers),
                predicted_top_two=tuple(
                    two_largest_share(
                        expected_purchases(fit, part, horizon=held.horizon_weeks), part.weight
                    )
                    for fit in fits
                ),
            )
        )
    return tuple(found)


def _take(cells: PurchaseCells, chosen: npt.NDArray[np.bool_]) -> PurchaseCells:
    return PurchaseCells(
        frequency=cells.frequency[chosen],
        recency=cells.recency[chosen],
        age=cells.age[chosen],
        weight=cells.weight[chosen],
        time_unit=cells.time_unit,
    )


def _each(total: Estimate, n: int) -> Estimate:
    """Give a total of `n` customers as a mean."""
    return Estimate(
        value=total.value / n, low=total.low / n, high=total.high / n, confidence=total.confidence
    )
