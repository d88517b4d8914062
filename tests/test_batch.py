"""A run file's reports, run for real: what goes on, what stays, what runs again and why."""

from __future__ import annotations

import json
import shutil
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from analysis.batch import BatchResult, Options, run_batch
from analysis.batch.executors import share_processors
from analysis.batch.status import exit_code
from analysis.engine.catalog import load_catalog
from analysis.engine.events import (
    Finished,
    Outcome,
    State,
    Target,
)
from analysis.engine.outcome import Failure, FailureKind
from analysis.errors import DataError, ExitCode, OutputError, ParameterError, Problem

SHOW = "show('check', 'balance')"
TOLD = "os.environ['BANK_ASSESSMENT_THREADS']"


def _states(result: BatchResult) -> dict[str, State]:
    return {outcome.target.report: outcome.state for outcome in result.outcomes}


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "resource_tracker" not in " ".join(child.cmdline())
    ]


@pytest.mark.slow
def test_one_report_fails_the_others_go_on_and_the_next_run_does_only_what_is_left(bench):
    bench.project.add_report("alpha", SHOW)
    bench.project.add_report("beta", "1 / 0")
    bench.project.add_report("gamma", SHOW, after=("beta",))
    bench.project.add_report("delta", SHOW, after=("alpha",))
    bench.write_run("delta", "gamma", "beta", "alpha")

    first = bench.run(jobs=2)
    assert _states(first) == {
        "alpha": State.DONE, "beta": State.FAILED, "gamma": State.SKIPPED, "delta": State.DONE,
    }  # fmt: skip
    assert first.exit_code is ExitCode.REPORTS
    assert sorted(_files(bench.folder("alpha"))) == [
        "manifest.json", "notebook.ipynb", "report.en.html", "results.json", "tables/size.csv",
    ]  # fmt: skip
    assert not bench.folder("beta").exists()
    failed = bench.reports / "sample" / "failed" / "beta" / "bank"
    assert sorted(path.name for path in failed.iterdir()) == ["kernel.log", "notebook.ipynb"]
    status = bench.status()
    assert {name: entry["status"] for name, entry in status.items()} == {
        "alpha": "published", "beta": "failed", "gamma": "skipped", "delta": "published",
    }  # fmt: skip
    assert "ZeroDivisionError" in status["beta"]["reason"]
    assert status["beta"]["title"]["en"] == "Made up beta"
    assert "'beta'" in status["gamma"]["reason"]
    assert (bench.reports / "sample" / "index.html").read_text().count("published") == 2
    assert not (bench.reports / "sample" / ".work").exists()
    assert _children() == []

    second = bench.run()
    assert bench.kernels == {"beta"}
    assert _states(second)["delta"] is State.UP_TO_DATE

    bench.project.add_report("beta", SHOW)
    third = bench.run()
    assert third.exit_code is ExitCode.DONE
    assert set(bench.started) == {"beta", "gamma"}
    assert not failed.exists()


@pytest.mark.slow
def test_everything_that_a_report_follows_from_makes_it_run_again_and_is_named(bench):
    project = bench.project
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha", languages="[en]")
    bench.run()
    before = bench.manifest("alpha")
    assert before["verdict"] == "succeeded"
    assert before["checks"] == [{"name": "balance", "status": "passed", "mandatory": True}]
    assert before["inputs"] == [{"name": "customers", "sha256": "a" * 64, "rows": 3}]
    assert before["parameters"]["size"] == 1
    assert f"{project.package}/alpha/__init__.py" in before["modules"]
    assert str(project.folder) not in json.dumps(before)

    bench.run()
    assert bench.started == {}
    assert "Writing the index" not in bench.notes
    (bench.reports / "sample" / "index.html").unlink()
    bench.run()
    assert (bench.reports / "sample" / "index.html").is_file()

    bench.project.add_report("alpha", SHOW, "print('another cell')")
    module = project.folder / project.package / "alpha" / "__init__.py"
    module.write_text("FACTOR = 2\n")
    bench.write_run("alpha", parameters={"alpha": "{size: 2}"}, disclosure="{rounding_base: 10}")
    bench.source.tables["customers"] = "b" * 64
    (project.folder / "requirements.lock").write_text("nothing==2\n")
    (bench.folder("alpha") / "results.json").unlink()
    (bench.folder("alpha") / "report.en.html").write_text("by hand")
    bench.run()
    assert bench.started["alpha"] == (
        "the notebook has changed",
        f"{project.package}/alpha/__init__.py has changed",
        "parameter size is 2, it was 1",
        "setting disclosure.rounding_base is 10, it was 5",
        "table customers has other content",
        "the lock file has changed",
        "results.json is missing from its folder",
        "report.en.html is altered in its folder",
    )


@pytest.mark.slow
def test_a_new_template_makes_pages_anew_without_a_kernel_and_force_runs_everything(bench):
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha")
    bench.run()
    before = _files(bench.folder("alpha"))

    pages = bench.project.folder / bench.project.package / "pages.py"
    pages.write_text(pages.read_text().replace('"first"', '"second"'))
    rendered = bench.run()
    assert _states(rendered) == {"alpha": State.RENDERED}
    assert bench.kernels == set()
    after = _files(bench.folder("alpha"))
    assert b"second" in after["report.en.html"]
    assert after["notebook.ipynb"] == before["notebook.ipynb"]
    bench.run()
    assert bench.started == {}

    bench.run(force=True)
    assert bench.kernels == {"alpha"}
    again = _files(bench.folder("alpha"))
    assert {name for name in again if again[name] != after[name]} <= {"manifest.json"}


@pytest.mark.slow
def test_the_last_good_version_stays_when_a_run_or_its_pages_fail(bench):
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha")
    bench.run()
    good = _files(bench.folder("alpha"))

    bench.project.add_report("alpha", SHOW, published=["check:balance", "figure:stages"])
    lost = bench.run()
    assert lost.outcomes[0].failures[0].kind is FailureKind.OUTPUTS_LOST
    assert _files(bench.folder("alpha")) == good
    assert bench.status()["alpha"]["status"] == "failed"

    bench.project.add_report("alpha", SHOW)
    unread = bench.run(renderer=f"{bench.project.package}.pages:refuse", force=True)
    (failure,) = unread.outcomes[0].failures
    assert failure.kind is FailureKind.RENDERING
    assert "ValueError" in failure.message
    assert "4711" not in failure.message
    assert _files(bench.folder("alpha")) == good


@pytest.mark.slow
def test_a_report_that_would_hold_a_secret_is_not_published_and_no_file_holds_it(bench):
    secret = "correct horse battery"
    environment = {**bench.project.environment, "WAREHOUSE_PASSWORD": secret}
    bench.project.add_report("alpha", SHOW, "print(os.environ['WAREHOUSE_PASSWORD'])")
    bench.project.add_report("beta", "raise ValueError(os.environ['WAREHOUSE_PASSWORD'])")
    bench.project.add_report("gamma", SHOW)
    bench.write_run("alpha", "beta", "gamma")
    result = bench.run(environment=environment)
    assert _states(result) == {
        "alpha": State.FAILED, "beta": State.FAILED, "gamma": State.DONE,
    }  # fmt: skip
    assert result.exit_code is ExitCode.DISCLOSURE
    failures = result.outcomes[0].failures
    assert {failure.kind for failure in failures} == {FailureKind.SECRET_WRITTEN}
    assert failures[0].message.startswith("notebook.ipynb would hold the value of WARE")
    assert not bench.folder("alpha").exists()
    written = _files(bench.reports)
    assert "sample/failed/beta/bank/notebook.ipynb" in written
    assert [name for name, content in written.items() if secret.encode() in content] == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_worker_that_is_killed_costs_its_own_report_alone(bench):
    """As by the system, when memory runs out; its kernel ends by itself."""
    kill = "import signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(300)"
    bench.project.add_report("alpha", kill)
    bench.project.add_report("beta", SHOW)
    bench.write_run("alpha", "beta")
    result = bench.run(jobs=1)
    assert _states(result) == {"alpha": State.FAILED, "beta": State.DONE}
    assert result.outcomes[0].failures[0].kind is FailureKind.WORKER_DIED
    deadline = time.monotonic() + 30
    while _processes_in(bench.reports):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _processes_in(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(folder)):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def test_data_that_no_report_could_be_right_on_stops_before_any_kernel(bench):
    bench.project.add_report("alpha", SHOW)
    bench.project.add_report("beta", SHOW)
    bench.write_run("alpha", "beta")
    last = bench.folder("alpha")
    last.mkdir(parents=True)
    (last / "report.en.html").write_text("the last good version")
    problem = Problem(what="column 'opened_on' of table 'customers' is missing")
    bench.source.wrong["customers"] = (problem,)
    result = bench.run()
    assert result.exit_code is ExitCode.DATA
    assert [o.failures[0].kind for o in result.outcomes] == [FailureKind.DATA] * 2
    assert bench.kernels == set()
    assert _files(last) == {"report.en.html": b"the last good version"}
    assert "opened_on" in bench.status()["alpha"]["reason"]


@pytest.mark.slow
def test_a_scope_that_the_source_does_not_have_is_told_before_its_kernel_starts(bench):
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha", scopes='[bank, "region:Nrth"]')
    bench.source.unknown_scopes = ("region:Nrth",)
    result = bench.run()
    assert [o.state for o in result.outcomes] == [State.DONE, State.FAILED]
    assert result.exit_code is ExitCode.DATA
    assert "region:Nrth" not in {event.target.scope for event in bench.advanced}


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([], ExitCode.DONE),
        ([ExitCode.DATA, ExitCode.DATA], ExitCode.DATA),
        ([ExitCode.DATA, ExitCode.REPORTS], ExitCode.REPORTS),
        ([ExitCode.INTERNAL], ExitCode.REPORTS),
        ([ExitCode.PARAMETERS], ExitCode.REPORTS),
        ([ExitCode.REPORTS, ExitCode.OUTPUT, ExitCode.DATA], ExitCode.OUTPUT),
        ([ExitCode.OUTPUT, ExitCode.DISCLOSURE], ExitCode.DISCLOSURE),
    ],
)
def test_the_gravest_failure_gives_the_exit_code(codes, code):
    failures = [Failure(kind=FailureKind.CELL_RAISED, message="", exit_code=c) for c in codes]
    fine = Outcome(target=Target("alpha", "bank"), state=State.DONE)
    failed = Outcome(target=Target("beta", "bank"), state=State.FAILED, failures=tuple(failures))
    assert exit_code([fine, failed]) is code


def test_a_source_that_cannot_be_opened_leaves_everything_as_it_was(bench):
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha")

    @contextmanager
    def refuse(run):
        raise DataError(Problem(what="the folder does not exist"))
        yield

    with pytest.raises(DataError):
        run_batch(
            bench.project.folder / "params" / "sample.yaml",
            catalog=load_catalog(bench.project.folder, package=bench.project.package),
            options=Options(reports=bench.reports),
            open_source=refuse,
        )
    assert not (bench.reports / "sample" / "status.json").exists()


def test_a_wrong_run_file_writes_nothing(bench):
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alhpa", as_of="2025-02-30")
    with pytest.raises(ParameterError) as caught:
        bench.run()
    assert len(caught.value.problems) == 2
    assert not bench.reports.exists()


def test_reports_are_asked_for_with_those_that_they_read(bench):
    bench.project.add_report("alpha", SHOW)
    bench.project.add_report("delta", SHOW, after=("alpha",))
    bench.write_run("delta")
    with pytest.raises(ParameterError, match=r"Add 'alpha: \{\}'"):
        bench.run()
    bench.write_run("alpha")
    with pytest.raises(ParameterError, match="does not ask for report 'delta'"):
        bench.run(only=("delta",))


@pytest.mark.slow
def test_only_looks_at_one_report_and_leaves_the_word_on_the_others(bench):
    bench.project.add_report("alpha", SHOW)
    bench.project.add_report("beta", "1 / 0")
    bench.project.add_report("delta", SHOW, after=("alpha",))
    bench.project.add_report("other", SHOW)
    bench.write_run("alpha", "beta", "delta", "other")
    bench.run(only=("beta",))
    result = bench.run(only=("delta",))
    assert bench.kernels == {"alpha", "delta"}
    assert result.exit_code is ExitCode.DONE
    assert {name: entry["status"] for name, entry in bench.status().items()} == {
        "alpha": "published", "beta": "failed", "delta": "published", "other": "skipped",
    }  # fmt: skip


@pytest.mark.slow
def test_each_scope_is_a_report_of_its_own_and_budgets_hold(bench):
    bench.project.add_report(
        "alpha", "import time; time.sleep(100 if scope != 'bank' else 0)", SHOW
    )
    bench.write_run("alpha", scopes='[bank, "region:华北"]', budgets="{minutes: 0.05}")
    result = bench.run(jobs=1)
    assert [o.state for o in result.outcomes] == [State.DONE, State.FAILED]
    late = result.outcomes[1]
    assert late.target == Target("alpha", "region:华北")
    assert late.failures[0].kind is FailureKind.NOTEBOOK_TIMED_OUT
    finished = [event for event in bench.recorder.events if isinstance(event, Finished)]
    assert [event.outcome for event in finished] == list(result.outcomes)


def test_a_second_run_at_the_same_time_is_refused(bench):
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha")
    refused = []

    def run_again(event):
        try:
            bench_of_another = type(bench)(bench.project, bench.source, bench.reports)
            bench_of_another.run()
        except OutputError as error:
            refused.append(error.exit_code)

    bench.source.problems = lambda table: run_again(None) or (Problem(what="stop here"),)
    bench.run()
    assert set(refused) == {ExitCode.OUTPUT}


def test_folders_that_were_copied_without_their_manifest_are_not_trusted(bench, tmp_path):
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha")
    bench.folder("alpha").mkdir(parents=True)
    shutil.copy(bench.project.folder / "requirements.lock", bench.folder("alpha"))
    bench.source.wrong["customers"] = (Problem(what="stop here"),)
    result = bench.run()
    assert result.outcomes[0].reasons == ("its manifest is missing or cannot be read",)


READ = """
import json
from pathlib import Path
near = json.loads(Path(os.environ["BANK_ASSESSMENT_CONTEXT"]).read_text())["neighbours"]
told = {found["report"]: found["status"] for found in near["results"]}
told |= {run["period"]: (Path(run["folder"]) / "status.json").is_file() for run in near["earlier"]}
show("check", "balance", detail={"en": json.dumps(told, sort_keys=True)})
"""


def _told(folder: Path) -> dict:
    """What the report above the others said that it was told."""
    text = (folder / "notebook.ipynb").read_text()
    outputs = [o for cell in json.loads(text)["cells"] for o in cell.get("outputs", [])]
    checks = [d for o in outputs for mime, d in o["data"].items() if "check" in mime]
    return json.loads(checks[0]["detail"]["en"])


@pytest.mark.slow
def test_a_report_above_the_others_runs_last_and_goes_on_without_one_that_failed(bench):
    bench.project.add_report("above", READ, reads_others=True)
    bench.project.add_report("beta", "1 / 0")
    bench.project.add_report("zeta", SHOW)
    bench.write_run("above", "beta", "zeta")
    first = bench.run(jobs=2)
    assert _states(first) == {
        "above": State.DONE, "beta": State.FAILED, "zeta": State.DONE,
    }  # fmt: skip
    assert _told(bench.folder("above")) == {"beta": "failed", "zeta": "published"}
    assert set(bench.manifest("above")["results"]) == {"zeta"}

    bench.project.add_report("beta", SHOW)
    bench.run(only=("above",))
    assert bench.kernels == set(), "what the others left last time is read as it is"
    bench.run()
    assert bench.started["above"] == ("the results of report beta is new",)
    assert _told(bench.folder("above")) == {"beta": "published", "zeta": "published"}


@pytest.mark.slow
def test_a_report_above_the_others_follows_the_results_of_earlier_runs(bench):
    bench.project.add_report("above", READ, reads_others=True)
    bench.project.add_report("alpha", SHOW)
    before = {"as_of": "2025-09-30", "previous_as_of": "2025-06-30", "period": "2025-Q3"}
    bench.write_run("above", "alpha", output="2025q3", **before)
    bench.run()
    bench.write_run("above", "alpha", follows="2025q3")
    bench.run()
    assert _told(bench.folder("above")) == {"2025-Q3": True, "alpha": "published"}
    results = set(bench.manifest("above")["results"])
    assert results == {"alpha", "2025q3/above", "2025q3/alpha"}

    path = bench.reports / "2025q3" / "alpha" / "bank" / "results.json"
    path.write_text("[]")
    bench.run()
    reason = "the results of report 2025q3/alpha has other content"
    assert bench.started == {"above": (reason,)}


def test_a_run_that_follows_nothing_that_ran_is_refused_before_any_kernel(bench):
    bench.project.add_report("above", READ, reads_others=True)
    bench.write_run("above", follows="2025q3")
    with pytest.raises(ParameterError, match="'2025q3', which another follows, has left nothing"):
        bench.run()
    assert bench.advanced == []


@pytest.mark.slow
def test_a_row_is_in_no_file_but_the_analysts_notebook_however_it_gets_out(bench):
    """Printed, displayed, warned of, logged, written past Python, raised."""
    planted = "Zhuge Kongming 6222-0212"
    ways = (
        f"row = {planted!r}\n"
        "import logging, sys, warnings\n"
        "print(row); print(row, file=sys.stderr)\n"
        "warnings.warn(row); logging.getLogger('x').error(row)\n"
        "os.write(2, row.encode() + b'\\n'); sys.__stderr__.write(row + '\\n')\n"
        "from IPython.display import display; display(row)\n"
    )
    bench.project.add_report("alpha", ways + SHOW)
    bench.project.add_report("beta", ways + "raise ValueError(row)")
    bench.project.add_report("gamma", ways + "os.kill(os.getpid(), 9)")
    bench.write_run("alpha", "beta", "gamma")
    result = bench.run(kernels="ordinary")
    assert _states(result) == {
        "alpha": State.DONE, "beta": State.FAILED, "gamma": State.FAILED,
    }  # fmt: skip
    written = _files(bench.reports)
    assert "sample/failed/beta/bank/kernel.log" in written
    holding = {name for name, content in written.items() if planted.encode() in content}
    holding.remove("sample/alpha/bank/results.json")  # these made-up pages copy every output
    assert {Path(name).name for name in holding} == {"notebook.ipynb"}
    told = repr(result.outcomes) + repr(bench.recorder)
    assert planted not in told


@pytest.mark.slow
def test_reports_side_by_side_share_the_processors(bench, monkeypatch):
    """Each kernel is told how many threads its engine may use."""
    monkeypatch.setattr("analysis.batch.executors.count_processors", lambda: 8)
    bench.project.add_report("alpha", f"import os; {TOLD} == '4' or 1 / 0; {SHOW}")
    bench.project.add_report("beta", SHOW)
    bench.write_run("alpha", "beta")
    assert _states(bench.run(jobs=2)) == {"alpha": State.DONE, "beta": State.DONE}


@pytest.mark.parametrize(
    ("jobs", "reports", "threads"), [(2, 12, 4), (None, 12, 1), (16, 3, 2), (1, 5, 8)]
)
def test_no_more_threads_than_processors(monkeypatch, jobs, reports, threads):
    monkeypatch.setattr("analysis.batch.executors.count_processors", lambda: 8)
    assert share_processors(jobs, reports) == threads
