"""Figures on where we stand overall."""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure as Drawing

from analysis.publish.plotting import heights, labels, title
from analysis.publish.style import SEQUENTIAL, canvas
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_acceptability(table: ProtectedTable, language: Language) -> Drawing:
    """Draw how often each institution takes each rank, as a heat map."""
    columns = [column.name for column in table.columns if column.name.startswith("rank_")]
    values = np.array([heights(table, name) for name in columns]).T
    figure, (axes,) = canvas(height_inches=0.8 + 0.36 * len(table.rows))
    sns.heatmap(
        pd.DataFrame(
            values,
            index=labels(table, "institution", language),
            columns=[title(table, name, language) for name in columns],
        ),
        cmap=SEQUENTIAL,
        vmin=0,
        vmax=1,
        annot=True,
        fmt=".0%",
        annot_kws={"size": 9},
        linewidths=1,
        linecolor="none",
        cbar=False,
        ax=axes,
    )
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)
    axes.xaxis.tick_top()
    axes.set(xlabel="", ylabel="")
    return figure
