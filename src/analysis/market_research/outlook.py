"""Where does demand go? Forecasts by product, and the indicators that they go with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.answers import NotAssessed
from analysis.data.tables import Bank, collect
from analysis.definitions import months_before
from analysis.errors import EstimationError
from analysis.market_research.market import MarketSize, market_size
from analysis.market_research.questions import words
from analysis.market_research.refusals import refusal
from analysis.market_research.rules import ForecastRules
from analysis.results import Estimate
from analysis.stats.demand_forecast import DemandForecast, forecast_demand, steady_months
from analysis.stats.inputs import Floats
from analysis.stats.lagged_link import LaggedLink, lagged_link
from analysis.stats.multiple_outcomes import Correction, correct_tests
from analysis.text import Message, Words, message

_MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductDemand:
    """Requests for one kind of product: the past and the months ahead.

    Attributes
    ----------
    family : str
    months : tuple of date
        First days of the past months.
    requests : tuple of float
    ahead : tuple of date
        First days of the months that are forecast.
    forecast : DemandForecast or None
    refused : Message or None
        Why there is no forecast.
    """

    family: str
    months: tuple[dt.date, ...]
    requests: tuple[float, ...]
    ahead: tuple[dt.date, ...]
    forecast: DemandForecast | None
    refused: Message | None

    def year_before(self, month: dt.date) -> float | None:
        """Give the requests of the same month a year before."""
        same = months_before(month, 12)
        return dict(zip(self.months, self.requests, strict=True)).get(same)

    @property
    def change(self) -> Estimate | None:
        """The last month ahead against the same month a year before, a fraction."""
        before = self.year_before(self.ahead[-1]) if self.ahead else None
        if self.forecast is None or not before:
            return None
        last = self.forecast.months[-1]
        return Estimate(
            value=last.value / before - 1,
            low=last.low / before - 1,
            high=last.high / before - 1,
            confidence=last.confidence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorLink:
    """How demand goes with an indicator, at the delay with the clearest association.

    Attributes
    ----------
    family : str
    indicator : Words
    step : str
        What more of the indicator means: ``percent``, ``point`` (percentage point) or
        ``unit``.
    lag : int
        Months.
    effect : Estimate
        Change of demand with a step, a fraction.
    corrected_p_value : float
    stands : bool
    """

    family: str
    indicator: Words
    step: str
    lag: int
    effect: Estimate
    corrected_p_value: float
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The answer to how big the market is and where it goes.

    Attributes
    ----------
    market : MarketSize or None
    demand : tuple of ProductDemand
    links : tuple of IndicatorLink
        One for each product and indicator.
    tests : int
        Associations that were looked at together.
    correction : {"holm", "benjamini-hochberg"}
    whole_bank : bool
        Whether the scope is the whole bank, as the demand always is.
    """

    market: MarketSize | None
    demand: tuple[ProductDemand, ...]
    links: tuple[IndicatorLink, ...]
    tests: int
    correction: Correction
    whole_bank: bool

    @property
    def forecast(self) -> tuple[ProductDemand, ...]:
        """Products with a forecast."""
        return tuple(line for line in self.demand if line.forecast is not None)


def market_outlook(
    bank: Bank,
    *,
    as_of: dt.date,
    rules: ForecastRules,
    correction: Correction,
    confidence: float,
) -> Outlook | NotAssessed:
    """Say how big the market is, and forecast demand by kind of product.

    Parameters
    ----------
    bank : Bank
        Uses ``market_totals``, ``market_volumes``, ``institutions``, ``product_demand``
        and ``external_indicators``, as far as there are any.
    as_of : date
        Months and quarters that had ended by then are used.
    rules : ForecastRules
    correction : {"holm", "benjamini-hochberg"}
    confidence : float
    """
    market = market_size(bank, as_of=as_of)
    demand = _demand(bank, as_of, rules, confidence) if bank.has("product_demand") else ()
    if market is None and not demand:
        return NotAssessed(
            name="outlook",
            question=message("How big is the market, and where does it go?"),
            reason=message("the source has neither market totals nor demand by product."),
        )
    links, tests = _links(bank, demand, as_of, rules, correction, confidence)
    return Outlook(
        market=market,
        demand=demand,
        links=links,
        tests=tests,
        correction=correction,
        whole_bank=bank.scope == "bank",
    )


def _monthly(bank: Bank, name: str, as_of: dt.date) -> pd.DataFrame:
    """Give the rows of months that had ended."""
    rows = collect(bank.table(name), max_rows=_MOST_ROWS)
    rows["day"] = pd.to_datetime(rows.month)
    ended = rows.day + pd.offsets.MonthEnd(1) <= pd.Timestamp(as_of)
    return rows[ended].sort_values("day")


def _demand(
    bank: Bank, as_of: dt.date, rules: ForecastRules, confidence: float
) -> tuple[ProductDemand, ...]:
    rows = _monthly(bank, "product_demand", as_of)
    return tuple(
        _forecast(str(family), series, rules, confidence)
        for family, series in rows.groupby("product_family")
    )


def _forecast(
    family: str, series: pd.DataFrame, rules: ForecastRules, confidence: float
) -> ProductDemand:
    months = tuple(day.date() for day in series.day)
    ahead = tuple(
        (series.day.iloc[-1] + pd.DateOffset(months=k)).date() for k in range(1, rules.months + 1)
    )
    found, refused = None, None
    if steady_months(months):
        try:
            found = forecast_demand(
                series.requests, months=rules.months, origins=rules.origins, confidence=confidence
            )
        except EstimationError as error:
            refused = refusal(error)
    else:
        refused = message("Months are missing from the series.")
    return ProductDemand(
        family=family,
        months=months,
        requests=tuple(float(n) for n in series.requests),
        ahead=ahead,
        forecast=found,
        refused=refused,
    )


def _links(
    bank: Bank,
    demand: tuple[ProductDemand, ...],
    as_of: dt.date,
    rules: ForecastRules,
    correction: Correction,
    confidence: float,
) -> tuple[tuple[IndicatorLink, ...], int]:
    """Look at every product, indicator and delay; keep the clearest delay of each pair."""
    if not bank.has("external_indicators"):
        return (), 0
    indicators = _monthly(bank, "external_indicators", as_of)
    found: dict[tuple[int, str, int], LaggedLink] = {}
    steps: dict[str, tuple[Words, str]] = {}
    for key, rows in indicators.groupby("indicator_id"):
        values, step = _scaled(rows)
        steps[str(key)] = (words(rows.name_en.iloc[0], _first(rows, "name_zh")), step)
        for position, line in enumerate(demand):
            for lag in range(rules.longest_lag + 1):
                link = _link(line, values, lag, confidence)
                if link is not None:
                    found[position, str(key), lag] = link
    if not found:
        return (), 0
    names = {str(k): key for k, key in enumerate(found)}
    tests = correct_tests(
        {name: found[key].p_value for name, key in names.items()},
        method=correction,
        confidence=confidence,
    )
    corrected = {names[test.name]: test for test in tests}
    best: dict[tuple[int, str], tuple[int, str, int]] = {}
    for position, key, lag in sorted(found, key=lambda k: found[k].p_value):
        best.setdefault((position, key), (position, key, lag))
    return (
        tuple(
            IndicatorLink(
                family=demand[position].family,
                indicator=steps[key][0],
                step=steps[key][1],
                lag=chosen[2],
                effect=_per_step(found[chosen].slope, steps[key][1]),
                corrected_p_value=corrected[chosen].corrected_p_value,
                stands=corrected[chosen].stands,
            )
            for (position, key), chosen in sorted(best.items())
        ),
        len(found),
    )


def _link(
    line: ProductDemand, values: dict[dt.date, float], lag: int, confidence: float
) -> LaggedLink | None:
    """Compare a product with an indicator over the months that both have without a gap."""
    months = [month for month in line.months if month in values]
    if not months or not steady_months(months) or line.refused is not None:
        return None
    requests = dict(zip(line.months, line.requests, strict=True))
    try:
        return lagged_link(
            [requests[month] for month in months],
            [values[month] for month in months],
            lag=lag,
            first_month=months[0].month,
            confidence=confidence,
        )
    except EstimationError:
        return None


def _scaled(rows: pd.DataFrame) -> tuple[dict[dt.date, float], str]:
    """Give the indicator by month: fractions as they are, other positive ones as logarithms."""
    raw: Floats = rows.value.to_numpy(dtype=np.float64)
    step = "point" if rows.unit.iloc[0] == "fraction" else "percent"
    if step == "percent" and not bool((raw > 0).all()):
        step = "unit"
    values = np.log(raw) if step == "percent" else raw
    days = (day.date() for day in rows.day)
    return dict(zip(days, (float(value) for value in values), strict=True)), step


def _per_step(slope: Estimate, step: str) -> Estimate:
    """Turn a slope of the logarithm into the change of demand with one step."""
    size = 1.0 if step == "unit" else 0.01
    value, low, high = (
        float(np.expm1(size * part)) for part in (slope.value, slope.low, slope.high)
    )
    return Estimate(value=value, low=low, high=high, confidence=slope.confidence)


def _first(rows: pd.DataFrame, column: str) -> object:
    return rows[column].iloc[0] if column in rows.columns else None
