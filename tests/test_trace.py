"""What a kernel writes down about itself."""

from __future__ import annotations

import hashlib
import json
import sys
from types import SimpleNamespace

import pytest

from analysis.errors import DataError, Problem
from analysis.trace import ERROR_VARIABLE, describe_error, load_ipython_extension, write_trace


@pytest.fixture
def bank(tmp_path, monkeypatch):
    """A package of which a part is imported, with words and a style sheet."""
    root = tmp_path / "bank_to_trace"
    for name in ("locale/zh_CN", "market", "lifecycle"):
        (root / name).mkdir(parents=True)
    for name in ("__init__", "market/__init__", "lifecycle/__init__", "lifecycle/stages", "spare"):
        (root / f"{name}.py").write_text("")
    for name in ("market", "lifecycle", "common"):
        (root / "locale" / "zh_CN" / f"{name}.po").write_text(name)
    (root / "locale" / "__init__.py").write_text("")
    (root / "lifecycle" / "style.css").write_text("p {}")
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("bank_to_trace.locale")
    __import__("bank_to_trace.lifecycle.stages")
    yield root
    for name in [name for name in sys.modules if name.startswith("bank_to_trace")]:
        del sys.modules[name]


def test_imported_modules_and_the_files_beside_them_are_hashed(bank, tmp_path):
    """Words of a module that was not imported could not be said, so they do not count."""
    path = tmp_path / "trace.json"
    write_trace(path, reads=[{"name": "customers", "sha256": "0"}], packages=("bank_to_trace",))
    trace = json.loads(path.read_text())
    assert sorted(trace["files"]) == [
        "bank_to_trace/__init__.py",
        "bank_to_trace/lifecycle/__init__.py",
        "bank_to_trace/lifecycle/stages.py",
        "bank_to_trace/lifecycle/style.css",
        "bank_to_trace/locale/__init__.py",
        "bank_to_trace/locale/zh_CN/common.po",
        "bank_to_trace/locale/zh_CN/lifecycle.po",
    ]
    assert trace["files"]["bank_to_trace/lifecycle/style.css"] == (
        hashlib.sha256(b"p {}").hexdigest()
    )
    assert trace["reads"] == [{"name": "customers", "sha256": "0"}]


def test_a_package_that_is_not_imported_has_no_files(tmp_path):
    write_trace(tmp_path / "trace.json", reads=[], packages=("no_such_package",))
    assert json.loads((tmp_path / "trace.json").read_text()) == {"files": {}, "reads": []}


def test_our_errors_are_described_with_their_problems_others_without_their_text():
    ours = describe_error(DataError(Problem(what="no table", next_step="Add it.")))
    assert ours["type"] == "analysis.errors.DataError"
    assert ours["exit_code"] == 3
    assert ours["problems"][0]["next_step"] == "Add it."
    assert "4711" not in json.dumps(describe_error(KeyError("customer 4711")))


def test_the_place_is_the_deepest_line_of_ours():
    from analysis.results import Estimate

    try:
        Estimate(value=1, low=2, high=3, confidence=0.95)
    except ValueError as error:
        described = describe_error(error)
    assert described["where"].startswith("analysis/results.py:")
    assert described["where"].endswith(" in __post_init__")


@pytest.mark.parametrize("moment", ["error_before_exec", "error_in_exec"])
def test_the_extension_writes_down_what_a_cell_raised(tmp_path, monkeypatch, moment):
    path = tmp_path / "error.json"
    hooks = {}
    shell = SimpleNamespace(events=SimpleNamespace(register=hooks.__setitem__))
    load_ipython_extension(shell)
    assert hooks == {}  # by hand, without the engine

    monkeypatch.setenv(ERROR_VARIABLE, str(path))
    load_ipython_extension(shell)
    result = SimpleNamespace(error_before_exec=None, error_in_exec=None, execution_count=3)
    hooks["post_run_cell"](result)
    assert not path.exists()
    setattr(result, moment, ZeroDivisionError())
    hooks["post_run_cell"](result)
    result.execution_count = 4
    hooks["post_run_cell"](result)
    raised = json.loads(path.read_text())["raised"]
    assert [(each["type"], each["count"]) for each in raised] == [
        ("ZeroDivisionError", 3),
        ("ZeroDivisionError", 4),
    ]
