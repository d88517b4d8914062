"""What does a variant cost, as a process of its own?"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What the engine keeps to, this project's and that of the hand-written SQL."""

    memory_gb: float
    threads: int


@dataclass(frozen=True)
class Cost:
    """CPU of a whole process (user and system, all threads) and its peak resident memory."""

    cpu_seconds: float
    peak_gb: float


def spawn(script: str, *arguments: str) -> Cost:
    """Run a script as a process of its own; this one stays small, so that peaks are right."""
    process = subprocess.Popen(
        [sys.executable, script, *arguments], env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {' '.join(arguments)}")
    kilobytes = used.ru_maxrss / 1024 if sys.platform == "darwin" else used.ru_maxrss
    return Cost(cpu_seconds=used.ru_utime + used.ru_stime, peak_gb=kilobytes * 1024 / 1e9)
