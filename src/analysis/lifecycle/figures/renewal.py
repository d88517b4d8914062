"""Figures on renewal."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator, PercentFormatter

from analysis.lifecycle.figures.groups import estimate_of
from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import height, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, message

_RENEWALS = message("Renewals")


def draw_renewal(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the observed share as points, the model with its interval as a line."""
    figure, (axes,) = canvas(height_inches=3.2)
    at = [int(str(row["renewal"].value)) for row in table.rows]
    fitted = [(x, estimate_of(row["projected"])) for x, row in zip(at, table.rows, strict=True)]
    shown = [(x, e) for x, e in fitted if e is not None]
    renewals = [x for x, _ in shown]
    axes.fill_between(
        renewals,
        [e.low for _, e in shown],
        [e.high for _, e in shown],
        color=PALETTE[0],
        alpha=0.25,
    )
    axes.plot(
        renewals,
        [e.value for _, e in shown],
        color=PALETTE[0],
        label=title(table, "projected", language),
    )
    axes.plot(
        at,
        [height(row["observed"]) for row in table.rows],
        linestyle="none",
        marker="o",
        markersize=4,
        color=PALETTE[1],
        label=title(table, "observed", language),
    )
    axes.set(xlabel=render(_RENEWALS, language), ylim=(0, 1))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.legend()
    return figure
