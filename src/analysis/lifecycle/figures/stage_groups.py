"""Figures on where the customers of each group stand."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter

from analysis.lifecycle.figures.groups import draw_points
from analysis.locale import render
from analysis.locale.numbers import format_bare
from analysis.publish.plotting import measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure, message

_CHANGE = message("Change, percentage points")


def draw_active_shares(table: ProtectedTable, language: Language) -> Drawing:
    """Draw each group's active share, and beside it the change."""
    figure, (left, right) = canvas(height_inches=0.9 + 0.32 * len(table.rows), panels=2)
    draw_points(left, table, "active_share", language, row_names="group")
    left.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    left.set_title(title(table, "active_share", language))
    draw_points(right, table, "change", language, row_names="group", reference=0.0)
    right.xaxis.set_major_formatter(_bare_points(language))
    right.set_title(render(_CHANGE, language))
    right.set_yticklabels([])
    for axes in (left, right):
        axes.locator_params(axis="x", nbins=4)
    return figure


def _bare_points(language: Language) -> FuncFormatter:
    """Write an axis in points without the words, which its title says."""
    return FuncFormatter(lambda value, _: format_bare(value, Measure.POINTS, language))
