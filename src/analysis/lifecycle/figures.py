"""The figures of the life-cycle report, each drawn from its gated table alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from analysis.locale import render
from analysis.locale.numbers import format_measure
from analysis.publish.style import PALETTE, SEQUENTIAL, canvas
from analysis.results import Estimate
from analysis.tables import Cell, ProtectedTable
from analysis.text import Language, Measure, Message, Words, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_CUSTOMERS = message("Customers")
_BEFORE = message("before")
_NOW = message("now")
_RETENTION = message("Retention")
_REPEATS = message("Repeat purchases")
_QUARTERS_SINCE = message("Quarters since the first transaction")


def draw_stages(table: ProtectedTable, language: Language) -> Drawing:
    """Draw customers by stage at both dates, side by side."""
    figure, (axes,) = canvas(height_inches=3.0)
    rows = table.body()
    long = pd.DataFrame(
        {
            "stage": [_label(row["stage"], language) for row in rows] * 2,
            "when": [render(_BEFORE, language)] * len(rows) + [render(_NOW, language)] * len(rows),
            "customers": [_height(row["customers_before"]) for row in rows]
            + [_height(row["customers_now"]) for row in rows],
        }
    )
    sns.barplot(
        long, x="stage", y="customers", hue="when", palette=[PALETTE[5], PALETTE[0]], ax=axes
    )
    axes.set(xlabel="", ylabel=render(_CUSTOMERS, language))
    _count_axis(axes, language)
    axes.legend(title="")
    return figure


def draw_triangle(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the retention triangle as a heat map."""
    columns = [column for column in table.columns if column.name.startswith("retention_")]
    values = np.array(
        [[_height(row[column.name]) for column in columns] for row in table.rows], dtype=float
    )
    figure, (axes,) = canvas(height_inches=0.8 + 0.27 * len(table.rows))
    sns.heatmap(
        pd.DataFrame(
            values,
            index=[_label(row["cohort"], language) for row in table.rows],
            columns=[column.name.removeprefix("retention_") for column in columns],
        ),
        cmap=SEQUENTIAL,
        vmin=0,
        annot=True,
        fmt=".0%",
        annot_kws={"size": 8},
        linewidths=1,
        linecolor="none",
        cbar=False,
        ax=axes,
    )
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)
    axes.set(xlabel=render(_QUARTERS_SINCE, language), ylabel="")
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


def _height(cell: Cell) -> float:
    """Give a withheld or missing value as a gap."""
    return float("nan") if cell.number is None else cell.number


def _label(cell: Cell, language: Language) -> str:
    value = cell.value
    return render(value, language) if isinstance(value, Message | Words | str) else str(value)


def _count_axis(axes: Axes, language: Language) -> None:
    axes.yaxis.set_major_formatter(_counts(language))
    axes.set_ylim(bottom=0)


def draw_bands(table: ProtectedTable, language: Language) -> Drawing:
    """Draw customers, and the purchases expected of them, by bands of activity."""
    figure, panels = canvas(height_inches=2.9, panels=2)
    bands = [_label(row["band"], language) for row in table.rows]
    for axes, name, color in zip(
        panels, ("customers", "expected_purchases"), (PALETTE[5], PALETTE[0]), strict=True
    ):
        title = next(column.title for column in table.columns if column.name == name)
        sns.barplot(
            x=[_height(row[name]) for row in table.rows], y=bands, color=color, ax=axes, orient="h"
        )
        axes.set(title=render(title, language), xlabel="", ylabel="")
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.xaxis.set_major_formatter(_counts(language))
    panels[1].set_yticklabels([])
    return figure


def draw_frequencies(table: ProtectedTable, language: Language) -> Drawing:
    """Draw counted customers as bars and expected ones as points."""
    figure, (axes,) = canvas(height_inches=2.8)
    labels = [_label(row["frequency"], language) for row in table.rows]
    counted, expected = (
        next(column.title for column in table.columns if column.name == name)
        for name in ("customers", "expected")
    )
    axes.bar(
        labels,
        [_height(row["customers"]) for row in table.rows],
        color=PALETTE[5],
        label=render(counted, language),
    )
    axes.plot(
        labels,
        [_height(row["expected"]) for row in table.rows],
        linestyle="none",
        marker="D",
        markersize=6,
        color=PALETTE[1],
        label=render(expected, language),
    )
    axes.set(xlabel=render(_REPEATS, language), ylabel=render(_CUSTOMERS, language))
    _count_axis(axes, language)
    axes.legend()
    return figure


def _counts(language: Language) -> FuncFormatter:
    return FuncFormatter(lambda value, _: format_measure(value, Measure.COUNT, language))
