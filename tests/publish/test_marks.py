"""Values are read off a picture: each mark stands where its cell is drawn, and holds no number."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analysis.answers import Figure
from analysis.publish.drawing import draw_svg
from analysis.publish.plotting import heat_map, heights, labels
from analysis.publish.style import canvas
from analysis.results import Estimate
from analysis.tables import Cell, Counts, Labels, ProtectedTable, Quantities
from analysis.text import Measure, Unit, message


def estimate(value, half=0.05):
    return Estimate(value=value, low=value - half, high=value + half, confidence=0.95)


def table(rows, *names, totals=()):
    """A gated table: words in the first column, numbers in the others."""
    columns = (
        Labels(name="group", title=message("Group")),
        *(Quantities(name=name, title=message(name), measure=Measure.NUMBER) for name in names),
    )
    cells = [
        {"group": Cell(value=row[0])}
        | {
            name: Cell(suppressed=True) if value is None else Cell(value=value)
            for name, value in zip(names, row[1:], strict=True)
        }
        for row in rows
    ]
    return ProtectedTable(
        name="made", caption=message("x"), unit=Unit.NONE, columns=columns, rows=tuple(cells),
        total_rows=totals, notes=(),
    )  # fmt: skip


def marks_of(draw, made):
    def lay_out(table, language):
        figure, axes = canvas(panels=2)
        draw(axes, table)
        return figure

    figure = Figure(name="made", caption=message("x"), alt=message("x"), table=made, draw=lay_out)  # type: ignore[arg-type]
    return draw_svg(figure, made, "en")


def cells_of(marks):
    return [(mark.row, *mark.columns) for mark in marks]


POINTS = table([("a", 1.0, 3.0), ("b", 2.0, None), ("c", 2.0, 1.0)], "now", "then")


def draw_curves(axes, table):
    x = range(len(table.rows))
    for name in ("now", "then"):
        axes[0].plot(x, heights(table, name), marker="o", label=name)
    axes[0].set_xticks(x, labels(table, "group", "en"))
    axes[0].axhline(1.0)


def test_every_point_of_a_curve_stands_for_its_cell_and_a_withheld_one_for_none():
    _, marks = marks_of(draw_curves, POINTS)
    assert cells_of(marks) == [(0, 1), (1, 1), (2, 1), (0, 2), (2, 2)]


def test_a_mark_is_where_the_picture_has_the_point():
    """The picture is matplotlib's own: it sets each point's sign at its place."""
    svg, marks = marks_of(draw_curves, POINTS)
    drawn = re.findall(r"<g clip-path[^>]*>\s*((?:<use [^>]*>\s*)+)", svg)
    places = [
        (float(x), float(y))
        for group in drawn
        for x, y in re.findall(r'x="([^"]+)" y="([^"]+)"', group)
    ]
    assert np.allclose(places, [(mark.x, mark.y) for mark in marks], atol=0.06)
    assert marks_of(draw_curves, POINTS) == (svg, marks)


def test_equal_numbers_are_told_apart_by_the_words_at_the_axis():
    made = table([("a", 5.0), ("b", 5.0), ("c", 5.0)], "now")

    def draw(axes, table):
        for place in range(3):  # not in the table's order
            axes[0].plot([5.0], [place], "o")
        axes[0].set_yticks(range(3), ["c", "a", "b"])

    assert cells_of(marks_of(draw, made)[1]) == [(2, 1), (0, 1), (1, 1)]


def test_equal_numbers_of_two_columns_are_told_apart_by_the_legend_and_the_panel():
    made = table([("a", 4.0, 4.0), ("b", 7.0, 7.0)], "now", "then")

    def draw(axes, table):
        axes[0].barh(["a", "b"], heights(table, "then"), label="then")
        axes[1].barh(["a", "b"], heights(table, "now"))
        axes[1].set_title("now")

    assert cells_of(marks_of(draw, made)[1]) == [(0, 2), (1, 2), (0, 1), (1, 1)]


def test_bars_upon_each_other_stand_for_their_own_length():
    made = table([("a", 1.0, 2.0), ("b", 3.0, 4.0)], "low", "high")

    def draw(axes, table):
        low = heights(table, "low")
        axes[0].bar(["a", "b"], low, label="low")
        axes[0].bar(["a", "b"], heights(table, "high"), bottom=low, label="high")

    assert cells_of(marks_of(draw, made)[1]) == [(0, 1), (1, 1), (0, 2), (1, 2)]


def test_an_interval_stands_for_its_estimate_once():
    made = table([("a", estimate(0.4)), ("b", estimate(0.6))], "share")

    def draw(axes, table):
        for place, row in enumerate(table.rows):
            e = row["share"].value
            axes[0].plot([e.low, e.high], [place, place])
            axes[0].plot([e.value], [place], "o")
        axes[0].plot([0, 1], [0, 1], linestyle="--")

    _, marks = marks_of(draw, made)
    assert cells_of(marks) == [(0, 1), (1, 1)]


def test_a_heat_map_stands_for_all_columns():
    made = table([("a", 0.1, 0.2), ("b", None, 0.2)], "to_b", "to_a")

    def draw(axes, table):
        values = [heights(table, name) for name in ("to_b", "to_a")]
        heat_map(axes[0], pd.DataFrame(np.array(values).T, index=["a", "b"], columns=["b", "a"]))

    assert cells_of(marks_of(draw, made)[1]) == [(0, 1), (0, 2), (1, 2)]


def test_a_point_among_two_numbers_is_read_on_both_axes():
    made = table([("a", 1.0, 30.0), ("b", 2.0, 10.0)], "price", "quality")

    def draw(axes, table):
        axes[0].plot(heights(table, "price"), heights(table, "quality"), "o")
        axes[0].set(xlabel="price", ylabel="quality")

    assert cells_of(marks_of(draw, made)[1]) == [(0, 1, 2), (1, 1, 2)]


@pytest.mark.parametrize("value", [1.234, 2.0000001])
def test_a_number_that_is_no_cell_has_no_mark(value):
    """What is drawn but not in the gated table cannot be read off."""
    made = table([("a", 2.0)], "now")
    _, marks = marks_of(lambda axes, table: axes[0].plot([0], [value], "o"), made)
    assert marks == ()


def test_counts_are_read_too():
    made = ProtectedTable(
        name="made", caption=message("x"), unit=Unit.CUSTOMERS, total_rows=(1,), notes=(),
        columns=(Labels(name="g", title=message("Group")), Counts(name="n", title=message("n"))),
        rows=tuple({"g": Cell(value=word), "n": Cell(value=15)} for word in ("a", "All")),
    )  # fmt: skip
    _, marks = marks_of(lambda axes, table: axes[0].bar(["a"], [15.0]), made)
    assert cells_of(marks) == [(0, 1)]
