"""Figures on what the incentives given by lot changed."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.incentive_effectiveness.figures.points import draw_rows
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_main(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the effect on everybody offered and on the takers, with intervals."""
    return draw_rows(table, language, name="effect", row_names="who")
