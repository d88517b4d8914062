"""Figures on service times."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.competitor_comparison.figures.attributes import is_doubted
from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, measure_ticks
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure, message


def draw_distribution(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the spread of each institution's times; doubted ones are hollow."""
    figure, (axes,) = canvas(height_inches=0.8 + 0.34 * len(table.rows))
    names = labels(table, "institution", language)
    rows = np.arange(len(names))[::-1]
    parts = {name: heights(table, name) for name in ("q10", "q25", "q50", "q75", "q90")}
    for i, y in enumerate(rows):
        color = PALETTE[0] if i == 0 else PALETTE[5]
        style = "--" if is_doubted(names[i]) else "-"
        axes.plot([parts["q10"][i], parts["q90"][i]], [y, y], color=color, linestyle=style)
        axes.plot([parts["q25"][i], parts["q75"][i]], [y, y], color=color, linewidth=8, alpha=0.45)
        axes.plot(
            parts["q50"][i],
            y,
            marker="D" if i == 0 else "o",
            markersize=8,
            color=color,
            markerfacecolor="white" if is_doubted(names[i]) else color,
        )
    axes.set_yticks(rows, names)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(measure_ticks(Measure.COUNT, language))
    axes.set_xlabel(_axis(labels(table, "unit", language)[0], language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    return figure


def _axis(unit: str, language: Language) -> str:
    return render(
        message(
            "Line 10 to 90 % of cases, bar the middle half, point the median ({unit})", unit=unit
        ),
        language,
    )
