"""Figures on how long they stay and how they end."""

from __future__ import annotations

from itertools import cycle

from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import PercentFormatter

from analysis.lifecycle.figures.groups import draw_points, estimate_of
from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure, message

_MONTHS = message("Months")


def draw_staying(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the share that stays in each group, with its interval."""
    figure, (axes,) = canvas(height_inches=3.4)
    groups = [column for column in table.columns if column.name.startswith("stays_")]
    for column, color in zip(groups, cycle(PALETTE), strict=False):
        points = [
            (int(str(row["months"].value)), estimate_of(row[column.name])) for row in table.rows
        ]
        shown = [(0, 1.0, 1.0, 1.0)] + [
            (month, e.value, e.low, e.high) for month, e in points if e is not None
        ]
        at, value, low, high = zip(*shown, strict=True)
        axes.fill_between(at, low, high, color=color, alpha=0.15)
        axes.plot(at, value, color=color, label=title(table, column.name, language))
    axes.set(xlabel=render(_MONTHS, language), ylim=(0, 1))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.legend(ncols=2)
    return figure


def draw_endings(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the share gone by each cause, a panel each."""
    figure, panels = canvas(height_inches=0.9 + 0.32 * len(table.rows), panels=2)
    for axes, name in zip(panels, ("closed", "fell_dormant"), strict=True):
        draw_points(axes, table, name, language, row_names="group")
        axes.set_title(title(table, name, language))
        axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
        axes.locator_params(axis="x", nbins=5)
    panels[1].set_yticklabels([])
    return figure
