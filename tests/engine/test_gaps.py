"""A report of which a section failed: what is published, what is not, and what it says."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from analysis.engine.startup import import_jsonschema

import_jsonschema()

import nbformat  # noqa: E402  # jsonschema comes first

from analysis.engine.budget import Budget  # noqa: E402
from analysis.engine.execute import Execution, Task, execute  # noqa: E402
from analysis.engine.gaps import find_gaps, gap_number, list_missing, mark_gaps  # noqa: E402
from analysis.engine.judge import judge, read_notebook, read_payloads  # noqa: E402
from analysis.engine.outcome import Failure, FailureKind  # noqa: E402
from analysis.publish.payload import PublishedGap  # noqa: E402

OURS = (
    "from analysis.errors import EstimationError, Problem\n"
    "raise EstimationError(Problem(what='too few periods', found='2', needed='3'))"
)
FOREIGN = "raise ValueError('customer 4711 owes 12345')"


def test_the_notebook_goes_on_and_what_failed_keeps_its_place(project, tmp_path):
    notebook = read_notebook(
        project.add_report(
            "alpha",
            "show('report', 'report')",
            "stages = 1 / 0",
            "groups = stages + 1",
            FOREIGN,
            OURS,
            "show('check', 'balance')",
            "print(groups)",
            "show('verdict', 'verdict')",
            published=["report:report", "check:balance", "verdict:verdict"],
        )
    )
    execution = execute(
        Task(
            notebook=notebook,
            parameters={"size": 2},
            context={"report": "alpha"},
            folder=tmp_path,
            budget=Budget(notebook_seconds=120, memory_bytes=2 * 10**9),
            environment=project.environment,
        )
    )
    assert not judge(execution).succeeded
    gaps, failures = zip(*find_gaps(execution), strict=True)
    first = gaps[0].name
    assert [(gap.error, gap.follows, gap.detail) for gap in gaps] == [
        ("ZeroDivisionError", "", ""),
        ("NameError", first, ""),
        ("ValueError", "", ""),
        ("EstimationError", "", "too few periods: found 2, need 3."),
        ("NameError", first, ""),
    ]
    marked = mark_gaps(execution.notebook, {gap_number(gap): gap for gap in gaps})
    kinds = [payload.kind for payload in read_payloads(marked)]
    assert kinds == ["report", *["gap"] * 4, "check", "gap", "verdict", "end"]
    left = json.dumps(marked).replace(FOREIGN, "") + "".join(f.message for f in failures)
    for leaked in ("4711", "Traceback", "papermill-error"):
        assert leaked not in left


def payload(kind, **fields):
    return {"kind": kind, "name": kind, **fields}


HEADER = payload(
    "report", title={}, question={}, run="r", run_title={}, period="p", as_of="2025-12-31",
    previous_as_of="2025-09-30", scope="bank", scope_title={}, languages=["en"], parameters={},
    disclosure={}, rules=[],
)  # fmt: skip
VERDICT = payload("verdict", statement={}, strength="conclusive")
RAISED = ("ZeroDivisionError", "division by zero")


def cell(source, *payloads, error=None):
    outputs = [
        nbformat.v4.new_output(
            "display_data",
            data={f"application/vnd.bank-assessment.{each['kind']}.v1+json": each},
        )
        for each in payloads
    ]
    if error:
        outputs.append(nbformat.v4.new_output("error", ename=error[0], evalue=error[1]))
    return nbformat.v4.new_code_cell(source, outputs=outputs)


def heading(text, *tags):
    return nbformat.v4.new_markdown_cell(f"## {text}", metadata={"tags": list(tags)})


def execution_of(*cells, stopped=None, exit_codes=None, declared=("report", "verdict")):
    end = payload("end", published=[f"{name}:{name}" for name in declared])
    notebook = nbformat.v4.new_notebook(cells=[*cells, cell("end()", end)])
    code = [each for each in notebook.cells if each.cell_type == "code"]
    for count, each in enumerate(code, 1):
        each.execution_count = count
    raised = [
        {"type": "X", "count": count, "exit_code": exit_code, "problems": []}
        for count, exit_code in (exit_codes or {}).items()
    ]
    return Execution(
        notebook=notebook,
        returned=False,
        stopped=stopped,
        raised=tuple(raised),
        trace=None,
        started_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        seconds=1.0,
        cell_seconds=(),
        peak_memory_bytes=0,
    )


OPENED, FAILED, CONCLUDED = (
    cell("open()", HEADER),
    cell("x = 1 / 0", error=RAISED),
    cell("conclude()", VERDICT),
)
TIMEOUT = Failure(kind=FailureKind.NOTEBOOK_TIMED_OUT, message="it took too long")


@pytest.mark.parametrize(
    ("why", "execution"),
    [
        ("no header", execution_of(FAILED, CONCLUDED, declared=("verdict",))),
        ("no verdict", execution_of(OPENED, FAILED, declared=("report",))),
        ("an output was lost", execution_of(OPENED, FAILED, declared=("report", "verdict"))),
        ("it was stopped", execution_of(OPENED, FAILED, CONCLUDED, stopped=TIMEOUT)),
        ("refused", execution_of(OPENED, FAILED, CONCLUDED, exit_codes={2: 5})),
        ("left", execution_of(OPENED, cell("x", error=("SystemExit", "0")), CONCLUDED)),
    ],
)
def test_a_report_fails_as_a_whole(why, execution):
    assert not judge(execution).succeeded
    assert find_gaps(execution) == (), why


def test_a_gap_stands_in_its_section_in_each_language():
    execution = execution_of(
        OPENED,
        heading("Who leaves?", "en"),
        heading("谁在流失？", "zh"),
        cell("a = 1 / 0", error=RAISED),
        cell("b = a", error=("NameError", "name 'a' is not defined")),
        heading("Next", "en"),
        CONCLUDED,
    )
    gaps = tuple(gap for gap, _ in find_gaps(execution))
    assert [gap.section for gap in gaps] == [{"en": "Who leaves?", "zh": "谁在流失？"}] * 2
    assert list_missing(gaps) == ["Who leaves?"]
    assert gaps[1].follows == gaps[0].name


def test_a_name_that_no_failed_cell_would_have_set_is_a_failure_of_its_own():
    wrong = cell("c = nowhere", error=("NameError", "name 'nowhere' is not defined"))
    gaps = tuple(gap for gap, _ in find_gaps(execution_of(OPENED, FAILED, wrong, CONCLUDED)))
    assert [gap.follows for gap in gaps] == ["", ""]


def test_a_gap_before_the_first_section_is_named_by_its_cell():
    gap = PublishedGap(name="cell-3", section={}, error="E", detail="", follows="")
    assert list_missing((gap,)) == ["cell-3"]
