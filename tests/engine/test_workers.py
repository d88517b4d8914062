"""Jobs side by side in processes of their own; a process that dies costs its own job."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from analysis.engine.warm import can_fork
from analysis.engine.workers import Crashed, Done, Told, WorkerPool

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills with signals")


def work(job, tell):
    """Do what a job says; imported by the workers by name."""
    tell(f"at {job}")
    if job == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if job == "raise":
        raise ValueError("customer 4711")
    if job == "hang":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
        tell("hanging")
        time.sleep(300)
    return job.upper()


@pytest.fixture
def work_by_name(tmp_path, monkeypatch):
    """The function above under a name that another process can import."""
    module = tmp_path / "work_for_a_pool.py"
    source = "import os, signal, subprocess, sys, time\n"
    import inspect

    module.write_text(source + "\n\n" + inspect.getsource(work))
    monkeypatch.syspath_prepend(str(tmp_path))
    import importlib

    yield importlib.import_module("work_for_a_pool").work
    del sys.modules["work_for_a_pool"]


def _receive_all(pool):
    messages = []
    while pool.busy:
        messages += pool.receive()
    return messages


@pytest.fixture(params=[(), ("json", "no_such_module")], ids=["started", "forked"])
def preload(request):
    """Workers that start by themselves, and such as are forked where that can be done."""
    return request.param


def test_every_job_is_done_whatever_happens_to_the_others(work_by_name, preload):
    with WorkerPool(2, work_by_name, preload=preload) as pool:
        for job in ("a", "die", "raise", "b", "c"):
            pool.submit(job)
        messages = _receive_all(pool)
    assert sorted(m.result for m in messages if isinstance(m, Done)) == ["A", "B", "C"]
    assert {m.what for m in messages if isinstance(m, Told)} == {
        f"at {job}" for job in ("a", "die", "raise", "b", "c")
    }
    crashed = {m.job: m.reason for m in messages if isinstance(m, Crashed)}
    assert set(crashed) == {"die", "raise"}
    assert "-9" in crashed["die"]
    assert crashed["raise"] == "ValueError"  # and not its text
    assert _workers() == []


def test_an_exception_ends_the_workers_and_what_they_started(work_by_name, preload):
    with pytest.raises(KeyboardInterrupt), WorkerPool(1, work_by_name, preload=preload) as pool:
        _hang_and_interrupt(pool)
    assert _workers() == []


def _hang_and_interrupt(pool):
    pool.submit("hang")
    said = []
    while "hanging" not in said:
        said += [m.what for m in pool.receive() if isinstance(m, Told)]
    assert len(_workers()) >= 2  # the worker and what it started
    raise KeyboardInterrupt


@pytest.mark.skipif(not can_fork(), reason="forks")
def test_workers_start_by_themselves_when_the_one_that_forks_them_has_died(work_by_name):
    with WorkerPool(1, work_by_name, preload=("json",)) as pool:
        pool.submit("a")
        messages = _receive_all(pool)
        pool._nursery._process.kill()
        pool._nursery._process.join()
        for job in ("die", "b"):
            pool.submit(job)
        messages += _receive_all(pool)
    assert [m.result for m in messages if isinstance(m, Done)] == ["A", "B"]
    assert [m.job for m in messages if isinstance(m, Crashed)] == ["die"]
    assert _workers() == []


@pytest.mark.skipif(not can_fork(), reason="forks")
def test_what_is_made_ready_is_made_ready_once_for_all_workers(work_by_name, tmp_path, monkeypatch):
    (tmp_path / "what_is_dear.py").write_text(
        "import pathlib\n"
        "def get_ready():\n"
        "    with open(pathlib.Path(__file__).with_suffix('.log'), 'a') as log:\n"
        "        log.write('ready ')\n"
    )
    preload = ("what_is_dear:get_ready", "what_is_dear:no_such_function")
    with WorkerPool(2, work_by_name, preload=preload) as pool:
        for job in ("a", "b", "c"):
            pool.submit(job)
        messages = _receive_all(pool)
    assert sorted(m.result for m in messages if isinstance(m, Done)) == ["A", "B", "C"]
    assert (tmp_path / "what_is_dear.log").read_text() == "ready "


def test_workers_end_themselves_when_their_parent_is_killed(work_by_name, tmp_path, preload):
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, signal, psutil\n"
        "from analysis.engine.workers import Told, WorkerPool\n"
        "from work_for_a_pool import work\n"
        "if __name__ == '__main__':\n"
        f"    pool = WorkerPool(1, work, preload={preload!r})\n"
        "    pool.submit('hang')\n"
        "    said = []\n"
        "    while 'hanging' not in said:\n"
        "        said += [m.what for m in pool.receive() if isinstance(m, Told)]\n"
        "    children = psutil.Process().children(recursive=True)\n"
        "    print(*[child.pid for child in children], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, str(script)], env=environment, capture_output=True, text=True, check=False
    )
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) >= 2
    _wait_until(lambda: not any(_runs(pid) for pid in pids))


def _workers():
    """Give the living children of this process that are Python, but for the resource tracker."""
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if child.status() != psutil.STATUS_ZOMBIE
        and not any("resource_tracker" in part for part in child.cmdline())
    ]


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
