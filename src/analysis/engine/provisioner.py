"""Asks the warm parent of a batch for kernels, in the shape that Jupyter's manager expects.

Whatever stands against a warm kernel (a parent that died or was never there, a library
that was changed meanwhile, another environment) leads to an ordinary one: a notebook
cannot tell the difference.
"""

from __future__ import annotations

import array
import json
import os
import signal
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import IO, Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

PROVISIONER = "bank-assessment-warm"
_ANSWER_SECONDS = 60.0
_KILLED = -9


class ForkedKernel:
    """A kernel that another process forked, in the shape of `subprocess.Popen`.

    Attributes
    ----------
    pid : int
    returncode : int or None
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def poll(self) -> int | None:
        """Give its exit code; None while it runs."""
        if self.returncode is None:
            self._listen(0.0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it has ended."""
        if self.returncode is None:
            self._listen(timeout)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def release(self) -> None:
        """Close the connection: if it still runs, its parent kills it."""
        self._connection.close()
        if self.returncode is None:
            self.returncode = _KILLED

    def _listen(self, timeout: float | None) -> None:
        self._connection.settimeout(timeout)
        try:
            answer = _hear(self._connection)
        except (BlockingIOError, TimeoutError):
            return
        except OSError:
            answer = {}
        self.returncode = int(answer.get("exit", _KILLED))
        self._connection.close()


class WarmProvisioner(LocalProvisioner):
    """Asks a warm parent for a kernel; starts an ordinary one where there is none.

    Attributes
    ----------
    address : str
        Where the parent listens.
    """

    address = ""

    def __init__(self, *, address: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.address = address
        self._forked: ForkedKernel | None = None

    @property
    def forked(self) -> bool:
        """Whether the kernel is a warm one."""
        return self._forked is not None

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Have the kernel forked, or start it."""
        forked = _ask(
            self.address,
            {
                "command": cmd,
                "environment": dict(options.get("env") or {}),
                "folder": str(options.get("cwd") or Path.cwd()),
            },
            outputs=(options.get("stdout"), options.get("stderr")),
        )
        if forked is None:
            return await super().launch_kernel(cmd, **options)
        self._forked = forked
        self.process = forked  # type: ignore[assignment]  # of the same shape
        self.pid = self.pgid = forked.pid
        return self.connection_info

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel, and of its parent's attention."""
        if self._forked is not None:
            self._forked.release()
        await super().cleanup(restart)


def register_provisioner() -> None:
    """Make the provisioner known to this process.

    It is no entry point of the installed package: another Jupyter server in the same
    environment has no parent to ask, and shall not be offered it.
    """
    known = KernelProvisionerFactory.instance().provisioners
    known[PROVISIONER] = EntryPoint(
        PROVISIONER, f"{__name__}:{WarmProvisioner.__name__}", KernelProvisionerFactory.GROUP_NAME
    )


def _ask(
    address: str, request: Mapping[str, Any], *, outputs: Sequence[IO[Any] | None]
) -> ForkedKernel | None:
    """Ask for a kernel; None if there is none to be had, for whatever reason."""
    descriptors = [stream.fileno() for stream in outputs if stream is not None]
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        connection.settimeout(_ANSWER_SECONDS)
        connection.connect(address)
        connection.sendmsg(
            [json.dumps(request).encode()],
            [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))],
        )
        pid = _hear(connection)["pid"]
    except (OSError, ValueError, KeyError):
        connection.close()
        return None
    return ForkedKernel(int(pid), connection)


def _hear(connection: socket.socket) -> dict[str, Any]:
    """Receive one answer; an empty one if the other end has gone."""
    text = connection.recv(4096)
    answer: dict[str, Any] = json.loads(text) if text else {}
    return answer
