"""Figures on demand."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import count_axis, heights, labels, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_series(table: ProtectedTable, language: Language) -> Drawing:
    """Draw past requests as a line, the forecast as dashes within its interval."""
    figure, (axes,) = canvas(height_inches=2.5)
    cells = [row["requests"].value for row in table.rows]
    values, x = heights(table, "requests"), np.arange(len(cells))
    first = next((k for k, v in enumerate(cells) if isinstance(v, Estimate)), len(cells))
    axes.plot(x[:first], values[:first], color=PALETTE[0])
    if first < len(cells):
        bounds = [v for v in cells if isinstance(v, Estimate)]
        axes.plot(x[first - 1 :], values[first - 1 :], color=PALETTE[1], linestyle="--")
        axes.fill_between(
            x[first:],
            [b.low for b in bounds],
            [b.high for b in bounds],
            color=PALETTE[1],
            alpha=0.25,
        )
    months = labels(table, "month", language)
    axes.set_xticks(x[::6], months[::6])
    count_axis(axes, language)
    axes.set_ylabel(title(table, "requests", language))
    return figure
