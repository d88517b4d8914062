"""Figures on needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heat_map, heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import Labels, ProtectedTable
from analysis.text import Language, Measure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_NEAR_ACROSS, _NEAR_UP, _FAR_RIGHT = 0.25, 0.06, 0.78
"""On axes from 0 to 1: points whose names would overlap, and where there is no room right."""


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
    _named_points(axes, labels(table, "topic", language), x, y)
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
    _named_points(axes, labels(table, "feature", language), x, y)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xlabel(title(table, "dissatisfaction", language))
    axes.set_ylabel(title(table, "satisfaction", language))
    axes.xaxis.set_major_formatter(_negative)
    axes.grid(axis="both", visible=True)
    return figure


def _named_points(axes: Axes, names: list[str], x: list[float], y: list[float]) -> None:
    """Draw points with their names, to the left where one stands close on the right."""
    axes.plot(x, y, "o", color=PALETTE[0], markersize=7)
    for name, across, up in zip(names, x, y, strict=True):
        crowded = any(
            0 < other - across < _NEAR_ACROSS and abs(height - up) < _NEAR_UP
            for other, height in zip(x, y, strict=True)
        )
        left = crowded or across > _FAR_RIGHT
        axes.annotate(
            name,
            (across, up),
            xytext=(-8 if left else 8, 4),
            textcoords="offset points",
            fontsize=9,
            ha="right" if left else "left",
        )


def _negative(value: float, _: object) -> str:
    return f"{-value:.1f}" if value else "0"
