"""Figures on what goes with an early end."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import NullFormatter, ScalarFormatter

from analysis.lifecycle.figures.groups import draw_points
from analysis.publish.plotting import title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_hazards(table: ProtectedTable, language: Language) -> Drawing:
    """Draw hazard ratios with their intervals, on a scale on which half and double match."""
    figure, (axes,) = canvas(height_inches=0.9 + 0.27 * len(table.rows))
    draw_points(axes, table, "hazard_ratio", language, row_names="group", reference=1.0)
    axes.set_xscale("log")
    axes.set_xticks([0.5, 0.7, 1, 1.5, 2, 3])
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel(title(table, "hazard_ratio", language))
    return figure
