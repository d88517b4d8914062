"""The page on the run file says what the models and the gate do."""

import re
from pathlib import Path

import pytest

from analysis.errors import ParameterError
from analysis.params.gate import load_run
from analysis.params.reference import describe_run_file, renew
from analysis.params.run import RunFile

PAGE = Path(__file__).resolve().parents[2] / "docs" / "run-file.md"


@pytest.fixture
def page():
    return PAGE.read_text(encoding="utf-8")


def blocks(page, language):
    return re.findall(rf"```{language}\n(.*?)```", page, flags=re.DOTALL)


def test_the_tables_are_those_of_the_models(page):
    assert renew(page) == page, "run: python -m analysis.params.reference docs/run-file.md"


def test_every_name_is_described():
    text = describe_run_file()
    for name, field in RunFile.model_fields.items():
        assert f"| `{name}` |" in text
        assert field.description in text
    assert "| `minimum_units` | whole number, at least 3, at most 1000 | `10` |" in text
    assert "### `source.tables.NAME.read`" in text


def test_a_page_without_marks_is_refused():
    with pytest.raises(ValueError, match="needs the marks"):
        renew("# A page")


def test_its_example_passes_the_gate(page, load):
    run = load(blocks(page, "yaml")[0])
    assert run.settings.disclosure.minimum_units == 20
    assert run.parameters["lifecycle"]["branch:0007"].confidence == 0.9


def test_its_wrong_example_gets_the_answer_that_it_shows(page, params, catalog):
    (shown,) = blocks(page, "text")
    file = params / "north.yaml"
    file.write_text(blocks(page, "yaml")[1], encoding="utf-8")
    with pytest.raises(ParameterError) as caught:
        load_run(file, catalog={"lifecycle": catalog["lifecycle"]})
    assert str(caught.value) == shown.rstrip("\n")
