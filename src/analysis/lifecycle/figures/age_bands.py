"""Figures on what each age band holds, uses and wants next."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing

from analysis.lifecycle.figures.groups import estimate_of
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heat_map, heights, labels, measure_ticks, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, Measure


def draw_shares(table: ProtectedTable, language: Language) -> Drawing:
    """Draw a column of shares as a heat map: a row for each band, a column for each kind."""
    bands, kinds = labels(table, "band", language), labels(table, "kind", language)
    frame = pd.DataFrame({"band": bands, "kind": kinds, "share": heights(table, "share")})
    wide = frame.pivot(index="band", columns="kind", values="share")
    wide = wide.loc[list(dict.fromkeys(bands)), list(dict.fromkeys(kinds))]
    figure, (axes,) = canvas(height_inches=0.9 + 0.42 * len(wide))
    heat_map(axes, wide)
    return figure


def draw_needs(table: ProtectedTable, language: Language) -> Drawing:
    """Draw the unmet need with its interval, a panel for each family, a row for each band."""
    rows = table.body()
    bands, kinds = labels(table, "band", language), labels(table, "kind", language)
    order, families = list(dict.fromkeys(bands)), list(dict.fromkeys(kinds))
    figure, panels = canvas(height_inches=0.9 + 0.36 * len(order), panels=len(families))
    highest = max((e.high for row in rows if (e := estimate_of(row["unmet"]))), default=1.0)
    for number, (axes, family) in enumerate(zip(panels, families, strict=True)):
        for row, band, kind in zip(rows, bands, kinds, strict=True):
            estimate = estimate_of(row["unmet"])
            if kind != family or estimate is None:
                continue
            place = order.index(band)
            axes.plot([estimate.low, estimate.high], [place, place], color=PALETTE[0])
            axes.plot([estimate.value], [place], marker="o", color=PALETTE[0], markersize=5)
        axes.set_title(family, fontsize=9)
        axes.set_xlim(0, highest * 1.05)
        axes.set_ylim(len(order) - 0.5, -0.5)
        axes.set_yticks(np.arange(len(order)), order if number == 0 else [""] * len(order))
        axes.locator_params(axis="x", nbins=2)
        axes.xaxis.set_major_formatter(measure_ticks(Measure.SHARE, language))
        axes.tick_params(axis="x", labelsize=8)
        axes.grid(axis="x", visible=True)
        axes.grid(axis="y", visible=False)
    figure.supxlabel(title(table, "unmet", language), fontsize=9.5)
    return figure
