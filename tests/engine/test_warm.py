"""Kernels forked from a warm parent: like ordinary ones to the byte, and as easily ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import pytest

from analysis.engine.startup import import_jsonschema

import_jsonschema()

from analysis.engine import warm_parent  # noqa: E402  # jsonschema comes first
from analysis.engine.budget import Budget  # noqa: E402  # jsonschema comes first
from analysis.engine.execute import Execution, Task, execute  # noqa: E402
from analysis.engine.judge import judge, read_notebook  # noqa: E402
from analysis.engine.outcome import FailureKind  # noqa: E402
from analysis.engine.warm import can_fork, keep_warm  # noqa: E402

pytestmark = pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux alone")

AMPLE = Budget(notebook_seconds=120, memory_bytes=2 * 10**9)
LOOK = """
import json, os, signal, sys, warnings
import matplotlib, numpy, pandas
from pandas._config import config
# a library's filters for its own warnings come with it, imported sooner or later
general = [f for f in warnings.filters if f[1] is None and f[2].__module__ == "builtins"]
filters = [(f[0], str(f[2])) for f in general]
warnings.simplefilter("ignore")
BY_ITSELF = ("JPY_PARENT", "KMP_", "_RJEM", "BANK_", "IPYTHONDIR", "COLUMNS", "LINES")
known = sorted(config._registered_options.items())
seen = {
    "options": {name: repr(pandas.get_option(name)).lower() for name, _ in known},
    "defaults": {name: repr(option.defval).lower() for name, option in known},
    "drawing": {name: repr(value) for name, value in sorted(matplotlib.rcParams.items())},
    "backend": matplotlib.get_backend(),
    "inline": "matplotlib_inline" in sys.modules,
    "errors": numpy.geterr(),
    "path": sys.path,
    "flags": str(sys.flags),
    "filters": filters,
    "arguments": [a for a in sys.argv if "parent_handle" not in a and not a.endswith(".json")],
    "folder": os.getcwd(),
    "variables": {n: v for n, v in sorted(os.environ.items()) if not n.startswith(BY_ITSELF)},
    "hash": hash("a"),
    "signals": {s.name: str(signal.getsignal(s)).partition(" at ")[0] for s in signal.Signals},
    "session": os.getsid(0) == os.getpid(),
    "umask": os.umask(0o22),
}
json.dump(seen, open("seen.json", "w"))
open("draws", "w").write(repr(numpy.random.random())) and None
"""
DRAW = """
import io
import matplotlib.pyplot as plt
import pandas as pd
figure, axes = plt.subplots()
axes.plot([1, 2, 4], label="growth")
axes.legend()
plt.show()
print(pd.DataFrame({f"column_{i}": range(3) for i in range(30)}))
pd.DataFrame({f"column_{i}": range(3) for i in range(30)})
"""
RUN_MODEL = """
import ibis
import numpy as np
from sklearn.linear_model import LogisticRegression
table = ibis.memtable({"k": [1, 2] * 5000, "v": range(10_000)})
print(table.group_by("k").agg(s=table.v.sum()).order_by("k").to_pyarrow().to_pylist())
x = np.arange(20_000.0).reshape(-1, 2) / 1e4
print(np.round(LogisticRegression().fit(x, x[:, 0] > 0.7).coef_, 6))
print(np.round(x.T @ x, 6))
"""


@pytest.fixture(scope="module")
def sockets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="assess-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder on the path of every kernel here: the parent and its kernels must share it."""
    return tmp_path_factory.mktemp("modules")


@pytest.fixture(scope="module")
def parent(sockets: Path, modules: Path) -> Iterator[Path]:
    with _start_parent(sockets, modules) as address:
        yield address


@contextmanager
def _start_parent(folder: Path, modules: Path, *own: str) -> Iterator[Path]:
    with ExitStack() as stack:
        with _without_pytest():
            kept = keep_warm(folder, environment={"PYTHONPATH": str(modules)}, own=own)
            address = stack.enter_context(kept)
        yield address


@contextmanager
def _without_pytest() -> Iterator[None]:
    """Leave out the variable in which pytest names the test: kernels share all others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        yield


@pytest.fixture
def run(project, tmp_path, sockets, modules) -> Callable[..., tuple[Execution, Path]]:
    link = modules / project.package
    if not link.exists():
        link.symlink_to(project.folder / project.package)

    def run(*cells: str, warm: Path | None, name: str = "kernel", budget: Budget = AMPLE):
        notebook = read_notebook(project.add_report("alpha", *cells))
        folder = tmp_path / name
        folder.mkdir()
        task = Task(
            notebook=notebook,
            parameters={"size": 2},
            context={"report": "alpha"},
            folder=folder,
            budget=budget,
            environment={"PYTHONPATH": str(modules)},
            sockets=sockets,
            warm=warm,
        )
        with _without_pytest():
            return execute(task), folder

    return run


def _is_forked(folder: Path) -> bool:
    return (folder / "asked").read_text() == "warm_parent.py"


WHO = """
import os, psutil
line = " ".join(psutil.Process(os.getpid()).cmdline())
open("asked", "w").write("warm_parent.py" if "warm_parent.py" in line else line) and None
"""
SHOW = "show('check', 'balance')"


def test_a_notebook_cannot_tell_a_warm_kernel_from_an_ordinary_one(run, parent):
    cells = (WHO, LOOK, DRAW, RUN_MODEL, SHOW)
    warm, there = run(*cells, warm=parent, name="warm")
    again, also_there = run(*cells, warm=parent, name="again")
    ordinary, elsewhere = run(*cells, warm=None, name="ordinary")
    assert [_is_forked(f) for f in (there, also_there, elsewhere)] == [True, True, False]
    assert judge(warm).succeeded, judge(warm).failures
    assert warm.notebook == again.notebook == ordinary.notebook
    assert warm.trace == ordinary.trace
    seen, expected = (json.loads((f / "seen.json").read_text()) for f in (there, elsewhere))
    assert Path(seen.pop("folder")) == there
    assert Path(expected.pop("folder")) == elsewhere
    assert {n: seen[n] for n in seen if seen[n] != expected[n]} == {}
    draws = {(f / "draws").read_text() for f in (there, also_there, elsewhere)}
    assert len(draws) == 3


def test_modules_of_the_project_are_read_when_the_kernel_runs_and_named(run, parent, project):
    """None of them is in this parent: what changes meanwhile the next kernel imports."""
    first, _ = run(SHOW, warm=parent, name="first")
    assert "analysis/engine/warm_parent.py" not in first.trace["files"]
    module = project.folder / project.package / "alpha" / "__init__.py"
    second, folder = run(
        f"import {project.package}.alpha as a; open('factor', 'w').write(str(a.FACTOR))",
        SHOW,
        warm=parent,
        name="second",
    )
    assert (folder / "factor").read_text() == "1"
    module.write_text("FACTOR = 2\n")
    name = f"{project.package}/alpha/__init__.py"
    assert name in second.trace["files"]


@pytest.mark.parametrize(
    ("cell", "budget", "kind"),
    [
        ("os.kill(os.getpid(), 9)", AMPLE, FailureKind.KERNEL_DIED),
        ("os._exit(0)", AMPLE, FailureKind.KERNEL_DIED),
        ("import sys; sys.exit(0)", AMPLE, FailureKind.LEFT_EARLY),
        (
            "import time; time.sleep(100)",
            Budget(notebook_seconds=120, memory_bytes=2 * 10**9, cell_seconds=1),
            FailureKind.CELL_TIMED_OUT,
        ),
        (
            "import time; time.sleep(100)",
            Budget(notebook_seconds=2, memory_bytes=2 * 10**9),
            FailureKind.NOTEBOOK_TIMED_OUT,
        ),
        (
            "import time; b = bytearray(900_000_000); time.sleep(100)",
            Budget(notebook_seconds=120, memory_bytes=800_000_000),
            FailureKind.OUT_OF_MEMORY,
        ),
    ],
)
def test_every_fault_of_a_warm_kernel_is_seen_and_leaves_nothing(run, parent, cell, budget, kind):
    execution, folder = run(WHO, cell, warm=parent, budget=budget)
    assert _is_forked(folder)
    (failure,) = judge(execution).failures
    assert failure.kind is kind
    assert _living_in(folder) == []


def test_what_a_warm_kernel_started_is_ended_with_it(run, parent):
    code = "import time; time.sleep(100)"
    execution, folder = run(
        WHO,
        f"""
        import subprocess, sys
        for apart in (True, False):
            subprocess.Popen([sys.executable, "-c", {code!r}], start_new_session=apart)
        """,
        "import time; time.sleep(0.5)",
        SHOW,
        warm=parent,
    )
    assert _is_forked(folder)
    assert judge(execution).succeeded
    time.sleep(0.1)
    assert _living_in(folder) == []


def test_where_there_is_no_parent_or_another_environment_the_kernel_is_an_ordinary_one(
    run, parent, sockets, monkeypatch
):
    execution, folder = run(WHO, SHOW, warm=sockets / "nobody", name="nobody")
    assert judge(execution).succeeded
    assert not _is_forked(folder)
    monkeypatch.setenv("A_BANKS_OWN_SETTING", "1")
    execution, folder = run(WHO, SHOW, warm=parent, name="other")
    assert judge(execution).succeeded
    assert not _is_forked(folder)


ASKER = """
import json, sys, time
from pathlib import Path
from analysis.engine.provisioner import _ask
from analysis.engine.environment import kernel_environment
folder = Path(sys.argv[2])
connection = folder / "kernel.json"
connection.write_text(json.dumps({"transport": "ipc", "ip": str(folder / "k"), "key": "a",
    "signature_scheme": "hmac-sha256", "shell_port": 1, "iopub_port": 2, "stdin_port": 3,
    "control_port": 4, "hb_port": 5, "kernel_name": "python3"}))
with open(folder / "log", "w") as log:
    kernel = _ask(
        sys.argv[1],
        {"command": [sys.executable, "-m", "ipykernel_launcher", "-f", str(connection)],
         "environment": kernel_environment(folder, extra={"PYTHONPATH": sys.argv[3]}),
         "folder": str(folder)},
        outputs=(log, log))
    print(kernel.pid, flush=True)
    time.sleep(100)
"""


@pytest.fixture
def asker(tmp_path, modules) -> Iterator[Callable[[Path], tuple[subprocess.Popen, int]]]:
    """A process that asks for a kernel and hangs, like a worker in the middle of a report."""
    askers = []

    def start(address: Path) -> tuple[subprocess.Popen, int]:
        script = tmp_path / "asker.py"
        script.write_text(ASKER)
        folder = tmp_path / "k"
        folder.mkdir()
        with _without_pytest():
            process = subprocess.Popen(
                [sys.executable, str(script), str(address), str(folder), str(modules)],
                stdout=subprocess.PIPE,
                text=True,
            )
        askers.append(process)
        return process, int(process.stdout.readline())

    yield start
    for process in askers:
        process.kill()
        process.wait()


def test_a_kernel_ends_with_the_worker_that_asked_for_it(asker, parent):
    worker, pid = asker(parent)
    assert psutil.pid_exists(pid)
    worker.send_signal(signal.SIGKILL)
    _wait_until(lambda: not _runs(pid))


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_kernels_end_with_their_parent_however_it_ends(asker, modules, tmp_path, how):
    with tempfile.TemporaryDirectory(prefix="assess-") as folder:
        with _start_parent(Path(folder), modules) as address:
            _, pid = asker(address)
            if how == "killed":
                os.kill(psutil.Process(pid).ppid(), signal.SIGKILL)
                _wait_until(lambda: not _runs(pid))
        _wait_until(lambda: not _runs(pid))


def test_a_library_that_changed_on_disk_is_not_forked(run, modules, tmp_path):
    """The parent would hold its old content."""
    library = modules / "threadpoolctl.py"  # is preloaded, and found here first
    library.write_text("def threadpool_limits(*a, **k): ...\n")
    try:
        with (
            tempfile.TemporaryDirectory(prefix="assess-") as folder,
            _start_parent(Path(folder), modules) as address,
        ):
            _, before = run(WHO, SHOW, warm=address, name="before")
            library.write_text("VERSION = 2\n\ndef threadpool_limits(*a, **k): ...\n")
            _, after = run(WHO, SHOW, warm=address, name="after")
    finally:
        library.unlink()
    assert _is_forked(before)
    assert not _is_forked(after)


@pytest.mark.parametrize("changed", ["__init__.py", "words.po"])
def test_a_module_of_the_project_that_the_parent_holds_is_never_an_old_one(
    run, project, modules, changed
):
    """Nor what it read beside it when it was imported; its trace names both all the same."""
    package = project.folder / project.package / "in_all_reports"
    package.mkdir()
    beside = "__import__('pathlib').Path(__file__).with_name('words.po').read_text()"
    (package / "__init__.py").write_text(f"FACTOR = 1\nWORD = {beside}\n")
    (package / "words.po").write_text("old")
    name = f"{project.package}.{package.name}"
    cells = (WHO, f"import {name} as a; open('seen', 'w').write(f'{{a.FACTOR}} {{a.WORD}}')", SHOW)
    link = modules / project.package
    if not link.exists():
        link.symlink_to(project.folder / project.package)
    with (
        tempfile.TemporaryDirectory(prefix="assess-") as folder,
        _start_parent(Path(folder), modules, name) as address,
    ):
        first, before = run(*cells, warm=address, name="before")
        text = (package / changed).read_text().replace("FACTOR = 1", "FACTOR = 2")
        (package / changed).write_text(text.replace("old", "new"))
        second, after = run(*cells, warm=address, name="after")
    assert _is_forked(before)
    assert not _is_forked(after)
    assert (before / "seen").read_text() == "1 old"
    expected = {"__init__.py": "2 old", "words.po": "1 new"}
    assert (after / "seen").read_text() == expected[changed]
    assert set(first.trace["files"]) == set(second.trace["files"])


def test_a_module_that_changes_while_the_parent_imports_it_is_not_forked(tmp_path, monkeypatch):
    package = tmp_path / "changing_while_imported"
    package.mkdir()
    module = package / "__init__.py"
    module.write_text("open(__file__, 'a').write('# more\\n')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = warm_parent.import_own([package.name])
    monkeypatch.delitem(sys.modules, package.name)
    assert before[str(module)] != warm_parent.stamp([str(module)])[str(module)]


def _living_in(folder: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()) == folder and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
