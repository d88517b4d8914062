"""Figures on segments."""

from __future__ import annotations

import numpy as np
import seaborn as sns
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, label, labels, title
from analysis.publish.style import SEQUENTIAL, canvas
from analysis.tables import ProtectedTable, Quantities
from analysis.text import Language

_STRONG = 0.8


def draw_profiles(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the importance of each need to each segment as a heat map."""
    needs = [column.name for column in table.columns if isinstance(column, Quantities)]
    values = np.array([[row[name].number or np.nan for name in needs] for row in table.rows])
    figure, (axes,) = canvas(height_inches=1.0 + 0.42 * len(values))
    sns.heatmap(
        values,
        cmap=SEQUENTIAL,
        vmin=1,
        vmax=5,
        annot=True,
        fmt=".1f",
        annot_kws={"size": 8.5},
        linewidths=1,
        linecolor="none",
        cbar=False,
        xticklabels=[title(table, name, language) for name in needs],
        yticklabels=[label(row["segment"], language) for row in table.rows],
        ax=axes,
    )
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)
    axes.tick_params(axis="x", rotation=20)
    return figure


def draw_numbers(table: ProtectedTable, language: Language) -> Drawing:
    """Draw gap and prediction strength over the number of segments."""
    figure, (left, right) = canvas(height_inches=2.8, panels=2)
    numbers = np.arange(len(table.body()))
    names = labels(table, "number", language)
    gap, error = np.array(heights(table, "gap")), np.array(heights(table, "error"))
    left.vlines(numbers, gap - error, gap + error, color=PALETTE[0])
    left.plot(numbers, gap, "o-", color=PALETTE[0])
    right.axhline(_STRONG, color=PALETTE[5], linewidth=0.9, linestyle="--")
    right.plot(numbers, heights(table, "strength"), "o-", color=PALETTE[1])
    right.set_ylim(0, 1.05)
    for axes, name in ((left, "gap"), (right, "strength")):
        axes.set_xticks(numbers, names)
        axes.set_xlabel(title(table, "number", language))
        axes.set_ylabel(title(table, name, language))
    return figure
