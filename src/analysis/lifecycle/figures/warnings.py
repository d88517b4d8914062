"""Figures on months out of the ordinary."""

from __future__ import annotations

from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MaxNLocator

from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import height, heights, measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure, Message, message

_SIGNAL = message("signal")
_LIMITS = message("limits")
_QUIET = ("sets the limits", "ordinary")


def draw_chart(table: ProtectedTable, language: Language) -> Drawing:
    """Draw monthly loss between its limits; signals as diamonds, the baseline shaded."""
    figure, (axes,) = canvas(height_inches=3.2)
    rows = table.body()
    months = [str(row["month"].value) for row in rows]
    at = list(range(len(months)))
    for name in ("low", "high"):
        axes.plot(
            at,
            heights(table, name),
            color=PALETTE[5],
            linewidth=1,
            linestyle="--",
            drawstyle="steps-mid",
            label=render(_LIMITS, language) if name == "low" else None,
        )
    axes.plot(
        at,
        heights(table, "rate"),
        color=PALETTE[0],
        marker="o",
        markersize=3,
        label=title(table, "rate", language),
    )
    judged = [_pattern(row["judgement"].value) for row in rows]
    marked = [x for x, words in zip(at, judged, strict=True) if words not in _QUIET]
    axes.plot(
        marked,
        [height(rows[x]["rate"]) for x in marked],
        linestyle="none",
        marker="D",
        markersize=7,
        color=PALETTE[3],
        label=render(_SIGNAL, language),
    )
    baseline = sum(words == _QUIET[0] for words in judged)
    axes.axvspan(-0.5, baseline - 0.5, color=PALETTE[5], alpha=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axes.xaxis.set_major_formatter(
        lambda x, _: months[int(x)] if x == int(x) and 0 <= x < len(months) else ""
    )
    axes.yaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
    axes.set_ylim(bottom=0)
    axes.set_xlim(-0.5, len(months) - 0.5)
    axes.legend(ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure


def _pattern(value: object) -> str:
    return value.pattern if isinstance(value, Message) else ""
