"""Figures on what is known, and how well."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language

_PARTS = (("sound", PALETTE[0], ""), ("old", PALETTE[3], "//"), ("doubtful", PALETTE[1], ".."))


def draw_coverage(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the figures on each institution as bars of sound, old and doubtful ones."""
    figure, (axes,) = canvas(height_inches=0.9 + 0.33 * len(table.rows))
    where = labels(table, "institution", language)[::-1]
    left = np.zeros(len(where))
    for name, color, hatch in _PARTS:
        values = np.array(heights(table, name)[::-1])
        axes.barh(
            where, values, left=left, color=color, hatch=hatch, label=title(table, name, language)
        )
        left += values
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel(title(table, "figures", language))
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return figure
