"""Whatever stands in a run file, the answer is a run or a `ParameterError`; values survive."""

import copy
import json

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from analysis.errors import ParameterError
from analysis.params.context import RunContext
from analysis.params.gate import AssessmentRun, report_values
from analysis.params.schema import run_file_schema
from analysis.params.secrets import holds_password

PATIENT = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FULL = {
    "run": "north",
    "title": {"en": "North", "zh": "北方"},
    "period": "2025-Q4",
    "as_of": "2025-12-31",
    "previous_as_of": "2025-09-30",
    "scopes": ["bank", "region:North"],
    "languages": ["en", "zh"],
    "source": {
        "folder": "../data",
        "memory_gb": "2",
        "tables": {
            "t": {"from": "T", "read": {"header": ["a"], "format": "csv"}, "columns": {"a": "b"}}
        },
    },
    "disclosure": {"minimum_units": "10", "rounding_base": "5", "dominance_share": "0.85"},
    "budgets": {"minutes": "10", "minutes_per_cell": "1", "memory_gb": "4"},
    "output": "a/b",
    "reports": {
        "survey": {
            "panel": "007",
            "months": "6",
            "share": "0.5",
            "exact": "yes",
            "method": "mixture",
            "window": "60",
            "since": "2024-02-29",
            "segments": ["NO"],
            "margins": {"a": "1e3"},
            "confidence": "0.9",
        },
        "lifecycle": {},
    },
}
NASTY = st.sampled_from(
    ["007", "NO", "~", "1e3", "", " ", "0", "-1", "1e999", "nan", "true", "20251231", "${X}", "${",
     "x://u:p@h", "{run}", "%s", "'", '"', "'\"", "\\", "!!python/name:os.system", "*a", "&a",
     "- a", "a: b", "#", "|", ">", "?", "<<", "2025-02-30", "9999-12-31", "../..", "CON",
     "\t", "\n", "\0", "\u2028", "\ud83d", "示例", "bank", "region:x", "en", "x" * 5000, "9" * 5000]
)  # fmt: skip
TEXT = st.one_of(NASTY, st.text())
VALUE = st.recursive(
    TEXT,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=5,
)


def paths(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items if isinstance(value, dict | list) else ():
        yield from paths(item, (*path, key))


PLACES = st.sampled_from([path for path in paths(FULL) if path])


def changed(path, value, *, key=None):
    """The full file with another value at a path, or another name in its place."""
    document = copy.deepcopy(FULL)
    holder = document
    for part in path[:-1]:
        holder = holder[part]
    if key is None or isinstance(holder, list):
        holder[path[-1]] = value
    else:
        holder[key] = holder.pop(path[-1])
    return document


class PlainLoader(yaml.SafeLoader):
    """As editors read YAML: dates are text."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def attempt(load, text):
    """Take a text through the gate: a run, or None where it was refused."""
    try:
        return load(text)
    except ParameterError as error:
        problems = error.problems
    assert all(problem.what and problem.where for problem in problems)
    return None


def test_the_full_file_is_right(load):
    assert isinstance(load(json.dumps(FULL)), AssessmentRun)


@PATIENT
@given(path=PLACES, value=VALUE)
def test_any_value_anywhere(load, path, value):
    attempt(load, json.dumps(changed(path, value)))


@PATIENT
@given(path=PLACES, key=TEXT)
def test_any_name_anywhere(load, path, key):
    attempt(load, json.dumps(changed(path, None, key=key)))


@PATIENT
@given(line=st.integers(0, 9), text=TEXT)
def test_any_text_without_quotes_in_any_line(load, valid, line, text):
    lines = valid.splitlines()
    lines[line] = f"{lines[line].partition(':')[0]}: {text}"
    attempt(load, "\n".join(lines).encode("utf-8", "surrogatepass"))


@PATIENT
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(lambda t: t.encode("utf-8", "surrogatepass")),
    )
)
@example(content=b"\xff\xfe")
@example(content=b"\xef\xbb\xbf")
@example(content=b"%YAML 9999999999999999999.1\n---\na: 1")
def test_any_bytes(load, content):
    assert attempt(load, content) is None


@PATIENT
@given(
    value=st.one_of(
        st.sampled_from(["007", "NO", "~", "1e3", "示例", "{x}", 'it\'s "q"']), st.text(min_size=1)
    )
)
def test_a_text_arrives_as_it_was_written(load, tmp_path, value):
    text = json.dumps(changed(("reports", "survey", "panel"), value))
    run = attempt(load, text)
    if run is None:
        controls = any((ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 for c in value)
        halves = any(0xD800 <= ord(c) < 0xE000 for c in value)
        assert controls or halves or "${" in value or holds_password(value)
        return
    assert report_values(run, "survey", "bank")["panel"] == value
    context = RunContext.of(run, report="survey", scope="bank")
    context.write(tmp_path / "context.json")
    assert RunContext.read(tmp_path / "context.json").parameters["panel"] == value


@PATIENT
@given(path=PLACES, value=VALUE)
def test_the_schema_accepts_whatever_the_gate_accepts(load, catalog, path, value):
    text = json.dumps(changed(path, value))
    if attempt(load, text) is not None:
        Draft202012Validator(run_file_schema(catalog)).validate(yaml.safe_load(text))


@pytest.mark.parametrize("path", [path for path in paths(FULL) if path], ids=str)
def test_the_schema_accepts_an_unquoted_text_that_the_gate_accepts(load, catalog, path):
    marked = json.dumps(changed(path, "MARK"), ensure_ascii=False)
    validator = Draft202012Validator(run_file_schema(catalog))
    for text in ("007", "NO", "~", "1e3", "2025", "true", "0.5", "30", "2025-06-30", "bank"):
        candidate = marked.replace('"MARK"', text)
        if attempt(load, candidate) is not None:
            validator.validate(yaml.load(candidate, Loader=PlainLoader))  # noqa: S506 it is safe
