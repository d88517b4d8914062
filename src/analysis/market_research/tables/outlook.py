"""Tables on the market and on demand."""

from __future__ import annotations

import datetime as dt

from analysis.market_research.market import MarketSize
from analysis.market_research.names import family_name
from analysis.market_research.outlook import IndicatorLink, Outlook, ProductDemand
from analysis.market_research.tables.satisfaction import correction_name
from analysis.market_research.wording import plain
from analysis.probabilities import probability
from analysis.tables import Labels, Quantities, Row, Table
from analysis.text import Measure, Message, Unit, message

_SHOWN_MONTHS = 36

METHOD_NAMES = {
    "naive": message("the last month again"),
    "seasonal_naive": message("last year's season again"),
    "ets": message("exponential smoothing"),
    "stl_ets": message("STL with exponential smoothing"),
}
STEPS = {
    "percent": message("1 % more"),
    "point": message("1 percentage point more"),
    "unit": message("1 unit more"),
}
_WHOLE_BANK = message("Demand is that of the whole bank; the source has none by region.")


def market(found: MarketSize) -> Table:
    """The market's size and our share, by kind of product."""
    rows: list[Row] = [
        {
            "family": family_name(line.family),
            "size": line.size,
            "growth": line.growth,
            "own": line.own,
            "share": line.share,
            "change": line.share_change,
        }
        for line in found.lines
    ]
    return Table(
        name="market_size",
        caption=_market_caption(found),
        unit=Unit.NONE,
        columns=(
            Labels(name="family", title=message("Product")),
            Quantities(name="size", title=message("Market"), measure=Measure.AMOUNT_CNY),
            Quantities(name="growth", title=message("Growth in a year"), measure=Measure.SHARE),
            Quantities(name="own", title=message("Ours"), measure=Measure.AMOUNT_CNY),
            Quantities(name="share", title=message("Our share"), measure=Measure.SHARE),
            Quantities(name="change", title=message("Change in a year"), measure=Measure.POINTS),
        ),
        rows=tuple(rows),
        total_rows=(len(rows) - 1,),
        notes=(message("Published volumes, not a sample: they have no sampling error."),),
    )


def _market_caption(found: MarketSize) -> Message:
    total = found.total
    if total.growth is None or total.share is None:
        return message("The market and our share of it, {quarter}", quarter=found.quarter)
    return message(
        "{quarter}: the market grew by {growth} in a year, our share of it is {share}",
        quarter=found.quarter,
        growth=plain(total.growth, Measure.SHARE),
        share=plain(total.share, Measure.SHARE),
    )


def series(line: ProductDemand) -> Table:
    """The last months of a product and those that are forecast."""
    rows: list[Row] = [
        {"month": month_name(month), "requests": requests, "before": None}
        for month, requests in list(zip(line.months, line.requests, strict=True))[-_SHOWN_MONTHS:]
    ]
    if line.forecast is not None:
        rows += [
            {
                "month": month_name(month),
                "requests": estimate,
                "before": line.year_before(month),
            }
            for month, estimate in zip(line.ahead, line.forecast.months, strict=True)
        ]
    return Table(
        name=f"demand_{line.family}",
        caption=message(
            "Requests by month and their forecast: {family}", family=family_name(line.family)
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="month", title=message("Month")),
            Quantities(name="requests", title=message("Requests"), measure=Measure.COUNT),
            Quantities(name="before", title=message("A year before"), measure=Measure.COUNT),
        ),
        rows=tuple(rows),
    )


def month_name(month: dt.date) -> str:
    """Write a month as ``2025-12``."""
    return f"{month.year}-{month.month:02d}"


def records(outlook: Outlook) -> Table:
    """How each way of forecasting did from past months."""
    rows: list[Row] = [
        {
            "family": family_name(line.family),
            "method": METHOD_NAMES[record.method],
            "error": round(record.error, 2),
            "coverage": record.coverage,
            "p_value": message("–") if record.p_value is None else probability(record.p_value),
            "used": message("yes") if record.method == line.forecast.method else message("no"),
        }
        for line in outlook.demand
        if line.forecast is not None
        for record in line.forecast.records
    ]
    return Table(
        name="forecast_records",
        caption=message(
            "From past months a model beats naive forecasts for {beaten} of {n} products",
            beaten=sum(line.forecast.beats_naive for line in outlook.forecast if line.forecast),
            n=len(outlook.forecast),
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="family", title=message("Product")),
            Labels(name="method", title=message("Forecast by")),
            Quantities(
                name="error", title=message("Error (1: last year's)"), measure=Measure.NUMBER
            ),
            Quantities(
                name="coverage", title=message("Months inside interval"), measure=Measure.SHARE
            ),
            Labels(name="p_value", title=message("p of no better than naive")),
            Labels(name="used", title=message("Used")),
        ),
        rows=tuple(rows),
        notes=_notes(
            outlook,
            message(
                "Error: mean absolute error of the forecasts over that of repeating last year's "
                "season within the series. A model is used only if it beats both naive forecasts "
                "beyond chance."
            ),
        ),
    )


def changes(outlook: Outlook) -> Table:
    """The last month ahead against the same month a year before, by product."""
    rows: list[Row] = [
        {
            "family": family_name(line.family),
            "month": month_name(line.ahead[-1]),
            "expected": line.forecast.months[-1],
            "before": line.year_before(line.ahead[-1]),
            "change": line.change,
            "method": METHOD_NAMES[line.forecast.method],
        }
        for line in outlook.demand
        if line.forecast is not None
    ]
    rows += [
        {"family": family_name(line.family), "month": line.refused or ""}
        for line in outlook.demand
        if line.forecast is None
    ]
    return Table(
        name="demand_ahead",
        caption=message("Demand expected, against the same month a year before"),
        unit=Unit.NONE,
        columns=(
            Labels(name="family", title=message("Product")),
            Labels(name="month", title=message("Month")),
            Quantities(name="expected", title=message("Expected"), measure=Measure.COUNT),
            Quantities(name="before", title=message("A year before"), measure=Measure.COUNT),
            Quantities(name="change", title=message("Change"), measure=Measure.SHARE),
            Labels(name="method", title=message("Forecast by")),
        ),
        rows=tuple(rows),
        notes=_notes(outlook),
    )


def links(outlook: Outlook) -> Table:
    """Which indicators demand goes with, at the clearest delay."""
    return Table(
        name="indicator_links",
        caption=message(
            "Of {n} pairs of demand and an earlier indicator {stands} go together beyond chance",
            n=len(outlook.links),
            stands=sum(link.stands for link in outlook.links),
        ),
        unit=Unit.NONE,
        columns=(
            Labels(name="family", title=message("Product")),
            Labels(name="indicator", title=message("Indicator")),
            Labels(name="step", title=message("With")),
            Quantities(name="lag", title=message("Months before"), measure=Measure.COUNT),
            Quantities(name="effect", title=message("Demand changes by"), measure=Measure.SHARE),
            Labels(name="p_value", title=message("Corrected p")),
            Labels(name="stands", title=message("Beyond chance")),
        ),
        rows=tuple(_link(link) for link in outlook.links),
        notes=_notes(
            outlook,
            message(
                "Association, not cause. Of each pair the clearest delay is shown; the p values "
                "count all {n} that were looked at ({method}).",
                n=outlook.tests,
                method=correction_name(outlook.correction),
            ),
        ),
    )


def _link(link: IndicatorLink) -> Row:
    return {
        "family": family_name(link.family),
        "indicator": link.indicator,
        "step": STEPS[link.step],
        "lag": link.lag,
        "effect": link.effect,
        "p_value": probability(link.corrected_p_value),
        "stands": message("yes") if link.stands else message("no"),
    }


def _notes(outlook: Outlook, *notes: Message) -> tuple[Message, ...]:
    return notes if outlook.whole_bank else (*notes, _WHOLE_BANK)
