"""Figures on who can be won back."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.lifecycle.figures.groups import draw_points
from analysis.publish.plotting import measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure


def draw_returns(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the expected return by segment with intervals, and the share that breaks even."""
    figure, panels = canvas(height_inches=2.6, panels=2)
    for axes, name, measure, reference in (
        (panels[0], "return", Measure.AMOUNT_CNY, 0.0),
        (panels[1], "break_even", Measure.NUMBER, None),
    ):
        draw_points(axes, table, name, language, row_names="segment", reference=reference)
        axes.set_title(title(table, name, language))
        axes.locator_params(axis="x", nbins=4)
        axes.xaxis.set_major_formatter(measure_ticks(measure, language))
    panels[1].set_yticklabels([])
    return figure
