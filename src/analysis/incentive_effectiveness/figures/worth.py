"""Figures on whether the incentives are worth their cost."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.incentive_effectiveness.figures.points import draw_rows
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_returns(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the return on cost of each incentive, with intervals; 0 breaks even."""
    return draw_rows(table, language, name="return", row_names="name")
