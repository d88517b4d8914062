"""Figures on our share of the market."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import Labels, ProtectedTable
from analysis.text import Language, Measure, message

_POINTS = message("percentage points of the market")
_MARKERS = ("o", "s", "^", "D", "v", "P")


def draw_trend(table: ProtectedTable, language: Language) -> Drawing:
    """Draw known shares as lines, and the forecast as dashes in its interval."""
    figure, (axes,) = canvas(height_inches=3.6)
    names = [column.name for column in table.columns if not isinstance(column, Labels)]
    quarters = labels(table, "quarter", language)
    x = np.arange(len(quarters))
    for i, name in enumerate(names):
        cells = [row[name].value for row in table.rows]
        first = next(k for k, v in enumerate(cells) if isinstance(v, Estimate))
        values, color = heights(table, name), PALETTE[i % len(PALETTE)]
        axes.plot(
            x[:first],
            values[:first],
            color=color,
            marker=_MARKERS[i % len(_MARKERS)],
            markersize=4,
            label=title(table, name, language),
        )
        axes.plot(x[first - 1 :], values[first - 1 :], color=color, linestyle="--")
        bounds = [v for v in cells if isinstance(v, Estimate)]
        axes.fill_between(
            x[first:], [b.low for b in bounds], [b.high for b in bounds], color=color, alpha=0.2
        )
    axes.set_xticks(x[::2], quarters[::2])
    axes.yaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return figure


def draw_split(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the parts of the change by product, in percentage points of the market."""
    figure, (axes,) = canvas(height_inches=3.0)
    names = ("own_growth", "market_growth", "mix", "change")
    rows = [row for i, row in enumerate(table.rows) if i not in table.total_rows]
    where = np.arange(len(rows))
    for i, (name, color) in enumerate(zip(names, (*PALETTE[:3], PALETTE[5]), strict=True)):
        axes.bar(
            where + (i - 1.5) * 0.2,
            heights(table, name),
            width=0.18,
            color=color,
            label=title(table, name, language),
        )
    axes.axhline(0, color=PALETTE[5], linewidth=0.8)
    axes.set_xticks(where, labels(table, "part", language))
    axes.set_ylabel(render(_POINTS, language))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)
    return figure


def draw_exchanges(table: ProtectedTable, language: Language) -> Drawing:
    """Draw net customers won from each competitor with the interval."""
    figure, (axes,) = canvas(height_inches=0.9 + 0.33 * len(table.rows))
    rows = [row for i, row in enumerate(table.rows) if i not in table.total_rows][::-1]
    names = labels(table, "institution", language)[::-1]
    for y, row in enumerate(rows):
        net = row["net"].value
        if isinstance(net, Estimate):
            color = PALETTE[3] if net.high < 0 else PALETTE[2] if net.low > 0 else PALETTE[5]
            axes.plot([net.low, net.high], [y, y], color=color)
            axes.plot(net.value, y, marker="o", color=color, markersize=7)
    axes.axvline(0, color=PALETTE[5], linewidth=0.8)
    axes.set_yticks(np.arange(len(names)), names)
    axes.set_xlabel(title(table, "net", language))
    axes.xaxis.set_major_formatter(measure_ticks(Measure.COUNT, language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    return figure
