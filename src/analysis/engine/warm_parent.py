"""The process that warm kernels are forked from: modules imported, nothing run.

It is run as a script, by its path, and imports libraries, and of this project what it is
told to: what every report of a batch imports, whichever it is. Everything else a kernel
imports itself, as it is then, and its trace names it. A file that is not what it was
before it was imported here is noticed whenever a kernel is asked for. The parent leaves
when its standard input closes, and ends every kernel that is left. A kernel ends when the
connection that asked for it closes, and when this process ends, however it ends.

A request is one packet of JSON with two file descriptors, for the kernel's output. The
answers are packets too: ``{"pid": …}`` or ``{"refused": "why"}``, later ``{"exit": code}``.
"""

from __future__ import annotations

import sys

if __name__ == "__main__":
    del sys.path[0]  # this folder, whose modules would hide others of the same name

import atexit
import builtins
import contextlib
import ctypes
import gc
import importlib
import importlib.util
import json
import os
import random
import selectors
import signal
import socket
import traceback
from collections.abc import Iterable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, NoReturn

PRELOADED = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.interactiveshell",
    "ibis",
    "ibis.backends.duckdb",
    "ibis.backends.duckdb.converter",
    "ibis.expr.types.groupby",
    "ibis.formats.pyarrow",
    "duckdb",
    "pandas",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "pydantic",
    "pydantic.dataclasses",
    "pydantic.functional_validators",
    "pydantic.main",
    "pydantic.type_adapter",
    "yaml",
    "babel.dates",
    "babel.messages.pofile",
    "babel.numbers",
    "scipy.stats",
    "scipy.optimize",
    "scipy.special",
    "statsmodels.base.covtype",
    "statsmodels.genmod.generalized_linear_model",
    "statsmodels.stats.multitest",
    "statsmodels.stats.proportion",
    "sklearn.linear_model",
    "sklearn.pipeline",
    "sklearn.preprocessing",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
    "matplotlib.ticker",
    "seaborn",
    "threadpoolctl",
)
"""Imported before the fork. `matplotlib_inline` must not be: figures would vanish."""

OF_ONE_KERNEL = frozenset(
    {
        "IPYTHONDIR",
        "BANK_ASSESSMENT_CONTEXT",
        "BANK_ASSESSMENT_TRACE",
        "BANK_ASSESSMENT_ERROR",
        "BANK_ASSESSMENT_DRAWINGS",
        "JPY_PARENT_PID",
        "JPY_SESSION_NAME",
        "COLUMNS",
        "LINES",
    }
)
"""Environment variables that may differ between the kernels of one parent."""

_READ_SECONDS = 10
_LONGEST_REQUEST = 1 << 20
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>

Stamp = tuple[int, int, int]


class _Parent:
    """Listens, forks, and tells how its kernels ended."""

    def __init__(
        self,
        listener: socket.socket,
        *,
        stamps: Mapping[str, Stamp],
        environment: Mapping[str, str],
    ) -> None:
        self._listener = listener
        self._stamps = stamps
        self._environment = _shared(environment)
        self._set_by_libraries = {
            name: value for name, value in os.environ.items() if name not in environment
        }
        self._path = list(sys.path)
        self._kernels: dict[int, socket.socket | None] = {}
        self._selector = selectors.DefaultSelector()
        self._wake, self._waker = os.pipe()

    def serve(self) -> None:
        """Answer until standard input closes."""
        os.set_blocking(self._waker, False)
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        for source, what in ((self._listener, "ask"), (self._wake, "child"), (0, "over")):
            self._selector.register(source, selectors.EVENT_READ, what)
        while True:
            for key, _ in self._selector.select():
                if key.data == "over" and not os.read(0, 1):
                    self._end_all()
                    return
                if key.data == "ask":
                    self._answer()
                elif key.data == "child":
                    with contextlib.suppress(BlockingIOError):
                        os.read(self._wake, 4096)
                    self._reap()
                elif isinstance(key.data, int):
                    self._hear(key.data)

    def _answer(self) -> None:
        connection, _ = self._listener.accept()
        connection.settimeout(_READ_SECONDS)
        descriptors: list[int] = []
        try:
            request = _receive(connection, descriptors)
            refusal = self._refuse(request)
            if refusal or len(descriptors) != 2:
                _tell(connection, {"refused": refusal or "no place for its output"})
                connection.close()
                return
            pid = os.fork()
            if pid == 0:
                self._become_kernel(request, connection, descriptors)
            self._kernels[pid] = connection
            self._selector.register(connection, selectors.EVENT_READ, pid)
            _tell(connection, {"pid": pid})
        except (OSError, ValueError):
            connection.close()
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _refuse(self, request: Mapping[str, Any]) -> str:
        """Say why an ordinary kernel would be another one than a fork of this process."""
        if _shared(request["environment"]) != self._environment:
            return "its environment is another one"
        if self._stamps != stamp(self._stamps):
            return "a library or a module has changed"
        return ""

    def _hear(self, pid: int) -> None:
        """End a kernel whose asker has gone; an asker has nothing else to say."""
        connection = self._kernels.get(pid)
        if connection is not None:
            self._forget(pid)
            _kill(pid)

    def _forget(self, pid: int) -> None:
        connection = self._kernels.get(pid)
        if connection is not None:
            self._selector.unregister(connection)
            connection.close()
        self._kernels[pid] = None

    def _reap(self) -> None:
        for pid in list(self._kernels):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                connection = self._kernels[pid]
                if connection is not None:
                    _tell(connection, {"exit": os.waitstatus_to_exitcode(status)})
                self._forget(pid)
                del self._kernels[pid]

    def _end_all(self) -> None:
        for pid in self._kernels:
            _kill(pid)

    def _become_kernel(
        self, request: Mapping[str, Any], connection: socket.socket, descriptors: list[int]
    ) -> NoReturn:
        """Be, in the forked process, what ``python -m ipykernel_launcher`` would be."""
        code = 1
        try:
            parent = os.getppid()
            os.setsid()
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)
            self._let_go(connection)
            environment = {**self._set_by_libraries, **request["environment"]}
            _take_over(environment, descriptors, self._path)
            os.chdir(request["folder"])
            code = _run_kernel(request["command"])
        except BaseException:  # the log says what it was
            traceback.print_exc()
        finally:
            with contextlib.suppress(Exception):
                atexit._run_exitfuncs()
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _let_go(self, connection: socket.socket) -> None:
        """Close everything that belongs to the parent."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for other in (self._listener, connection, *self._kernels.values()):
            if other is not None:
                other.close()
        os.close(self._wake)
        os.close(self._waker)


def _take_over(environment: Mapping[str, str], descriptors: list[int], path: list[str]) -> None:
    """Set right what a fork has of its parent, and a kernel has of its own."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, descriptor in enumerate((nothing, *descriptors)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    descriptors.clear()
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = path
    signal.signal(signal.SIGINT, signal.default_int_handler)
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()  # as after a start: every kernel would draw the same


def _run_kernel(command: list[str]) -> int:
    from ipykernel import kernelapp

    launcher = importlib.util.find_spec("ipykernel_launcher")
    guard = f"--IPKernelApp.parent_handle={os.getppid()}"  # looks once a second; beside the signal
    sys.argv = [str(launcher.origin) if launcher else command[0], *command[3:], guard]
    try:
        kernelapp.launch_new_instance()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    return 0


def _kill(pid: int) -> None:
    """Kill a kernel, what it started, and what of that left its session."""
    import psutil

    with contextlib.suppress(psutil.Error):
        started = psutil.Process(pid).children(recursive=True)
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        for process in started:
            with contextlib.suppress(psutil.Error):
                process.kill()
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _shared(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in OF_ONE_KERNEL}


def _receive(connection: socket.socket, descriptors: list[int]) -> dict[str, Any]:
    text, found, _, _ = socket.recv_fds(connection, _LONGEST_REQUEST, 2)
    descriptors += found
    request = json.loads(text)
    if not isinstance(request, dict):
        raise ValueError("a request is a mapping")  # noqa: TRY004
    return request


def _tell(connection: socket.socket, message: Mapping[str, Any]) -> None:
    with contextlib.suppress(OSError):
        connection.send(json.dumps(message).encode())


def stamp(files: Iterable[str]) -> dict[str, Stamp]:
    """Give time, size and number of each file that is there."""
    stamps = {}
    for name in files:
        with contextlib.suppress(OSError):
            found = os.stat(name)  # noqa: PTH116  # three thousand of them before each fork
            stamps[name] = (found.st_mtime_ns, found.st_size, found.st_ino)
    return stamps


def import_own(names: Iterable[str]) -> dict[str, Stamp]:
    """Import modules of a project, and give what their files were before that.

    A file that changes in between is another one at once, and is never forked. With the
    modules goes everything beside them that is no module: what they read at their import.
    """
    before: dict[str, Stamp] = {}
    for top in dict.fromkeys(name.partition(".")[0] for name in names):
        spec = importlib.util.find_spec(top)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            before |= stamp(_files_below(folder))
    for name in names:
        with contextlib.suppress(Exception):  # whatever it is, the kernel says so
            importlib.import_module(name)
    loaded = set(_loaded_files())
    return {file: was for file, was in before.items() if file in loaded or file[-3:] != ".py"}


def _files_below(folder: str) -> Iterator[str]:
    for place, _, files in os.walk(folder):
        if not place.endswith("__pycache__"):
            yield from (os.path.join(place, file) for file in files)  # noqa: PTH118  # as `__file__`


def preload(names: Iterable[str] = PRELOADED) -> None:
    """Import what is there of `names`; a kernel that needs another imports it itself."""
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True)  # type: ignore[attr-defined]
    importlib.import_module("pandas")  # takes its options from whether it is in a kernel
    del builtins.get_ipython  # type: ignore[attr-defined]
    for name in names:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _loaded_files() -> list[str]:
    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    return [sys.executable, *sorted(file for file in files if file)]


def main(descriptor: int, *own: str) -> None:
    """Preload, and serve who asks at a socket that listens already."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the batch's to answer
    environment = dict(os.environ)
    preload()
    import psutil  # noqa: F401  # not first when a kernel must be killed

    of_own = import_own(own)
    stamps = stamp(_loaded_files()) | of_own
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=descriptor) as listener:
        _Parent(listener, stamps=stamps, environment=environment).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
