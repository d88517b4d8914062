"""Figures on how we are seen."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.competitor_comparison.figures.attributes import place_labels
from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import height, label, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, message

_INSTITUTION = message("institution")
_ATTRIBUTE = message("attribute")


def draw_map(table: ProtectedTable, language: Language) -> Drawing:
    """Draw institutions as points and attributes as crosses on two axes of one scale."""
    figure, (axes,) = canvas(height_inches=5.2)
    institution, points = render(_INSTITUTION, language), []
    said: set[str] = set()
    for row in table.rows:
        kind = label(row["kind"], language)
        brand = kind == institution
        own = brand and not said
        axes.plot(
            height(row["axis_1"]),
            height(row["axis_2"]),
            linestyle="none",
            marker="D" if own else "o" if brand else "x",
            markersize=9 if own else 8 if brand else 7,
            markeredgewidth=1.8,
            color=PALETTE[0] if brand else PALETTE[1],
            label=None if kind in said else render(_INSTITUTION if brand else _ATTRIBUTE, language),
        )
        said.add(kind)
        points.append((height(row["axis_1"]), height(row["axis_2"]), label(row["point"], language)))
    place_labels(axes, points)
    axes.axhline(0, color=PALETTE[5], linewidth=0.8)
    axes.axvline(0, color=PALETTE[5], linewidth=0.8)
    axes.set(xlabel=title(table, "axis_1", language), ylabel=title(table, "axis_2", language))
    axes.margins(0.12)
    axes.set_aspect("equal", adjustable="datalim")
    axes.grid(visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure
