"""Figures on where we stand point by point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure as Drawing

from analysis.competitor_comparison.facts import Doubt
from analysis.locale import render
from analysis.publish.palette import PALETTE
from analysis.publish.plotting import heights, labels, title
from analysis.publish.style import canvas
from analysis.tables import ProtectedTable
from analysis.text import Language, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_US = message("we")
_OTHERS = message("competitors")
_DOUBTED = message("competitors, old or doubtful figures")
_SCALE = message("0 = worst figure, 100 = best figure")
_MARKS = tuple(doubt.value for doubt in Doubt)
_LINE = 0.055
_LINE_POINTS = 12
"""Height of a line of text: of the points' reach, and in points."""


def is_doubted(name: str) -> bool:
    """Whether a name carries a mark of doubt."""
    return name.endswith(_MARKS)


def draw_scores(table: ProtectedTable, language: Language) -> Drawing:
    """Draw us and the others on each criterion, from worst to best."""
    figure, (axes,) = canvas(height_inches=0.9 + 0.34 * len(table.rows))
    own, *others = [column for column in table.columns if column.name != "criterion"]
    criteria = labels(table, "criterion", language)
    rows = np.arange(len(criteria))[::-1]
    said = set()
    for column in others:
        doubted = is_doubted(render(column.title, language))
        axes.plot(
            heights(table, column.name),
            rows,
            linestyle="none",
            marker="o",
            markersize=7,
            color=PALETTE[5],
            markerfacecolor="none" if doubted else PALETTE[5],
            label=None if doubted in said else render(_DOUBTED if doubted else _OTHERS, language),
        )
        said.add(doubted)
    axes.plot(
        heights(table, own.name),
        rows,
        linestyle="none",
        marker="D",
        markersize=9,
        color=PALETTE[0],
        label=render(_US, language),
    )
    axes.set_yticks(rows, criteria)
    axes.set_xlabel(render(_SCALE, language))
    axes.grid(axis="both", visible=True)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return figure


def draw_price_map(table: ProtectedTable, language: Language) -> Drawing:
    """Draw institutions by price and quality; doubted ones are hollow."""
    figure, (axes,) = canvas(height_inches=3.8)
    names = labels(table, "institution", language)
    points = list(zip(heights(table, "price"), heights(table, "quality"), names, strict=True))
    for i, (x, y, name) in enumerate(points):
        color = PALETTE[0] if i == 0 else PALETTE[5]
        axes.plot(
            x,
            y,
            marker="D" if i == 0 else "o",
            markersize=9,
            color=color,
            markerfacecolor="none" if is_doubted(name) else color,
        )
    place_labels(axes, points)
    axes.set(
        xlabel=title(table, "price", language),
        ylabel=title(table, "quality", language),
        xlim=(-5, 105),
        ylim=(-5, 105),
    )
    axes.grid(axis="both", visible=True)
    return figure


def place_labels(axes: Axes, points: list[tuple[float, float, str]]) -> None:
    """Write names beside points: to the right in the left half, one under the other if near."""
    xs = [x for x, _, _ in points]
    ys = [y for _, y, _ in points]
    reach_x = (max(xs) - min(xs)) or 1.0
    reach_y = (max(ys) - min(ys)) or 1.0
    placed: list[tuple[float, float]] = []
    for x, y, name in sorted(points, key=lambda point: (-point[1], point[0], point[2])):
        left = x > min(xs) + 0.6 * reach_x
        steps = 0
        while any(
            abs(x - px) < 0.3 * reach_x and abs(y - steps * _LINE * reach_y - py) < _LINE * reach_y
            for px, py in placed
        ):
            steps += 1
        placed.append((x, y - steps * _LINE * reach_y))
        axes.annotate(
            name,
            (x, y),
            xytext=(-9 if left else 9, -_LINE_POINTS * steps),
            textcoords="offset points",
            fontsize=9,
            ha="right" if left else "left",
            va="center",
        )
