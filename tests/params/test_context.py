"""What a kernel is told survives the file; a run is found from anywhere below it."""

import json

import pytest

from analysis.errors import ParameterError
from analysis.params.context import RunContext, find_run_file
from analysis.params.gate import report_values


@pytest.fixture
def context(load, valid):
    run = load(valid.replace("survey: {}", "survey: {panel: 007}"))
    return RunContext.of(run, report="survey", scope="region:North")


def test_it_holds_the_run_the_report_the_scope_and_the_parameters(context, tmp_path):
    assert (context.report, context.scope) == ("survey", "region:North")
    assert context.parameters["panel"] == "007"
    assert context.parameters["scope"] == "region:North"
    assert context.run.period == "2025-Q4"


def test_its_source_folder_is_absolute_and_its_name_as_written(context, tmp_path):
    assert context.run.source.folder == (tmp_path / "data").resolve()
    assert context.source_name == "../data"


def test_a_connection_stays_as_it_is(load, valid):
    url = "postgres://u:${DB_PASSWORD}@h/d"
    run = load(valid.replace("{folder: ../data}", f'{{url: "{url}"}}'))
    context = RunContext.of(run, report="survey", scope="bank")
    assert context.run.source.url == context.source_name == url
    assert context.run.source.folder is None


def test_what_is_written_is_read_again(load, valid, tmp_path):
    source = '{folder: ../data, tables: {t: {from: "T 1", columns: {a: b}, read: {header: [x]}}}}'
    run = load(valid.replace("{folder: ../data}", source))
    context = RunContext.of(run, report="survey", scope="bank")
    context.write(tmp_path / "context.json")
    assert RunContext.read(tmp_path / "context.json") == context
    assert [path.name for path in tmp_path.glob("context*")] == ["context.json"]


def test_its_plain_dump_is_read_as_well(context, tmp_path):
    path = tmp_path / "context.json"
    path.write_text(json.dumps(context.model_dump(mode="json")))
    assert RunContext.read(path) == context


def test_the_same_run_is_written_in_the_same_bytes(context, tmp_path):
    context.write(tmp_path / "a")
    context.write(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "no such file"), (b"{}", "another content"), (b"\xff", "another content")],
)
def test_a_context_that_cannot_be_read(tmp_path, content, expected):
    path = tmp_path / "context.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ParameterError, match=f"context cannot be read: found {expected}"):
        RunContext.read(path)


def test_a_report_that_the_run_does_not_have(load, valid):
    with pytest.raises(ParameterError, match="has no report 'lifecycle'"):
        RunContext.of(load(valid), report="lifecycle", scope="bank")


def test_the_parameters_are_those_for_the_notebook(load, valid):
    run = load(valid)
    context = RunContext.of(run, report="survey", scope="bank")
    assert context.parameters == report_values(run, "survey", "bank")


def test_a_run_file_is_found_from_its_folder_and_from_below(tmp_path):
    (tmp_path / "params").mkdir()
    file = tmp_path / "params" / "north.yaml"
    file.touch()
    deep = tmp_path / "notebooks" / "drafts"
    deep.mkdir(parents=True)
    for start in (tmp_path, tmp_path / "params", deep):
        assert find_run_file("north", start) == file


def test_the_nearest_run_file_is_taken(tmp_path):
    for folder in (tmp_path, tmp_path / "inner"):
        (folder / "params").mkdir(parents=True)
        (folder / "params" / "north.yaml").touch()
    assert find_run_file("north", tmp_path / "inner").parent == tmp_path / "inner" / "params"


def test_a_run_that_is_not_found_names_the_nearest(tmp_path):
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "north.yaml").touch()
    with pytest.raises(ParameterError, match="Did you mean 'north'") as caught:
        find_run_file("nroth", tmp_path)
    assert "no run file params/nroth.yaml: found the runs north" in str(caught.value)


@pytest.mark.parametrize("name", ["../north", "a/b", "", "*", "a.b"])
def test_a_name_that_is_not_plain_is_not_looked_for(tmp_path, name):
    with pytest.raises(ParameterError, match="a run's name is plain"):
        find_run_file(name, tmp_path)
