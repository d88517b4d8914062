"""Figures on where each product stands."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.lifecycle.figures.groups import estimate_of
from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import height, heights, label, labels, measure_ticks, title
from analysis.publish.style import WIDTH_INCHES, canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure, message

_COLUMNS = 3
_MONTHS = message("Months since launch")
_STAGES = ("introduction", "growth", "maturity", "decline")


def draw_curves(table: ProtectedTable, language: Language) -> Drawing:
    """Draw a panel for each product: adopters counted, and the curve with its interval."""
    names = labels(table, "product", language)
    products = list(dict.fromkeys(names))
    lines = math.ceil(len(products) / _COLUMNS)
    figure = Drawing(figsize=(WIDTH_INCHES, 0.6 + 1.75 * lines), layout="constrained")
    for number, product in enumerate(products):
        axes = figure.add_subplot(lines, _COLUMNS, number + 1)
        rows = [row for row, name in zip(table.body(), names, strict=True) if name == product]
        months = [float(label(row["months"], language)) for row in rows]
        curve = [estimate_of(row["expected"]) for row in rows]
        shown = [(x, e) for x, e in zip(months, curve, strict=True) if e is not None]
        axes.fill_between(
            [x for x, _ in shown],
            [e.low for _, e in shown],
            [e.high for _, e in shown],
            color=PALETTE[0],
            alpha=0.25,
        )
        axes.plot(
            [x for x, _ in shown],
            [e.value for _, e in shown],
            color=PALETTE[0],
            linewidth=1.4,
            label=title(table, "expected", language),
        )
        axes.plot(
            months,
            [height(row["counted"]) for row in rows],
            linestyle="none",
            marker="o",
            markersize=3,
            color=PALETTE[1],
            label=title(table, "counted", language),
        )
        axes.set_title(product, fontsize=9)
        axes.set_ylim(bottom=0)
        axes.set_xlim(left=0)
        axes.locator_params(nbins=4)
        axes.yaxis.set_major_formatter(measure_ticks(Measure.COUNT, language))
        axes.tick_params(labelsize=8)
        if number == 0:
            handles, texts = axes.get_legend_handles_labels()
            figure.legend(handles, texts, loc="outside upper center", ncols=2)
    figure.supxlabel(render(_MONTHS, language), fontsize=9.5)
    return figure


def draw_stages(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the probabilities of the stages as one bar for each product."""
    products = labels(table, "product", language)
    figure, (axes,) = canvas(height_inches=0.9 + 0.3 * len(products))
    left = np.zeros(len(products))
    for stage, color in zip(_STAGES, (PALETTE[1], PALETTE[2], PALETTE[0], PALETTE[3]), strict=True):
        part = np.nan_to_num(np.array(heights(table, stage)))
        axes.barh(
            products, part, left=left, color=color, label=title(table, stage, language), height=0.7
        )
        left += part
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.grid(axis="y", visible=False)
    figure.legend(loc="outside upper center", ncols=4)
    return figure
