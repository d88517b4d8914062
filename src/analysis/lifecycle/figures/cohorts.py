"""Figures on how well new customers are kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator, PercentFormatter

from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heat_map, height, label
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable
from analysis.text import Language, message

_RETENTION = message("Retention")
_QUARTERS_SINCE = message("Quarters since the first transaction")


def draw_triangle(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the retention triangle as a heat map."""
    columns = [column for column in table.columns if column.name.startswith("retention_")]
    values = np.array(
        [[height(row[column.name]) for column in columns] for row in table.rows], dtype=float
    )
    figure, (axes,) = canvas(height_inches=0.8 + 0.27 * len(table.rows))
    heat_map(
        axes,
        pd.DataFrame(
            values,
            index=[label(row["cohort"], language) for row in table.rows],
            columns=[column.name.removeprefix("retention_") for column in columns],
        ),
    )
    axes.set_xlabel(render(_QUARTERS_SINCE, language))
    return figure


def draw_retention_curve(table: ProtectedTable, language: Language) -> Drawing:
    """Draw pooled retention with its interval."""
    figure, (axes,) = canvas(height_inches=2.8)
    shown = [
        (int(str(row["quarters_since"].value)), row["retention"].value)
        for row in table.rows
        if isinstance(row["retention"].value, Estimate)
    ]
    since = [x for x, _ in shown]
    estimates = [y for _, y in shown if isinstance(y, Estimate)]
    axes.fill_between(
        since, [y.low for y in estimates], [y.high for y in estimates], color=PALETTE[0], alpha=0.25
    )
    axes.plot(since, [y.value for y in estimates], color=PALETTE[0], marker="o", markersize=4)
    axes.set(
        xlabel=render(_QUARTERS_SINCE, language),
        ylabel=render(_RETENTION, language),
        ylim=(0, None),
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    return figure
