"""Starts a kernel of this very interpreter, with a clean environment, on private sockets."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from analysis.params.context import CONTEXT_VARIABLE
from analysis.trace import ERROR_VARIABLE, TRACE_VARIABLE

KERNEL_NAME = "python3"
LANGUAGE = "python"

_LONGEST_SOCKET_PATH = 90
"""A Unix socket's path is at most 104 to 108 bytes long, by system."""

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""One thread for linear algebra, whatever --jobs is: sums come out equal to the last bit."""


class _OwnInterpreter(KernelSpecManager):
    """Knows one kernel: the interpreter that runs now, whatever the user has registered."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=launch, display_name="Python 3", language=LANGUAGE)


class _Manager(AsyncKernelManager):
    """Tells the process id of the kernel as soon as it runs."""

    tell: Callable[[int], None]

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # as its base
        await super().start_kernel(**options)
        pid = getattr(self.provisioner, "pid", None)
        if pid is not None:
            self.tell(pid)


def make_manager(sockets: Path, *, tell: Callable[[int], None]) -> AsyncKernelManager:
    """Make the manager of one kernel, over sockets in `sockets` where the system has them.

    Parameters
    ----------
    sockets : Path
        A private folder.
    tell : callable
        Called with the kernel's process id once it is started.
    """
    manager = _Manager(
        kernel_name=KERNEL_NAME,
        kernel_spec_manager=_OwnInterpreter(),
        connection_file=str(sockets / "kernel.json"),
        shutdown_wait_time=2.0,
    )
    manager.tell = tell
    if has_short_sockets(sockets):
        manager.transport = "ipc"
        manager.ip = str(sockets / "k")
    return manager


def has_short_sockets(folder: Path) -> bool:
    """Whether Unix sockets can live in `folder`; elsewhere kernels listen on local ports."""
    return sys.platform != "win32" and len(os.fsencode(folder)) < _LONGEST_SOCKET_PATH


@contextmanager
def private_sockets(parent: Path | None) -> Iterator[Path]:
    """Give a short private folder for a kernel's sockets, and remove it.

    Parameters
    ----------
    parent : Path or None
        A short path; the system's folder for temporary files where None.
    """
    with tempfile.TemporaryDirectory(
        prefix="assess-", dir=parent, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


def kernel_environment(folder: Path, *, extra: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of a kernel whose working folder is `folder`.

    Secrets of the run's source stay in it: the kernel connects by itself. What of
    the user's own could change a result is left out: profiles, startup files.
    """
    kept = {key: value for key, value in os.environ.items() if key not in {"PYTHONSTARTUP"}}
    return {
        **kept,
        **dict.fromkeys(_ONE_THREAD, "1"),
        "IPYTHONDIR": str(folder / ".ipython"),
        "MPLBACKEND": "agg",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "TZ": "UTC",
        CONTEXT_VARIABLE: str(folder / "context.json"),
        TRACE_VARIABLE: str(folder / "trace.json"),
        ERROR_VARIABLE: str(folder / "error.json"),
        **extra,
    }
