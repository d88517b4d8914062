"""Figures on what is still to come."""

from __future__ import annotations

import seaborn as sns
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import count_axis, height, label, measure_ticks
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure, message

_CUSTOMERS = message("Customers")
_REPEATS = message("Repeat purchases")


def draw_bands(table: ProtectedTable, language: Language) -> Drawing:
    """Draw customers, and the purchases expected of them, by bands of activity."""
    figure, panels = canvas(height_inches=2.9, panels=2)
    bands = [label(row["band"], language) for row in table.rows]
    for axes, name, color in zip(
        panels, ("customers", "expected_purchases"), (PALETTE[5], PALETTE[0]), strict=True
    ):
        title = next(column.title for column in table.columns if column.name == name)
        sns.barplot(
            x=[height(row[name]) for row in table.rows], y=bands, color=color, ax=axes, orient="h"
        )
        axes.set(title=render(title, language), xlabel="", ylabel="")
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.xaxis.set_major_formatter(measure_ticks(Measure.COUNT, language))
    panels[1].set_yticklabels([])
    return figure


def draw_frequencies(table: ProtectedTable, language: Language) -> Drawing:
    """Draw counted customers as bars and expected ones as points."""
    figure, (axes,) = canvas(height_inches=2.8)
    labels = [label(row["frequency"], language) for row in table.rows]
    counted, expected = (
        next(column.title for column in table.columns if column.name == name)
        for name in ("customers", "expected")
    )
    axes.bar(
        labels,
        [height(row["customers"]) for row in table.rows],
        color=PALETTE[5],
        label=render(counted, language),
    )
    axes.plot(
        labels,
        [height(row["expected"]) for row in table.rows],
        linestyle="none",
        marker="D",
        markersize=6,
        color=PALETTE[1],
        label=render(expected, language),
    )
    axes.set(xlabel=render(_REPEATS, language), ylabel=render(_CUSTOMERS, language))
    count_axis(axes, language)
    axes.legend()
    return figure
