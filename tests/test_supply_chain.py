"""What the product is made of is known, audited, and never a program in disguise."""

import ast
import datetime as dt
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TODAY = dt.date(2026, 11, 25)


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def vulnerable(name="jinja2", advisory="GHSA-1234", aliases=("CVE-2026-1",)):
    found = {"id": advisory, "aliases": list(aliases), "fix_versions": ["9.9"]}
    return {"name": name, "version": "3.1.0", "vulns": [found]}


def review(**changes):
    entry = {"id": "GHSA-1234", "package": "jinja2", "reason": "not reachable"}
    return {**entry, "until": TODAY, **changes}


def test_a_vulnerable_library_bars_the_change(audit):
    problems, excused = audit.judge([vulnerable()], [], today=TODAY)
    (problem,) = problems
    assert problem.startswith("jinja2 3.1.0: GHSA-1234, fixed in: 9.9.")
    assert problem.endswith("Renew the lock, or review it in audit-exceptions.toml.")
    assert excused == []


@pytest.mark.parametrize("name", ["GHSA-1234", "CVE-2026-1"])
def test_a_review_lets_it_pass_by_any_of_its_names(audit, name):
    problems, excused = audit.judge([vulnerable()], [review(id=name)], today=TODAY)
    assert problems == []
    assert excused[0].endswith("Excused until 2026-11-25: not reachable")


def test_a_review_ends(audit):
    yesterday = TODAY - dt.timedelta(days=1)
    problems, _ = audit.judge([vulnerable()], [review(until=yesterday)], today=TODAY)
    assert "Its exception ended on 2026-11-24" in problems[0]


def test_a_review_is_of_one_library(audit):
    problems, _ = audit.judge([vulnerable()], [review(package="markupsafe")], today=TODAY)
    assert len(problems) == 1


def test_what_could_not_be_looked_up_is_not_counted_as_audited(audit):
    skipped = {"name": "x", "skip_reason": "not found"}
    assert audit.audited([skipped, {"name": "y", "version": "1", "vulns": []}]) == 1


def test_every_exception_says_why_and_until_when():
    entries = tomllib.loads((ROOT / ".ci/audit-exceptions.toml").read_text("utf-8"))
    for entry in entries.get("exception", []):
        assert set(entry) == {"id", "package", "reason", "until"}
        assert isinstance(entry["until"], dt.date)
        assert len(entry["reason"]) > 20


def test_the_bill_of_materials_lists_every_locked_library_with_its_hash(tmp_path):
    tool = Path(sys.executable).with_name("cyclonedx-py")
    if not tool.is_file() and shutil.which("cyclonedx-py") is None:
        pytest.skip("cyclonedx-py is not installed")
    file = tmp_path / "sbom.json"
    command = [str(tool), "requirements", "requirements.lock", "--pyproject", "pyproject.toml"]
    command += ["--output-reproducible", "--of", "JSON", "-o", str(file)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    bill = json.loads(file.read_text("utf-8"))
    listed = {(c["name"], c["version"]) for c in bill["components"]}
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = set(re.findall(r"(?m)^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", lock))
    assert len(locked) > 100
    assert listed == locked
    assert all(c["externalReferences"][0]["hashes"] for c in bill["components"])
    assert bill["metadata"]["component"]["name"] == "bank-assessment"


FORBIDDEN = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
RUNNING = {"eval", "exec", "compile", "read_pickle", "to_pickle", "__import__"}


def names_in(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call):
            function = node.func
            name = getattr(function, "id", None)
            if name in RUNNING or getattr(function, "attr", None) in RUNNING - {"compile"}:
                yield name or function.attr
            for keyword in node.keywords:
                if keyword.arg == "allow_pickle" or (
                    keyword.arg == "shell" and getattr(keyword.value, "value", True)
                ):
                    yield keyword.arg


WRITES_PICKLES = "src/analysis/publish/kept.py"
"""Its pickles are hashed to tell whether two drawings follow from the same."""


def test_no_module_reads_pickles_or_runs_text():
    files = sorted((ROOT / "src").rglob("*.py"))
    assert len(files) > 400
    found = {
        path.relative_to(ROOT).as_posix(): bad
        for path in files
        if (bad := (FORBIDDEN | RUNNING | {"allow_pickle", "shell"})
            & set(names_in(ast.parse(path.read_text("utf-8")))))
    }  # fmt: skip
    assert found.pop(WRITES_PICKLES) == {"pickle"}
    assert found == {}


def test_the_module_that_writes_pickles_to_compare_them_reads_none():
    tree = ast.parse((ROOT / WRITES_PICKLES).read_text("utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "pickle"
    }
    assert used == {"Pickler", "PicklingError", "HIGHEST_PROTOCOL"}


@pytest.mark.parametrize(
    "text",
    ["import pickle", "from joblib import load", "eval('1')", "pd.read_pickle(p)",
     "np.load(p, allow_pickle=True)", "subprocess.run(c, shell=True)"],
)  # fmt: skip
def test_the_search_would_find_them(text):
    assert set(names_in(ast.parse(text)))


def test_yaml_is_read_by_the_safe_reader_alone():
    for path in (ROOT / "src").rglob("*.py"):
        text = path.read_text("utf-8")
        assert not re.search(r"yaml\.(load|load_all|unsafe_load|full_load)\(", text), path.name
