"""Figures on incentives that were not given by lot."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import label, measure_ticks, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure


def draw_by_month(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the effect by months since the start, with intervals where there are any."""
    figure, (axes,) = canvas(height_inches=3.2)
    for row in table.body():
        month, cell = int(label(row["month"], language)), row["effect"]
        color = PALETTE[0] if month >= 0 else PALETTE[5]
        if isinstance(cell.value, Estimate):
            axes.plot([month, month], [cell.value.low, cell.value.high], color=color)
        if cell.number is not None:
            axes.plot([month], [cell.number], marker="o", color=color, markersize=5)
    axes.axhline(0, color=PALETTE[5], linewidth=1)
    axes.axvline(-0.5, color=PALETTE[5], linewidth=1, linestyle="--")
    axes.set(xlabel=title(table, "month", language), ylabel=title(table, "effect", language))
    axes.yaxis.set_major_formatter(measure_ticks(Measure.AMOUNT_CNY, language))
    return figure
