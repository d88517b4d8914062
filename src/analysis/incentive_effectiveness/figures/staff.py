"""Figures on the incentives for staff."""

from __future__ import annotations

from itertools import pairwise

from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import count_axis, heights, labels, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language


def draw_bunching(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the months by sales, with the smooth curve that the target bends."""
    figure, (axes,) = canvas(height_inches=3.2)
    starts = [float(text) for text in labels(table, "share", language)]
    width = min((b - a for a, b in pairwise(starts)), default=1.0)
    axes.bar(
        starts,
        heights(table, "n"),
        width=0.9 * width,
        align="edge",
        color=PALETTE[0],
        label=title(table, "n", language),
    )
    axes.plot(
        [start + width / 2 for start in starts],
        heights(table, "smooth"),
        color=PALETTE[1],
        label=title(table, "smooth", language),
    )
    axes.axvline(100, color=PALETTE[5], linewidth=1, linestyle="--")
    axes.set_xlabel(title(table, "share", language))
    count_axis(axes, language)
    axes.legend()
    return figure
