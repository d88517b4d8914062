"""The command line as a user meets it: help, errors, exit codes, JSON."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from analysis.errors import ExitCode

HEAVY = (
    "duckdb", "ibis", "jupyter_client", "matplotlib", "nbformat", "numpy", "pandas", "papermill",
    "pydantic", "rich", "yaml",
)  # fmt: skip
REFUSED = """
from analysis.errors import DisclosureError, Problem
raise DisclosureError(Problem(what="a key is to be published"))
"""
COMMANDS = ("run", "check", "list", "sample", "schema")


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)]
)
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys\n"
        "from analysis.cli import cli\n"
        f"cli({arguments!r}, standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["run", "--help"]])
def test_the_module_is_the_command(arguments):
    told = [
        subprocess.run([*command, *arguments], capture_output=True, text=True, check=True).stdout
        for command in (
            [sys.executable, "-m", "analysis"],
            [str(Path(sys.executable).with_name("assess"))],
        )
    ]
    assert told[0] == told[1]


def test_every_command_has_help_with_examples(project):
    overview = project.assess("--help")
    assert overview.exit_code == 0
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", overview.output, re.MULTILINE)
        told = project.assess(command, "--help")
        assert f"    assess {command}" in told.output
        assert "Examples:" in told.output
    assert all(f"{int(code)} " in overview.output for code in ExitCode)


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "params/sample.yaml", "--jobs", "0"],
        ["run", "params/sample.yaml", "--jobs", "many"],
        ["run", "params/sample.yaml", "--frce"],
        ["rnu"],
        ["sample", "data", "--customers", "many"],
        ["list", "--project", "nowhere"],
    ],
)
def test_a_wrong_command_line_is_a_wrong_parameter(project, arguments):
    told = project.assess(*arguments)
    assert told.exit_code == ExitCode.PARAMETERS
    assert "Usage:" in told.output


def test_everything_wrong_in_a_run_file_is_told_a_line_each(project):
    text = project.run_file.read_text()
    text = text.replace("2025-12-31", "2025-02-30").replace("lifecycle", "lifecycel")
    project.run_file.write_text(text)
    told = project.assess("run", "params/sample.yaml")
    assert told.exit_code == ExitCode.PARAMETERS
    lines = told.stderr.splitlines()
    assert len(lines) == 2
    assert all(re.match(r"error: params/sample\.yaml:\d+:\d+: ", line) for line in lines)
    assert "Did you mean 'lifecycle'?" in told.stderr
    assert told.stdout == ""
    assert not (project.folder / "reports").exists()


def test_errors_are_one_json_document_if_asked_for(project):
    text = project.run_file.read_text()
    project.run_file.write_text(text.replace("lifecycle", "lifecycel"))
    told = project.assess("check", "params/sample.yaml", "--json")
    document = json.loads(told.stdout)
    assert document["exit_code"] == told.exit_code == ExitCode.PARAMETERS
    (error,) = document["errors"]
    assert sorted(error) == ["found", "needed", "next_step", "what", "where"]
    assert "lifecycel" in error["what"]


def test_only_names_reports_that_there_are(project):
    told = project.assess("run", "params/sample.yaml", "--only", "lifecylce")
    assert told.exit_code == ExitCode.PARAMETERS
    assert "Did you mean 'lifecycle'?" in told.stderr


def test_outside_of_a_project_the_next_step_is_told(project, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    told = project.assess("list")
    assert told.exit_code == ExitCode.PARAMETERS
    assert "--project" in told.stderr
    assert project.assess("list", "--project", str(project.folder)).exit_code == 0


def test_list_tells_titles_and_questions_in_both_languages(project):
    told = project.assess("list")
    assert told.exit_code == 0
    assert "Customer life cycle · 客户生命周期" in told.stdout
    (report,) = [
        report
        for report in json.loads(project.assess("list", "--json").stdout)["reports"]
        if report["name"] == "lifecycle"
    ]
    assert report["question"]["en"].endswith("?")
    assert report["question"]["zh"].endswith("？")
    assert "transactions" in report["tables"]


def test_schema_knows_the_parameters_of_each_report(project):
    schema = json.loads(project.assess("schema").stdout)
    reports = schema["properties"]["reports"]["properties"]
    assert "dormant_after_months" in reports["lifecycle"]["properties"]


def test_sample_writes_a_bank_and_tells_its_rows(project):
    told = project.assess("sample", "made-up", "--customers", "200", "--seed", "7", "--json")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["rows"]["customers"] == 200
    assert "200 of 200 customers" in told.stderr
    assert (project.folder / "made-up" / "truth.json").is_file()
    again = project.assess("sample", "made-up", "--customers", "200", "--seed", "7")
    assert re.search(r"^customers +200$", again.stdout, re.MULTILINE)
    assert again.stdout.splitlines()[-1] == "Written to made-up"


def test_sample_tells_all_that_is_wrong_at_once(project):
    told = project.assess("sample", "made-up", "--customers", "-1", "--seed", "-1")
    assert told.exit_code == ExitCode.PARAMETERS
    assert told.stderr.count("error: ") == 2
    assert not (project.folder / "made-up").exists()


def test_check_counts_what_is_wrong_and_writes_nothing(project):
    project.transactions.write_text(
        project.transactions.read_text() + "C3,2026-06-01,1.00\nC3,2025-06-01,\n"
    )
    told = project.assess("check", "params/sample.yaml")
    assert told.exit_code == 0, told.output
    assert "transactions (data/transactions.csv): 5 rows" in told.stdout
    assert "after as of in occurred_on: 1 of 5 rows" in told.stdout
    assert "missing value in amount_cny: 1 of 5 rows" in told.stdout
    assert "The data stops no report." in told.stdout
    assert sorted(path.name for path in project.folder.iterdir()) == [
        "data", "notebooks", "params",
    ]  # fmt: skip


def test_check_says_what_is_stopped(project):
    project.transactions.write_text("customer_id,occurred_on\nC1,2025-01-05\n")
    told = project.assess("check", "params/sample.yaml", "--json")
    assert told.exit_code == ExitCode.DATA
    document = json.loads(told.stdout)
    assert document["stops"]
    (table,) = document["tables"]
    assert "lifecycle" in table["stops"]
    assert any("amount_cny" in problem for problem in document["problems"])
    assert "error: " in told.stderr


def test_data_that_stops_a_report_starts_no_kernel_and_has_its_own_exit_code(project):
    project.transactions.write_text("customer_id,occurred_on\nC1,2025-01-05\n")
    told = project.assess("run", "params/sample.yaml", "--json")
    assert told.exit_code == ExitCode.DATA
    (report,) = json.loads(told.stdout)["reports"]
    assert report["failures"][0]["kind"] == "data"
    assert "amount_cny" in told.stderr
    assert not (project.folder / "reports" / "sample" / "lifecycle").exists()


def test_a_source_that_is_not_there_has_the_exit_code_of_data(project):
    project.transactions.unlink()
    told = project.assess("run", "params/sample.yaml")
    assert told.exit_code == ExitCode.DATA
    assert re.match(r"(?s).*error: .*assess sample", told.stderr)


def test_an_output_that_cannot_be_written_has_its_own_exit_code(project):
    (project.folder / "taken").write_text("a file")
    told = project.assess("run", "params/sample.yaml", "--reports", "taken/reports")
    assert told.exit_code == ExitCode.OUTPUT
    assert "--reports" in told.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "code", "said"),
    [
        ("1 / 0", ExitCode.REPORTS, "lifecycle · bank: code cell 3 raised ZeroDivisionError"),
        (
            REFUSED,
            ExitCode.DISCLOSURE,
            "lifecycle · bank: code cell 3 raised DisclosureError: a key",
        ),
    ],
)
def test_a_report_that_fails_is_told_with_what_is_left_of_it(project, cell, code, said):
    project.write_notebook("lifecycle", cell)
    told = project.assess("run", "params/sample.yaml")
    assert told.exit_code == code
    assert f"error: {said}" in told.stderr
    left = Path("reports/sample/failed/lifecycle/bank")
    assert f"what is left of the run is in {left}" in told.stderr
    assert (left / "notebook.ipynb").is_file()
    assert told.stdout.splitlines() == [
        "1 report: 1 failed.", f"Open {Path('reports/sample/index.html')}",
    ]  # fmt: skip
    assert Path("reports/sample/index.html").is_file()


def test_an_unexpected_error_is_told_shortly_and_a_file_says_where_it_was(project, monkeypatch):
    def fail(*_, **__):
        balance = "customer 4711 holds 8120.50"
        try:
            int(balance)
        except ValueError as error:
            raise RuntimeError(f"row: {balance}") from error

    monkeypatch.setattr("analysis.engine.catalog.load_catalog", fail)
    told = project.assess("list")
    assert told.exit_code == ExitCode.INTERNAL
    assert told.stdout == ""
    assert told.stderr.startswith("error: unexpected RuntimeError. ")
    assert "4711" not in told.stderr
    log = Path(told.stderr.split()[-1])
    kept = log.read_text()
    assert re.search(r'File ".*test_cli.py", line \d+, in fail', kept)
    assert [line for line in kept.splitlines() if line.endswith("Error")] == [
        "ValueError", "RuntimeError",
    ]  # fmt: skip
    assert not re.search("4711|8120|balance", kept)
    if sys.platform != "win32":
        assert log.stat().st_mode & 0o077 == 0
    log.unlink()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="interrupts with signals")
@pytest.mark.parametrize("how", ["Ctrl-C twice", "asked to end"])
def test_an_interrupted_run_leaves_no_process_and_no_half_report(project, how):
    project.write_notebook(
        "lifecycle", "open('started', 'w').close(); import time; time.sleep(300)"
    )
    process, work = _start_run(project)
    _wait_until(lambda: list(work.glob("*/kernel/started")))
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    if how == "asked to end":
        process.send_signal(signal.SIGTERM)
    else:
        _press_ctrl_c(process)
        _wait_until(lambda: "Finishing what runs" in _last_log(work))
        assert process.poll() is None
        _press_ctrl_c(process)
    _, told = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "error: interrupted" in told
    assert "Traceback" not in told
    _wait_until(lambda: not any(child.is_running() for child in children))
    left = sorted(path.name for path in (project.folder / "reports" / "sample").iterdir())
    assert left == [".lock", "logs"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="interrupts with signals")
def test_ctrl_c_once_finishes_what_runs_and_begins_nothing_else(project):
    wait = (
        "open('started', 'w').close()\nimport time\nwhile not os.path.exists('go'): time.sleep(.05)"
    )
    project.write_notebook("lifecycle", f"import os\n{wait}")
    settings = project.folder / "params" / "sample.yaml"
    settings.write_text(
        settings.read_text().replace("scopes: [bank", "scopes: [bank, 'region:North'")
    )
    process, work = _start_run(project, "--jobs", "1")
    _wait_until(lambda: list(work.glob("*/kernel/started")))
    _press_ctrl_c(process)
    _wait_until(lambda: "Finishing what runs" in _last_log(work))
    for started in work.glob("*/kernel/started"):
        (started.parent / "go").touch()
    process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    reports = json.loads((work.parent / "status.json").read_text())["reports"]
    assert "the run was interrupted before it began" in {entry["reason"] for entry in reports}
    assert not work.exists()
    begun = [line for line in _last_log(work).splitlines() if '"started"' in line]
    assert len(begun) == 1


def _start_run(project, *options):
    command = [sys.executable, "-m", "analysis", "run", "params/sample.yaml", *options]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    return process, project.folder / "reports" / "sample" / ".work"


def _press_ctrl_c(process):
    os.killpg(process.pid, signal.SIGINT)  # to every process of the terminal


def _last_log(work):
    logs = sorted((work.parent / "logs").glob("*.jsonl"))
    return logs[-1].read_text() if logs else ""


def _wait_until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
