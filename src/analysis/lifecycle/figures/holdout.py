"""Figures on whether the purchase models would have been right."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import labels, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable
from analysis.text import Language, message

_BEFORE = message("Repeat purchases before")
_EACH = message("Purchases a customer")


def draw_calibration(table: ProtectedTable, language: Language) -> Drawing:
    """Draw counted purchases a customer as bars, those predicted as points with intervals."""
    figure, (axes,) = canvas(height_inches=3.0)
    rows = table.body()
    position = np.arange(len(rows))
    names = [c.name for c in table.columns if c.name.startswith("predicted_")]
    counted = [row["counted"].value for row in rows]
    axes.bar(
        position,
        [cell.value if isinstance(cell, Estimate) else np.nan for cell in counted],
        width=0.7,
        color=PALETTE[5],
        alpha=0.6,
        label=title(table, "counted", language),
    )
    for i, name in enumerate(names):
        shift = 0.26 * (i - (len(names) - 1) / 2)
        found = [(x, row[name].value) for x, row in zip(position, rows, strict=True)]
        shown = [(x, value) for x, value in found if isinstance(value, Estimate)]
        axes.errorbar(
            [x + shift for x, _ in shown],
            [value.value for _, value in shown],
            yerr=[
                [value.value - value.low for _, value in shown],
                [value.high - value.value for _, value in shown],
            ],
            fmt="o" if i == 0 else "s",
            markersize=5,
            linewidth=1.6,
            color=PALETTE[i],
            label=title(table, name, language),
        )
    axes.set_xticks(position, labels(table, "frequency", language))
    axes.set(xlabel=render(_BEFORE, language), ylabel=render(_EACH, language))
    axes.set_ylim(bottom=0)
    axes.legend()
    return figure
