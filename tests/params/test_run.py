"""The model of a run file holds its rules wherever it is made, not in the gate alone."""

import datetime as dt

import pytest
from pydantic import ValidationError

from analysis.params.run import RunFile

VALUES = {
    "run": "north",
    "languages": ["en"],
    "title": {"en": "North"},
    "period": "2025-Q4",
    "as_of": dt.date(2025, 12, 31),
    "previous_as_of": dt.date(2025, 9, 30),
    "scopes": ["bank"],
    "source": {"folder": "../data"},
    "reports": {"survey": {"panel": "007"}},
}


def make(**values):
    return RunFile.model_validate({**VALUES, **values})


def test_what_is_left_out_takes_its_default():
    run = make()
    assert run.output_folder == "north"
    assert (run.disclosure.minimum_units, run.disclosure.rounding_base) == (10, 5)
    assert (run.budgets.minutes, run.budgets.minutes_per_cell, run.budgets.memory_gb) == (
        10.0,
        None,
        4.0,
    )


def test_output_names_another_folder():
    assert make(output="2025/q4").output_folder == "2025/q4"


def test_it_survives_json():
    run = make(
        source={"url": "x://u:${P}@h", "tables": {"t": {"from": "T", "columns": {"a": "b"}}}},
        budgets={"minutes": 5, "minutes_per_cell": 1},
        output="a/b",
    )
    assert RunFile.model_validate_json(run.model_dump_json()) == run
    assert RunFile.model_validate(run.model_dump(mode="json")) == run


def test_it_does_not_change():
    with pytest.raises(ValidationError, match="frozen"):
        make().run = "south"


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"run": "CON"}, "Windows keeps this name"),
        ({"run": "a b"}, "should match pattern"),
        ({"extra": 1}, "Extra inputs are not permitted"),
        ({"title": {"en": ""}}, "at least 1 character"),
        ({"title": {"en": "two\nlines"}}, "one line"),
        ({"title": {"en": " blank"}}, "one line"),
        ({"title": {"fr": "Nord"}}, "Input should be 'en' or 'zh'"),
        ({"languages": ["en", "zh"]}, "languages asks for a title in zh too"),
        ({"languages": ["en", "en"]}, "'en' is listed 2 times"),
        ({"languages": []}, "at least 1 item"),
        ({"scopes": []}, "at least 1 item"),
        ({"scopes": ["bank", "bank"]}, "'bank' is listed 2 times"),
        ({"scopes": ["region:N", "region:n"]}, "differ by case only"),
        ({"scopes": ["region:"]}, "a scope is"),
        ({"scopes": ["region: N"]}, "a scope is"),
        ({"scopes": ["branch:a\nb"]}, "one line"),
        ({"period": "x" * 65}, "at most 64 characters"),
        ({"previous_as_of": dt.date(2025, 12, 31)}, "must be earlier than as_of, 2025-12-31"),
        ({"follows": "../2025q3"}, "follows"),
        ({"source": {}}, "either 'folder' or 'url'"),
        ({"source": {"folder": "a", "url": "x://h"}}, "either 'folder' or 'url'"),
        ({"source": {"folder": "~/data"}}, "~ is not expanded"),
        ({"source": {"url": "x://u:pw@h"}}, "a password is named as"),
        ({"source": {"url": "x://h/a b"}}, "no blank"),
        ({"source": {"url": "warehouse"}}, "begins with its kind"),
        ({"source": {"url": "x://u:${P@h"}}, "begins no placeholder"),
        ({"output": "../x"}, "stays in the reports folder"),
        ({"budgets": {"minutes": 0}}, "greater than 0"),
        ({"budgets": {"minutes": float("nan")}}, "finite number"),
        ({"budgets": {"minutes": 5, "minutes_per_cell": 6}}, "at most budgets.minutes"),
        ({"disclosure": {"minimum_units": 2}}, "greater than or equal to 3"),
        ({"reports": {}}, "at least 1 item"),
        ({"reports": {"survey": {}, "Survey": {}}}, "differ by case only"),
    ],
)
def test_each_rule(values, rule):
    with pytest.raises(ValidationError) as caught:
        make(**values)
    assert rule in str(caught.value)


def test_a_refusal_does_not_show_the_password():
    with pytest.raises(ValidationError) as caught:
        make(source={"url": "x://u:hunter2@h"})
    assert "hunter2" not in str(caught.value)
