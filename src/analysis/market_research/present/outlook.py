"""The answer on the market's size and on demand."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.market_research.captions import outlook as captions
from analysis.market_research.checks.outlook import outlook_checks
from analysis.market_research.figures import outlook as figures
from analysis.market_research.findings import outlook as findings
from analysis.market_research.market import MarketSize
from analysis.market_research.outlook import Outlook
from analysis.market_research.tables import outlook as tables
from analysis.market_research.wording import plain
from analysis.stats import demand_forecast, lagged_link, multiple_outcomes
from analysis.text import Measure, message


def present_outlook(outlook: Outlook | NotAssessed) -> Answer | NotAssessed:
    """Size and share of the market, demand ahead, and what it goes with."""
    if isinstance(outlook, NotAssessed):
        return outlook
    found = (
        findings.market_finding(outlook.market) if outlook.market else None,
        findings.demand_finding(outlook),
        findings.honesty_finding(outlook),
        findings.links_finding(outlook),
    )
    forecast = bool(outlook.forecast)
    return Answer(
        findings=tuple(finding for finding in found if finding is not None),
        metrics=_metrics(outlook.market) if outlook.market else (),
        figures=_figures(outlook),
        tables=(
            *((tables.market(outlook.market),) if outlook.market else ()),
            *((tables.changes(outlook),) if outlook.demand else ()),
            *((tables.records(outlook),) if forecast else ()),
            *((tables.links(outlook),) if outlook.links else ()),
        ),
        checks=outlook_checks(outlook),
        methods=(
            *(demand_forecast.METHODS.values() if forecast else ()),
            *(
                (lagged_link.METHOD, multiple_outcomes.METHODS[outlook.correction])
                if outlook.links
                else ()
            ),
        ),
    )


def _metrics(market: MarketSize) -> tuple[Metric, ...]:
    growth = market.total.growth
    if growth is None:
        return ()
    return (
        Metric(
            name="market_growth",
            label=message("Growth of the market in a year"),
            definition=message(
                "Market totals of all products in the last quarter over those of a year before."
            ),
            quantity=plain(growth, Measure.SHARE),
        ),
    )


def _figures(outlook: Outlook) -> tuple[Figure, ...]:
    finding = findings.demand_finding(outlook)
    if finding is None:
        return ()
    return tuple(
        Figure(
            name=table.name,
            caption=captions.series(line),
            alt=message(
                "Monthly requests as a line; the forecast dashed, in its interval. {finding}",
                finding=finding.statement,
            ),
            table=table,
            draw=figures.draw_series,
        )
        for line in outlook.forecast
        for table in (tables.series(line),)
    )
