"""The watchdog that holds a kernel to its budget, and ends what is left of it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time

import psutil

from analysis.engine.budget import Budget, write_bytes
from analysis.engine.outcome import Failure, FailureKind

_LOOK_EVERY_SECONDS = 0.2


class Watchdog(threading.Thread):
    """Watches a kernel and the processes that it starts; ends them all.

    Attributes
    ----------
    failure : Failure or None
        Why the watchdog killed the kernel, if it did.
    peak_memory_bytes : int
    """

    def __init__(self, pid: int, budget: Budget) -> None:
        super().__init__(name="watchdog", daemon=True)
        self.failure: Failure | None = None
        self.peak_memory_bytes = 0
        self._pid = pid
        self._budget = budget
        self._deadline = time.monotonic() + budget.notebook_seconds
        self._over = threading.Event()
        self._seen: dict[int, psutil.Process] = {}

    def run(self) -> None:
        """Look at the kernel until `end` is called or a budget is used up."""
        while not self._over.wait(_LOOK_EVERY_SECONDS):
            memory = self._measure_memory()
            self.peak_memory_bytes = max(self.peak_memory_bytes, memory)
            self.failure = self._judge(memory)
            if self.failure is not None:
                self._kill()
                return

    def end(self) -> None:
        """Stop watching and kill whatever of the kernel's processes is still there."""
        self._over.set()
        if self.is_alive():
            self.join()
        self._measure_memory()
        self._kill()

    def _judge(self, memory_bytes: int) -> Failure | None:
        if memory_bytes > self._budget.memory_bytes:
            return Failure(
                kind=FailureKind.OUT_OF_MEMORY,
                message=(
                    f"the notebook used more than its {write_bytes(self._budget.memory_bytes)} of "
                    "memory. Reduce more in the source, or raise budgets.memory_gb."
                ),
            )
        if time.monotonic() > self._deadline:
            return Failure(
                kind=FailureKind.NOTEBOOK_TIMED_OUT,
                message=(
                    f"the notebook took longer than its {self._budget.notebook_seconds:g} s. "
                    "Raise budgets.minutes, or take a smaller scope."
                ),
            )
        return None

    def _measure_memory(self) -> int:
        """Sum the resident memory of all processes, and remember each of them."""
        with contextlib.suppress(psutil.NoSuchProcess):
            kernel = self._seen.setdefault(self._pid, psutil.Process(self._pid))
            for process in kernel.children(recursive=True):
                self._seen.setdefault(process.pid, process)
        return sum(_resident_bytes(process) for process in self._seen.values())

    def _kill(self) -> None:
        if sys.platform != "win32" and self._pid in self._seen:
            # the kernel leads a session of its own: this reaches what it left to init
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
        kill_processes(list(self._seen.values()))


def _resident_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def kill_processes(processes: list[psutil.Process]) -> None:
    """Kill processes and wait until they are gone; a process id used anew is left alone."""
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=5)
