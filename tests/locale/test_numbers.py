"""Numbers and dates read as a reader of each language expects."""

import datetime as dt

import pytest

from analysis.locale import render, write_interval, write_quantity
from analysis.locale.numbers import format_day, format_measure
from analysis.results import Estimate
from analysis.text import Measure, Words, message


@pytest.mark.parametrize(
    ("value", "measure", "english", "chinese"),
    [
        (0.4234, Measure.SHARE, "42.3%", "42.3%"),
        (-0.0004, Measure.SHARE, "0.0%", "0.0%"),
        (-0.0123, Measure.POINTS, "-1.2 percentage points", "-1.2个百分点"),
        (12_345_678, Measure.COUNT, "12,345,678", "12,345,678"),
        (45.5, Measure.AMOUNT_CNY, "CN¥45.50", "¥45.50"),
        (45_678, Measure.AMOUNT_CNY, "CN¥45,678", "¥45,678"),
        (123_456_789, Measure.AMOUNT_CNY, "CN¥123.46M", "¥1.23亿"),
        (0.2425, Measure.NUMBER, "0.242", "0.242"),
        (0.0, Measure.NUMBER, "0", "0"),
        (-0.0004, Measure.NUMBER, "0.000", "0.000"),
        (4.4136, Measure.NUMBER, "4.414", "4.414"),
        (1234.56, Measure.NUMBER, "1,235", "1,235"),
        (3.25, Measure.MONTHS, "3.2 months", "3.2个月"),
        (1.04, Measure.MONTHS, "1 month", "1个月"),
        (1, Measure.DAYS, "1 day", "1天"),
        (12.0, Measure.DAYS, "12 days", "12天"),
    ],
)
def test_each_measure_has_one_format(
    value: float, measure: Measure, english: str, chinese: str
) -> None:
    assert format_measure(value, measure, "en") == english
    assert format_measure(value, measure, "zh") == chinese


def test_dates_are_written_in_full() -> None:
    assert format_day(dt.date(2025, 12, 31), "en") == "31 December 2025"
    assert format_day(dt.date(2025, 12, 31), "zh") == "2025年12月31日"


def test_an_estimate_never_stands_without_its_interval() -> None:
    estimate = Estimate(value=0.42, low=0.4, high=0.44, confidence=0.95)
    assert write_quantity(estimate, Measure.SHARE, "zh") == "42.0%（40.0% 至 44.0%）"
    assert write_interval(estimate, Measure.SHARE, "zh") == "40.0% 至 44.0%（95%区间）"


def test_text_from_data_is_never_a_pattern() -> None:
    hostile = Words(en="{0.__class__} {x!r:>99}", zh="{y}")
    assert render(message("{x}", x=hostile), "en") == "{0.__class__} {x!r:>99}"
