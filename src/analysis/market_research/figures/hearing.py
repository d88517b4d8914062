"""Figures on whom we heard."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure

_SERIES = (("population", 5, "|"), ("raw", 1, "o"), ("raked", 0, "D"))


def draw_composition(table: ProtectedTable, language: Language) -> Drawing:
    """Draw each category's share of the population, of the answers, and after weighting."""
    names = labels(table, "group", language)
    figure, (axes,) = canvas(height_inches=1.1 + 0.28 * len(names))
    rows = np.arange(len(names))[::-1]
    population, raw = heights(table, "population"), heights(table, "raw")
    axes.hlines(rows, population, raw, color=PALETTE[5], linewidth=1)
    for name, color, marker in _SERIES:
        axes.plot(
            heights(table, name),
            rows,
            linestyle="none",
            marker=marker,
            markersize=13 if marker == "|" else 6,
            markeredgewidth=2.4 if marker == "|" else 1,
            color=PALETTE[color],
            markerfacecolor="none" if name == "raked" else PALETTE[color],
            label=title(table, name, language),
        )
    axes.set_yticks(rows, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return figure
