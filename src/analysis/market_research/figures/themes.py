"""Figures on what customers write."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.market_research.figures.intervals import draw_rows
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure


def draw_trend(table: ProtectedTable, language: Language) -> Drawing:
    """Draw each theme's share since the day compared with, and before as a hollow point."""
    return draw_rows(
        table, language, name="theme", now="late", before="earlier", measure=Measure.SHARE
    )


def draw_moods(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the share of each theme's texts in a negative mood."""
    return draw_rows(table, language, name="theme", now="negative", measure=Measure.SHARE)
