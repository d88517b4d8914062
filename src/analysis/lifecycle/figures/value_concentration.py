"""Figures on how unequally the value to come is spread, and what of it is at risk."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure, message

_CUSTOMERS = message("Share of customers, least value first")
_EQUAL = message("if all had the same")


def draw_lorenz(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the Lorenz curve with the line of equality."""
    figure, (axes,) = canvas(height_inches=3.4)
    values = heights(table, "value_share")
    shares = np.linspace(0, 1, len(values))
    axes.plot([0, 1], [0, 1], color=PALETTE[5], linestyle="--", label=render(_EQUAL, language))
    axes.plot(shares, values, color=PALETTE[0], label=title(table, "value_share", language))
    axes.fill_between(shares, values, shares, color=PALETTE[0], alpha=0.12)
    axes.set(
        xlabel=render(_CUSTOMERS, language),
        ylabel=title(table, "value_share", language),
        xlim=(0, 1),
        ylim=(0, 1),
    )
    axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.yaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.legend(loc="upper left")
    return figure


def draw_risk(table: ProtectedTable, language: Language) -> Drawing:
    """Draw expected value and value at risk by band, one upon the other."""
    figure, (axes,) = canvas(height_inches=2.8)
    bands = labels(table, "band", language)
    expected, at_risk = heights(table, "expected"), heights(table, "at_risk")
    axes.barh(bands, expected, color=PALETTE[0], label=title(table, "expected", language))
    axes.barh(
        bands,
        at_risk,
        left=np.nan_to_num(expected),
        color=PALETTE[1],
        label=title(table, "at_risk", language),
    )
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
    axes.xaxis.set_major_formatter(measure_ticks(Measure.AMOUNT_CNY, language))
    axes.locator_params(axis="x", nbins=5)
    axes.set_ylabel(title(table, "band", language))
    axes.legend(loc="lower right")
    return figure
