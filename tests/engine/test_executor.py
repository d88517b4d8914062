"""An executor that is opened with its first job, and what a batch imports before it has one."""

import subprocess
import sys

import pytest

from analysis.engine.executor import Done, OnDemand
from analysis.engine.workers import WorkerPool

FOR_WORK = ("babel", "cryptography", "duckdb", "ibis", "numpy", "pandas", "papermill", "psutil")


def test_without_a_job_nothing_is_opened():
    with OnDemand(lambda: pytest.fail("opened")) as executor:
        assert (executor.busy, executor.has_room) == (False, True)
        with pytest.raises(RuntimeError, match="no job is running"):
            executor.receive()
        executor.stop()


def double(number, tell):
    return 2 * number


def test_jobs_are_done_by_one_executor_which_ends_with_it():
    opened = []

    def open_pool():
        opened.append(WorkerPool(1, double))
        return opened[-1]

    with OnDemand(open_pool) as executor:
        executor.submit(1)
        assert (executor.busy, executor.has_room) == (True, False)
        executor.submit(2)
        done = []
        while executor.busy:
            done += executor.receive()
    assert [message.result for message in done if isinstance(message, Done)] == [2, 4]
    assert len(opened) == 1
    assert opened[0]._workers == []


def test_a_batch_imports_what_only_work_needs_when_there_is_some():
    code = f"import sys, analysis.batch\nprint([n for n in {FOR_WORK!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
