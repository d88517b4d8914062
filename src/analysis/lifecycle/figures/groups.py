"""How groups are compared in a figure: a point with its interval for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.publish.palette import PALETTE
from analysis.publish.plotting import labels
from analysis.results import Estimate
from analysis.tables import Cell, ProtectedTable
from analysis.text import Language

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def estimate_of(cell: Cell) -> Estimate | None:
    """Give a cell's estimate; None where it is withheld or missing."""
    return cell.value if isinstance(cell.value, Estimate) else None


def draw_points(
    axes: Axes,
    table: ProtectedTable,
    name: str,
    language: Language,
    *,
    row_names: str,
    reference: float | None = None,
) -> None:
    """Draw a column of estimates as points with intervals, a row for each group."""
    rows = table.body()
    for position, row in enumerate(rows):
        estimate = estimate_of(row[name])
        if estimate is None:
            continue
        axes.plot(
            [estimate.low, estimate.high], [position, position], color=PALETTE[0], linewidth=2
        )
        axes.plot([estimate.value], [position], marker="o", color=PALETTE[0], markersize=6)
    if reference is not None:
        axes.axvline(reference, color=PALETTE[5], linewidth=1, linestyle="--")
    axes.set_yticks(np.arange(len(rows)), labels(table, row_names, language))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(axis="x", visible=True)
    axes.grid(axis="y", visible=False)
