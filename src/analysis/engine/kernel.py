"""Starts a kernel of this very interpreter, with a clean environment, on private sockets."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from analysis.engine.provisioner import PROVISIONER, WarmProvisioner, register_provisioner

KERNEL_NAME = "python3"
LANGUAGE = "python"

_LONGEST_SOCKET_PATH = 90
"""A Unix socket's path is at most 104 to 108 bytes long, by system."""


class _OwnInterpreter(KernelSpecManager):
    """Knows one kernel: the interpreter that runs now, whatever the user has registered."""

    warm: Path | None = None

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        launch = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        metadata = {}
        if self.warm is not None:
            config = {"address": str(self.warm)}
            metadata["kernel_provisioner"] = {"provisioner_name": PROVISIONER, "config": config}
        return KernelSpec(
            argv=launch, display_name="Python 3", language=LANGUAGE, metadata=metadata
        )


class _Manager(AsyncKernelManager):
    """Tells the process id of the kernel as soon as it runs, and whether it was forked."""

    tell: Callable[[int, bool], None]

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # as its base
        await super().start_kernel(**options)
        pid = getattr(self.provisioner, "pid", None)
        if pid is not None:
            self.tell(
                pid, isinstance(self.provisioner, WarmProvisioner) and self.provisioner.forked
            )


def make_manager(
    sockets: Path, *, tell: Callable[[int, bool], None], warm: Path | None = None
) -> AsyncKernelManager:
    """Make the manager of one kernel, over sockets in `sockets` where the system has them.

    Parameters
    ----------
    sockets : Path
        A private folder.
    tell : callable
        Called with the kernel's process id once it is started, and whether it is warm.
    warm : Path, optional
        Where a warm parent listens (`analysis.engine.warm.keep_warm`).
    """
    specs = _OwnInterpreter()
    if warm is not None:
        register_provisioner()
        specs.warm = warm
    manager = _Manager(
        kernel_name=KERNEL_NAME,
        kernel_spec_manager=specs,
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
