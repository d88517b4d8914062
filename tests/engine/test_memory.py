"""No more notebooks at once than memory holds, each with its whole budget."""

from __future__ import annotations

import os

import psutil
import pytest

from analysis.engine import memory
from analysis.engine.memory import MemoryGate, available_bytes

GB = 1_000_000_000


@pytest.fixture
def machine(monkeypatch):
    """A machine on which as much is free, and each worker's notebook takes as much, as said."""
    state = {"free": 10 * GB, "taken": 0}
    monkeypatch.setattr(memory, "available_bytes", lambda: state["free"])
    monkeypatch.setattr(memory, "_measure_tree", lambda pid: state["taken"])
    return state


@pytest.mark.parametrize(
    ("free", "taken", "running", "admitted"),
    [
        (10, 0, 0, True),
        (10, 0, 1, True),
        (10, 0, 2, False),  # 10 free, 8 of them promised: 2 are left and 4 are needed
        (10, 3, 2, True),  # they have taken 3 each: only 1 each is still promised
        (5, 3, 2, False),
        (5, 9, 2, True),  # more than their budget is no credit
        (3, 9, 2, False),
    ],
)
def test_what_the_running_ones_have_not_taken_yet_is_kept_for_them(
    machine, free, taken, running, admitted
):
    machine |= {"free": free * GB, "taken": taken * GB}
    assert MemoryGate(budget_bytes=4 * GB).admits(range(running)) is admitted


def test_at_least_one_notebook_runs_whatever_its_budget(machine):
    assert MemoryGate(budget_bytes=4 * GB).capacity() == 2
    assert MemoryGate(budget_bytes=100 * GB).capacity() == 1


def test_memory_of_this_process_tree_is_measured_without_the_worker_itself():
    assert memory._measure_tree(os.getppid()) >= psutil.Process().memory_info().rss // 2
    assert memory._measure_tree(2**22 + 1) == 0  # gone in the meantime


def test_a_container_of_version_2_has_what_its_limit_leaves(tmp_path):
    (tmp_path / "memory.max").write_text("3000000\n")
    (tmp_path / "memory.current").write_text("2500000\n")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 400000\nactive_file 7\n")
    assert available_bytes(tmp_path) == 900_000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes(tmp_path) > 3_000_000


def test_a_container_of_version_1_has_what_its_limit_leaves(tmp_path):
    folder = tmp_path / "memory"
    folder.mkdir()
    (folder / "memory.limit_in_bytes").write_text("3000000")
    (folder / "memory.usage_in_bytes").write_text("2500000")
    (folder / "memory.stat").write_text("cache 9\ntotal_inactive_file 100000\n")
    assert available_bytes(tmp_path) == 600_000
