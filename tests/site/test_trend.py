"""A key figure over the periods, as the page draws it."""

import json
import re

import pytest
from defusedxml.ElementTree import fromstring

from analysis.errors import ReportError
from analysis.site.render import render_report
from analysis.site.trend import Point, draw_trend, read_history


def point(label, value, low=None, high=None):
    return Point(label=label, value=value, low=low, high=high, text=f"{value}<")


def test_the_line_goes_through_every_value_in_the_order_of_time():
    svg = fromstring(draw_trend([point("a", 1.0), point("b", 3.0), point("c", 2.0)], label="x"))
    (line,) = [each for each in svg if each.tag == "polyline"]
    places = [tuple(map(float, pair.split(","))) for pair in line.get("points").split()]
    across, up = zip(*places, strict=True)
    assert list(across) == sorted(across)
    assert up[1] < up[2] < up[0]  # the highest value stands highest


def test_what_was_withheld_is_a_gap_and_is_not_drawn_as_nought():
    points = [point("a", 1.0), point("b", None), point("c", 2.0)]
    svg = fromstring(draw_trend(points, label="x"))
    assert len([each for each in svg if each.tag == "circle"]) == 2
    assert draw_trend(points[:2], label="x") == ""


def test_those_who_do_not_see_it_are_told_each_value():
    svg = fromstring(draw_trend([point("Q1", 1.0), point("Q2", 2.0, 1.5, 2.5)], label="Share"))
    assert svg.get("aria-label") == "Share – Q1: 1.0<; Q2: 2.0<"
    assert [each.find("title").text for each in svg if each.tag == "circle"] == [
        "Q1: 1.0<",
        "Q2: 2.0<",
    ]


def test_values_that_are_all_the_same_stand_in_the_middle():
    svg = draw_trend([point("a", 5.0), point("b", 5.0)], label="x")
    assert re.findall(r'cy="([\d.]+)"', svg) == ["18.0", "18.0"]


def test_tiles_show_the_course_of_what_earlier_periods_have(make, tmp_path):
    folder = make.folder(tmp_path / "report", make.lifecycle())
    earlier = {"value": 0.6, "low": 0.59, "high": 0.61, "text": make.same("60.0%")}
    history = [{"period": "2025-Q3", "metrics": {"stable": earlier}}]
    (folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    render_report(folder)
    page = (folder / "report.en.html").read_text(encoding="utf-8")
    assert page.count('<svg class="spark"') == 1
    assert "Stable customers – 2025-Q3: 60.0%; 2025-Q4: 61.1%" in page


@pytest.mark.parametrize("text", ["{", "[1]", '[{"period": "Q"}]'])
def test_a_history_that_cannot_be_read_stops_the_page(tmp_path, text):
    (tmp_path / "history.json").write_text(text)
    with pytest.raises(ReportError, match="earlier periods cannot be read"):
        read_history(tmp_path / "history.json")
