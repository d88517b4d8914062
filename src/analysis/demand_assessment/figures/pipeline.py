"""Figures on the pipeline: lead times, stages, departments."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure


def draw_lead_times(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the share not yet delivered by days, both periods, with intervals."""
    figure, (axes,) = canvas(height_inches=3.3)
    days = heights(table, "days")
    for name, color, style in (("before", PALETTE[5], "--"), ("now", PALETTE[0], "-")):
        cells = [row[name].value for row in table.rows]
        known = [
            (day, cell) for day, cell in zip(days, cells, strict=True) if isinstance(cell, Estimate)
        ]
        if not known:
            continue
        x = [day for day, _ in known]
        axes.plot(
            x,
            [cell.value for _, cell in known],
            color=color,
            linestyle=style,
            label=title(table, name, language),
        )
        axes.fill_between(
            x,
            [cell.low for _, cell in known],
            [cell.high for _, cell in known],
            color=color,
            alpha=0.2,
        )
    axes.yaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.set_ylim(0, 1)
    axes.set_xlabel(title(table, "days", language))
    axes.legend(loc="upper right")
    return figure


def draw_stages(table: ProtectedTable, language: Language) -> Drawing:
    """Draw how many demands are in each stage on an average day."""
    figure, (axes,) = canvas(height_inches=0.9 + 0.34 * len(table.rows))
    y = np.arange(len(table.rows))[::-1]
    axes.barh(y, heights(table, "average"), height=0.62, color=PALETTE[0])
    axes.set_yticks(y, labels(table, "stage", language))
    axes.set_xlabel(title(table, "average", language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    return figure


def draw_departments(table: ProtectedTable, language: Language) -> Drawing:
    """Draw punctuality by department with intervals, this period and the one before."""
    rows = table.rows
    figure, (axes,) = canvas(height_inches=0.9 + 0.4 * len(rows))
    y = np.arange(len(rows))[::-1]
    for name, color, shift in (("before", PALETTE[5], 0.14), ("on_time", PALETTE[0], -0.14)):
        for place, row in zip(y, rows, strict=True):
            cell = row[name].value
            if isinstance(cell, Estimate):
                axes.plot([cell.low, cell.high], [place + shift] * 2, color=color)
                axes.plot(
                    cell.value,
                    place + shift,
                    marker="o",
                    color=color,
                    label=title(table, name, language) if place == y[0] else None,
                )
    axes.set_yticks(y, labels(table, "department", language))
    axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    return figure
