"""Figures on where we stand overall."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing

from analysis.publish.plotting import heat_map, heights, labels, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_acceptability(table: ProtectedTable, language: Language) -> Drawing:
    """Draw how often each institution takes each rank, as a heat map."""
    columns = [column.name for column in table.columns if column.name.startswith("rank_")]
    values = np.array([heights(table, name) for name in columns]).T
    figure, (axes,) = canvas(height_inches=0.8 + 0.36 * len(table.rows))
    heat_map(
        axes,
        pd.DataFrame(
            values,
            index=labels(table, "institution", language),
            columns=[title(table, name, language) for name in columns],
        ),
        most=1,
    )
    axes.xaxis.tick_top()
    return figure
