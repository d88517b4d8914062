"""Reports on a real Dask scheduler and two workers, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from analysis.batch import Options, run_batch
from analysis.engine.catalog import load_catalog
from analysis.engine.cluster import ClusterExecutor
from analysis.engine.events import Advanced, Finished, Started, State
from analysis.errors import ParameterError, ReportError

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="kills with signals"),
]
pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

SCOPES = ["bank", *(f"branch:{number:02}" for number in range(1, 6))]


@dataclass
class Cluster:
    """A scheduler and its workers; `kill_worker` is what a lost machine looks like."""

    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen] = field(default_factory=list)

    def start(self, kind: str, *arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}"]
        file = ["--scheduler-file", str(self.folder / "scheduler.json")]
        with (self.folder / f"{len(self.processes)}.log").open("w") as log:
            process = subprocess.Popen(
                [*command, *file, "--host", "127.0.0.1", *arguments],
                env=self.environment, stdout=log, stderr=log, cwd=self.folder,
            )  # fmt: skip
        self.processes.append(process)
        return process

    @property
    def address(self) -> str:
        file = self.folder / "scheduler.json"
        deadline = time.monotonic() + 60
        while not file.is_file() or not file.read_text().strip():
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.1)
        return json.loads(file.read_text())["address"]

    def kill(self, process: subprocess.Popen) -> None:
        """Kill a process and its children, which are given no time for a goodbye."""
        nanny = psutil.Process(process.pid)
        workers = nanny.children()
        nanny.kill()
        for worker in workers:
            worker.kill()
        process.wait()

    def stop(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                started = psutil.Process(process.pid).children(recursive=True)
                for one in [psutil.Process(process.pid), *started]:
                    with suppress(psutil.Error):
                        one.kill()
            process.wait()


class OneTable:
    """A source with one table, in which every scope is known."""

    def fingerprint(self, table):
        return "a" * 64 if table == "customers" else None

    def has(self, table):
        return table == "customers"

    def problems(self, table):
        return ()

    def checked(self, tables):
        return ()

    def scope_problems(self, scope):
        return ()


@contextmanager
def start_cluster(folder: Path, *paths: str):
    source = Path(__file__).resolve().parents[1] / "src"
    found = Cluster(folder, {**os.environ, "PYTHONPATH": os.pathsep.join([*paths, str(source)])})
    try:
        found.start("scheduler", "--port", "0", "--no-dashboard")
        yield found
    finally:
        found.stop()


@pytest.fixture
def cluster(project, tmp_path):
    with start_cluster(tmp_path, str(project.folder)) as found:
        yield found


@pytest.fixture(scope="module")
def idle_cluster(tmp_path_factory):
    with start_cluster(tmp_path_factory.mktemp("idle")) as found:
        found.start("worker", "--nthreads", "1", "--no-dashboard")
        yield found


def test_every_report_arrives_once_although_a_machine_is_lost_in_the_middle(
    project, cluster, tmp_path
):
    lost = cluster.start("worker", "--nthreads", "1", "--no-dashboard")
    cluster.start("worker", "--nthreads", "1", "--no-dashboard")
    show = "show('check', 'balance')"
    # the second cell gives the test time to strike while both workers are at a job
    project.add_report("alpha", show, "import time; time.sleep(0.5)")
    project.add_report("beta", show, after=("alpha",))
    _write_run(project, cluster.address)
    events = []

    def listen(event):
        events.append(event)
        if lost.poll() is None and isinstance(event, Advanced) and _both_are_at_a_job(events):
            cluster.kill(lost)

    result = _run(project, tmp_path / "reports", listen)

    assert lost.poll() is not None, "the worker was not killed"
    assert Counter(outcome.state for outcome in result.outcomes) == {State.DONE: 12}
    finished = [event.outcome.target for event in events if isinstance(event, Finished)]
    assert sorted(finished) == sorted(outcome.target for outcome in result.outcomes)
    started = Counter(event.target for event in events if isinstance(event, Started))
    assert max(started.values()) == 2  # the job that was lost began again
    assert set(started) == set(finished)
    assert {event.target for event in events if isinstance(event, Advanced)} == set(finished)
    reports = tmp_path / "reports" / "sample"
    pages = sorted(reports.glob("*/*/report.en.html"))
    assert len(pages) == 12
    assert not list(reports.rglob(".*.old"))
    assert "published" in (reports / "index.html").read_text()
    _wait_until_no_kernel_is_left(reports)


def _both_are_at_a_job(events) -> bool:
    started = {event.target for event in events if isinstance(event, Started)}
    finished = {event.outcome.target for event in events if isinstance(event, Finished)}
    return len(started - finished) == 2 and len(finished) >= 2


def test_a_batch_that_is_stopped_ends_its_kernels_on_the_cluster(project, cluster, tmp_path):
    cluster.start("worker", "--nthreads", "1", "--no-dashboard")
    project.add_report("alpha", "print('here')", "import time; time.sleep(300)")
    _write_run(project, cluster.address)

    def interrupt(event):
        if isinstance(event, Advanced):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _run(project, tmp_path / "reports", interrupt)
    _wait_until_no_kernel_is_left(tmp_path / "reports")


def test_a_machine_that_lacks_the_folders_is_refused_before_anything_runs(idle_cluster, tmp_path):
    missing = tmp_path / "not mounted"
    with pytest.raises(ReportError, match=r"does not see folder .*not mounted.*shared file"):
        ClusterExecutor(idle_cluster.address, print, shared=(missing,))


def test_a_machine_with_other_code_is_refused(idle_cluster, monkeypatch):
    monkeypatch.setattr("analysis.engine.cluster.hash_package", lambda name: "0" * 64)
    monkeypatch.setattr("analysis.engine.cluster.library_versions", lambda: [("pandas", "2.0.0")])
    with pytest.raises(ReportError, match=r"not installed as this machine is.*here 0{12}.*pandas"):
        ClusterExecutor(idle_cluster.address, print)


def test_a_scheduler_that_does_not_answer_is_told_with_its_address(monkeypatch):
    monkeypatch.setattr("analysis.engine.cluster._CONNECT_SECONDS", 1)
    with pytest.raises(ReportError, match=r"cluster tcp://127.0.0.1:9: .* does not answer"):
        ClusterExecutor("tcp://127.0.0.1:9", print)


def test_without_the_extra_the_user_is_told_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match=r"pip install 'bank-assessment\[cluster\]'"):
        ClusterExecutor("tcp://127.0.0.1:9", print)


def _write_run(project, address: str) -> None:
    folder = project.folder / "params"
    folder.mkdir(exist_ok=True)
    reports = sorted(path.stem for path in (project.folder / "notebooks").glob("*.ipynb"))
    (folder / "sample.yaml").write_text(
        "run: sample\ntitle: {en: Sample}\nperiod: 2025-Q4\nas_of: 2025-12-31\n"
        "previous_as_of: 2025-09-30\nlanguages: [en]\nsource: {folder: ../data}\n"
        f"scopes: {json.dumps(SCOPES)}\ncluster: {address}\nreports:\n"
        + "".join(f"  {name}: {{}}\n" for name in reports)
    )


def _run(project, reports: Path, listener):
    @contextmanager
    def open_source(run):
        yield OneTable()

    return run_batch(
        project.folder / "params" / "sample.yaml",
        catalog=load_catalog(project.folder, package=project.package),
        options=Options(
            reports=reports,
            renderer=f"{project.package}.pages:render",
            indexer=f"{project.package}.pages:index",
            overview=f"{project.package}.pages:overview",
            environment=project.environment,
        ),
        listener=listener,
        open_source=open_source,
    )


def _wait_until_no_kernel_is_left(folder: Path) -> None:
    deadline = time.monotonic() + 30
    while _processes_in(folder):
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
