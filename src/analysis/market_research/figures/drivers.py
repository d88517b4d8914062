"""Figures on what goes with satisfaction."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter

from analysis.locale.numbers import format_bare
from analysis.market_research.figures.intervals import draw_rows
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure


def draw_importance(table: ProtectedTable, language: Language) -> Drawing:
    """Draw each step's share with its interval, and its relative weight as a hollow point."""
    return draw_rows(
        table, language, name="step", now="lmg", before="weight", measure=Measure.SHARE
    )


def draw_improvement(table: ProtectedTable, language: Language) -> Drawing:
    """Draw what a realistic improvement of each step goes with."""
    drawing = draw_rows(
        table, language, name="step", now="gain", measure=Measure.POINTS, reference=0.0
    )
    # the unit stands in the axis' title, not at each tick
    drawing.axes[0].xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: format_bare(value, Measure.POINTS, language))
    )
    return drawing
