"""How much memory there is for one more notebook, on this machine or in its container."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

_CONTROL_GROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryGate:
    """Lets as many notebooks run at once as memory holds, each with its whole budget.

    Attributes
    ----------
    budget_bytes : int
        What each notebook may take before it is stopped.
    """

    budget_bytes: int

    def admits(self, running: Iterable[int]) -> bool:
        """Whether one more notebook fits beside those that run.

        What each of them has not taken of its budget yet is kept for it.

        Parameters
        ----------
        running : iterable of int
            The process ids of the workers that are at a job; each with all that it
            has started counts as one notebook.

        Examples
        --------
        >>> MemoryGate(budget_bytes=1).admits([])
        True
        """
        kept = sum(max(0, self.budget_bytes - _measure_tree(pid)) for pid in running)
        return available_bytes() - kept >= self.budget_bytes

    def capacity(self) -> int:
        """Give how many notebooks fit now, at least one: that one runs anyway."""
        return max(1, available_bytes() // self.budget_bytes)


def available_bytes(groups: Path = _CONTROL_GROUPS) -> int:
    """Give the memory that new processes can take without anything being swapped out.

    Parameters
    ----------
    groups : Path
        Where Linux shows the limits of a container, of version 1 or 2.

    Examples
    --------
    >>> available_bytes() > 0
    True
    """
    return min([int(psutil.virtual_memory().available), *_left_in_container(groups)])


def _left_in_container(groups: Path) -> Iterator[int]:
    """Give what a container's limit leaves; memory that only caches files counts as free."""
    for folder, limit, used, cache in (
        (groups, "memory.max", "memory.current", "inactive_file"),
        (
            groups / "memory",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            "total_inactive_file",
        ),
    ):
        # "max" is no number: there is no limit then
        with contextlib.suppress(OSError, ValueError):
            limited = int((folder / limit).read_text())
            taken = int((folder / used).read_text())
            yield max(0, limited - taken + _read_statistic(folder / "memory.stat", cache))


def _read_statistic(path: Path, name: str) -> int:
    for line in path.read_text().splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0


def _measure_tree(pid: int) -> int:
    """Sum the resident memory of what a worker has started; the worker itself is no notebook."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                total += int(process.memory_info().rss)
    return total
