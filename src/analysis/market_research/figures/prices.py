"""Figures on prices."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, measure_ticks, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure

_STYLES = (
    ("too_cheap", 2, "--"),
    ("cheap", 2, "-"),
    ("expensive", 3, "-"),
    ("too_expensive", 3, "--"),
)


def draw_curves(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the four shares over the price."""
    figure, (axes,) = canvas(height_inches=3.6)
    prices = heights(table, "price")
    for name, color, line in _STYLES:
        axes.plot(
            prices,
            heights(table, name),
            color=PALETTE[color],
            linestyle=line,
            linewidth=2,
            label=title(table, name, language),
        )
    axes.set_xlabel(title(table, "price", language))
    axes.xaxis.set_major_formatter(measure_ticks(Measure.AMOUNT_CNY, language))
    axes.yaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.set_ylim(0, 1)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)
    return figure


def draw_demand(table: ProtectedTable, language: Language) -> Drawing:
    """Draw who would buy at each price, with the fitted curve, beside the revenue."""
    figure, (left, right) = canvas(height_inches=3.2, panels=2)
    prices = heights(table, "price")
    for axes, name, measure in (
        (left, "share", Measure.SHARE),
        (right, "revenue", Measure.AMOUNT_CNY),
    ):
        for price, row in zip(prices, table.body(), strict=True):
            value = row[name].value
            if isinstance(value, Estimate):
                axes.plot([price, price], [value.low, value.high], color=PALETTE[0], linewidth=2)
        axes.plot(prices, heights(table, name), "o", color=PALETTE[0], markersize=6)
        axes.set_xlabel(title(table, "price", language))
        axes.set_ylabel(title(table, name, language))
        axes.xaxis.set_major_formatter(measure_ticks(Measure.AMOUNT_CNY, language))
        axes.yaxis.set_major_formatter(measure_ticks(measure, language))
        axes.set_ylim(bottom=0)
    left.plot(prices, heights(table, "fitted"), color=PALETTE[1], linewidth=1.5)
    return figure
