"""Figures on satisfaction."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.market_research.figures.intervals import draw_rows
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_means(table: ProtectedTable, language: Language) -> Drawing:
    """Draw means with intervals, and hollow where they were in the wave before."""
    shown = any(row["before"].number is not None for row in table.rows)
    return draw_rows(table, language, name="name", now="mean", before="before" if shown else "")
