"""What every domain's figures need: cells as heights and labels, axes in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import seaborn as sns
from matplotlib.ticker import FuncFormatter

from analysis.locale import render
from analysis.locale.numbers import format_measure
from analysis.publish.style import SEQUENTIAL
from analysis.tables import Cell, ProtectedTable
from analysis.text import Language, Measure, Message, Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def height(cell: Cell) -> float:
    """Give a cell's number; a withheld or missing one is a gap.

    Examples
    --------
    >>> height(Cell(value=3)), height(Cell(suppressed=True))
    (3.0, nan)
    """
    return float("nan") if cell.number is None else cell.number


def heights(table: ProtectedTable, name: str) -> list[float]:
    """Give a column's numbers, without the totals."""
    return [height(row[name]) for row in table.body()]


def label(cell: Cell, language: Language) -> str:
    """Write a cell of words in one language."""
    value = cell.value
    return render(value, language) if isinstance(value, Message | Words | str) else str(value)


def labels(table: ProtectedTable, name: str, language: Language) -> list[str]:
    """Write a column of words, without the totals."""
    return [label(row[name], language) for row in table.body()]


def title(table: ProtectedTable, name: str, language: Language) -> str:
    """Write a column's title."""
    return render(next(c.title for c in table.columns if c.name == name), language)


def measure_ticks(measure: Measure, language: Language) -> FuncFormatter:
    """Write an axis' numbers as the rest of the page does."""
    return FuncFormatter(lambda value, _: format_measure(value, measure, language))


def count_axis(axes: Axes, language: Language) -> None:
    """Let the vertical axis begin at zero, in whole numbers."""
    axes.yaxis.set_major_formatter(measure_ticks(Measure.COUNT, language))
    axes.set_ylim(bottom=0)


def heat_map(
    axes: Axes, shares: pd.DataFrame, *, decimals: int = 0, most: float | None = None
) -> None:
    """Draw a table of shares as a heat map, each written in its cell.

    Parameters
    ----------
    axes : matplotlib axes
    shares : DataFrame
        Fractions, NaN where there is none; its index and columns are the labels.
    decimals : int
        Of the percentages.
    most : float, optional
        The share of the darkest cell; by default the largest.
    """
    sns.heatmap(
        shares,
        cmap=SEQUENTIAL,
        vmin=0,
        vmax=most,
        annot=True,
        fmt=f".{decimals}%",
        annot_kws={"size": 8.5},
        linewidths=1,
        linecolor="none",
        cbar=False,
        ax=axes,
    )
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.tick_params(axis="y", rotation=0)
    axes.set(xlabel="", ylabel="")
