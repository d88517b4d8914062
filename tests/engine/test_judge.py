"""What must hold before a notebook runs, and what makes an executed one a report."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.engine.startup import import_jsonschema

import_jsonschema()

import nbformat  # noqa: E402  # jsonschema comes first

from analysis.engine.execute import Execution  # noqa: E402
from analysis.engine.judge import inspect_notebook, judge, read_notebook  # noqa: E402
from analysis.engine.outcome import Failure, FailureKind  # noqa: E402
from analysis.errors import ReportError  # noqa: E402

CHECK = {"kind": "check", "name": "balance", "label": {}, "status": "passed", "detail": {},
         "mandatory": True}  # fmt: skip
METHOD = {"kind": "method", "name": "wilson", "title": {}, "citation": "W", "assumptions": []}


def _end(*published: str) -> dict:
    return {"kind": "end", "name": "end", "published": list(published)}


def _cell(source="pass", *payloads, tag="", count=1, error=None):
    cell = nbformat.v4.new_code_cell(source, execution_count=count)
    cell.metadata["tags"] = [tag] if tag else []
    for payload in payloads:
        mime = f"application/vnd.bank-assessment.{payload['kind']}.v1+json"
        cell.outputs.append(nbformat.v4.new_output("display_data", data={mime: payload}))
    if error:
        cell.outputs.append(nbformat.v4.new_output("error", ename=error, evalue="4711"))
    return cell


def _notebook(*cells):
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), *cells])


def _execution(*cells, returned=True, stopped=None, raised=None) -> Execution:
    return Execution(
        notebook=_notebook(*cells),
        returned=returned,
        stopped=stopped,
        raised=({"count": 1, **raised},) if raised else (),
        trace=None,
        started_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        seconds=1.0,
        cell_seconds=(),
        peak_memory_bytes=0,
    )


def test_a_complete_notebook_is_a_success_whatever_else_it_printed():
    printed = _cell("print(1)")
    printed.outputs.append(nbformat.v4.new_output("stream", text="1"))
    empty = _cell("  \n", count=None)
    end = _cell("end()", _end("check:balance", "method:wilson"), tag="end")
    assert judge(_execution(_cell("a", CHECK, METHOD), printed, empty, end)).succeeded


@pytest.mark.parametrize(
    ("payloads", "end", "said"),
    [
        ([CHECK], [_end("check:balance", "figure:stages")],
         "published, but not found in the notebook: figure:stages"),
        ([CHECK, METHOD], [_end("check:balance")], "but not published: method:wilson"),
        ([CHECK, METHOD], [_end("method:wilson", "check:balance")], "another order"),
        ([CHECK, CHECK], [_end("check:balance")], "more than once"),
        ([CHECK], [], "did not publish the end"),
        ([CHECK], [_end("check:balance"), METHOD], "did not publish the end"),
        ([_end("check:balance"), CHECK], [_end("check:balance")], "did not publish the end"),
        ([{**CHECK, "status": "perhaps"}], [_end("check:balance")], "a payload cannot be read"),
    ],
)  # fmt: skip
def test_lost_outputs_are_noticed_and_named(payloads, end, said):
    (failure,) = judge(_execution(_cell("a", *payloads), _cell("b", *end, tag="end"))).failures
    assert failure.kind is FailureKind.OUTPUTS_LOST
    assert said in failure.message


def test_a_code_cell_without_a_count_did_not_run():
    verdict = judge(_execution(_cell("a"), _cell("b", _end(), tag="end", count=None)))
    assert [failure.kind for failure in verdict.failures] == [FailureKind.LEFT_EARLY]
    assert "after 1 of 2 code cells" in verdict.failures[0].message


def test_papermill_must_have_returned():
    verdict = judge(_execution(_cell("b", _end(), tag="end"), returned=False))
    assert not verdict.succeeded


def test_a_budget_wins_over_the_error_that_stopping_left_in_the_cell():
    stopped = Failure(kind=FailureKind.CELL_TIMED_OUT, message="too long")
    verdict = judge(_execution(_cell("a", error="KeyboardInterrupt"), stopped=stopped))
    assert verdict.failures == (stopped,)


def test_leaving_wins_over_the_kernel_that_is_gone_afterwards():
    stopped = Failure(kind=FailureKind.KERNEL_DIED, message="died")
    verdict = judge(_execution(_cell("a", error="SystemExit"), stopped=stopped))
    assert verdict.failures[0].kind is FailureKind.LEFT_EARLY


def test_the_text_of_a_foreign_exception_is_not_told():
    """Its class may be called like one of ours: pandas has a DataError too."""
    verdict = judge(_execution(_cell("a", error="DataError"), returned=False))
    assert verdict.failures[0].kind is FailureKind.CELL_RAISED
    assert "4711" not in verdict.failures[0].message


def test_a_notebook_is_inspected_before_it_runs():
    good = _notebook(_cell("size: int = 1\nscope = 'bank'", tag="parameters"), _cell(tag="end"))
    assert inspect_notebook(good, ["size", "scope"]).succeeded


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([_cell("size = 1"), _cell(tag="end")], "0 cells tagged 'parameters'"),
        ([_cell("size = 1", tag="parameters"), _cell("size = 2", tag="parameters"),
          _cell(tag="end")], "2 cells tagged 'parameters'"),
        ([_cell("rows = 1", tag="parameters"), _cell(tag="end")], "does not name 'size'"),
        ([_cell("size =", tag="parameters"), _cell(tag="end")], "is not Python"),
        ([_cell("size = 1", tag="parameters"), _cell()], "last code cell"),
        ([_cell("size = 1", tag="parameters"), _cell(tag="end"), _cell()], "last code cell"),
        ([_cell("size = 1", tag="parameters"), _cell(tag="end"), _cell(tag="end")],
         "only one tagged 'end'"),
    ],
)  # fmt: skip
def test_a_notebook_that_cannot_be_given_parameters_or_judged_does_not_run(cells, said):
    (failure,) = inspect_notebook(_notebook(*cells), ["size"]).failures
    assert failure.kind is FailureKind.BAD_NOTEBOOK
    assert said in failure.message


def test_a_name_that_is_code_is_refused():
    notebook = _notebook(_cell("size = 1", tag="parameters"), _cell(tag="end"))
    failures = inspect_notebook(notebook, ["size=1;import os"]).failures
    assert "does not name 'size=1;import os'" in failures[0].message


def test_a_file_that_is_no_notebook_is_named(tmp_path):
    path = tmp_path / "alpha.ipynb"
    path.write_text('{"cells": ')
    with pytest.raises(ReportError, match=r"notebooks/alpha.ipynb is not a notebook"):
        read_notebook(path)
