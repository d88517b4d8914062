"""Figures of estimates with their intervals, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import Cell, ProtectedTable
from analysis.text import Language, Measure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_rows(
    table: ProtectedTable,
    language: Language,
    *,
    name: str,
    now: str,
    before: str = "",
    measure: Measure = Measure.NUMBER,
    reference: float | None = None,
) -> Drawing:
    """Draw a column of estimates as points with intervals, an earlier one as hollow points.

    Parameters
    ----------
    table : ProtectedTable
    language : {"en", "zh"}
    name, now, before : str
        Columns: of labels, of the estimates, and of earlier ones or empty.
    measure : Measure
        Of the horizontal axis.
    reference : float, optional
        Where to draw a vertical line.
    """
    names = labels(table, name, language)
    figure, (axes,) = canvas(height_inches=1.0 + 0.27 * len(names))
    y = np.arange(len(names))[::-1]
    for position, row in zip(y, table.body(), strict=True):
        _interval(axes, row[now], float(position))
    axes.plot(
        heights(table, now),
        y,
        "o",
        color=PALETTE[0],
        markersize=6.5,
        label=title(table, now, language),
    )
    if before:
        axes.plot(
            heights(table, before),
            y,
            "o",
            color=PALETTE[1],
            markerfacecolor="none",
            markersize=6.5,
            markeredgewidth=1.5,
            label=title(table, before, language),
        )
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    else:
        axes.set_xlabel(title(table, now, language))
    if reference is not None:
        axes.axvline(reference, color=PALETTE[5], linewidth=0.9)
    axes.set_yticks(y, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    if measure is not Measure.NUMBER:
        axes.xaxis.set_major_formatter(measure_ticks(measure, language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    return figure


def _interval(axes: Axes, cell: Cell, position: float) -> None:
    if isinstance(cell.value, Estimate):
        axes.plot(
            [cell.value.low, cell.value.high], [position, position], color=PALETTE[0], linewidth=2
        )
