"""Texts are typed as the model's schema asks, in one way only."""

import datetime as dt

import pytest
from pydantic import BaseModel, Field

from analysis.params.shape import UNREAD, Shape, read_typed


def typed(kind, text):
    value, unread = read_typed(text, Shape.of({"type": kind}))
    assert (value is UNREAD) == bool(unread)
    return value


@pytest.mark.parametrize(("text", "value"), [("6", 6), ("007", 7), ("-3", -3), ("+3", 3), ("0", 0)])
def test_whole_numbers(text, value):
    assert typed("integer", text) == value


@pytest.mark.parametrize(
    "text", ["", "six", "6.0", "1e3", "1_000", "0x1F", "６", " 6", "6\n", "~", "9" * 19, "--1"]
)
def test_no_whole_numbers(text):
    assert typed("integer", text) is UNREAD


@pytest.mark.parametrize(
    ("text", "value"), [("0.85", 0.85), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-2E-2", -0.02)]
)
def test_numbers(text, value):
    assert typed("number", text) == value


@pytest.mark.parametrize(
    "text", ["", ".", "nan", "inf", ".inf", "1_0.0", "95%", "0,85", "1e999", "1e9999"]
)
def test_no_numbers(text):
    assert typed("number", text) is UNREAD


@pytest.mark.parametrize(("text", "value"), [("true", True), ("Yes", True), ("NO", False)])
def test_truth_values(text, value):
    assert typed("boolean", text) is value


@pytest.mark.parametrize("text", ["1", "0", "y", "t", "tRUE", ""])
def test_no_truth_values(text):
    assert typed("boolean", text) is UNREAD


def test_a_date():
    shape = Shape.of({"type": "string", "format": "date"})
    assert read_typed("2024-02-29", shape) == (dt.date(2024, 2, 29), [])


@pytest.mark.parametrize(
    "text",
    ["2025-02-30", "2025-02-29", "2025-13-01", "20251231", "0", "2025-1-1", "31.12.2025",
     "2025-12-31T00:00:00", "0000-01-01", "2025-12-31\n"],
)  # fmt: skip
def test_no_dates(text):
    assert read_typed(text, Shape.of({"type": "string", "format": "date"})) == (UNREAD, [()])


def test_text_stays_text():
    for text in ("007", "NO", "~", "1e3", "2025-12-31"):
        assert typed("string", text) == text


class Inner(BaseModel):
    months: int | None = None
    codes: dict[str, float] = Field(default_factory=dict)


class Outer(BaseModel):
    inner: Inner | None = None
    either: int | str = 0
    one_or_many: int | list[int] = 0
    pair: tuple[int, str] = (0, "")


def test_models_within_models_and_optional_values():
    raw = {"inner": {"months": "3", "codes": {"7": "0.5", "NO": "x"}}}
    value, unread = read_typed(raw, Shape.of(Outer.model_json_schema()))
    assert value == {"inner": {"months": 3, "codes": {"7": 0.5, "NO": UNREAD}}}
    assert unread == [("inner", "codes", "NO")]


def test_unions_are_typed_where_one_branch_fits():
    shape = Shape.of(Outer.model_json_schema())
    assert read_typed({"either": "007"}, shape)[0] == {"either": "007"}
    assert read_typed({"one_or_many": "7"}, shape)[0] == {"one_or_many": 7}
    assert read_typed({"one_or_many": ["7", "8"]}, shape)[0] == {"one_or_many": [7, 8]}
    assert read_typed({"pair": ["7", "8"]}, shape)[0] == {"pair": [7, "8"]}


def test_choices_that_are_numbers():
    shape = Shape.of({"enum": [30, 0.5, True, "30"]})
    assert read_typed("30", shape)[0] == 30
    assert read_typed("0.5", shape)[0] == 0.5
    assert read_typed("yes", shape)[0] is True
    assert read_typed("31", shape)[0] == "31"


def test_a_wrong_structure_is_left_to_the_model():
    shape = Shape.of({"type": "object", "properties": {"n": {"type": "integer"}}})
    assert read_typed({"n": ["1"]}, shape) == ({"n": ["1"]}, [])
    assert read_typed({"n": {"m": "1"}, "other": "2"}, shape)[1] == []
