"""Figures on monthly moves between the stages and on the mix ahead."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing

from analysis.lifecycle.figures.groups import estimate_of
from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heat_map, height, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure, message

_MONTHS_AHEAD = message("Months ahead")


def draw_transitions(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the monthly shares as a heat map; what never occurs is empty."""
    columns = [column for column in table.columns if column.name.startswith("to_")]
    values = np.array(
        [[height(row[column.name]) for column in columns] for row in table.rows], dtype=float
    )
    figure, (axes,) = canvas(height_inches=0.8 + 0.4 * len(table.rows))
    heat_map(
        axes,
        pd.DataFrame(
            values,
            index=labels(table, "origin", language),
            columns=[title(table, column.name, language) for column in columns],
        ),
        decimals=1,
        most=1,
    )
    return figure


def draw_forecast(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the expected share of each stage with its interval."""
    figure, (axes,) = canvas(height_inches=3.2)
    stages = [column for column in table.columns if column.name != "month"]
    months = [int(str(row["month"].value)) for row in table.rows]
    for column, color in zip(stages, PALETTE, strict=False):
        found = [
            (m, estimate_of(row[column.name])) for m, row in zip(months, table.rows, strict=True)
        ]
        shown = [(m, estimate) for m, estimate in found if estimate is not None]
        at = [m for m, _ in shown]
        axes.fill_between(
            at, [e.low for _, e in shown], [e.high for _, e in shown], color=color, alpha=0.2
        )
        axes.plot(
            at, [e.value for _, e in shown], color=color, label=title(table, column.name, language)
        )
    axes.set(xlabel=render(_MONTHS_AHEAD, language), ylim=(0, None))
    axes.yaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.legend(ncols=len(stages), loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


def draw_comparison(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the earlier forecast's intervals, and what came as a diamond."""
    figure, (axes,) = canvas(height_inches=0.9 + 0.35 * len(table.rows))
    names = labels(table, "stage", language)
    for position, row in enumerate(table.body()):
        forecast = estimate_of(row["forecast"])
        if forecast is not None:
            axes.plot(
                [forecast.low, forecast.high],
                [position, position],
                color=PALETTE[0],
                linewidth=6,
                solid_capstyle="butt",
                alpha=0.5,
                label=title(table, "forecast", language) if position == 0 else None,
            )
    axes.plot(
        [height(row["realised"]) for row in table.body()],
        range(len(names)),
        linestyle="none",
        marker="D",
        color=PALETTE[1],
        label=title(table, "realised", language),
    )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    axes.legend()
    return figure
