"""Share of the market: how much, how concentrated, why it moved, and where it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats as distributions

from analysis.answers import NotAssessed
from analysis.competitor_comparison.facts import Doubt
from analysis.competitor_comparison.market import Market, quarter_end
from analysis.methods import Method
from analysis.results import Estimate
from analysis.stats.market_concentration import MarketConcentration, market_concentration
from analysis.stats.share_decomposition import ShareDecomposition, decompose_share_change
from analysis.text import message

FEWEST_QUARTERS = 6

TREND_METHOD = Method(
    name=message("Linear trend of the share by quarter, with prediction intervals"),
    citation="Draper, N. R., Smith, H. (1998). Applied Regression Analysis, 3rd ed. Wiley, "
    "section 1.4.",
    assumptions=(
        message("The share moves along a straight line; quarters vary about it independently."),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SharePoint:
    """Our share in one part of the market now and before, fractions.

    `name` is a product family or region, empty for the whole market; `change_year` is
    None where the year before is not known.
    """

    kind: str
    name: str
    now: float
    change: float | None
    change_year: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """An institution's share of the whole market now, and what is doubted about it."""

    institution: str
    share: float
    change_year: float | None
    doubts: frozenset[Doubt]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A straight line through the quarterly shares.

    `slope` is in fractions of the market a quarter; `forecast` holds the quarters ahead;
    `neighbours` is the correlation of a quarter's residual with the next one's.
    """

    quarters: tuple[dt.date, ...]
    shares: tuple[float, ...]
    slope: Estimate
    ahead: tuple[dt.date, ...]
    forecast: tuple[Estimate, ...]
    neighbours: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketShare:
    """Our share of the market.

    Attributes
    ----------
    market : Market
    points : tuple of SharePoint
        The whole, then products, then regions.
    holders : tuple of Holder
        Largest share first.
    concentration : mapping of str to MarketConcentration
        By product family; the whole market under the empty name.
    split_period, split_year : ShareDecomposition or None
        Since the previous date, and over four quarters, by product and region.
    trends : mapping of str to Trend
        By product family and for the whole; empty with fewer than six quarters.
    before, year_before : date or None
        The quarters compared with.
    """

    market: Market
    points: tuple[SharePoint, ...]
    holders: tuple[Holder, ...]
    concentration: Mapping[str, MarketConcentration]
    split_period: ShareDecomposition | None
    split_year: ShareDecomposition | None
    trends: Mapping[str, Trend]
    before: dt.date | None
    year_before: dt.date | None

    @property
    def split(self) -> tuple[dt.date, ShareDecomposition] | None:
        """The longer comparison that there is, and the quarter that it begins with."""
        if self.year_before is not None and self.split_year is not None:
            return self.year_before, self.split_year
        if self.before is not None and self.split_period is not None:
            return self.before, self.split_period
        return None

    @property
    def doubts(self) -> frozenset[Doubt]:
        """What is doubted about the competitors' volumes of the last quarter."""
        return frozenset(d for holder in self.holders for d in holder.doubts)


def market_share(
    market: Market | NotAssessed, *, previous_as_of: dt.date, confidence: float
) -> MarketShare | NotAssessed:
    """Measure our share, its change and the parts of the change, and its trend.

    Parameters
    ----------
    market : Market
    previous_as_of : date
    confidence : float
        Coverage of the intervals.
    """
    if isinstance(market, NotAssessed):
        return market
    latest = market.quarters[-1]
    earlier = [q for q in market.quarters[:-1] if quarter_end(q) <= previous_as_of]
    before = earlier[-1] if earlier else None
    year = dt.date(latest.year - 1, latest.month, 1)
    year_before = year if year in market.quarters else None
    families, regions = market.families(), market.regions()
    parts = [("whole", ""), *(("family", f) for f in families), *(("region", r) for r in regions)]
    trends = {}
    if len(market.quarters) >= FEWEST_QUARTERS:
        for name in ("", *families):
            series = [_own(market, "family" if name else "whole", name, q) for q in market.quarters]
            trends[name] = fit_trend(
                market.quarters, series, ahead=market.rules.forecast_quarters, confidence=confidence
            )
    return MarketShare(
        market=market,
        points=tuple(_point(market, kind, name, before, year_before) for kind, name in parts),
        holders=_holders(market, year_before),
        concentration={
            name: _concentration(market, name)
            for name in (("", *families) if len(families) > 1 else ("",))
        },
        split_period=_split(market, before),
        split_year=_split(market, year_before),
        trends=trends,
        before=before,
        year_before=year_before,
    )


def fit_trend(
    quarters: Sequence[dt.date], shares: Sequence[float], *, ahead: int, confidence: float
) -> Trend:
    """Fit a straight line to quarterly shares and continue it.

    Parameters
    ----------
    quarters : sequence of date
        First days, rising.
    shares : sequence of float
    ahead : int
        Quarters to forecast.
    confidence : float

    Source
    ------
    Draper and Smith (1998), section 1.4: least squares, Student's t.

    Examples
    --------
    >>> days = [dt.date(2024, m, 1) for m in (1, 4, 7, 10)]
    >>> found = fit_trend(days, [0.10, 0.12, 0.11, 0.13], ahead=1, confidence=0.95)
    >>> round(found.slope.value, 3)
    0.008
    """
    first = quarters[0]
    x = np.array(
        [(q.year - first.year) * 4 + (q.month - first.month) // 3 for q in quarters], float
    )
    y = np.array(shares, dtype=float)
    n, centre = len(x), x.mean()
    sxx = float(((x - centre) ** 2).sum())
    slope = float(((x - centre) * (y - y.mean())).sum()) / sxx
    residuals = y - y.mean() - slope * (x - centre)
    error = float(np.sqrt((residuals**2).sum() / (n - 2)))
    t = float(distributions.t.ppf(0.5 + confidence / 2, n - 2))
    steps = x[-1] + np.arange(1, ahead + 1)
    middle = y.mean() + slope * (steps - centre)
    half = t * error * np.sqrt(1 + 1 / n + (steps - centre) ** 2 / sxx)
    spread = float((residuals**2).sum())
    return Trend(
        quarters=tuple(quarters),
        shares=tuple(float(v) for v in y),
        slope=Estimate(
            value=slope,
            low=slope - t * error / sxx**0.5,
            high=slope + t * error / sxx**0.5,
            confidence=confidence,
        ),
        ahead=tuple(_later(first, int(step)) for step in steps),
        forecast=tuple(
            Estimate(
                value=float(np.clip(m, 0, 1)),
                low=float(np.clip(m - h, 0, 1)),
                high=float(np.clip(m + h, 0, 1)),
                confidence=confidence,
            )
            for m, h in zip(middle, half, strict=True)
        ),
        neighbours=float((residuals[1:] * residuals[:-1]).sum()) / spread if spread > 0 else 0.0,
    )


def _later(first: dt.date, quarters: int) -> dt.date:
    months = first.month - 1 + 3 * quarters
    return dt.date(first.year + months // 12, months % 12 + 1, 1)


def _own(market: Market, kind: str, name: str, quarter: dt.date) -> float:
    return _share(market, market.register.own, kind, name, quarter)


def _share(market: Market, institution: str, kind: str, name: str, quarter: dt.date) -> float:
    def inside(cell: tuple[str, str]) -> bool:
        return kind == "whole" or cell[0 if kind == "family" else 1] == name

    return market.volume(institution, quarter, inside)[0] / market.total(quarter, inside)


def _point(
    market: Market, kind: str, name: str, before: dt.date | None, year: dt.date | None
) -> SharePoint:
    now = _own(market, kind, name, market.quarters[-1])
    return SharePoint(
        kind=kind,
        name=name,
        now=now,
        change=None if before is None else now - _own(market, kind, name, before),
        change_year=None if year is None else now - _own(market, kind, name, year),
    )


def _holders(market: Market, year: dt.date | None) -> tuple[Holder, ...]:
    latest = market.quarters[-1]
    holders = []
    for key in market.register.keys:
        value, doubts = market.volume(key, latest)
        if value <= 0:
            continue
        share = value / market.total(latest)
        holders.append(
            Holder(
                institution=key,
                share=share,
                change_year=None
                if year is None
                else share - _share(market, key, "whole", "", year),
                doubts=doubts,
            )
        )
    return tuple(sorted(holders, key=lambda holder: (-holder.share, holder.institution)))


def _concentration(market: Market, family: str) -> MarketConcentration:
    latest = market.quarters[-1]

    def inside(cell: tuple[str, str]) -> bool:
        return not family or cell[0] == family

    volumes = [market.volume(key, latest, inside)[0] for key in market.register.keys]
    total = market.total(latest, inside)
    listed = float(np.sum(volumes))
    return market_concentration(
        volumes,
        total=max(total, listed),  # a share carried forward may be a little too large
        unlisted=max(0.0, total - listed),
        tolerance=market.rules.tolerance,
    )


def _split(market: Market, before: dt.date | None) -> ShareDecomposition | None:
    if before is None:
        return None
    latest, own = market.quarters[-1], market.register.own
    cells = market.cells
    return decompose_share_change(
        segments=[" / ".join(cell) for cell in cells],
        own_before=[market.volumes[own, cell, before].value_cny for cell in cells],
        market_before=[market.totals[cell, before] for cell in cells],
        own_after=[market.volumes[own, cell, latest].value_cny for cell in cells],
        market_after=[market.totals[cell, latest] for cell in cells],
    )
