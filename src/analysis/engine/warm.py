"""Keeps a parent of warm kernels while a batch runs, where forking is safe.

Most of a small report's time is the import of its modules. The parent
(`analysis.engine.warm_parent`) imports once what all have in common;
`analysis.engine.provisioner` asks it for kernels.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from analysis.engine.environment import kernel_environment


def can_fork() -> bool:
    """Whether kernels can be forked here; elsewhere a fork is not safe or not there."""
    return sys.platform == "linux"


@contextmanager
def keep_warm(
    folder: Path, *, environment: Mapping[str, str], own: Sequence[str] = ()
) -> Iterator[Path]:
    """Keep a parent of warm kernels while a batch runs.

    Parameters
    ----------
    folder : Path
        A private folder with a short path.
    environment : mapping of str to str
        Added to every kernel's.
    own : sequence of str
        Modules of this project that every kernel imports.

    Yields
    ------
    Path
        Where to ask for kernels; answered as soon as the libraries are imported.
    """
    address = folder / "warm"
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(address))
        listener.listen(128)
        parent = subprocess.Popen(  # noqa: S603  # our own script
            [
                sys.executable,
                str(Path(__file__).with_name("warm_parent.py")),
                str(listener.fileno()),
                *own,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=kernel_environment(folder, extra=environment),
            pass_fds=[listener.fileno()],
        )
    try:
        yield address
    finally:
        _end(parent)


def _end(parent: subprocess.Popen[bytes]) -> None:
    if parent.stdin is not None:
        parent.stdin.close()  # it ends its kernels, then itself
    try:
        parent.wait(timeout=5)
    except subprocess.TimeoutExpired:
        parent.kill()  # its kernels end with it
        parent.wait()
