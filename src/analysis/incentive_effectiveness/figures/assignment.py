"""Figures on the assignment by lot."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.incentive_effectiveness.figures.points import draw_rows
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_balance(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the love plot: standardised differences with the customary limits."""
    return draw_rows(table, language, name="difference", row_names="trait", limits=(-0.1, 0.0, 0.1))
