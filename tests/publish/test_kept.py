"""A drawing that another kernel of the batch has made is taken over, and no other one."""

from __future__ import annotations

import functools
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import FunctionType, MappingProxyType, ModuleType

import matplotlib as mpl
import pytest

from analysis.answers import Figure
from analysis.publish import kept, plotting
from analysis.publish.drawing import draw_svg
from analysis.publish.kept import DRAWINGS_VARIABLE, MOST_KEPT, KeptDrawings, draw_once
from analysis.publish.payload import PublishedMark
from analysis.publish.plotting import height, heights
from analysis.publish.style import canvas
from analysis.tables import Cell, Labels, ProtectedTable, Quantities
from analysis.text import Measure, Unit, message

MARKS = (PublishedMark(x=0.1, y=2.0, row=0, columns=(1,)),)


def made(number=1.0, name="made"):
    columns = (
        Labels(name="group", title=message("Group")),
        Quantities(name="now", title=message("now"), measure=Measure.NUMBER),
    )
    rows = (MappingProxyType({"group": Cell(value="a"), "now": Cell(value=number)}),)
    return ProtectedTable(
        name=name, caption=message("x"), unit=Unit.NONE, columns=columns, rows=rows,
        total_rows=(), notes=(),
    )  # fmt: skip


def figure_of(draw):
    return Figure(name="made", caption=message("x"), alt=message("x"), table=None, draw=draw)  # type: ignore[arg-type]


ONE = figure_of(heights)


class Pen:
    """Draws nothing, and counts how often."""

    def __init__(self, on_draw=lambda: None):
        self.drawn = 0
        self._on_draw = on_draw

    def __call__(self, figure, table, language):
        self.drawn += 1
        self._on_draw()
        return f"<svg>{self.drawn} 银行</svg>", MARKS


def draw_twice(folder, first, second, on_draw=lambda: None):
    """Have two kernels draw, one after the other; count the drawings and give both."""
    pen = Pen(on_draw)
    drawn = [KeptDrawings(pen, folder)(*asked) for asked in (first, second)]
    return pen.drawn, drawn


def test_what_was_drawn_once_is_taken_over_to_the_byte(tmp_path: Path) -> None:
    drawn, (first, second) = draw_twice(tmp_path, (ONE, made(), "zh"), (ONE, made(), "zh"))
    assert drawn == 1
    assert first == second == ("<svg>1 银行</svg>", MARKS)


@pytest.mark.parametrize(
    "other",
    [
        (ONE, made(number=1.0 + 2**-52), "en"),
        (ONE, made(number=1), "en"),
        (ONE, replace(made(), caption=message("y")), "en"),
        (ONE, made(name="another"), "en"),
        (ONE, made(), "zh"),
        (figure_of(height), made(), "en"),
        (figure_of(functools.partial(heights, name="now")), made(), "en"),
    ],
    ids=["last bit", "type", "words", "name", "language", "function", "argument"],
)
def test_whatever_else_it_follows_from_it_is_drawn_anew(tmp_path: Path, other) -> None:
    assert draw_twice(tmp_path, (ONE, made(), "en"), other)[0] == 2


def test_another_state_of_the_code_has_another_folder(tmp_path: Path) -> None:
    pen = Pen()
    for state in "ab":
        KeptDrawings(pen, tmp_path / state)(ONE, made(), "en")
    assert pen.drawn == 2


def test_a_changed_setting_or_library_draws_anew(tmp_path: Path, monkeypatch) -> None:
    pen = Pen()
    draw = KeptDrawings(pen, tmp_path)
    draw(ONE, made(), "en")
    with mpl.rc_context({"lines.linewidth": 7}):
        draw(ONE, made(), "en")
    monkeypatch.setattr(mpl, "__version__", "0")
    draw(ONE, made(), "en")
    assert pen.drawn == 3


def test_a_function_without_a_module_of_its_own_is_drawn_each_time(tmp_path: Path) -> None:
    """A lambda has no name, and a notebook's own function one that another has too."""
    of_a_cell = FunctionType(heights.__code__, {"__name__": "__main__"}, "draw")
    assert of_a_cell.__module__ == "__main__"
    for draw in (lambda table, language: None, of_a_cell):
        asked = (figure_of(draw), made(), "en")
        assert draw_twice(tmp_path, asked, asked)[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_one_that_imported_a_module_of_ours_is_not_kept(tmp_path: Path, monkeypatch) -> None:
    """Taken over, it would leave the module out of the manifest."""
    late = "analysis.late"
    monkeypatch.setitem(sys.modules, late, ModuleType(late))  # undone at the end
    monkeypatch.delitem(sys.modules, late)
    asked = (ONE, made(), "en")
    pen = Pen(lambda: sys.modules.setdefault(late, ModuleType(late)) and None)
    draw = KeptDrawings(pen, tmp_path)
    draw(*asked)
    draw(*asked)
    assert pen.drawn == 2
    draw(*asked)
    assert pen.drawn == 2  # imported by then: kept the second time
    del sys.modules[late]
    draw(*asked)
    assert pen.drawn == 3  # a kernel that has not imported it draws, and does


def test_half_a_file_is_drawn_anew(tmp_path: Path) -> None:
    pen = Pen()
    draw = KeptDrawings(pen, tmp_path)
    draw(ONE, made(), "en")
    (file,) = tmp_path.rglob("*.json")
    file.write_text(file.read_text("utf-8")[:-9], "utf-8")
    draw(ONE, made(), "en")
    assert pen.drawn == 2


def test_a_folder_that_cannot_be_written_costs_time_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    asked = (ONE, made(), "en")
    assert draw_twice(tmp_path / "file", asked, asked)[0] == 2


def test_a_figure_that_differs_from_scope_to_scope_fills_no_disk(tmp_path: Path) -> None:
    draw = KeptDrawings(Pen(), tmp_path)
    for number in range(3 * MOST_KEPT):
        draw(ONE, made(number), "en")
    assert len(list(tmp_path.rglob("*.json"))) == MOST_KEPT


def draw_bars(table, language):
    figure, (axes,) = canvas()
    axes.bar([0], plotting.heights(table, "now"))
    return figure


def test_a_real_figure_comes_back_as_it_was_drawn(tmp_path: Path) -> None:
    asked = (figure_of(draw_bars), made(), "en")
    KeptDrawings(draw_svg, tmp_path)(*asked)
    taken_over = KeptDrawings(Pen(), tmp_path)(*asked)
    assert taken_over == draw_svg(*asked)
    assert taken_over[1]


def test_kernels_that_start_together_draw_once(tmp_path: Path) -> None:
    at_it = threading.Event()

    def take_a_while():
        at_it.set()
        time.sleep(0.2)

    first, second = Pen(take_a_while), Pen()
    with ThreadPoolExecutor() as together:
        drawn = together.submit(KeptDrawings(first, tmp_path), ONE, made(), "en")
        assert at_it.wait(timeout=60)
        taken_over = together.submit(KeptDrawings(second, tmp_path), ONE, made(), "en")
        assert taken_over.result() == drawn.result()
    assert (first.drawn, second.drawn) == (1, 0)
    assert not list(tmp_path.rglob("*.drawing"))


def test_a_kernel_that_fails_at_a_drawing_keeps_no_other_from_it(tmp_path: Path) -> None:
    def fail():
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011  # the pen's own
        KeptDrawings(Pen(fail), tmp_path)(ONE, made(), "en")
    second = Pen()
    KeptDrawings(second, tmp_path)(ONE, made(), "en")
    assert second.drawn == 1


def test_a_drawing_that_never_ends_keeps_no_other_kernel(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kept, "_LONGEST_WAIT", 2)
    second = Pen()
    first = Pen(lambda: KeptDrawings(second, tmp_path)(ONE, made(), "en"))
    KeptDrawings(first, tmp_path)(ONE, made(), "en")
    assert (first.drawn, second.drawn) == (1, 1)


def test_what_another_thread_imports_meanwhile_is_no_error(tmp_path: Path) -> None:
    """A kernel's threads import while a cell runs, so that modules come and go."""
    ended = threading.Event()

    def import_and_forget():
        while not ended.is_set():
            for number in range(200):
                sys.modules[f"made_up_{number}"] = ModuleType("made_up")
            for number in range(200):
                del sys.modules[f"made_up_{number}"]

    before = sys.getswitchinterval()
    with ThreadPoolExecutor() as beside:
        importing = beside.submit(import_and_forget)
        try:
            sys.setswitchinterval(1e-6)
            found = {kept._own_modules() for _ in range(300)}
        finally:
            sys.setswitchinterval(before)
            ended.set()
    importing.result()
    assert len(found) == 1


def test_by_hand_everything_is_drawn(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.delenv(DRAWINGS_VARIABLE, raising=False)
    assert draw_once(draw_svg) is draw_svg
    monkeypatch.setenv(DRAWINGS_VARIABLE, str(tmp_path))
    assert isinstance(draw_once(draw_svg), kept.KeptDrawings)
