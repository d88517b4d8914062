"""What goes wrong around a run, done for real; the table in docs/how-to names each."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from analysis.engine.events import State
from analysis.engine.outcome import FailureKind
from analysis.engine.store import recover
from analysis.errors import ExitCode, OutputError
from analysis.trace import hash_file

pytestmark = pytest.mark.slow
SHOW = "show('check', 'balance')"
KILLS = 50


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _assert_whole(folder: Path) -> None:
    """Every file that the manifest names is there, as it was sealed, and no other."""
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {
        path.relative_to(folder).as_posix(): hash_file(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert files == manifest["outputs"]


@pytest.mark.parametrize(
    ("cell", "source", "said"),
    [
        ("", "b" * 64, "table customers"),
        ("open(MODULE, 'a').write('FACTOR = 2\\n')", "", "alpha/__init__.py"),
        ("open(NOTEBOOK, 'a').write('\\n')", "", "the notebook"),
    ],
)
def test_an_input_that_changes_while_it_is_read_is_no_report(bench, cell, source, said):
    project = bench.project
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha")
    bench.run()
    good = _files(bench.folder("alpha"))

    module = project.folder / project.package / "alpha" / "__init__.py"
    notebook = project.folder / "notebooks" / "alpha.ipynb"
    cell = cell.replace("MODULE", repr(str(module))).replace("NOTEBOOK", repr(str(notebook)))
    project.add_report("alpha", cell or "0", SHOW)
    bench.source.seen = source
    changed = bench.run()
    (failure,) = changed.outcomes[0].failures
    assert failure.kind is FailureKind.INPUT_CHANGED
    assert said in failure.message
    assert _files(bench.folder("alpha")) == good

    project.add_report("alpha", SHOW)
    bench.source.seen = ""
    assert bench.run().exit_code is ExitCode.DONE


def test_what_was_edited_while_a_kernel_imported_it_is_not_taken_for_what_ran(bench):
    """The trace is written at the end: by then the file holds what the kernel never saw."""
    project = bench.project
    late = f"import time\nfrom {project.package} import alpha\nopen('imported', 'w').close()\n"
    project.add_report("alpha", f"{late}\nopen(alpha.__file__, 'a').write('X = 1\\n')", SHOW)
    bench.write_run("alpha")
    assert bench.run().outcomes[0].state is State.FAILED
    project.add_report("alpha", SHOW)
    assert bench.run().outcomes[0].state is State.DONE
    assert bench.kernels == {"alpha"}


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own, of a size, that can be made read-only."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            pytest.skip("mounting a file system is not permitted here")
        return place

    if sys.platform != "linux":
        pytest.skip("mounts a file system of Linux")
    yield mount
    subprocess.run(["umount", "-l", str(place)], capture_output=True, check=False)


def test_a_disk_that_fills_up_costs_the_report_that_did_not_fit(bench, small_disk):
    bench.reports = small_disk("size=512k")
    bench.project.add_report("alpha", SHOW)
    bench.project.add_report("beta", SHOW)
    bench.write_run("alpha", "beta")
    bench.run()
    good = {name: _files(bench.folder(name)) for name in ("alpha", "beta")}

    bench.project.add_report("alpha", "print('x' * 700_000)", SHOW)
    bench.project.add_report("beta", "2", SHOW)
    full = bench.run(jobs=1)
    states = {outcome.target.report: outcome.state for outcome in full.outcomes}
    assert states == {"alpha": State.FAILED, "beta": State.DONE}
    (failure,) = full.outcomes[0].failures
    assert failure.kind is FailureKind.OUTPUT
    assert "No space left on device" in failure.message
    assert full.exit_code is ExitCode.OUTPUT
    assert _files(bench.folder("alpha")) == good["alpha"]
    _assert_whole(bench.folder("beta"))
    assert bench.status()["alpha"]["status"] == "failed"

    bench.project.add_report("alpha", "3", SHOW)
    assert bench.run().exit_code is ExitCode.DONE


def test_a_read_only_output_folder_is_said_before_anything_runs(bench, small_disk):
    bench.reports = small_disk("size=1m")
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha")
    bench.run()
    good = _files(bench.folder("alpha"))
    bench.project.add_report("alpha", "2", SHOW)
    small_disk("remount,ro")
    with pytest.raises(OutputError, match="Read-only file system"):
        bench.run()
    assert bench.kernels == set()
    assert _files(bench.folder("alpha")) == good
    small_disk("remount,rw")
    assert bench.run().outcomes[0].state is State.DONE


def test_a_clock_that_jumps_stops_nothing(bench, monkeypatch):
    """In the batch by a day at each look, there and back; workers and kernels are new processes
    whose clock jumps by the same trick, put into their start.
    """
    jumps = bench.project.folder / "sitecustomize.py"
    jumps.write_text(
        "import itertools, time\n"
        "real, days = time.time, itertools.cycle((0, 86_400, -86_400))\n"
        "time.time = lambda: real() + next(days)\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{bench.project.folder}{os.pathsep}{_path()}")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 86_400)
    bench.project.add_report(
        "alpha", "import time; assert abs(time.time() - time.time()) > 1000", SHOW
    )
    bench.write_run("alpha", budgets="{minutes: 1, minutes_per_cell: 0.5}")
    result = bench.run(environment={**bench.project.environment, "PYTHONPATH": _path_of(bench)})
    assert result.exit_code is ExitCode.DONE, result.outcomes
    (outcome,) = result.outcomes
    assert 0 < outcome.seconds < 120
    assert all(0 <= seconds < 120 for _, seconds in outcome.phases)
    assert all(0 <= seconds < 120 for seconds in bench.manifest("alpha")["cell_seconds"])
    bench.run(environment={**bench.project.environment, "PYTHONPATH": _path_of(bench)})
    assert bench.started == {}


def _path() -> str:
    return os.environ.get("PYTHONPATH", "")


def _path_of(bench) -> str:
    return f"{bench.project.folder}{os.pathsep}{_path()}"


def test_two_runs_of_one_run_file_at_once_are_one_run_and_one_refusal(bench):
    bench.project.add_report("alpha", "import time; time.sleep(2)", SHOW)
    bench.write_run("alpha")
    both = [_start_driver(bench), _start_driver(bench)]
    codes = sorted(process.wait(timeout=120) for process in both)
    assert codes == [ExitCode.DONE, ExitCode.OUTPUT]
    _assert_whole(bench.folder("alpha"))


@pytest.mark.skipif(sys.platform != "linux", reason="kills with signals, and forks")
def test_a_run_that_is_killed_at_any_moment_leaves_whole_reports_and_no_process(bench):
    bench.project.add_report("alpha", SHOW)
    bench.write_run("alpha")
    start = time.monotonic()
    assert _start_driver(bench).wait(timeout=120) == ExitCode.DONE
    whole = time.monotonic() - start
    folder = bench.reports / "sample"
    rng = random.Random(7)  # noqa: S311  # moments, no secrets
    landed = 0
    for _ in range(KILLS):
        process = _start_driver(bench, force=True)
        time.sleep(rng.uniform(0, whole))
        landed += process.poll() is None
        process.kill()
        process.wait()
        _wait_until(lambda process=process: not _left_of(process.pid, bench), pause=0.2)
        recover(folder)
        _assert_whole(bench.folder("alpha"))
        json.loads((folder / "status.json").read_text())
    assert landed > KILLS // 4
    assert _start_driver(bench).wait(timeout=120) == ExitCode.DONE
    assert not (folder / ".work").exists()
    assert {entry["status"] for entry in bench.status().values()} == {"published"}
    assert not [path for path in folder.rglob(".*") if path.name.endswith((".old", ".new"))]


def _start_driver(bench, **options) -> _Forked:
    return _Forked(lambda: int(bench.run(**options).exit_code))


class _Forked:
    """A run in a process of its own, forked so that it need not import anything again."""

    def __init__(self, run: Callable[[], int]) -> None:
        import multiprocessing

        import analysis.engine.execute
        import analysis.engine.nursery
        import analysis.engine.workers

        self.pid = os.fork()
        if self.pid:
            self._code: int | None = None
            return
        try:
            os.setpgid(0, 0)
            forking = multiprocessing.get_context("fork")
            analysis.engine.workers._SPAWN = analysis.engine.nursery._SPAWN = forking
            code = run()
        except OutputError as error:
            code = int(error.exit_code)
        except BaseException:
            code = 99
        os._exit(code)

    def poll(self) -> int | None:
        if self._code is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float = 60) -> int:
        _wait_until(lambda: self.poll() is not None, timeout)
        return int(self._code or 0)


def _left_of(group: int, bench) -> list[int]:
    """Workers share the group of the run that was killed; kernels live in its folder."""
    left = []
    for process in psutil.process_iter():
        try:
            of_the_run = os.getpgid(process.pid) == group or process.cwd().startswith(
                str(bench.reports)
            )
            if of_the_run and process.status() != psutil.STATUS_ZOMBIE:
                left.append(process.pid)
        except (psutil.Error, OSError):
            continue
    return left


def _wait_until(condition: Callable[[], bool], seconds: float = 30, *, pause: float = 0.02) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(pause)


def test_a_runs_log_says_what_happened_and_no_value_of_the_data(bench):
    bench.project.add_report("alpha", "print('customer 4711'); print(open('/dev/null'))", SHOW)
    bench.project.add_report("beta", "raise ValueError('customer 4711 owes 12345 CNY')")
    bench.write_run("alpha", "beta")
    result = bench.run()
    lines = [json.loads(line) for line in result.log.read_text().splitlines()]
    assert [line["event"] for line in lines][:3] == ["begun", "planned", "note"]
    assert lines[0]["process"] == os.getpid()
    assert lines[0]["run"] == "sample"
    assert lines[-1]["event"] == "ended"
    assert lines[-1]["phases"]["reports"] > 0
    finished = {line["report"]: line for line in lines if line["event"] == "finished"}
    assert finished["alpha"]["state"] == "done"
    assert finished["alpha"]["phases"]["cells"] > 0
    assert finished["beta"]["failures"][0]["kind"] == "cell_raised"
    elapsed = [line["elapsed"] for line in lines]
    assert elapsed == sorted(elapsed)
    for value in ("4711", "12345"):
        assert value not in result.log.read_text()
    bench.run()
    assert len(list(result.log.parent.iterdir())) == 2
