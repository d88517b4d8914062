"""Points, with their intervals where they have one, a row for each group."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable, Quantities
from analysis.text import Language


def draw_rows(
    table: ProtectedTable,
    language: Language,
    *,
    name: str,
    row_names: str,
    limits: tuple[float, ...] = (0.0,),
) -> Drawing:
    """Draw a column, a row of the table for each point, with lines at the limits."""
    rows = table.body()
    column = next(c for c in table.columns if c.name == name and isinstance(c, Quantities))
    figure, (axes,) = canvas(height_inches=1.0 + 0.24 * max(len(rows), 3))
    for position, row in enumerate(rows):
        cell = row[name]
        if isinstance(cell.value, Estimate):
            axes.plot([cell.value.low, cell.value.high], [position] * 2, color=PALETTE[0])
        if cell.number is not None:
            axes.plot([cell.number], [position], marker="o", color=PALETTE[0], markersize=5)
    for limit in limits:
        axes.axvline(limit, color=PALETTE[5], linewidth=1, linestyle="--")
    axes.set_yticks(np.arange(len(rows)), labels(table, row_names, language))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(title(table, name, language))
    axes.xaxis.set_major_formatter(measure_ticks(column.measure, language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    return figure
