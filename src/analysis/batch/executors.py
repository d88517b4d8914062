"""Where a batch's jobs are done: worker processes here, or a cluster."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.engine.budget import Budget, write_bytes
from analysis.engine.events import Outcome
from analysis.engine.executor import Executor
from analysis.engine.job import Job, run_job

if TYPE_CHECKING:
    from analysis.engine.workers import WorkerPool

_OF_EVERY_JOB = (
    "analysis.engine.execute",
    "analysis.engine.gaps",
    "analysis.engine.judge",
    "analysis.engine.steadiness",
)
_GET_READY = "get_ready"
"""What a renderer's module may have: called once, before the workers are forked."""


def open_pool(
    wanted: int | None, targets: int, budget: Budget, *, renderer: str
) -> tuple[WorkerPool[Job, Outcome], str]:
    """Open worker processes on this machine.

    Parameters
    ----------
    wanted : int or None
        How many reports may run at once; by default one for each processor.
    targets : int
        How many there are.
    budget : Budget
        Of each notebook. No more of them start than memory holds.
    renderer : str
        ``module:function`` that makes a report's pages. What is dear and the same for
        every report does the module's ``get_ready`` once, if it has that.

    Returns
    -------
    WorkerPool
    str
        What the user is to know if memory holds fewer at once than there could be.
    """
    from analysis.engine.memory import MemoryGate  # processes are for when there is work
    from analysis.engine.workers import WorkerPool

    size = count_at_once(wanted, targets)
    memory = MemoryGate(budget_bytes=budget.memory_bytes)
    held = memory.capacity()
    note = ""
    if held < size:
        note = (
            f"Memory holds {held} notebook{'s' if held > 1 else ''} of "
            f"{write_bytes(budget.memory_bytes)} at once, not {size}; "
            "budgets.memory_gb says how much each may take"
        )
    module, _, _ = renderer.partition(":")
    preload = (*_OF_EVERY_JOB, f"{module}:{_GET_READY}")
    return WorkerPool(size, run_job, memory=memory, preload=preload), note


def count_at_once(wanted: int | None, targets: int) -> int:
    """Count the reports that are to run at once, memory allowing."""
    return max(1, min(wanted or count_processors(), targets))


def share_processors(wanted: int | None, targets: int) -> int:
    """Count the threads of each report's engine, so that together they fill the machine.

    Twice as many threads as processors cost more and bring nothing.
    """
    return max(1, count_processors() // count_at_once(wanted, targets))


def open_cluster(address: str, *, shared: tuple[Path, ...]) -> Executor[Job, Outcome]:
    """Open the workers of a Dask scheduler.

    Parameters
    ----------
    address : str
    shared : tuple of Path
        Folders that every worker must see under the same path.

    Raises
    ------
    ParameterError, ReportError
        As `analysis.engine.cluster.ClusterExecutor` does.
    """
    from analysis.engine.cluster import ClusterExecutor  # an optional library

    return ClusterExecutor(address, run_job, shared=shared)


def count_processors() -> int:
    """Count the processors that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
