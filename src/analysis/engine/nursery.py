"""Forks workers off a process that has imported and made ready once what every job needs.

A worker that imports papermill and nbconvert itself spends five seconds of CPU on it,
and one on compiling the templates of the pages.
What is forked here holds code of this project, as the batch does: a module that changes
while a batch runs is noticed by the jobs (`analysis.engine.steadiness`), not by workers.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle, send_handle
from typing import Any

from analysis.engine.startup import import_papermill

_SPAWN = multiprocessing.get_context("spawn")

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>

Serve = Callable[["Connection[Any, Any]"], None]
"""Does jobs until the other end is closed. Importable by name."""


class Nursery:
    """A process that has modules imported, and forks workers.

    Parameters
    ----------
    serve : callable
        What a worker does, with its end of a connection.
    preload : iterable of str
        ``module`` to import, or ``module:function`` to call as well, without arguments;
        what fails is left to the jobs.
    """

    def __init__(self, serve: Serve, preload: Iterable[str]) -> None:
        self._connection, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(
            target=_attend, args=(theirs, serve, tuple(preload)), daemon=True
        )
        self._process.start()
        theirs.close()

    def fork(self) -> tuple[int, Connection[Any, Any]]:
        """Have a worker forked; give its process id, and this end of its connection.

        Raises
        ------
        OSError, EOFError
            If the nursery is no more.
        """
        ours, theirs = _SPAWN.Pipe()
        try:
            self._connection.send("fork")
            send_handle(self._connection, theirs.fileno(), self._process.pid)
            return int(self._connection.recv()), ours
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()

    def reap(self, pid: int) -> int | None:
        """Wait for a worker that ends, and give its exit code; None if nobody knows it."""
        try:
            self._connection.send(pid)
            code: int | None = self._connection.recv()
        except (OSError, EOFError):
            return None
        return code

    def close(self) -> None:
        """End the process; its workers are their keepers' to end."""
        self._connection.close()
        self._process.join(timeout=5)
        self._process.kill()
        self._process.join(timeout=5)


def _attend(connection: Connection[Any, Any], serve: Serve, preload: tuple[str, ...]) -> None:
    """Import, then fork and reap as asked, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent alone answers Ctrl-C
    _die_with_parent()
    import_papermill()
    for name in preload:
        with suppress(Exception):  # whatever it is, the job that needs it says so
            _load(name)
    gc.freeze()
    while True:
        try:
            wish = connection.recv()
            if wish == "fork":
                connection.send(_fork(connection, serve))
            else:
                _, status = os.waitpid(wish, 0)
                connection.send(os.waitstatus_to_exitcode(status))
        except (EOFError, OSError):
            return


def _load(name: str) -> None:
    module, _, function = name.partition(":")
    found = importlib.import_module(module)
    if function:
        getattr(found, function)()


def _die_with_parent() -> None:
    """End at once when the parent is killed: while importing, nothing else is heard."""
    keeper = multiprocessing.parent_process()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if keeper is not None and os.getppid() != keeper.pid:
        os._exit(1)


def _fork(connection: Connection[Any, Any], serve: Serve) -> int:
    handle = recv_handle(connection)
    pid = os.fork()
    if pid:
        os.close(handle)
        return pid
    code = 1
    try:
        connection.close()
        serve(Connection(handle))
        code = 0
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
