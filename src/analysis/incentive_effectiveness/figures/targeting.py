"""Figures on for whom an incentive works."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing

from analysis.incentive_effectiveness.figures.points import draw_rows
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import label, measure_ticks, title
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure


def draw_segments(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the shrunk effects by segment, with intervals."""
    return draw_rows(table, language, name="effect", row_names="segment")


def draw_qini(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the gain by the fraction offered to, its interval, and that of a lot."""
    figure, (axes,) = canvas(height_inches=3.2)
    points = [
        (float(label(row["fraction"], language)), row["gain"].value)
        for row in table.body()
        if isinstance(row["gain"].value, Estimate)
    ]
    at = [0.0] + [x for x, _ in points]
    gains = [e for _, e in points if isinstance(e, Estimate)]
    axes.fill_between(
        at,
        [0.0] + [e.low for e in gains],
        [0.0] + [e.high for e in gains],
        color=PALETTE[0],
        alpha=0.15,
    )
    axes.plot(at, [0.0] + [e.value for e in gains], color=PALETTE[0])
    if gains:
        axes.plot([0, at[-1]], [0, gains[-1].value], color=PALETTE[5], linestyle="--", linewidth=1)
    axes.set(xlabel=title(table, "fraction", language), ylabel=title(table, "gain", language))
    axes.yaxis.set_major_formatter(measure_ticks(Measure.AMOUNT_CNY, language))
    return figure
