"""One notebook in one real kernel: what it is given, and how each way to fail comes out."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from analysis.engine.startup import import_jsonschema

import_jsonschema()

from analysis.engine.budget import Budget  # noqa: E402  # jsonschema comes first
from analysis.engine.execute import Execution, Task, execute  # noqa: E402
from analysis.engine.judge import judge, read_notebook, read_payloads  # noqa: E402
from analysis.engine.kernel import has_short_sockets  # noqa: E402
from analysis.engine.outcome import FailureKind  # noqa: E402
from analysis.errors import ExitCode  # noqa: E402

AMPLE = Budget(notebook_seconds=120, memory_bytes=2 * 10**9)
SHOW = "show('check', 'balance')"


@dataclass(frozen=True)
class Ran:
    """An execution and what can be seen around it."""

    execution: Execution
    folder: Path
    orphans: list[psutil.Process]


@pytest.fixture
def run(project, tmp_path) -> Callable[..., Ran]:
    def run(
        *cells: str, budget: Budget = AMPLE, parameters=None, on_cell=None, tags=None, **report
    ):
        path = project.add_report("alpha", *cells, **report)
        notebook = read_notebook(path)
        for position, tag in (tags or {}).items():
            notebook.cells[position].metadata["tags"] = [tag]
        folder = tmp_path / "private"
        folder.mkdir(exist_ok=True)
        before = set(psutil.pids())
        execution = execute(
            Task(
                notebook=notebook,
                parameters=parameters or {"size": 2},
                context={"report": "alpha"},
                folder=folder,
                budget=budget,
                environment=project.environment,
            ),
            on_cell=on_cell,
        )
        return Ran(execution, folder, _left_behind(before, folder))

    return run


def _left_behind(before: set[int], folder: Path) -> list[psutil.Process]:
    """Find processes that started meanwhile and live in the kernel's folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid not in before and Path(process.cwd()) == folder:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _only_failure(ran: Ran):
    (failure,) = judge(ran.execution).failures
    return failure


def test_a_report_runs_in_a_private_folder_with_its_parameters_and_a_fixed_environment(run):
    wish = {"size": 7, "scope": "region:NO", "run": "007", "as_of": "{as_of}", "confidence": 0.9}
    said = []
    ran = run(
        """
        import json, time
        told = [run, scope, as_of, size, confidence, os.getcwd(), hash("a"),
                time.tzname[0], os.environ["MPLBACKEND"], os.environ["OMP_NUM_THREADS"]]
        told += [json.load(open(os.environ["BANK_ASSESSMENT_CONTEXT"]))]
        json.dump(told, open("told.json", "w"))
        print("customer 4711")
        """,
        SHOW,
        parameters=wish,
        on_cell=lambda cell, cells: said.append((cell, cells)),
    )
    assert judge(ran.execution).succeeded
    told = json.loads((ran.folder / "told.json").read_text())
    assert told[:5] == ["007", "region:NO", "{as_of}", 7, 0.9]
    assert Path(told[5]) == ran.folder
    assert told[6] == _hash_without_a_seed("a")
    assert told[7:] == ["UTC", "agg", "1", {"report": "alpha"}]
    assert said == [(number, 6) for number in range(1, 7)]
    assert [payload.kind for payload in read_payloads(ran.execution.notebook)] == ["check", "end"]
    assert ran.execution.trace["reads"][0]["name"] == "customers"
    assert "analysis/errors.py" in ran.execution.trace["files"]
    assert ran.orphans == []


VALUES = [
    "'; open('fired', 'w').close(); '",
    '"; open("fired", "w").close(); "',
    '\\"; open("fired", "w").close()  #',
    '"""\nopen(\'fired\', \'w\').close()\n"""',
    "\n!touch fired\n%run fired\nopen('fired', 'w').close()",
    "__import__('os').system('touch fired')",
    "{run.__class__.__init__.__globals__} %(run)s ${HOME} $(touch fired) `touch fired`",
    "\x00\u2028\u202e\\x27\\N{APOSTROPHE}\\",
    "{% raw %}{{ 7 * 7 }}",
]


def test_whatever_a_parameter_holds_arrives_as_it_is_and_runs_nothing(run):
    parameters = {"size": 1, "run": VALUES[0], "scope": VALUES, "as_of": {"of": VALUES}}
    ran = run(
        """
        import json
        json.dump([run, scope, as_of], open("told.json", "w"))
        """,
        SHOW,
        parameters=parameters,
    )
    assert judge(ran.execution).succeeded
    told = json.loads((ran.folder / "told.json").read_text())
    assert told == [VALUES[0], VALUES, {"of": VALUES}]
    assert not list(ran.folder.rglob("fired"))


def _hash_without_a_seed(text: str) -> int:
    import os
    import subprocess

    code = f"print(hash({text!r}))"
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, check=True
    )
    return int(done.stdout)


def test_two_runs_of_one_notebook_are_equal_and_name_no_path(run):
    first, second = run(SHOW), run(SHOW)
    assert first.execution.notebook == second.execution.notebook
    assert str(first.folder) not in json.dumps(first.execution.notebook)


def test_an_error_of_ours_is_told_in_full(run):
    failure = _only_failure(
        run(
            """
            from analysis.errors import DisclosureError, Problem
            raise DisclosureError([Problem(what="the unit is missing", next_step="Name it."),
                                   Problem(what="a key column is to be published")])
            """
        )
    )
    assert failure.kind is FailureKind.CELL_RAISED
    assert failure.exit_code is ExitCode.DISCLOSURE
    assert "DisclosureError: the unit is missing. Name it." in failure.message
    assert "a key column is to be published." in failure.message


def test_any_other_error_is_told_by_type_and_place_without_its_values(run):
    failure = _only_failure(
        run(
            "from analysis.text import Quantity, Unit",
            "Quantity(value=4711, measure='count', unit=Unit.CUSTOMERS)",
        )
    )
    assert failure.kind is FailureKind.CELL_RAISED
    assert "code cell 5 raised ValueError at analysis/text.py:" in failure.message
    assert "4711" not in failure.message
    assert failure.exit_code is ExitCode.REPORTS


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("import signal; os.kill(os.getpid(), signal.SIGKILL)", FailureKind.KERNEL_DIED),
        ("os._exit(0)", FailureKind.KERNEL_DIED),
        ("import sys; sys.exit(0)", FailureKind.LEFT_EARLY),
        ("raise SystemExit", FailureKind.LEFT_EARLY),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_notebook_that_ends_in_the_middle_has_failed(run, cell, kind):
    ran = run(SHOW, cell)
    assert _only_failure(ran).kind is kind
    assert ran.orphans == []


def test_a_cell_that_takes_too_long_is_stopped(run):
    budget = Budget(notebook_seconds=120, memory_bytes=2 * 10**9, cell_seconds=1)
    ran = run("import time; time.sleep(100)", budget=budget)
    assert _only_failure(ran).kind is FailureKind.CELL_TIMED_OUT
    assert ran.execution.seconds < 60
    assert ran.orphans == []


def test_a_notebook_whose_cells_together_take_too_long_is_stopped(run):
    budget = Budget(notebook_seconds=2, memory_bytes=2 * 10**9)
    ran = run(*["import time; time.sleep(0.5)"] * 40, budget=budget)
    assert _only_failure(ran).kind is FailureKind.NOTEBOOK_TIMED_OUT
    assert ran.orphans == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs sessions")
def test_memory_counts_for_all_processes_and_all_of_them_are_ended(run):
    """Neither process alone goes over; the second leaves the kernel's session."""
    hog = "b = bytearray(200_000_000); import time; time.sleep(100)"
    ran = run(
        f"""
        import subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", {hog!r}], start_new_session=True)
        mine = bytearray(200_000_000)
        time.sleep(100)
        """,
        budget=Budget(notebook_seconds=120, memory_bytes=400_000_000),
    )
    assert _only_failure(ran).kind is FailureKind.OUT_OF_MEMORY
    assert ran.execution.peak_memory_bytes > 400_000_000
    assert ran.orphans == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs sessions")
def test_what_a_successful_notebook_leaves_running_is_ended_too(run):
    ran = run(
        SHOW,
        """
        import subprocess, sys
        code = "import time; time.sleep(100)"
        for apart in (True, False):
            subprocess.Popen([sys.executable, "-c", code], start_new_session=apart)
        import time; time.sleep(0.5)
        """,
    )
    assert judge(ran.execution).succeeded
    time.sleep(0.1)
    assert ran.orphans == []


def test_an_output_that_was_published_and_is_gone_is_a_failure(run):
    cells = ("from IPython.display import clear_output", f"{SHOW}; clear_output()")
    failure = _only_failure(run(*cells, published=["check:balance"]))
    assert failure.kind is FailureKind.OUTPUTS_LOST
    assert "not found in the notebook: check:balance" in failure.message


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("raises-exception", FailureKind.CELL_RAISED),
        ("skip-execution", FailureKind.LEFT_EARLY),
    ],
)
def test_tags_that_let_papermill_look_away_do_not_pass(run, tag, kind):
    assert _only_failure(run(SHOW, "1 / 0", tags={3: tag})).kind is kind


def test_the_terminal_stays_silent_and_the_log_has_what_the_kernel_said(run, capfd):
    ran = run("os.write(2, b'customer 4711\\n'); os._exit(3)")
    assert "customer 4711" in (ran.folder / "kernel.log").read_text()
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such sockets")
def test_kernels_listen_on_private_sockets_unless_their_path_is_too_long(tmp_path, run):
    assert has_short_sockets(Path("/run/assess-12345678"))
    assert not has_short_sockets(tmp_path / ("long" * 30))
    ran = run(
        """
        from ipykernel.kernelapp import IPKernelApp
        app = IPKernelApp.instance()
        open("told", "w").write(f"{app.transport} {os.path.exists(app.connection_file)}")
        """,
        SHOW,
    )
    assert (ran.folder / "told").read_text() == "ipc True"
