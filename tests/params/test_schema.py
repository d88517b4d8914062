"""The schema that editors use accepts what is right and refuses what has no place."""

import copy
import importlib
import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from analysis.params.gate import load_run
from analysis.params.report import ReportParameters
from analysis.params.schema import run_file_schema

SAMPLE = Path(__file__).resolve().parents[2] / "params" / "sample.yaml"


def read(text):
    """Read YAML as the tools of others do, dates as text."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.fixture
def validator(catalog):
    return Draft202012Validator(run_file_schema(catalog))


def test_it_is_a_schema_and_plain_json(catalog):
    schema = run_file_schema(catalog)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema


def test_the_sample_is_accepted_by_the_gate_and_by_the_schema():
    """With the reports that there are: each notebook's package declares one."""
    notebooks = sorted(SAMPLE.parents[1].glob("notebooks/*.ipynb"))
    catalog = {
        path.stem: importlib.import_module(f"analysis.{path.stem}.report").REPORT
        for path in notebooks
    }
    run = load_run(SAMPLE, catalog=catalog)
    assert set(run.settings.reports) == set(catalog)
    schema = run_file_schema(catalog)
    Draft202012Validator(schema).validate(read(SAMPLE.read_text(encoding="utf-8")))


def test_the_sample_names_the_schema_for_the_editor():
    first = SAMPLE.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=run.schema.json"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("extra",), 1),
        (("title", "fr"), "x"),
        (("source", "urls"), "x"),
        (("source", "tables"), {"t": {"form": "x"}}),
        (("source", "tables"), {"t": {"read": {"sep": ","}}}),
        (("disclosure",), {"minimum": 10}),
        (("budgets",), {"hours": 1}),
        (("reports", "surveys"), {}),
        (("reports", "survey"), {"month": 3}),
        (("reports", "survey"), {"as_of": "2025-12-31"}),
        (("reports", "survey"), {"scope": "bank"}),
    ],
)
def test_an_unknown_name_is_refused(valid, validator, path, value):
    document = read(valid)
    validator.validate(document)
    holder = document
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = value
    assert not validator.is_valid(document)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("months", 0),
        ("months", 2.5),
        ("months", "six"),
        ("share", 1),
        ("share", "half"),
        ("exact", "maybe"),
        ("method", "kmean"),
        ("window", 45),
        ("since", 20251231),
        ("segments", "young"),
        ("segments", []),
        ("margins", {"a": "x"}),
        ("months", None),
    ],
)
def test_a_reports_own_parameters_are_checked(valid, validator, name, value):
    document = read(valid)
    document["reports"]["survey"] = {name: value}
    assert not validator.is_valid(document)


def test_a_missing_name_is_refused(valid, validator):
    for name in read(valid):
        document = read(valid)
        del document[name]
        assert not validator.is_valid(document), name


def test_a_source_is_one_of_two(valid, validator):
    document = read(valid)
    for source in ({}, {"folder": "x", "url": "x://h"}):
        assert not validator.is_valid({**document, "source": source})
    assert validator.is_valid({**document, "source": {"url": "x://h"}})


def test_each_report_has_its_parameters_with_meaning_and_default(catalog):
    reports = run_file_schema(catalog)["properties"]["reports"]["properties"]
    assert list(reports) == ["lifecycle", "survey"]
    assert reports["survey"]["title"] == "Survey"
    assert reports["survey"]["description"] == "What do customers need?"
    own = set(catalog["survey"].parameters.model_fields) - {
        "run",
        "as_of",
        "previous_as_of",
        "scope",
    }
    assert set(reports["survey"]["properties"]) == own
    for parameter in reports["survey"]["properties"].values():
        assert parameter["description"]
    months = reports["lifecycle"]["properties"]["dormant_after_months"]
    assert (months["default"], months["minimum"], months["maximum"]) == (6, 1, 60)


def test_no_default_is_null(catalog):
    def nulls(value):
        if isinstance(value, dict):
            return any(nulls(item) for key, item in value.items() if key != "enum")
        return value is None

    schema = copy.deepcopy(run_file_schema(catalog))
    assert not nulls(schema)


def test_a_choice_that_an_editor_reads_as_another_type_is_accepted(valid, validator):
    document = read(valid)
    document["reports"]["survey"] = {"method": yaml.safe_load("no"), "window": "30"}
    validator.validate(document)


def test_every_common_parameter_but_those_of_the_run_can_be_set(catalog):
    properties = run_file_schema(catalog)["properties"]["reports"]["properties"]["lifecycle"]
    common = set(ReportParameters.model_fields) & set(properties["properties"])
    assert common == {"confidence"}
