"""The answer on our share of the market."""

from __future__ import annotations

from analysis.answers import Answer, Figure, Metric, NotAssessed
from analysis.competitor_comparison.checks.share import share_checks
from analysis.competitor_comparison.figures import share as figures
from analysis.competitor_comparison.findings import share as findings
from analysis.competitor_comparison.share import TREND_METHOD, MarketShare
from analysis.competitor_comparison.tables import share as tables
from analysis.competitor_comparison.tables.attributes import signed
from analysis.competitor_comparison.wording import plain
from analysis.stats import market_concentration, share_decomposition
from analysis.text import Measure, message

_SMALLEST_SHOWN = 0.0005
"""A smaller change is none in percentage points with one decimal."""


def present_share(found: MarketShare | NotAssessed) -> Answer | NotAssessed:
    """How large our share is, what its change is made of, and where it goes."""
    if isinstance(found, NotAssessed):
        return found
    whole, concentrated = found.points[0], found.concentration[""]
    return Answer(
        findings=(
            findings.share_finding(found),
            *((findings.product_finding(found),) if len(found.trends) > 1 else ()),
            findings.concentration_finding(found),
        ),
        metrics=(
            Metric(
                name="market_share",
                label=message("Market share"),
                definition=message("Our volume among the volume of the market, end of quarter."),
                quantity=plain(whole.now, Measure.SHARE),
                change=None
                if whole.change is None or abs(whole.change) < _SMALLEST_SHOWN
                else plain(whole.change, Measure.POINTS),
                higher_is="better",
            ),
            Metric(
                name="hhi",
                label=message("HHI, at least"),
                definition=message(
                    "Sum of squared shares of the market in percent; institutions without a "
                    "figure count as very small."
                ),
                quantity=plain(concentrated.hhi_points, Measure.COUNT),
            ),
        ),
        figures=_figures(found),
        tables=(tables.shares(found), tables.holders(found), tables.concentration(found)),
        checks=share_checks(found),
        methods=(
            share_decomposition.METHOD,
            market_concentration.METHOD,
            *((TREND_METHOD,) if found.trends else ()),
        ),
    )


def _figures(found: MarketShare) -> tuple[Figure, ...]:
    shown = []
    if found.trends:
        shown.append(
            Figure(
                name="share_trend",
                caption=findings.trend_caption(found),
                alt=message(
                    "Lines of our share by product over the quarters, continued by the forecast "
                    "with its interval. {finding}",
                    finding=findings.share_finding(found).statement,
                ),
                table=tables.trend(found),
                draw=figures.draw_trend,
            )
        )
    if found.split is not None:
        since, parts = found.split
        shown.append(
            Figure(
                name="share_split",
                caption=findings.split_caption(since, parts),
                alt=message(
                    "Bars for each product: own growth, market growth, mix, and the change that "
                    "they add up to, {change} in all.",
                    change=signed(parts.change, "fraction"),
                ),
                table=tables.split(found, since, parts),
                draw=figures.draw_split,
            )
        )
    return tuple(shown)
