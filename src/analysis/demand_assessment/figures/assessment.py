"""Figures on the index, its dimensions, what moved it, and its course."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure

_UP, _DOWN, _NEITHER = PALETTE[2], PALETTE[3], PALETTE[5]
_MOST_BARS = 14


def draw_dimensions(table: ProtectedTable, language: Language) -> Drawing:
    """Draw what each dimension attained, with its interval; a gap where nothing was assessed."""
    rows = table.body()
    figure, (axes,) = canvas(height_inches=0.9 + 0.34 * len(rows))
    names = labels(table, "dimension", language)
    y = np.arange(len(rows))[::-1]
    for place, row in zip(y, rows, strict=True):
        attained = row["attained"].value
        if isinstance(attained, Estimate):
            axes.barh(place, attained.value, height=0.62, color=PALETTE[0], alpha=0.85)
            axes.plot([attained.low, attained.high], [place, place], color=PALETTE[1], linewidth=2)
    axes.set_yticks(y, names)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.set_xlabel(title(table, "attained", language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    return figure


def draw_moved(table: ProtectedTable, language: Language) -> Drawing:
    """Draw how many points each indicator added or took, largest first."""
    rows = table.body()
    totals, names = heights(table, "total"), labels(table, "indicator", language)
    order = sorted(range(len(rows)), key=lambda i: -abs(totals[i]))[:_MOST_BARS]
    order.sort(key=lambda i: totals[i])
    figure, (axes,) = canvas(height_inches=0.9 + 0.3 * len(order))
    for place, i in enumerate(order):
        axes.barh(place, totals[i], height=0.62, color=_UP if totals[i] > 0 else _DOWN)
    axes.set_yticks(range(len(order)), [names[i] for i in order])
    axes.axvline(0, color=_NEITHER, linewidth=0.8)
    axes.set_xlabel(title(table, "total", language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    return figure


def draw_trend(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the index by period with its interval, and up to where holes leave it open."""
    figure, (axes,) = canvas(height_inches=3.2)
    x = np.arange(len(table.rows))
    points, possible = heights(table, "points"), heights(table, "possible")
    axes.plot(x, points, color=PALETTE[0], marker="o", label=title(table, "points", language))
    for place, row in zip(x, table.rows, strict=True):
        value = row["points"].value
        if isinstance(value, Estimate):
            axes.plot([place, place], [value.low, value.high], color=PALETTE[0], linewidth=2)
    open_to = [
        (place, low, high)
        for place, low, high in zip(x, points, possible, strict=True)
        if high - low > 0.005
    ]
    for i, (place, low, high) in enumerate(open_to):
        axes.plot(
            [place + 0.06, place + 0.06],
            [low, high],
            color=PALETTE[1],
            linewidth=5,
            alpha=0.6,
            label=title(table, "possible", language) if i == 0 else None,
        )
    axes.set_xticks(x, labels(table, "period", language))
    axes.set_xlim(-0.5, len(x) - 0.5)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure
