"""Figures on needs."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heat_map, heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import Labels, ProtectedTable
from analysis.text import Language, Measure


def draw_heat(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the share of each segment that needs each topic."""
    names = [column.name for column in table.columns if not isinstance(column, Labels)]
    shares = pd.DataFrame(
        {title(table, name, language): heights(table, name) for name in names},
        index=labels(table, "topic", language),
    )
    figure, (axes,) = canvas(height_inches=0.8 + 0.4 * len(shares))
    heat_map(axes, shares)
    return figure


def draw_quadrant(table: ProtectedTable, language: Language) -> Drawing:
    """Draw importance against how well it is met; unmet needs lie below the line."""
    figure, (axes,) = canvas(height_inches=4.0)
    x, y = heights(table, "important"), heights(table, "met")
    axes.plot([0, 1], [0, 1], color=PALETTE[5], linewidth=0.9, linestyle="--")
    axes.plot(x, y, "o", color=PALETTE[0], markersize=7)
    for name, across, up in zip(labels(table, "topic", language), x, y, strict=True):
        axes.annotate(name, (across, up), xytext=(7, 5), textcoords="offset points", fontsize=9)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.yaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.set_xlabel(title(table, "important", language))
    axes.set_ylabel(title(table, "met", language))
    axes.grid(axis="both", visible=True)
    return figure


def draw_kano(table: ProtectedTable, language: Language) -> Drawing:
    """Draw what pleases if there against what annoys if missing."""
    figure, (axes,) = canvas(height_inches=4.4)
    x = [-value for value in heights(table, "dissatisfaction")]
    y = heights(table, "satisfaction")
    axes.axhline(0.5, color=PALETTE[5], linewidth=0.9, linestyle="--")
    axes.axvline(0.5, color=PALETTE[5], linewidth=0.9, linestyle="--")
    axes.plot(x, y, "o", color=PALETTE[0], markersize=7)
    for name, across, up in zip(labels(table, "feature", language), x, y, strict=True):
        right = across > 0.7
        axes.annotate(
            name,
            (across, up),
            xytext=(-8 if right else 8, 4),
            textcoords="offset points",
            fontsize=9,
            ha="right" if right else "left",
        )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel(title(table, "dissatisfaction", language))
    axes.set_ylabel(title(table, "satisfaction", language))
    axes.xaxis.set_major_formatter(_negative)
    axes.grid(axis="both", visible=True)
    return figure


def _negative(value: float, _: object) -> str:
    return f"{-value:.1f}" if value else "0"
